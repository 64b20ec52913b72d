"""Whether runs go to a cluster, and a supervisor for that: one courier for each of its places."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence
from math import inf
from typing import Any

from optim_core.jobs.folder import StoreFolder
from optim_core.jobs.supervisor import Supervisor
from optim_core.jobs.tensor_files import write_file
from optim_core.jobs.worker_process import Patience

VARIABLE = "DOWNHILL_DASK"
COMMAND = (sys.executable, "-m", "optim_core.jobs.cluster.courier")
MAX_PLACES = 32
"""A courier is a process on this machine."""

PATIENCE = Patience(cancel=3.0, idle=inf)
"""A courier itself ends what does not listen; one without a place on the cluster takes no run."""


def scheduler_of_environment() -> str:
    """The address in ``DOWNHILL_DASK``, for instance ``tcp://host:8786``; empty without one."""
    return os.environ.get(VARIABLE, "").strip()


def cluster_supervisor(
    folder: StoreFolder,
    scheduler: str,
    *,
    command: Sequence[str] = COMMAND,
    patience: Patience = PATIENCE,
    **settings: Any,
) -> Supervisor:
    """A supervisor whose workers are couriers to the cluster at ``scheduler``.

    Args:
        folder: of the runs.
        scheduler: address of its Dask scheduler.
        command: starts a courier; options are appended.
        patience: how long what is waited for.
        settings: as :class:`~optim_core.jobs.supervisor.Supervisor` takes them.
    """
    return Supervisor(
        folder,
        slots=lambda: slots_of(folder),
        command=[*command, "--scheduler", scheduler],
        patience=patience,
        **settings,
    )


def slots_of(folder: StoreFolder) -> tuple[str, ...]:
    """One name for each place that the cluster had when a courier last looked, at least one."""
    places = 1
    with contextlib.suppress(OSError, ValueError):
        places = int(folder.places.read_bytes())
    return tuple(f"dask-{place}" for place in range(min(MAX_PLACES, max(1, places))))


def place_of(slot: str) -> int:
    """The number in the name of a slot, from 0."""
    return int(slot.rpartition("-")[2])


def note_places(folder: StoreFolder, places: int) -> None:
    """Write down how many places the cluster has; the supervisor starts couriers for them."""
    with contextlib.suppress(OSError):
        write_file(folder.places, str(places).encode())
