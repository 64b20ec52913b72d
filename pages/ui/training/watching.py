"""What runs have told: one log a run for all who look at it, read on as its run goes on."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

import streamlit as st

from optim_core.jobs import JobStore, Run, open_store
from optim_core.training import Experiment, read_json
from optim_core.training.log import TrainingLog
from pages.ui.visitor import visitor

KEPT_LOGS = 64
KEPT_SECONDS = 1800.0
"""A log is read again from the store when somebody opens its run after that."""

AT_A_TIME = 500
"""Events: what a long run has told does not come as one piece."""

LOOKS_SECONDS = ((20, 3.0), (6, 2.0), (0, 1.0))
"""How often a page asks what is new, by how many others do: that many or more, so many seconds."""

PRESENT_SECONDS = 8.0
"""Whoever has not asked for so long has closed the tab."""


@dataclass
class Watched:
    """The log of a run. Hold the lock while a figure is made of it."""

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
    """The log of a run, up to date, for as long as the block lasts.

    Raises:
        JobRefusedError: when the run or the store is not there any more.
        OSError, UnreadableFileError: when files of the run are gone or damaged.
    """
    watched = _watched(run)
    with watched.lock:
        watched.read_on(store)
        yield watched.log


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


@st.cache_resource(show_spinner=False)
def _lookers() -> dict[str, float]:
    """When each visitor asked last what is new."""
    return {}


def pause_between_looks() -> float:
    """Seconds until this page should ask again; longer the more people look on."""
    lookers, now = _lookers(), time.monotonic()
    lookers[visitor()] = now
    for name in [name for name, last in list(lookers.items()) if last < now - PRESENT_SECONDS]:
        lookers.pop(name, None)
    return next(seconds for least, seconds in LOOKS_SECONDS if len(lookers) >= least)
