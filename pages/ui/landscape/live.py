"""The picture laid open: how far it is, what can be done with it, and the picture so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock

import streamlit as st

from optim_core.jobs import (
    JobRefusedError,
    JobStore,
    Run,
    State,
    UnreadableFileError,
)
from optim_core.jobs.tensor_files import unpack
from optim_core.training.landscape import Landscape, LandscapeRequest, landscape_of
from optim_core.training.landscape.kept import ARTIFACT
from optim_core.training.landscape.request import from_spec
from pages.ui.landscape import asking, state
from pages.ui.landscape.drawing import draw_picture
from pages.ui.landscape.networks import Training
from pages.ui.training.silence import show_silence
from pages.ui.training.titles import duration
from pages.ui.training.watching import pause_between_looks
from pages.ui.visitor import visitor
from pages.ui.words import _, phrased, plain, reason

KEPT = 32
KEPT_SECONDS = 1800.0


def show_live(store: JobStore, known: Mapping[str, Training]) -> None:
    """Draw the open picture; while it grows, this part of the page alone is drawn again."""
    run = found(store)
    if run is None:
        return
    every = None if run.state.ended else pause_between_looks()
    with st.container(key="live"):
        st.fragment(_live, run_every=every)(store, known, run.id, every is not None)


def found(store: JobStore) -> Run | None:
    """The picture laid open; one that is gone, or is none, is told once and taken off the page."""
    run = state.opened()
    if not run:
        return None
    try:
        status = store.status(run, visitor())
    except JobRefusedError as error:
        state.tell(reason(error))
        if error.is_of_no_run:
            state.lay_open("")
        return None
    if status.kind != asking.KIND:
        state.tell(_("Parts of this link could not be used; the default stands in their place."))
        state.lay_open("")
        return None
    return status


def _live(store: JobStore, known: Mapping[str, Training], run: str, lives: bool) -> None:
    status = found(store)
    moved = status is None or status.id != run or lives == status.state.ended
    if moved or state.has_notice() or state.is_leaving():
        # More than this part has changed, or nothing will change any more.
        st.rerun()
    assert status is not None
    request = from_spec(status.spec)
    _show_progress(store, status)
    try:
        landscape = _landscape(store, status)
    except (JobRefusedError, OSError, UnreadableFileError, ValueError, KeyError):
        told = _("What this run has written down cannot be read any more.")
        st.error(plain(told), icon=":material/error:")
        return
    if landscape is not None:
        draw_picture(store, status, request, landscape, known)
    elif not status.state.ended:
        st.caption(_("Getting data and networks ready."))


def _show_progress(store: JobStore, run: Run) -> None:
    """One row: where it is, how much longer, buttons; what is wrong in a sentence below."""
    with st.container(key="run-row", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{plain(title_of(from_spec(run.spec)))}**: {plain(state_of(run))}")
        if not run.state.ended:
            st.progress(min(1.0, run.progress), width="stretch")
        st.caption(plain(_told(store, run)))
        for key, label, icon, act in asking.buttons(run):
            st.button(
                label,
                key=f"run.{run.id}.{key}",
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


def title_of(request: LandscapeRequest) -> str:
    """What a picture is of."""
    return _(request.picture.title)


def state_of(run: Run) -> str:
    """Where a picture is, in a word."""
    if run.stopping and not run.state.ended:
        return _("stopping")
    return {
        State.QUEUED: _("waiting"),
        State.RUNNING: _("measuring"),
        State.PAUSED: _("paused"),
        State.DONE: _("done"),
        State.FAILED: _("failed"),
        State.CANCELLED: _("cancelled"),
    }[run.state]


@dataclass
class _Growing:
    """The picture so far of a run that goes on; hold the lock."""

    number: int = 0
    landscape: Landscape | None = None
    lock: Lock = field(default_factory=Lock)


@st.cache_resource(max_entries=KEPT, ttl=KEPT_SECONDS, show_spinner=False)
def _growing(run: str) -> _Growing:
    del run
    return _Growing()


@st.cache_resource(max_entries=KEPT, ttl=KEPT_SECONDS, show_spinner=False)
def _done(run: str, _store: JobStore) -> Landscape:
    return landscape_of(unpack(_store.artifact(run, ARTIFACT)))


def _landscape(store: JobStore, run: Run) -> Landscape | None:
    """The picture, or as much of it as is known; None where nothing is."""
    if run.state is State.DONE:
        return _done(run.id, store)
    growing = _growing(run.id)
    with growing.lock:
        events = [one for one in store.events(run.id, after=growing.number) if one.kind == "known"]
        if events:
            last = events[-1]
            arrays = store.arrays(run.id, last.number) if last.in_file else last.arrays
            growing.number, growing.landscape = last.number, landscape_of(arrays).coarse()
        return growing.landscape
