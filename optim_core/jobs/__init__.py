"""Long work outside the server: a queue, one worker process per device, a store that lasts.

:func:`open_store` gives the :class:`JobStore` that pages speak to. ``docs/jobs.md`` tells what is
promised.
"""

from optim_core.jobs.opening import open_store, runs_by_state
from optim_core.jobs.reporting import Reporter
from optim_core.jobs.runs import Run, RunEvent
from optim_core.jobs.store import JobStore, Limits
from optim_core.jobs.tensor_files import UnreadableFileError
from optim_core.jobs.words import Denial, Failure, JobRefusedError, State, StoppedError

__all__ = [
    "Denial",
    "Failure",
    "JobRefusedError",
    "JobStore",
    "Limits",
    "Reporter",
    "Run",
    "RunEvent",
    "State",
    "StoppedError",
    "UnreadableFileError",
    "open_store",
    "runs_by_state",
]
