"""The thread in a worker that minds the run: wishes of visitors, time, signs of life, the leash."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from optim_core.jobs.ledger import Claim, Ledger
from optim_core.jobs.reporting import Reporter
from optim_core.jobs.settling import settle
from optim_core.jobs.words import Denial, Failure, JobRefusedError, LostRunError

LOG = logging.getLogger("downhill.jobs")

LOOK_EVERY_SECONDS = 0.05
BEAT_EVERY_SECONDS = 0.5
LEAVING_SECONDS = 2.0
"""How long a run may take to save a checkpoint when the server goes."""


class StopReason(Enum):
    """Why a run was told to stop."""

    CANCEL = auto()
    PAUSE = auto()
    TIME_LIMIT = auto()
    LEAVING = auto()
    DISK_FULL = auto()
    LOST = auto()


GOES_ON = {StopReason.PAUSE, StopReason.LEAVING}
"""After these a run goes on one day."""


class Leash:
    """Tells a worker that its server is gone: a pipe from the server that ends with it.

    The system closes the pipe however the server dies. A worker so never outlives its server,
    which a look at the parent's process id would not promise on every system.

    Args:
        pipe: file descriptor of the end to read from.
    """

    def __init__(self, pipe: int) -> None:
        self._cut = threading.Event()
        self._pipe = pipe
        threading.Thread(target=self._hold, name="leash", daemon=True).start()

    @property
    def is_cut(self) -> bool:
        """Whether the worker must leave."""
        return self._cut.is_set()

    def cut(self) -> None:
        """Leave, as if the server had gone."""
        self._cut.set()

    def wait(self, seconds: float) -> bool:
        """Sleep for ``seconds`` or until the leash is cut; whether it is."""
        return self._cut.wait(seconds)

    def _hold(self) -> None:
        # Not through a file object: its lock would be held when the interpreter shuts down.
        with contextlib.suppress(OSError):
            while os.read(self._pipe, 1):
                pass
        self._cut.set()


@dataclass
class Minded:
    """The run that is being worked on."""

    claim: Claim
    reporter: Reporter
    started: float
    stop: threading.Event
    reason: StopReason | None = None

    @property
    def seconds(self) -> float:
        """How long the run has taken, with what it took before."""
        return self.claim.seconds + time.monotonic() - self.started

    def tell_to_stop(self, reason: StopReason) -> None:
        """Make ``stop()`` true; the first reason stays."""
        self.reason = self.reason or reason
        self.reporter.goes_on = self.reason in GOES_ON
        self.stop.set()


class Minder(threading.Thread):
    """Looks at the database while the main thread works, with a connection of its own.

    Args:
        ledger: on a connection that no other thread uses.
        slot, token: of this worker.
        leash: to the server.
    """

    def __init__(self, ledger: Ledger, slot: str, token: str, leash: Leash) -> None:
        super().__init__(name="minder", daemon=True)
        self._ledger = ledger
        self._slot = slot
        self._token = token
        self._leash = leash
        self._lock = threading.Lock()
        self._minded: Minded | None = None
        self._ended = threading.Event()

    @contextlib.contextmanager
    def minding(self, claim: Claim, reporter: Reporter) -> Iterator[Minded]:
        """Look after a run for as long as the block lasts."""
        minded = Minded(claim, reporter, time.monotonic(), threading.Event())
        with self._lock:
            self._minded = minded
        try:
            yield minded
        finally:
            with self._lock:
                self._minded = None

    def end(self) -> None:
        """End the thread."""
        self._ended.set()
        self.join()
        self._ledger.database.close()

    def run(self) -> None:
        """Look, and now and then give a sign of life."""
        next_beat = left_at = 0.0
        while not self._ended.wait(LOOK_EVERY_SECONDS):
            now = time.monotonic()
            try:
                with self._lock:
                    self._look(self._minded)
                    if now >= next_beat:
                        next_beat = now + BEAT_EVERY_SECONDS
                        self._beat(self._minded)
            except JobRefusedError as error:
                self._bear(error)
            if self._leash.is_cut:
                left_at = left_at or now
                if now - left_at > LEAVING_SECONDS:
                    self._leave_at_once()

    def _look(self, minded: Minded | None) -> None:
        if minded is None:
            return
        if self._leash.is_cut:
            minded.tell_to_stop(StopReason.LEAVING)
        if minded.seconds > minded.claim.time_limit:
            minded.tell_to_stop(StopReason.TIME_LIMIT)
        try:
            asked = self._ledger.asked(minded.claim)
        except LostRunError:
            minded.tell_to_stop(StopReason.LOST)
            return
        if asked == "cancel":
            minded.tell_to_stop(StopReason.CANCEL)
        elif asked == "pause":
            minded.tell_to_stop(StopReason.PAUSE)

    def _beat(self, minded: Minded | None) -> None:
        if minded is None or minded.reason is StopReason.LOST:
            if not self._ledger.beat(self._token):
                self._ledger.register(self._slot, self._token, os.getpid())
            return
        with contextlib.suppress(LostRunError):
            self._ledger.tell(minded.claim, minded.seconds, minded.reporter.share_done)

    def _bear(self, error: JobRefusedError) -> None:
        LOG.warning("minding: %s", error)
        with self._lock:
            if error.denial is Denial.DISK_FULL and self._minded is not None:
                self._minded.tell_to_stop(StopReason.DISK_FULL)

    def _leave_at_once(self) -> None:
        """End a process whose run does not stop by itself."""
        code = 1
        with contextlib.suppress(JobRefusedError):
            settle(
                self._ledger.database, token=self._token, failure=Failure.INTERRUPTED, lost=False
            )
            code = 0
        os._exit(code)
