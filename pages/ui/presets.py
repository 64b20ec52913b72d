"""Ready experiments: the list to choose from, and what is asked and answered above the picture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial

import streamlit as st

from optim_core import PRESETS, Preset, Scenario
from pages.ui import state
from pages.ui.experiments import ask, choose_experiment
from pages.ui.projector import Question
from pages.ui.words import _, plain

_LIST = "presets"
_REVEALED = "revealed preset"
_PICKED = "times picked"


@dataclass(frozen=True)
class Shown:
    """The preset that a picture belongs to, and whether somebody has changed it since."""

    preset: Preset
    changed: bool


@lru_cache(maxsize=1)
def _by_scenario() -> dict[Scenario, Preset]:
    return {preset.scenario: preset for preset in PRESETS.values()}


def preset_of(scenario: Scenario) -> Preset | None:
    """The preset whose scenario is exactly ``scenario``, if there is one."""
    return _by_scenario().get(scenario)


def shown_preset(scenario: Scenario) -> Shown | None:
    """What ``scenario`` is to the visit: a preset, a changed one, or an experiment of its own.

    A preset is known by its scenario, however that came about: chosen, by a link, or by hand. A
    change leaves it the changed preset until its surface changes too.
    """
    shown = belonging(scenario)
    exact = None if shown is None or shown.changed else shown.preset.key
    if exact is None or st.session_state.get(_REVEALED) != exact:
        # An answer is for its own experiment, and only until somebody looks at another one.
        st.session_state.pop(_REVEALED, None)
    if shown is None:
        st.session_state.pop(state.CHOSEN_PRESET, None)
    else:
        st.session_state[state.CHOSEN_PRESET] = shown.preset.key
    return shown


def belonging(scenario: Scenario) -> Shown | None:
    """What :func:`shown_preset` would say of ``scenario``; the visit stays as it is."""
    exact = preset_of(scenario)
    preset = exact or PRESETS.get(st.session_state.get(state.CHOSEN_PRESET, ""))
    if preset is None or preset.scenario.surface != scenario.surface:
        return None
    return Shown(preset, changed=exact is None)


def pick(key: str) -> None:
    """Show the preset ``key`` as it was declared, with its answer hidden."""
    st.session_state.pop(_REVEALED, None)
    st.session_state[_PICKED] = times_picked() + 1
    state.replace(partial(_replace, key))


def _replace(key: str) -> None:
    state.show(state.presentation().of_others())
    state.apply(set_preset, key)


def times_picked() -> int:
    """How often this visit has picked a preset."""
    return int(st.session_state.get(_PICKED, 0))


def set_preset(scenario: Scenario, key: str) -> Scenario:
    """The scenario of a preset, whatever there was before."""
    del scenario
    return PRESETS[key].scenario


def choose_preset(shown: Shown | None) -> None:
    """A button that opens the list of all presets, each with what to watch."""
    choose_experiment(
        PRESETS.values(),
        None if shown is None or shown.changed else shown.preset.key,
        pick,
        key=_LIST,
        caption=_("Each of them asks a question: predict first, then play it and see."),
        about=lambda preset: _(preset.sentence),
    )


def show_question(shown: Shown) -> None:
    """What the class is asked, what to watch, and the answer to those who ask for it."""
    if shown.changed:
        _show_changed(shown.preset)
    else:
        ask(shown.preset, revealed=_REVEALED, key="preset-answer", kind="primary")


def question_of(shown: Shown | None) -> Question:
    """What stands above the picture, for the style sheet."""
    if shown is None:
        return ""
    return "told" if shown.changed else "asked"


def show_pair(shown: Shown) -> None:
    """A button that goes to the preset that this one should be compared with, if any."""
    if shown.preset.pair is None:
        return
    title = plain(_(PRESETS[shown.preset.pair].title))
    st.button(
        _("Compare"),
        key="preset-pair",
        icon=":material/compare_arrows:",
        help=_("Go to its counterpart: {title}").format(title=title),
        on_click=pick,
        args=(shown.preset.pair,),
    )


def show_reset() -> None:
    """A button that goes back to where a first visit begins, and one that takes that back."""
    st.button(
        _("Undo"),
        key="undo",
        icon=":material/undo:",
        disabled=not state.can_undo(),
        help=_("Back to what you had before the last experiment, surface, reset or removal"),
        on_click=state.undo,
    )
    st.button(
        _("Reset"),
        help=_("Back to the experiment that a first visit shows"),
        on_click=pick,
        args=(state.OPENING.key,),
    )


def _show_changed(preset: Preset) -> None:
    told = _("You have changed this experiment: its question and answer no longer belong to it.")
    story = preset.scenario.landscape().story
    with st.container(key="question", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"{plain(told)}\n\n{plain(_(story))}")
        st.button(
            _("Back to it"),
            key="preset-back",
            icon=":material/undo:",
            on_click=pick,
            args=(preset.key,),
        )
