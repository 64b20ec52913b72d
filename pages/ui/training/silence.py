"""Runs of which nothing is heard, and why: said in words long before they are ended."""

from __future__ import annotations

import math
import threading
import time

import streamlit as st

from optim_core.jobs import Denial, JobStore, Run, State
from pages.ui.words import _, phrased, plain

WORDED_SECONDS = 2.5
"""A worker gives a sign of life twice a second: after that somebody who waits wants to know. The
worker itself is given longer (``Patience`` in ``optim_core.jobs``)."""

REMEMBERED = 512
"""Runs; those heard of longest ago are forgotten first."""


class Listening:
    """When each run last told anything new, as all who look at it have seen it."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[tuple[float, float], float]] = {}
        self._lock = threading.Lock()

    def silence(self, run: Run, now: float) -> float:
        """Seconds at ``now`` (monotonic) since ``run`` was seen to move on; 0 where it does not."""
        told = (run.seconds, run.progress)
        with self._lock:
            before, since = self._last.pop(run.id, (None, now))
            if run.state is not State.RUNNING:
                return 0.0
            since = since if told == before else now
            self._last[run.id] = (told, since)
            while len(self._last) > REMEMBERED:
                del self._last[next(iter(self._last))]
            return now - since


@st.cache_resource(show_spinner=False)
def listening() -> Listening:
    """What everybody on this server has heard."""
    return Listening()


def show_silence(store: JobStore, run: Run) -> None:
    """Say so, where nothing has been heard of a run for a while, or it waits for a full disk.

    What happens to a run is written down before a page knows it. On a full disk it may not be.
    """
    seconds = listening().silence(run, time.monotonic())
    silent = seconds >= WORDED_SECONDS
    if (silent or run.state is State.QUEUED) and not store.has_room():
        full = phrased(Denial.DISK_FULL.value)
        st.caption(f":material/hard_drive: {plain(full)}")
    if silent:
        told = _(
            "No news of this run for {seconds} s. This page goes on asking; if its process stays"
            " silent, it is ended."
        )
        told = told.format(seconds=math.floor(seconds))
        st.caption(f":material/hourglass_empty: {plain(told)}")
