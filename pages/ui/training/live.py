"""The runs laid open: their progress and their charts, read on as long as one of them lives."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack

import streamlit as st

from optim_core.jobs import JobRefusedError, JobStore, Run, UnreadableFileError
from optim_core.training import Experiment
from optim_core.training.log import TrainingLog
from pages.ui.landscape import state as landscape
from pages.ui.training import charts, state
from pages.ui.training.asking import KIND
from pages.ui.training.progress import show_progress
from pages.ui.training.results import draw_results
from pages.ui.training.titles import hidden_of, is_text, name_of, styles_of
from pages.ui.training.watching import experiment_of, pause_between_looks, reading
from pages.ui.visitor import visitor
from pages.ui.words import _, plain, reason

_SEEN = "runs last seen"


def show_live(store: JobStore, runs: Sequence[Run]) -> None:
    """Draw the runs laid open; while one lives, this part of the page alone is drawn again.

    Args:
        store: where they are.
        runs: as :func:`found` has just given them.
    """
    ids = state.open_runs()
    every = pause_between_looks() if _live_on(runs, ids) else None
    with st.container(key="live"):
        st.fragment(_live, run_every=every)(store, ids, every)


def found(store: JobStore, ids: Sequence[str]) -> list[Run]:
    """Those of the runs that there still are; what became of the others is told once.

    A store that is busy for a moment takes no run off the page: it stays as it was last seen.
    A link may name a run that is no training: that one is taken off.
    """
    seen: dict[str, Run] = st.session_state.setdefault(_SEEN, {})
    kept = []
    for one in ids:
        try:
            status = store.status(one, visitor())
        except JobRefusedError as error:
            if error.is_of_no_run:
                seen.pop(one, None)
                state.tell(reason(error))
                continue
        else:
            if status.kind != KIND:
                told = _("Parts of this link could not be used; the default stands in their place.")
                state.tell(told)
                continue
            seen[one] = status
        kept.append(one)
    if len(kept) < len(ids):
        state.lay_open(kept)
    return [seen[one] for one in kept if one in seen]


def _live_on(runs: Sequence[Run], ids: Sequence[str]) -> bool:
    """Whether there will be news; of a run that could not be asked for there will."""
    return len(runs) < len(ids) or any(not run.state.ended for run in runs)


def _live(store: JobStore, ids: tuple[str, ...], every: float | None) -> None:
    runs = found(store, ids)
    if state.open_runs() != ids or state.has_notice() or landscape.is_wanted():
        # A button of this part has changed more than this part.
        st.rerun()
    if every is not None and (not _live_on(runs, ids) or pause_between_looks() > every):
        # Once more as a whole: nothing has to be asked for any longer, or less often.
        st.rerun()
    if len(runs) < len(ids):
        st.caption(_("The list of runs is busy; this page asks again."))
    try:
        with ExitStack() as held:
            # Always in one order: two readers of two runs must not wait for each other.
            logs = {
                one: held.enter_context(reading(store, one))
                for one in sorted(run.id for run in runs)
            }
            _draw(store, runs, [logs[run.id] for run in runs])
    except (JobRefusedError, OSError, UnreadableFileError):
        told = _("What this run has written down cannot be read any more.")
        st.error(plain(told), icon=":material/error:")


def _draw(store: JobStore, runs: Sequence[Run], logs: Sequence[TrainingLog]) -> None:
    experiments: list[Experiment] = [experiment_of(run) for run in runs]
    for place, (run, experiment, log) in enumerate(zip(runs, experiments, logs, strict=True)):
        show_progress(store, run, experiment, log, place)
    shown: list[charts.Shown] = [
        charts.Shown(
            run.id,
            name_of(run, experiment),
            log,
            styles_of(experiment),
            hidden_of(experiment),
            text=is_text(experiment),
        )
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
