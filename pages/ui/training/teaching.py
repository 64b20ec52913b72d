"""The lab as a lesson: the parts that a teacher can fix, in words, and the link of the lesson."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from optim_core import SCHEDULES
from optim_core.training import DATASETS, NETWORKS, TRAINING_KNOBS, Experiment
from pages.ui.line_up import choose_line_up, paint_line_up
from pages.ui.sharing import Sharing
from pages.ui.styling import told_value
from pages.ui.teaching.guide import Guide
from pages.ui.teaching.making import Making
from pages.ui.teaching.parts import draw_part, tell, tell_entries, tell_settings
from pages.ui.training import state
from pages.ui.training.data_panel import choose_dataset
from pages.ui.training.set_up import choose_length, choose_network, choose_rest
from pages.ui.words import _


def choose_parts(experiment: Experiment, guide: Guide) -> None:
    """Draw every part of ``experiment`` as ``guide`` has it."""
    drawn = {
        "data": (choose_dataset, _tell_data),
        "network": (choose_network, _tell_network),
        "line_up": (_choose_line_up, _tell_line_up),
        "length": (_choose_length, _tell_length),
        "rest": (_choose_rest, _tell_rest),
    }
    for part, (choose, told) in drawn.items():
        draw_part(guide, part, partial(choose, experiment), partial(told, experiment))


def of_lab(experiment: Experiment) -> Making:
    """Lessons that train ``experiment``, and show the runs that are laid open."""
    return Making(
        about=_(
            "The lesson is the training that is set up, with the runs that are laid open. It"
            " travels in its link; of the runs the link holds the names."
        ),
        parts={
            "data": _("Data set"),
            "network": _("Network"),
            "line_up": _("Line-up and its settings"),
            "length": _("Seeds, epochs and batches"),
            "rest": _("Seeds, schedule, clipping, precision"),
        },
        share=partial(_share, experiment),
    )


def _share(experiment: Experiment, guide: Guide, presented: bool) -> Sharing:
    del presented  # the lab has no projector mode
    link = state.lesson_link(experiment, guide)
    return Sharing(link, link)


def _choose_line_up(experiment: Experiment) -> None:
    del experiment
    st.subheader(_("Line-up"))
    paint_line_up(state.LAB)
    choose_line_up(state.LAB)


def _choose_length(experiment: Experiment) -> None:
    st.subheader(_("Training"))
    choose_length(experiment)


def _choose_rest(experiment: Experiment) -> None:
    with st.expander(_("Seeds, schedule, clipping, precision"), key="rest.training"):
        choose_rest(experiment)


def _tell_data(experiment: Experiment) -> None:
    spec = DATASETS[experiment.dataset]
    tell(_("Data set"), [_(spec.title)])
    tell_settings(spec.knobs, dict(experiment.dataset_settings))


def _tell_network(experiment: Experiment) -> None:
    spec = NETWORKS[experiment.network]
    tell(_("Network"), [_(spec.title)])
    tell_settings(spec.knobs, dict(experiment.network_settings))


def _tell_line_up(experiment: Experiment) -> None:
    tell_entries(experiment.entries, state.presentation())


def _tell_length(experiment: Experiment) -> None:
    tell(_("Seeds"), [str(seed) for seed in experiment.seeds])
    _tell_fields(experiment, ("epochs", "batch_size"))


def _tell_rest(experiment: Experiment) -> None:
    schedule = SCHEDULES[experiment.schedule.key]
    tell(_("Learning-rate schedule"), [_(schedule.title)])
    tell_settings(schedule.knobs, dict(experiment.schedule.settings))
    limits = [name for name in ("clip_norm", "clip_value") if getattr(experiment, name) is not None]
    _tell_fields(experiment, [*limits, "precision"])


def _tell_fields(experiment: Experiment, names: Sequence[str]) -> None:
    for name in names:
        knob = TRAINING_KNOBS[name]
        tell(_(knob.title), [told_value(knob, getattr(experiment, name))])
