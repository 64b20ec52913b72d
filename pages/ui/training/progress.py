"""A run while it lives: how far it is, how fast, how much longer, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from optim_core.jobs import Denial, JobRefusedError, JobStore, Run, State
from optim_core.jobs.retention import Retention
from optim_core.training import Experiment
from optim_core.training.log import TrainingLog
from pages.ui.landscape import state as landscape
from pages.ui.training import asking
from pages.ui.training.silence import show_silence
from pages.ui.training.titles import duration, name_of, networks, pace, state_of
from pages.ui.words import _, phrased, plain, plural

MEGABYTE = 1e6


def show_progress(
    store: JobStore, run: Run, experiment: Experiment, log: TrainingLog, place: int = 0
) -> None:
    """One row: name, bar, numbers, buttons; what is wrong in a sentence below.

    Args:
        store: of the runs.
        run: as it stands.
        experiment: what it trains.
        log: what it has told so far.
        place: of the row among those of the page, from 0.
    """
    key = f"run-row-{place}" if place else "run-row"
    with st.container(key=key, horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{plain(name_of(run, experiment))}**: {plain(state_of(run))}")
        if not run.state.ended:
            st.progress(min(1.0, max(run.progress, log.progress)), width="stretch")
        st.caption(plain(_told(store, run, experiment, log)))
        _show_buttons(run, experiment)
    if run.phrase is not None:
        st.error(plain(phrased(run.phrase)), icon=":material/error:")
    show_silence(store, run)
    stopped = log.stopped
    if stopped and log.start is not None:
        told = plural(
            "{number} network of {all} diverged and stopped alone at its last finite weights.",
            "{number} networks of {all} diverged and stopped alone at their last finite weights.",
            len(stopped),
        )
        told = told.format(number=len(stopped), all=log.rows)
        st.caption(f":material/warning: {plain(told)}")
    if log.fell_back_to is not None and not run.state.ended:
        st.caption(f":material/history: {plain(_cut_off(log.fell_back_to))}")
    if experiment.compiled and log.start is not None and log.start.compile_seconds is None:
        told = _("The layers could not be compiled on this machine; they are computed as they are.")
        st.caption(plain(told))
    if log.notices and log.rows_at_once:
        told = _("Memory ran out: {networks} are computed together from now on.")
        st.caption(plain(told.format(networks=networks(log.rows_at_once))))


def _told(store: JobStore, run: Run, experiment: Experiment, log: TrainingLog) -> str:
    """The numbers of a run, as far as they are known."""
    told, start = log.pace, log.start
    if run.state is State.QUEUED:
        place = _place(store, run)
        waits = _("Place {place} in the queue.").format(place=place) if place else ""
        if place == 1:
            waits = _("It is next.")
        if told is not None:
            going_on = _("goes on after step {step:,}").format(step=told.step)
            return " · ".join(filter(None, [going_on, waits]))
        return waits
    if run.state is State.RUNNING and told is None:
        return _("Getting data and networks ready.")
    parts = []
    if told is not None:
        steps = start.steps if start else experiment.steps
        parts.append(_("step {step:,} of {steps:,}").format(step=told.step, steps=steps))
        if run.state is State.RUNNING:
            speed = told.networks_steps_a_second / max(1, log.rows)
            if speed > 0:
                parts.append(_("{number} steps a second").format(number=pace(speed)))
            parts.append(_("{time} left").format(time=duration(told.seconds_left)))
        # One that is paused holds none, and may go on elsewhere.
        if told.memory_bytes and run.state is not State.PAUSED:
            held = _("{number:,.0f} MB").format(number=told.memory_bytes / MEGABYTE)
            parts.append(held)
    if start is not None and run.state is not State.PAUSED:
        parts.append(start.device)
    if start is not None and start.compile_seconds is not None:
        parts.append(_("compiled in {time}").format(time=duration(start.compile_seconds)))
    if run.state.ended and run.seconds:
        parts.append(_("took {time}").format(time=duration(run.seconds)))
    if run.wanting > 1 and not run.state.ended:
        parts.append(_("{number} people want it").format(number=run.wanting))
    if run.state is State.PAUSED:
        goes_on = _("goes on exactly from here within {days} days")
        if told is None:
            goes_on = _("has not begun, and can within {days} days")
        parts.append(goes_on.format(days=round(Retention().days)))
    return " · ".join(parts)


def _cut_off(step: int) -> str:
    """What became of a run whose worker or server was ended from outside."""
    if step == 0:
        return _("It was cut off before there was anything to go on from, and begins anew.")
    return _("It was cut off and goes on after step {step:,}, where it was last saved.").format(
        step=step
    )


def _place(store: JobStore, run: Run) -> int:
    """In the queue; 0 where that is not known."""
    try:
        return store.place_in_queue(run.id)
    except JobRefusedError:
        return 0


def _show_buttons(run: Run, experiment: Experiment) -> None:
    mine = run.wanted
    if run.state in (State.QUEUED, State.RUNNING) and mine:
        if run.pausable and run.stopping != "pause":
            _button(
                run,
                "pause",
                _("Pause"),
                "pause",
                partial(asking.pause, run.id),
                busy=bool(run.stopping) or run.wanting > 1,
                hint=phrased(Denial.SHARED.value) if run.wanting > 1 else None,
            )
        elif run.pausable:
            _button(run, "go-on", _("Go on"), "play_arrow", partial(asking.go_on, run.id))
        stopped = run.stopping == "cancel"
        _button(run, "cancel", _("Cancel"), "stop", partial(asking.cancel, run.id), busy=stopped)
    elif run.state is State.PAUSED and mine:
        _button(run, "go-on", _("Go on"), "play_arrow", partial(asking.go_on, run.id))
        _button(run, "cancel", _("Cancel"), "stop", partial(asking.cancel, run.id))
    elif run.state in (State.FAILED, State.CANCELLED):
        _button(run, "again", _("Train again"), "replay", partial(asking.again, run))
    elif run.state is State.DONE:
        rows = [(run.id, row) for row in range(experiment.rows)]
        kind = "paths" if experiment.record_every else "slice"
        _button(run, "landscape", _("Landscape"), "landscape", partial(landscape.want, rows, kind))
    if not run.listed:
        _button(run, "keep", _("Keep in my runs"), "bookmark", partial(asking.keep, run.id))


def _button(
    run: Run,
    what: str,
    label: str,
    icon: str,
    act: Callable[[], None],
    *,
    busy: bool = False,
    hint: str | None = None,
) -> None:
    st.button(
        label,
        key=f"run.{run.id}.{what}",
        icon=f":material/{icon}:",
        type="tertiary",
        disabled=busy,
        help=hint,
        on_click=act,
    )
