"""A worker as its supervisor sees it: a process, signs of life, and what it works on."""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from optim_core.jobs.database import Database
from optim_core.jobs.failing import Explanation
from optim_core.jobs.words import Failure, JobRefusedError

LOG = logging.getLogger("downhill.jobs")

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "optim_core.jobs.worker")
MAX_LOG_BYTES = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How many seconds a worker is waited for.

    Attributes:
        start: from its start until it has registered; importing torch takes its time.
        silent: without a sign of life, before it is ended.
        cancel: from the wish to cancel until a run that does not listen is ended.
        pause: the same for a pause, which may write a large checkpoint first.
        over_time: after the time limit.
        idle: with a run waiting that it does not take.
        stop: from the end of the server until a worker that does not leave is ended.
        back_off: before a worker that has crashed is started again; doubled each time.
        back_off_most: at most.
    """

    start: float = 120.0
    silent: float = 15.0
    cancel: float = 1.3
    pause: float = 20.0
    over_time: float = 5.0
    idle: float = 60.0
    stop: float = 4.0
    back_off: float = 0.25
    back_off_most: float = 30.0


@dataclass(frozen=True)
class Verdict:
    """Why a worker must be ended.

    Attributes:
        explanation: what a run that cannot go on is told.
        target: the run on account of which, if it is one.
    """

    explanation: Explanation
    target: str | None = None


class Since:
    """How long something has stayed the same, by a clock that nobody can set."""

    def __init__(self) -> None:
        self._value: object = None
        self._at = time.monotonic()

    def seconds(self, value: object) -> float:
        """How long ``value`` has been seen without another in between."""
        if value != self._value:
            self._value = value
            self._at = time.monotonic()
        return time.monotonic() - self._at


class WorkerProcess:
    """One worker of one slot, just started.

    Attributes:
        slot: the device it serves.
        token: its name in the database.
        process: of the system.
        registered: whether it has been seen to come up.
        let_a_run_go: whether it has been seen to bring a run to its end.

    Raises:
        OSError: when it cannot be started.
    """

    def __init__(
        self, database: Database, slot: str, patience: Patience, command: Sequence[str] = COMMAND
    ) -> None:
        self.slot = slot
        self.token = secrets.token_hex(8)
        self.registered = False
        self.let_a_run_go = False
        self._works_on: str | None = None
        self._database = database
        self._patience = patience
        self._started = time.monotonic()
        self._beat, self._wish, self._run, self._idle = Since(), Since(), Since(), Since()
        folder = database.folder
        environment = dict(os.environ)
        paths = [str(ROOT), *filter(None, [environment.get("PYTHONPATH")])]
        environment["PYTHONPATH"] = os.pathsep.join(paths)
        options = ["--folder", str(folder.path), "--slot", slot, "--token", self.token]
        log = folder.worker_log(slot)
        mode = "ab" if log.exists() and log.stat().st_size < MAX_LOG_BYTES else "wb"
        with log.open(mode) as errors:
            self.process = subprocess.Popen(
                [*command, *options],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                env=environment,
            )

    def judge(self) -> Verdict | None:
        """Whether it must be ended, judged by what it does in the database.

        Raises:
            JobRefusedError: when the database cannot be read.
        """
        patience = self._patience
        beats = self._database.read("SELECT beat FROM worker WHERE token = ?", self.token)
        if not beats:
            late = time.monotonic() - self._started > patience.start
            return Verdict((Failure.NO_WORKER, {})) if late else None
        self.registered = True
        if self._beat.seconds(beats[0]["beat"]) > patience.silent:
            self._hear_nobody()
            return Verdict((Failure.STUCK, {}))
        runs = self._database.read(
            "SELECT id, asked, seconds, time_limit FROM run WHERE worker = ?", self.token
        )
        works_on = runs[0]["id"] if runs else None
        if self._works_on not in (None, works_on):
            self.let_a_run_go = True
        self._works_on = works_on
        if not runs:
            self._run.seconds(None)
            idle = self._idle.seconds("idle") > patience.idle
            return Verdict((Failure.STUCK, {})) if idle and has_waiting(self._database) else None
        self._idle.seconds("busy")
        run = runs[0]
        wished = self._wish.seconds((run["id"], run["asked"]))
        limits = {"cancel": patience.cancel, "pause": patience.pause}
        if wished > limits.get(run["asked"], float("inf")):
            return Verdict((Failure.STUCK, {}), target=run["id"])
        # The worker stops a run at its limit; a run is ended from here when that does not help.
        over = run["time_limit"] + patience.over_time
        if run["seconds"] > over or self._run.seconds(run["id"]) > over:
            minutes = max(1, round(run["time_limit"] / 60))
            return Verdict((Failure.TIME_LIMIT, {"minutes": minutes}), target=run["id"])
        return None

    def _hear_nobody(self) -> None:
        """See that the silence is the worker's own.

        Raises:
            JobRefusedError: when nobody can write; its time then begins anew.
        """
        try:
            with self._database.write():
                pass
        except JobRefusedError:
            self._beat = Since()
            raise

    def let_go(self) -> None:
        """Tell it to leave: it sees the end of the pipe, as when this process dies."""
        if self.process.stdin is not None:
            with contextlib.suppress(OSError):
                self.process.stdin.close()

    def end(self, seconds: float) -> int:
        """Wait so long for it to leave, then kill it; its exit code."""
        self.let_go()
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


def has_waiting(database: Database) -> bool:
    """Whether a run waits for a worker.

    Raises:
        JobRefusedError: when the database cannot be read.
    """
    return bool(database.read("SELECT 1 FROM run WHERE state = 'queued' LIMIT 1"))
