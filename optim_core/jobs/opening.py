"""One store and one supervisor for each folder in a process, however often a page asks."""

from __future__ import annotations

import atexit
import os
import threading

from optim_core.jobs.cluster.setting import cluster_supervisor, scheduler_of_environment
from optim_core.jobs.folder import VARIABLE, StoreFolder, find_folder
from optim_core.jobs.store import JobStore
from optim_core.jobs.supervisor import Supervisor
from optim_core.jobs.words import Denial, JobRefusedError, State

_OPENED: dict[str, tuple[JobStore, Supervisor]] = {}
_LOCK = threading.Lock()

OPENING_SECONDS = 1.5
"""How long a page waits while another one opens the store, which itself waits where it is held."""


def open_store(named: str | os.PathLike[str] | None = None) -> JobStore:
    """The store of a folder, with a supervisor that lives; cheap to call on every visit.

    Args:
        named: the folder; else what the environment variable ``DOWNHILL_RUNS`` names, else the
            usual place of this system.

    Raises:
        JobRefusedError: when the folder cannot be used, in words.
    """
    wish = str(named or os.environ.get(VARIABLE, ""))
    if not _LOCK.acquire(timeout=OPENING_SECONDS):
        raise JobRefusedError(Denial.BUSY)
    try:
        if wish not in _OPENED:
            folder = find_folder(wish)
            _OPENED[wish] = JobStore(folder), supervisor_of(folder)
        store, supervisor = _OPENED[wish]
        supervisor.ensure()
        return store
    finally:
        _LOCK.release()


def runs_by_state() -> dict[str, int] | None:
    """How many runs there are in each state, in the stores that this process has opened.

    None where it has opened none, and where a store cannot be read: this only looks.
    """
    with _LOCK:
        stores = [store for store, _supervisor in _OPENED.values()]
    try:
        counts = [store.counts() for store in stores]
    except JobRefusedError:
        return None
    states = {state: sum(count[state] for count in counts) for state in State}
    return {state.value: number for state, number in states.items()} if stores else None


def supervisor_of(folder: StoreFolder) -> Supervisor:
    """A supervisor of workers here, or of couriers to the cluster that the environment names."""
    scheduler = scheduler_of_environment()
    return cluster_supervisor(folder, scheduler) if scheduler else Supervisor(folder)


@atexit.register
def close_stores() -> None:
    """End the workers and let go of the databases; called when the process ends."""
    with _LOCK:
        for store, supervisor in _OPENED.values():
            supervisor.stop()
            store.close()
        _OPENED.clear()
