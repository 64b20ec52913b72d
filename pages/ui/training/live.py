"""The runs laid open: their progress and their charts, read on as long as one of them lives."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack

import streamlit as st

from optim_core.jobs import JobRefusedError, JobStore, Run, UnreadableFileError
from optim_core.training import Experiment
from optim_core.training.log import TrainingLog
from pages.ui.training import charts, state
from pages.ui.training.progress import show_progress
from pages.ui.training.results import draw_results
from pages.ui.training.titles import name_of, styles_of
from pages.ui.training.watching import experiment_of, pause_between_looks, reading
from pages.ui.visitor import visitor
from pages.ui.words import _, plain, reason


def show_live(store: JobStore, runs: Sequence[Run]) -> None:
    """Draw the runs; while one of them lives, this part of the page alone is drawn again."""
    alive = any(not run.state.ended for run in runs)
    every = pause_between_looks() if alive else None
    with st.container(key="live"):
        st.fragment(_live, run_every=every)(store, tuple(run.id for run in runs), alive)


def found(store: JobStore, ids: Sequence[str]) -> list[Run]:
    """Those of the runs that there still are; what became of the others is told once."""
    runs = []
    for one in ids:
        try:
            runs.append(store.status(one, visitor()))
        except JobRefusedError as error:
            state.tell(reason(error))
    if len(runs) < len(ids):
        state.lay_open([run.id for run in runs])
    return runs


def _live(store: JobStore, ids: tuple[str, ...], alive: bool) -> None:
    runs = found(store, ids)
    if state.open_runs() != ids or state.has_notice():
        # A button of this part has changed more than this part.
        st.rerun()
    try:
        with ExitStack() as held:
            # Always in one order: two readers of two runs must not wait for each other.
            logs = {one: held.enter_context(reading(store, one)) for one in sorted(ids)}
            _draw(store, runs, [logs[run.id] for run in runs])
    except (JobRefusedError, OSError, UnreadableFileError):
        told = _("What this run has written down cannot be read any more.")
        st.error(plain(told), icon=":material/error:")
    if alive and all(run.state.ended for run in runs):
        # Once more as a whole: nothing has to be asked for any longer.
        st.rerun()


def _draw(store: JobStore, runs: Sequence[Run], logs: Sequence[TrainingLog]) -> None:
    experiments: list[Experiment] = [experiment_of(run) for run in runs]
    for run, experiment, log in zip(runs, experiments, logs, strict=True):
        show_progress(store, run, experiment, log)
    shown: list[charts.Shown] = [
        (name_of(run, experiment), log, styles_of(experiment))
        for run, experiment, log in zip(runs, experiments, logs, strict=True)
    ]
    section = charts.choose_section()
    with st.container(key="charts"):
        if section == charts.GRADIENTS:
            charts.draw_gradients(shown)
        elif section == charts.RATES:
            charts.draw_rates(shown)
        elif section == charts.FIRST:
            charts.draw_first_gradients(shown)
        elif section == charts.RESULTS:
            draw_results(shown, experiments)
        else:
            charts.draw_curves(shown)
