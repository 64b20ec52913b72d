"""The one durable thing of a visit: its Scenario, read from the link and written back to it.

Widgets are only views of the Scenario. A widget's change is an :data:`Edit`, a pure function from
one Scenario to the next; :func:`view` puts the present value into the widget before it is drawn, so
that a click on the picture, a reset and a typed number can never disagree.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from landscapes import Phrase
from optim_core import PRESETS, Preset, Scenario
from optim_core.link import from_query, hold, to_parameters
from optim_core.link_format import OWN_KEYS, Problems
from optim_core.link_reading import look_up
from pages.player import Present
from pages.ui import found_surfaces
from pages.ui.keeping import Notice, Undoable, absolute
from pages.ui.language import PARAMETER, language_parameters, unreadable_language
from pages.ui.presentation import SWEEP, Presentation, read_presentation, unreadable
from pages.ui.redrawing import UNTOLD, then_redrawn
from pages.ui.teaching.guide import Guide, keep_fixed
from pages.ui.words import _, following, phrased, plural, reason

Edit = Callable[[Scenario, Any], Scenario]
"""``(scenario, new value) -> scenario``; a ValueError says in words why it cannot be."""

Parameters = Mapping[str, list[str]]
"""A part of an address."""

NOTHING: Parameters = MappingProxyType({})

OPENING = PRESETS["momentum_escapes"]
"""What a visit without a link opens on: one rule, three amounts of momentum, two ends."""

PRESET = "preset"
"""The key of an address that opens a preset, where the address holds no experiment of its own."""

CHOSEN_PRESET = "chosen preset"
CARDS = "cards"
SWEEP_BEGUN = "sweep as it was begun"
"""Where the session keeps the preset that was chosen, which card is which, and what a sweep began
with."""

MOST_PROBLEMS = 3
"""Of what is wrong with a link, as much as a notice can hold."""

_SCENARIO = "scenario"
_PRESENTATION = "presentation"
_KEPT = Undoable((_SCENARIO, _PRESENTATION, CARDS, CHOSEN_PRESET, SWEEP_BEGUN), "experiment before")
replace, can_undo, undo = _KEPT.replace, _KEPT.can_undo, _KEPT.undo
"""Changes that leave little of the experiment, and the way back from the last of them."""

_DRAWN = "drawn scenario"
WRITTEN = "written address"
"""Where the session keeps what its address was last made from; every page writes its own."""

_NOWHERE = object()
"""Stands for the value of a widget that is not there yet: None is the value of an empty field."""

_NOTICE = Notice("notice")
tell, notice, notice_waits = _NOTICE.tell, _NOTICE.take, _NOTICE.waits
"""Keep a sentence to show once, take it, and whether there is one."""

_HINTS = "hints wanted"


def open_link() -> Scenario:
    """The visit's Scenario; on its first run the one that the address holds.

    What is wrong in a link is replaced by defaults and told once. An address without an experiment
    opens the preset that it names, else that of a first visit.
    """
    found_surfaces.declare()
    if _SCENARIO not in st.session_state:
        given = {key: st.query_params.get_all(key) for key in st.query_params if key != PARAMETER}
        result = from_query(given)
        scenario, problems = result.scenario, [*result.phrases]
        if set(given).isdisjoint(OWN_KEYS):
            preset = _preset(given, problems)
            scenario = (preset or OPENING).scenario
            st.session_state[_HINTS] = preset is None
        st.session_state[_SCENARIO] = scenario
        shown = read_presentation(given)
        problems += unreadable(given).phrases()
        if SWEEP in given and (shown.sweep is None or not shown.sweep.is_in(scenario.entries)):
            shown = dataclasses.replace(shown, sweep=None)
            problems.append(Phrase("The link sweeps something that there is not."))
        st.session_state[_PRESENTATION] = shown
        if language := unreadable_language():
            problems.append(language)
        if problems:
            _NOTICE.tell(_told([phrased(one) for one in problems]))
        else:
            # This address opens this Scenario as it stands: nothing to write before a change.
            st.session_state[WRITTEN] = _written(scenario)
    return st.session_state[_SCENARIO]


def _preset(given: Mapping[str, Sequence[str]], problems: list[str | Phrase]) -> Preset | None:
    """The preset that an address names; None, and a sentence, where there is no such preset."""
    if PRESET not in given:
        return None
    found = Problems()
    preset = look_up(PRESETS, given[PRESET][0], Phrase("The opening experiment is shown."), found)
    problems += found.phrases()
    return preset


def _told(problems: Sequence[str]) -> str:
    """What is wrong with a link, as far as a notice has room for it."""
    sentence = _("Parts of this link could not be used; the default stands in their place.")
    told = following(sentence, *problems[:MOST_PROBLEMS])
    more = len(problems) - MOST_PROBLEMS
    if more <= 0:
        return told
    others = plural("And {number} thing more.", "And {number} things more.", more)
    return following(told, others.format(number=more))


def apply(edit: Edit, value: Any) -> None:
    """Change the visit's Scenario; where that is impossible, say why and leave it as it is."""
    before = st.session_state.get(_SCENARIO, OPENING.scenario)
    dismiss_hints()
    try:
        after = keep_fixed(presentation().guide, before, edit(before, value))
        st.session_state[_SCENARIO] = after
        sweep = presentation().sweep
        if sweep is not None and not sweep.is_in(after.entries):
            # On every page: each of them writes links.
            show(dataclasses.replace(presentation(), sweep=None))
    except ValueError as error:
        _NOTICE.tell(reason(error))


def presentation() -> Presentation:
    """How the visit's experiment is shown."""
    return st.session_state.get(_PRESENTATION, Presentation())


