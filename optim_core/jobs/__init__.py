"""Long work outside the server: a queue, one worker process per device, a store that lasts.

:func:`open_store` gives the :class:`JobStore` that pages speak to. ``docs/jobs.md`` tells what is
promised.
"""

from optim_core.jobs.kinds import KINDS, JobFunction, JobKind, Stop
from optim_core.jobs.opening import open_store
from optim_core.jobs.reporting import Checkpoint, Reporter
from optim_core.jobs.runs import REWOUND, Run, RunEvent
from optim_core.jobs.store import JobStore, Limits, Submitted
from optim_core.jobs.tensor_files import UnreadableFileError
from optim_core.jobs.words import (
    Denial,
    Failure,
    JobFailedError,
    JobRefusedError,
    State,
    StoppedError,
)

__all__ = [
    "KINDS",
    "REWOUND",
    "Checkpoint",
    "Denial",
    "Failure",
    "JobFailedError",
    "JobFunction",
    "JobKind",
    "JobRefusedError",
    "JobStore",
    "Limits",
    "Reporter",
    "Run",
    "RunEvent",
    "State",
    "Stop",
    "StoppedError",
    "Submitted",
    "UnreadableFileError",
    "open_store",
]
