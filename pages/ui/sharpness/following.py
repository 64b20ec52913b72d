"""The runs laid open: how far they are, and what they have told so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import TypeVar

import streamlit as st

from optim_core.jobs import (
    JobRefusedError,
    JobStore,
    Run,
    State,
    UnreadableFileError,
)
from optim_core.jobs.tensor_files import unpack
from optim_core.training.landscape import Landscape, landscape_of
from optim_core.training.landscape.edge_log import EdgeLog
from optim_core.training.landscape.kept import ARTIFACT as PICTURE
from optim_core.training.landscape.measured import Measured, measured_of
from optim_core.training.landscape.sharpness_job import MEASURED
from pages.ui.landscape.live import state_of
from pages.ui.sharpness import asking, state
from pages.ui.training.silence import show_silence
from pages.ui.training.titles import duration
from pages.ui.training.watching import pause_between_looks
from pages.ui.visitor import visitor
from pages.ui.words import _, phrased, plain, reason

KEPT, KEPT_SECONDS = 32, 1800.0

Runs = dict[str, Run]
"""The runs laid open, by their names in ``state.RUNS``."""

Draw = Callable[[JobStore, Runs], None]
Read = TypeVar("Read")


def follow(store: JobStore, view: str, draw: Draw) -> None:
    """Draw a view; while one of its runs lives, this part of the page alone is drawn again."""
    runs = found(store, view)
    every = pause_between_looks() if _lives(runs) else None
    with st.container(key="live"):
        st.fragment(_live, run_every=every)(store, view, draw, every is not None)


def found(store: JobStore, view: str) -> Runs:
    """The runs that a view lays open.

    One that is gone, or of another kind than its name in the link says, is told once and taken off
    the page.
    """
    runs: Runs = {}
    for name in state.RUNS[view]:
        run = state.visit().run(name)
        if not run:
            continue
        try:
            status = store.status(run, visitor())
        except JobRefusedError as error:
            state.tell(reason(error))
            if error.is_of_no_run:
                state.lay_open(**{name: ""})
            continue
        if _is_what_it_is_called(name, status):
            runs[name] = status
        else:
            told = _("Parts of this link could not be used; the default stands in their place.")
            state.tell(told)
            state.lay_open(**{name: ""})
    return runs


def _is_what_it_is_called(name: str, run: Run) -> bool:
    if run.kind != state.KINDS[name]:
        return False
    return name != "line" or run.spec["kind"] == "interpolation"


def _lives(runs: Runs) -> bool:
    return any(not run.state.ended and run.state is not State.PAUSED for run in runs.values())


def _live(store: JobStore, view: str, draw: Draw, lives: bool) -> None:
    before = state.visit()
    runs = found(store, view)
    if state.visit() != before or lives != _lives(runs) or state.has_notice():
        # More than this part has changed, or nothing will change any more.
        st.rerun()
    try:
        draw(store, runs)
    except (OSError, UnreadableFileError, ValueError, KeyError, JobRefusedError):
        told = _("What this run has written down cannot be read any more.")
        st.error(plain(told), icon=":material/error:")
    if state.visit() != before:
        st.rerun()


def show_progress(store: JobStore, name: str, run: Run, title: str) -> None:
    """One row: where a run is, how much longer, buttons; what is wrong in a sentence below."""
    with st.container(
        key=f"run-row-{name}", horizontal=True, vertical_alignment="center", gap="small"
    ):
        st.markdown(f"**{plain(title)}**: {plain(state_of(run))}")
        if not run.state.ended:
            st.progress(min(1.0, run.progress), width="stretch")
        st.caption(plain(_told(store, run)))
        for key, label, icon, act in asking.buttons(name, run):
            st.button(
                label,
                key=f"run.{name}.{key}",
                icon=f":material/{icon}:",
                type="tertiary",
                disabled=key == "cancel" and bool(run.stopping),
                on_click=act,
            )
    if run.phrase is not None:
        st.error(plain(phrased(run.phrase)), icon=":material/error:")
    show_silence(store, run)


def _told(store: JobStore, run: Run) -> str:
    if run.state is State.QUEUED:
        try:
            place = store.place_in_queue(run.id)
        except JobRefusedError:
            place = 0
        if place == 1:
            return _("It is next.")
        return _("Place {place} in the queue.").format(place=place) if place else ""
    if run.state is State.RUNNING and run.progress > 0.02 and run.seconds > 1:
        left = run.seconds * (1 - run.progress) / run.progress
        return _("{time} left").format(time=duration(left))
    if run.state.ended and run.seconds:
        return _("took {time}").format(time=duration(run.seconds))
    return ""


@dataclass
class _Growing:
    """What a run has told so far; hold the lock."""

    number: int = 0
    measured: Measured | None = None
    log: EdgeLog = field(default_factory=EdgeLog)
    lock: Lock = field(default_factory=Lock)


@st.cache_resource(max_entries=KEPT, ttl=KEPT_SECONDS, show_spinner=False)
def _growing(run: str) -> _Growing:
    del run
    return _Growing()


def measured(store: JobStore, run: Run) -> Measured | None:
    """The table of a run of the kind "sharpness", as far as it is known.

    Raises:
        OSError, UnreadableFileError, ValueError, KeyError, JobRefusedError: when it cannot be read.
    """
    growing = _growing(run.id)
    with growing.lock:
        for event in store.events(run.id, after=growing.number):
            if event.kind == MEASURED:
                arrays = store.arrays(run.id, event.number) if event.in_file else event.arrays
                growing.measured = measured_of(arrays)
            growing.number = event.number
        return growing.measured


def recorded(store: JobStore, run: Run) -> EdgeLog:
    """What a run of the kind "edge" has told so far; not to be changed.

    Raises:
        OSError, UnreadableFileError, ValueError, KeyError, JobRefusedError: when it cannot be read.
    """
    growing = _growing(run.id)
    with growing.lock:
        while events := store.events(run.id, after=growing.number):
            growing.log.read(events)
            growing.number = events[-1].number
        return growing.log


@st.cache_resource(max_entries=KEPT, ttl=KEPT_SECONDS, show_spinner=False)
def picture(run: str, _store: JobStore) -> Landscape:
    """A picture that is done.

    Raises:
        OSError, UnreadableFileError, ValueError, KeyError: when it cannot be read.
    """
    return landscape_of(unpack(_store.artifact(run, PICTURE)))
