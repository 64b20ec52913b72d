"""When a training in the worker keeps a checkpoint, and where."""

from __future__ import annotations

import logging
import time

from optim_core.jobs.failing import NO_ROOM
from optim_core.jobs.reporting import Reporter
from optim_core.training.checkpoint import Checkpoint

LOG = logging.getLogger("downhill.jobs")

LEAST_SECONDS = 10.0
"""So much of a training may have to be done again after a worker was killed."""

SHARE = 1 / 30
"""A large checkpoint on a slow disk takes at most this share of the time."""


class RunKeeper:
    """Keeps checkpoints with the run: now and then, and when it stops to go on later.

    Args:
        report: of the run.
        has_one: whether the run has a checkpoint from before.
    """

    def __init__(self, report: Reporter, *, has_one: bool = False) -> None:
        self._report = report
        self._has_one = has_one
        self._next = time.monotonic() + LEAST_SECONDS

    def due(self, *, stopped: bool) -> bool:
        """Whether there has been none for long, or the run will go on from here."""
        return self._report.goes_on if stopped else time.monotonic() >= self._next

    def keep(self, checkpoint: Checkpoint) -> None:
        """Keep it in place of the one before.

        A disk that is full does not end the training: it goes on from the one before, if need be.

        Raises:
            OSError: when the disk is full and the run, now to be paused, has none at all.
        """
        began = time.monotonic()
        try:
            self._report.checkpoint(checkpoint.state, checkpoint.arrays)
            self._has_one = True
        except OSError as error:
            if error.errno not in NO_ROOM or (self._report.goes_on and not self._has_one):
                raise
            LOG.warning("no room for a checkpoint")
        now = time.monotonic()
        self._next = now + max(LEAST_SECONDS, (now - began) / SHARE)
