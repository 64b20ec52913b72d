"""The line-up: 1 to 8 entries, each an optimizer with its knobs and perhaps a wrapper around it."""

from __future__ import annotations

import dataclasses
from functools import partial

import streamlit as st

from landscapes import Refusal, Value
from optim_core import OPTIMIZERS, WRAPPERS, Entry, Scenario
from optim_core.scenario import MAX_LINE_UP
from pages.ui import state
from pages.ui.controls import draw_knobs
from pages.ui.rates import suited_entries
from pages.ui.words import _, plain

ALWAYS_SHOWN = "learning_rate"


def choose_line_up(scenario: Scenario) -> None:
    """Draw the card of every entry and the button that adds one."""
    for index, entry in enumerate(scenario.entries):
        with st.container(key=f"card-{index}", gap=None):
            _draw_card(index, entry, scenario)
    full = len(scenario.entries) >= MAX_LINE_UP
    st.button(
        _("Add an optimizer"),
        key="entry.add",
        icon=":material/add:",
        width="stretch",
        disabled=full,
        help=_("A line-up has at most {number} entries.").format(number=MAX_LINE_UP)
        if full
        else None,
        on_click=state.apply,
        args=(add_entry, None),
    )


def _draw_card(index: int, entry: Entry, scenario: Scenario) -> None:
    spec = OPTIMIZERS[entry.optimizer]
    titles = {key: _(declared.title) for key, declared in OPTIMIZERS.items()}
    picker, remove = st.columns((0.86, 0.14), gap=None, vertical_alignment="center", wrap=False)
    picker.selectbox(
        _("Optimizer {number}").format(number=index + 1),
        list(titles),
        format_func=lambda key: titles[key],
        label_visibility="collapsed",
        **state.view(f"entry.{index}.optimizer", entry.optimizer, partial(set_optimizer, index)),
    )
    remove.button(
        " ",
        key=f"entry.{index}.remove",
        icon=":material/close:",
        type="tertiary",
        disabled=len(scenario.entries) == 1,
        help=_("Remove {optimizer}").format(optimizer=titles[entry.optimizer]),
        on_click=state.apply,
        args=(remove_entry, index),
    )
    change = partial(set_setting, index)
    shown = [knob for knob in spec.knobs if knob.key == ALWAYS_SHOWN]
    rest = [knob for knob in spec.knobs if knob.key != ALWAYS_SHOWN]
    values = dict(entry.settings)
    draw_knobs(shown, values, f"entry.{index}", change)
    # Closed cards are not even drawn: eight line-ups of knobs would triple the work of a rerun.
    more = st.expander(
        _("More settings"), key=f"entry.{index}.more", type="compact", on_change="rerun"
    )
    if more.open:
        with more:
            st.caption(plain(_(spec.story)))
            draw_knobs(rest, values, f"entry.{index}.{spec.key}", change)
            _choose_wrapper(index, entry)
            st.button(
                _("Duplicate"),
                key=f"entry.{index}.copy",
                icon=":material/content_copy:",
                disabled=len(scenario.entries) >= MAX_LINE_UP,
                on_click=state.apply,
                args=(copy_entry, index),
            )


def _choose_wrapper(index: int, entry: Entry) -> None:
    if not WRAPPERS:
        return
    titles = {"": _("Nothing"), **{key: _(spec.title) for key, spec in WRAPPERS.items()}}
    st.selectbox(
        _("Around it"),
        list(titles),
        format_func=lambda key: titles[key],
        **state.view(f"entry.{index}.wrapper", entry.wrapper or "", partial(set_wrapper, index)),
    )
    if entry.wrapper is not None:
        spec = WRAPPERS[entry.wrapper]
        st.caption(plain(_(spec.story)))
        prefix = f"entry.{index}.{spec.key}"
        draw_knobs(
            spec.knobs, dict(entry.wrapper_settings), prefix, partial(set_wrapper_setting, index)
        )


def set_optimizer(index: int, scenario: Scenario, key: str) -> Scenario:
    """Another optimizer with its own defaults: a learning rate means something else to each."""
    present = scenario.entries[index]
    entry = Entry(key, (), present.wrapper, present.wrapper_settings)
    return _replace(scenario, index, *suited_entries(scenario, (entry,)))


def set_setting(index: int, scenario: Scenario, key: str, value: Value) -> Scenario:
    """One setting of one entry changed."""
    return _replace(scenario, index, scenario.entries[index].changed(**{key: value}))


def set_wrapper(index: int, scenario: Scenario, key: str) -> Scenario:
    """Another wrapper, with its defaults, or none for the empty key."""
    entry = dataclasses.replace(scenario.entries[index], wrapper=key or None, wrapper_settings=())
    return _replace(scenario, index, entry)


def set_wrapper_setting(index: int, scenario: Scenario, key: str, value: Value) -> Scenario:
    """One setting of one entry's wrapper changed."""
    entry = scenario.entries[index]
    settings = {**dict(entry.wrapper_settings), key: value}
    return _replace(scenario, index, dataclasses.replace(entry, wrapper_settings=settings))


def add_entry(scenario: Scenario, value: object = None) -> Scenario:
    """One entry more: the first optimizer that is not in the line-up yet."""
    del value
    present = {entry.optimizer for entry in scenario.entries}
    free = next((key for key in OPTIMIZERS if key not in present), next(iter(OPTIMIZERS)))
    added = suited_entries(scenario, (Entry(free),))
    return _line_up(scenario, (*scenario.entries, *added))


def copy_entry(scenario: Scenario, index: int) -> Scenario:
    """The entry once more, right after itself."""
    entries = list(scenario.entries)
    entries.insert(index + 1, entries[index])
    return _line_up(scenario, tuple(entries))


def remove_entry(scenario: Scenario, index: int) -> Scenario:
    """The line-up without one entry."""
    entries = scenario.entries[:index] + scenario.entries[index + 1 :]
    return dataclasses.replace(scenario, entries=entries)


def _line_up(scenario: Scenario, entries: tuple[Entry, ...]) -> Scenario:
    # The button is disabled by then, but what a browser sends need not come from our buttons.
    if len(entries) > MAX_LINE_UP:
        raise Refusal("a line-up has at most {most} entries", most=MAX_LINE_UP)
    return dataclasses.replace(scenario, entries=entries)


def _replace(scenario: Scenario, index: int, entry: Entry) -> Scenario:
    entries = (*scenario.entries[:index], entry, *scenario.entries[index + 1 :])
    return dataclasses.replace(scenario, entries=entries)
