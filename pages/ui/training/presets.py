"""Ready comparisons: the list to choose from, and what is asked and answered above the charts."""

from __future__ import annotations

import streamlit as st

from optim_core.training.presets import TRAINING_PRESETS, FirstChart, TrainingPreset
from pages.ui.training import charts, state
from pages.ui.training.titles import duration
from pages.ui.words import _, plain

_PICKER = "training.presets"
_REVEALED = "revealed training preset"

SECTIONS = {
    FirstChart.LOSS: charts.CURVES,
    FirstChart.ACCURACY: charts.CURVES,
    FirstChart.LAYER_NORMS: charts.GRADIENTS,
    FirstChart.RATES: charts.RATES,
    FirstChart.GRADIENTS: charts.FIRST,
}


def pick(key: str) -> None:
    """Set up the preset ``key``, with its answer hidden and nothing run yet."""
    preset = TRAINING_PRESETS[key]
    st.session_state.pop(_REVEALED, None)
    if _PICKER in st.session_state:
        st.session_state[_PICKER] = False
    st.session_state[charts.SECTION] = SECTIONS[preset.chart]
    state.replace(preset.experiments[0].experiment, key)
    state.lay_open(())


def choose_preset() -> None:
    """A button that opens the list of all presets, each with what to watch."""
    picker = st.popover(
        _("Experiments"),
        key=_PICKER,
        icon=":material/experiment:",
        width="stretch",
        on_change="rerun",
    )
    picker.caption(_("Each of them asks a question: predict first, then train and see."))
    if not picker.open:
        return
    chosen = state.chosen_preset()
    for preset in TRAINING_PRESETS.values():
        with picker.container(key=f"preset-{preset.key}", gap=None):
            st.button(
                f"**{plain(_(preset.title))}**",
                key=f"training.preset.{preset.key}",
                type="tertiary",
                icon=":material/check:" if preset.key == chosen else None,
                on_click=pick,
                args=(preset.key,),
            )
            st.caption(plain(" ".join([_(preset.sentence), *_wants(preset)])))


def show_question(preset: TrainingPreset) -> None:
    """What the class is asked, what to watch, and the answer to those who ask for it."""
    revealed = st.session_state.get(_REVEALED) == preset.key
    below = _("Answer: {answer}").format(answer=_(preset.answer)) if revealed else ""
    with st.container(key="question", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{plain(_(preset.question))}**\n\n{plain(below or _(preset.sentence))}")
        st.button(
            _("Hide the answer") if revealed else _("Answer"),
            key="training.answer",
            type="secondary",
            on_click=_reveal,
            args=("" if revealed else preset.key,),
        )


def _wants(preset: TrainingPreset) -> list[str]:
    """What a preset needs besides this app."""
    wants = []
    if preset.for_gpu:
        wants.append(_("Made for a graphics card."))
    if preset.core_seconds is not None:
        told = _("One processor core was busy with it for {time}.")
        wants.append(told.format(time=duration(preset.core_seconds)))
    if preset.missing:
        wants.append(_("Its pictures have to be fetched first."))
    return wants


def _reveal(key: str) -> None:
    st.session_state[_REVEALED] = key