def show(changed: Presentation) -> None:
    """Show the visit's experiment otherwise; what is run stays."""
    st.session_state[_PRESENTATION] = changed


def show_as(choice: Present) -> None:
    """Take over what somebody has chosen in the player."""
    dismiss_hints()
    present = dataclasses.replace(presentation(), view=choice.view, trails=choice.trails)
    show(present.hiding(choice.hidden))


Apply = Callable[[Callable[..., Any], Any], None]
"""``apply(edit, new value)``: makes a change, or keeps the sentence why it cannot be."""


def _apply_widget(key: str, edit: Callable[..., Any], apply: Apply) -> None:
    if key not in st.session_state:
        # It went with the surface or the entry that it belonged to, before its message was read.
        return
    value = st.session_state[key]
    untold = st.session_state.get(UNTOLD, {})
    if key in untold and untold[key] == value:
        # Not a choice: the browser repeats what it showed before a change that it has not heard of.
        return
    apply(edit, value)


def told_browser() -> None:
    """To be called at the end of each run of the script: now the browser has every value.

    A run that a newer message overtakes does not come here. What it gave to widgets the browser
    never saw, and its next message says of them what they were before.
    """
    st.session_state.pop(UNTOLD, None)


def _replace_by_widget(key: str, edit: Callable[..., Any], apply: Apply) -> None:
    replace(lambda: _apply_widget(key, edit, apply))


def view(
    key: str,
    value: Any,
    edit: Callable[..., Any],
    *,
    replaces: bool = False,
    apply: Apply = apply,
) -> dict[str, Any]:
    """The arguments that make a widget a view of ``value``, whose changes are ``edit``.

    ``replaces`` is for edits that leave little of the experiment: those can be taken back.
    ``apply`` makes the change; another page than the playground has its own.

    Use as ``st.slider(label, low, high, value, **view(key, value, edit))``: the widget needs the
    value as its default too. What the session gives it is in one message alone, and where the next
    run overtakes that, a widget that is new to the browser stands at its default, and says so.
    """
    # Untouched when it agrees already: setting a state overrides what is being typed or dragged.
    shown = st.session_state.get(key, _NOWHERE)
    if shown is _NOWHERE:
        st.session_state[key] = value
    elif shown != value:
        st.session_state.setdefault(UNTOLD, {}).setdefault(key, shown)
        st.session_state[key] = value
    act = _replace_by_widget if replaces else _apply_widget
    return {"key": key, "on_change": then_redrawn(act), "args": (key, edit, apply)}


def wants_hints() -> bool:
    """Whether this visit came without a link and has neither changed nor dismissed anything."""
    return bool(st.session_state.get(_HINTS))


def dismiss_hints() -> None:
    """No hints any more, as long as this visit lasts."""
    st.session_state[_HINTS] = False


def keep_drawn(scenario: Scenario) -> None:
    """Remember that ``scenario`` could be drawn."""
    st.session_state[_DRAWN] = scenario


def last_drawn() -> Scenario:
    """The last Scenario that could be drawn."""
    return st.session_state.get(_DRAWN, OPENING.scenario)


def write_address(scenario: Scenario, more: Parameters = NOTHING) -> None:
    """Bring the browser's address up to date; see ``document.py`` for the visitor's history.

    ``more`` is what the page adds to it.
    """
    # Not compared with the address that came with this run: it may be older than the last written.
    present = (*_written(scenario), *((key, tuple(texts)) for key, texts in more.items()))
    if st.session_state.get(WRITTEN) == present:
        return
    try:
        st.query_params.from_dict(_address(scenario, presentation(), more))
    except ValueError:
        # Too large for any link: the address keeps the last one that fitted, and Share says why.
        return
    st.session_state[WRITTEN] = present


def _written(scenario: Scenario) -> tuple[object, ...]:
    """All that an address depends on."""
    return scenario, presentation(), language_parameters()


def link(scenario: Scenario, more: Parameters = NOTHING) -> str:
    """The address that opens ``scenario`` for somebody else, hence without the projector.

    ``more`` is what the page adds to it.

    Raises:
        ValueError: saying why, for a scenario too large for a link.
    """
    return absolute(_address(scenario, _at_a_desk(), more))


def preset_link(key: str) -> str:
    """The short address that opens the preset ``key`` as it is shown, without the projector."""
    return absolute({PRESET: [key], **_at_a_desk().to_parameters(), **language_parameters()})


def lesson_link(
    shown: Scenario | str, guide: Guide, *, projector: bool, more: Parameters = NOTHING
) -> str:
    """The address that opens ``shown`` as the lesson that ``guide`` makes of it.

    ``shown`` is a scenario or, for a shorter address, the key of a preset; ``more`` is what the
    page adds to it.

    Raises:
        ValueError: saying why, where it is too much for a link.
    """
    present = dataclasses.replace(presentation(), guide=guide, projector=projector)
    if isinstance(shown, Scenario):
        return absolute(_address(shown, present, more))
    own = {PRESET: [shown], **more}
    return absolute({**own, **present.to_parameters(), **language_parameters()})


def shown_parameters(scenario: Scenario) -> dict[str, list[str]]:
    """``scenario`` and how it is shown, without language, projector and guide."""
    shown = dataclasses.replace(_at_a_desk(), guide=Guide())
    return {**to_parameters(scenario), **shown.to_parameters()}


def _at_a_desk() -> Presentation:
    return dataclasses.replace(presentation(), projector=False)


def _address(
    scenario: Scenario, shown: Presentation, more: Parameters = NOTHING
) -> dict[str, list[str]]:
    told = {**to_parameters(scenario), **more, **shown.to_parameters(), **language_parameters()}
    hold(urlencode(told, doseq=True))
    return told
