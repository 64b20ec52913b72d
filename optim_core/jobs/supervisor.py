"""The supervisor: a thread in the server that keeps one worker per device alive.

Of several servers on one folder one supervises, held by a file lock; when it goes, however it
goes, another takes over within a second.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence

from optim_core.jobs.database import Database
from optim_core.jobs.failing import ending_of
from optim_core.jobs.folder import StoreFolder
from optim_core.jobs.locks import FileLock
from optim_core.jobs.retention import Retention, sweep
from optim_core.jobs.settling import fail_waiting, settle
from optim_core.jobs.words import Denial, Failure, JobRefusedError
from optim_core.jobs.worker_process import COMMAND, Patience, WorkerProcess, has_waiting

LOG = logging.getLogger("downhill.jobs")

DEVICES = "DOWNHILL_DEVICES"
LOOK_EVERY_SECONDS = 0.1
TAKE_OVER_SECONDS = 0.5
AFTER_TROUBLE_SECONDS = 0.5
SWEEP_EVERY_SECONDS = 60.0
MAX_FAILED_STARTS = 3


def slots_of_environment() -> tuple[str, ...]:
    """The devices to serve, one worker each: ``DOWNHILL_DEVICES=cuda:0,cuda:1``.

    Without it there is one worker, which itself finds the best device: the server never asks.
    """
    named = (name.strip() for name in os.environ.get(DEVICES, "").split(","))
    return tuple(dict.fromkeys(name for name in named if name)) or ("auto",)


class Supervisor:
    """Starts workers when there is work, ends those that are stuck, settles the runs of the dead.

    Args:
        folder: of the runs.
        slots: the devices, one worker each, or what tells them whenever it is asked; None: as the
            environment says.
        command: starts a worker; options are appended.
        patience: how long what is waited for.
        retention: what is kept.
    """

    def __init__(
        self,
        folder: StoreFolder,
        *,
        slots: Sequence[str] | Callable[[], Sequence[str]] | None = None,
        command: Sequence[str] = COMMAND,
        patience: Patience | None = None,
        retention: Retention | None = None,
    ) -> None:
        self._folder = folder
        if callable(slots):
            self._slots = slots
        else:
            fixed = tuple(slots) if slots is not None else slots_of_environment()
            self._slots = lambda: fixed
        self._command = command
        self._patience = patience or Patience()
        self._retention = retention or Retention()
        self._lock = FileLock(folder.supervisor_lock)
        self._workers: dict[str, WorkerProcess] = {}
        self._bad_ends: dict[str, int] = {}
        self._failed_starts: dict[str, int] = {}
        self._not_before: dict[str, float] = {}
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._guard = threading.Lock()

    def ensure(self) -> None:
        """Start the thread, unless it runs; nothing else happens until a run waits."""
        with self._guard:
            if self._thread is None or not self._thread.is_alive():
                self._stopping.clear()
                self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)
                self._thread.start()

    @property
    def leads(self) -> bool:
        """Whether this one supervises, not that of another server."""
        return self._lock.held

    def stop(self) -> None:
        """End the workers, gently at first, and the thread; what ran goes on at the next start."""
        with self._guard:
            self._stopping.set()
            if self._thread is not None:
                self._thread.join()
                self._thread = None

    def _run(self) -> None:
        database: Database | None = None
        next_sweep = 0.0
        try:
            while not self._stopping.is_set():
                pause = LOOK_EVERY_SECONDS
                try:
                    if database is None:
                        database = Database(self._folder)
                    if not self._lock.held:
                        if not self._lock.try_acquire():
                            self._stopping.wait(TAKE_OVER_SECONDS)
                            continue
                        self._take_over(database)
                    for slot in dict.fromkeys([*self._slots(), *self._workers]):
                        self._look_after(database, slot)
                    if time.monotonic() >= next_sweep:
                        next_sweep = time.monotonic() + SWEEP_EVERY_SECONDS
                        sweep(database, self._retention)
                        self._folder.make_reserve()
                except JobRefusedError as error:
                    LOG.warning("supervising: %s", error)
                    if error.denial is Denial.DISK_FULL:
                        self._folder.give_up_reserve()
                    pause = AFTER_TROUBLE_SECONDS
                except Exception:
                    # Without this thread no run would ever start or end.
                    LOG.exception("supervising")
                    pause = AFTER_TROUBLE_SECONDS
                self._stopping.wait(pause)
        finally:
            self._leave(database)

    def _take_over(self, database: Database) -> None:
        """Wait for the workers of a supervisor that is gone, and settle what they left.

        They have noticed that their server is gone and save what they can.
        """
        try:
            database.check()
            for row in database.read("SELECT slot, process FROM worker"):
                lock = FileLock(self._folder.worker_lock(row["slot"]))
                if not lock.acquire(timeout=self._patience.stop):
                    # The lock is held, so the process of this number is the one that holds it.
                    with contextlib.suppress(OSError):
                        os.kill(row["process"], getattr(signal, "SIGKILL", signal.SIGTERM))
                    lock.acquire(timeout=self._patience.stop)
                lock.release()
            settle(database, token=None, failure=Failure.INTERRUPTED)
        except BaseException:
            self._lock.release()
            raise

    def _look_after(self, database: Database, slot: str) -> None:
        worker = self._workers.get(slot)
        if worker is None:
            if time.monotonic() >= self._not_before.get(slot, 0.0) and has_waiting(database):
                self._start(database, slot)
            return
        exit_code = worker.process.poll()
        if exit_code is not None:
            self._bury(database, worker, exit_code)
            return
        verdict = worker.judge()
        if verdict is not None:
            failure, places = verdict.explanation
            LOG.warning("ending the worker of %s: %s", slot, failure.key)
            worker.process.kill()
            worker.process.wait()
            settle(
                database,
                token=worker.token,
                failure=failure,
                places=places,
                target=verdict.target,
            )
            self._forget(database, worker, well=verdict.target is not None)

    def _start(self, database: Database, slot: str) -> None:
        try:
            self._workers[slot] = WorkerProcess(database, slot, self._patience, self._command)
        except OSError:
            LOG.exception("the worker of %s cannot be started", slot)
            self._start_failed(database, slot)

    def _bury(self, database: Database, worker: WorkerProcess, exit_code: int) -> None:
        """Settle the runs of a worker that has ended by itself."""
        worker.registered = worker.registered or bool(
            database.read("SELECT 1 FROM worker WHERE token = ?", worker.token)
        )
        settle(
            database,
            token=worker.token,
            failure=Failure.CRASHED,
            places={"ending": ending_of(exit_code)},
        )
        self._forget(database, worker, well=exit_code == 0)

    def _forget(self, database: Database, worker: WorkerProcess, *, well: bool) -> None:
        slot = worker.slot
        worker.let_go()
        del self._workers[slot]
        if well:
            self._bad_ends[slot] = self._failed_starts[slot] = 0
        elif worker.registered:
            self._failed_starts[slot] = 0
            if worker.let_a_run_go:
                self._bad_ends[slot] = 0
            self._back_off(slot)
        else:
            self._start_failed(database, slot)

    def _start_failed(self, database: Database, slot: str) -> None:
        """Nobody waits for ever for a worker that cannot even start."""
        self._back_off(slot)
        self._failed_starts[slot] = self._failed_starts.get(slot, 0) + 1
        if all(self._failed_starts.get(name, 0) >= MAX_FAILED_STARTS for name in self._slots()):
            fail_waiting(database, Failure.NO_WORKER)
            self._failed_starts.clear()

    def _back_off(self, slot: str) -> None:
        ends = self._bad_ends[slot] = self._bad_ends.get(slot, 0) + 1
        longest = self._patience.back_off_most
        wait = min(longest, self._patience.back_off * 2.0 ** (ends - 1))
        self._not_before[slot] = time.monotonic() + wait

    def _leave(self, database: Database | None) -> None:
        for worker in self._workers.values():
            worker.let_go()
        for worker in self._workers.values():
            worker.end(self._patience.stop)
            if database is not None:
                with contextlib.suppress(JobRefusedError):
                    settle(database, token=worker.token, failure=Failure.INTERRUPTED, lost=False)
        self._workers.clear()
        if database is not None:
            database.close()
        self._lock.release()
