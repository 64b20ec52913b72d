"""From an error to words: what a visitor is told of it."""

from __future__ import annotations

import errno
import logging
import signal
import uuid

from optim_core.jobs.words import Denial, Failure, JobFailedError, JobRefusedError

LOG = logging.getLogger("downhill.jobs")

NO_MEMORY = ("out of memory", "can't allocate memory", "not enough memory")
DEVICE_LOST = ("cuda error", "device-side assert", "illegal memory access", "cudnn_status")
NO_ROOM = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG}
REASON_CHARACTERS = 300

Explanation = tuple[Failure, dict[str, str | int]]

WORKER_IS_SPENT = {Failure.OUT_OF_MEMORY, Failure.DEVICE}
"""After these a process cannot be trusted: memory stays in pieces, a CUDA context is dead."""


def explain(error: BaseException) -> Explanation:
    """Which failure ``error`` is; one that nobody foresaw is logged under a short name.

    What errors of torch say is read as text and type name: this package does not import torch.
    """
    text = str(error).lower()
    if isinstance(error, JobFailedError):
        return error.failure, error.places
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return Failure.OUT_OF_MEMORY, {}
    if isinstance(error, RuntimeError) and any(words in text for words in NO_MEMORY):
        return Failure.OUT_OF_MEMORY, {}
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return Failure.DISK_FULL, {}
    if isinstance(error, JobRefusedError) and error.denial is Denial.DISK_FULL:
        return Failure.DISK_FULL, {}
    if type(error).__name__ == "AcceleratorError" or (
        isinstance(error, RuntimeError) and any(words in text for words in DEVICE_LOST)
    ):
        LOG.error("the device failed", exc_info=error)
        return Failure.DEVICE, {}
    report = uuid.uuid4().hex[:8]
    LOG.error("job error %s", report, exc_info=error)
    return Failure.ERROR, {"report": report}


def refused(error: ValueError) -> Explanation:
    """The failure of a run whose spec its kind does not accept (any more)."""
    return Failure.REFUSED, {"reason": str(error)[:REASON_CHARACTERS]}


def ending_of(exit_code: int) -> str:
    """How a process ended, in a few words: ``SIGKILL`` or ``exit code 3``."""
    if exit_code < 0:
        try:
            return signal.Signals(-exit_code).name
        except ValueError:
            return f"signal {-exit_code}"
    return f"exit code {exit_code}"
