"""Ready comparisons: the list to choose from, and what is asked and answered above the charts."""

from __future__ import annotations

import streamlit as st

from optim_core.training.presets import TRAINING_PRESETS, FirstChart, TrainingPreset
from pages.ui.choosing import worded
from pages.ui.experiments import ask, choose_experiment
from pages.ui.training import charts, state
from pages.ui.training.titles import duration
from pages.ui.words import _

_LIST = "training.presets"
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
    _begin_with(preset)
    state.replace(preset.experiments[0].experiment, key, runs=())


def open_first_chart() -> None:
    """On a visit by the link of a preset: begin where it is best seen, as :func:`pick` does."""
    preset = state.untouched_preset()
    if preset is not None and worded(charts.SECTION) not in st.session_state:
        _begin_with(preset)


def _begin_with(preset: TrainingPreset) -> None:
    st.session_state[worded(charts.SECTION)] = SECTIONS[preset.chart]


def choose_preset() -> None:
    """A button that opens the list of all presets, each with what to watch and what it needs."""
    untouched = state.untouched_preset()
    choose_experiment(
        TRAINING_PRESETS.values(),
        untouched.key if untouched else None,
        pick,
        key=_LIST,
        caption=_("Each of them asks a question: predict first, then train and see."),
        about=lambda preset: " ".join([_(preset.sentence), *_wants(preset)]),
    )


def show_question(preset: TrainingPreset) -> None:
    """What the class is asked, what to watch, and the answer to those who ask for it."""
    ask(preset, revealed=_REVEALED, key="training.answer", kind="secondary")


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
