"""What runs have told: one log a run for all who look at it, read on as its run goes on."""

from __future__ import annotations

import copy
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

import streamlit as st

from optim_core.jobs import JobRefusedError, JobStore, Run, open_store
from optim_core.training import Experiment, read_json
from optim_core.training.log import TrainingLog
from pages.ui.visitor import visitor

KEPT_LOGS = 64
KEPT_SECONDS = 1800.0
"""A log is read again from the store when somebody opens its run after that."""

AT_A_TIME = 500
"""Events: what a long run has told does not come as one piece."""

LOOKS_SECONDS = ((20, 3.0), (6, 2.0), (0, 1.0))
"""How often a page asks what is new: where so many or more look on, every so many seconds.

The longest must be well below :data:`PRESENT_SECONDS`."""

PRESENT_SECONDS = 8.0
"""Whoever has not asked for so long has closed the tab."""


@dataclass
class Watched:
    """The log of a run. Hold the lock while it is read on and while anything is made of it."""

    run: str
    log: TrainingLog = field(default_factory=TrainingLog)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def read_on(self, store: JobStore) -> None:
        """Add what is new. The lock must be held."""
        arrays = partial(store.arrays, self.run)
        while events := store.events(self.run, after=self.log.number, limit=AT_A_TIME):
            self.log.read(events, arrays)


@st.cache_resource(max_entries=KEPT_LOGS, ttl=KEPT_SECONDS, show_spinner=False)
def _watched(run: str) -> Watched:
    return Watched(run)


@contextmanager
def reading(store: JobStore, run: str) -> Iterator[TrainingLog]:
    """The log of a run, up to date, for as long as the block lasts; nobody else can read it then.

    A store that is busy for a moment leaves the log as it is.

    Raises:
        JobRefusedError: when the run is not there any more.
        OSError, UnreadableFileError: when files of the run are gone or damaged.
    """
    watched = _watched(run)
    with watched.lock:
        try:
            watched.read_on(store)
        except JobRefusedError as error:
            if error.is_of_no_run:
                raise
        yield watched.log


def own_log(store: JobStore, run: str) -> TrainingLog:
    """A copy of the log of a run, up to date, to be read for long without keeping others waiting.

    Raises:
        JobRefusedError, OSError, UnreadableFileError: as :func:`reading` does.
    """
    with reading(store, run) as log:
        return copy.deepcopy(log)


def store() -> JobStore:
    """The store of runs, with workers that live.

    Raises:
        JobRefusedError: saying why, when there is none.
    """
    return open_store()


def experiment_of(run: Run) -> Experiment:
    """What a run trains."""
    return _experiment(json.dumps(run.spec))


@st.cache_data(max_entries=KEPT_LOGS, show_spinner=False)
def _experiment(text: str) -> Experiment:
    return read_json(text).experiment


class Audience:
    """Who asks what is new, and how often that may be."""

    def __init__(self) -> None:
        self._last: dict[str, float] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._last)

    def look(self, name: str, now: float) -> float:
        """``name`` looks at ``now`` (monotonic seconds): after how many seconds it may again."""
        with self._lock:
            self._last[name] = now
            for one in [one for one, last in self._last.items() if last < now - PRESENT_SECONDS]:
                del self._last[one]
            return next(seconds for least, seconds in LOOKS_SECONDS if len(self._last) >= least)


@st.cache_resource(show_spinner=False)
def audience() -> Audience:
    """Everybody who looks at a run that lives."""
    return Audience()


def pause_between_looks() -> float:
    """Seconds until this page may ask again; longer the more people look on.

    Call it at every look: whoever has not for :data:`PRESENT_SECONDS` counts as gone.
    """
    return audience().look(visitor(), time.monotonic())
