"""The worker: ``python -m optim_core.jobs.worker``. Takes run after run and does it.

It is started by the supervisor and lives in a process of its own, so that neither a crash nor the
lock of the interpreter reaches the server, and CUDA is never touched there.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from landscapes.registry import UnknownKeyError
from optim_core.jobs.database import Database
from optim_core.jobs.failing import WORKER_IS_SPENT, Explanation, explain, refused
from optim_core.jobs.folder import StoreFolder
from optim_core.jobs.kinds import KINDS, JobKind, Stop
from optim_core.jobs.ledger import Claim, Ledger
from optim_core.jobs.ledger_reporting import LedgerReporter
from optim_core.jobs.locks import FileLock
from optim_core.jobs.minding import Leash, Minded, Minder, StopReason
from optim_core.jobs.plain import Spec
from optim_core.jobs.reporting import Reporter, json_text
from optim_core.jobs.settling import settle
from optim_core.jobs.words import (
    CutOffError,
    Denial,
    Failure,
    JobFailedError,
    JobRefusedError,
    LostRunError,
    State,
    StoppedError,
)

LESS_URGENT = 10
"""Steps of niceness below the server. Where nobody else wants the processor it changes nothing."""

LOG = logging.getLogger("downhill.jobs")

LOOK_EVERY_SECONDS = 0.05
IDLE_SECONDS = 600.0
"""A worker without work ends after this long and gives its memory, the card's too, back."""
LOCK_SECONDS = 30.0
WRITE_TRIES = 6
BUSY_SECONDS = 60.0
"""How long a run waits to write something down while somebody else holds the database: a copy that
is being made of it must not end a training. Pages give up sooner, with a sentence."""


class Worker:
    """Takes runs from the queue and does them, one after another.

    Args:
        folder: of the runs.
        slot: the device it serves.
        token: its name in the database.
        kinds: what it can do.
        leash: to the server.
    """

    def __init__(
        self,
        folder: StoreFolder,
        slot: str,
        token: str,
        kinds: Mapping[str, JobKind],
        leash: Leash,
    ) -> None:
        self._folder = folder
        self._slot = slot
        self._token = token
        self._kinds = kinds
        self._leash = leash
        self._ledger = Ledger(Database(folder, busy_seconds=BUSY_SECONDS))
        self._minder = Minder(Ledger(Database(folder)), slot, token, leash)

    def serve(self) -> None:
        """Work until the server goes, or there has been no work for long, or memory is spent."""
        self._register()
        self._minder.start()
        idle_since = time.monotonic()
        while not self._leash.is_cut and time.monotonic() - idle_since < IDLE_SECONDS:
            try:
                claim = self._ledger.claim(self._token) if self.may_claim() else None
                if claim is None:
                    self._leash.wait(LOOK_EVERY_SECONDS)
                    continue
                if not self.perform(claim):
                    break
            except JobRefusedError as error:
                LOG.warning("taking a run: %s", error)
                if error.denial is Denial.DISK_FULL:
                    self._folder.give_up_reserve()
                self._leash.wait(1.0)
            idle_since = time.monotonic()
        self._minder.end()
        with contextlib.suppress(JobRefusedError):
            # Its supervisor does the same for one that could not.
            self._ledger.unregister(self._token)
        self._ledger.database.close()

    def _register(self) -> None:
        """Come up; on a full disk, once the words for that have room."""
        while not self._leash.is_cut:
            try:
                self._ledger.register(self._slot, self._token, os.getpid())
                return
            except JobRefusedError as error:
                if error.denial is not Denial.DISK_FULL:
                    raise
                LOG.warning("coming up: %s", error)
                self._folder.give_up_reserve()
                self._leash.wait(1.0)

    def perform(self, claim: Claim) -> bool:
        """Do a run and write down how it ended; whether this process is fit for another."""
        failed: Explanation | None = None
        cut_off: CutOffError | None = None
        result: str | None = None
        try:
            reporter = LedgerReporter(self._ledger, claim, self._slot)
        except LostRunError:
            return True
        with self._minder.minding(claim, reporter) as minded:
            try:
                result = self.work(claim, reporter, minded)
            except StoppedError:
                pass
            except CutOffError as error:
                cut_off = error
            except LostRunError:
                return True
            # Whatever a job does wrong, the worker says so and lives on.
            except BaseException as error:
                failed = explain(error)
        state: State | None = None
        for number in range(WRITE_TRIES):
            try:
                if cut_off is None:
                    state = self._write_down(claim, minded, reporter.share_done, result, failed)
                else:
                    self._settle(cut_off)
                break
            except LostRunError:
                break
            except JobRefusedError as error:
                if error.denial is Denial.DISK_FULL:
                    self._folder.give_up_reserve()
                if number == WRITE_TRIES - 1:
                    raise
        if state is not None and state.ended:
            for checkpoint in self._folder.checkpoints(claim.run):
                checkpoint.unlink(missing_ok=True)
        self._folder.make_reserve()
        return self.fit_for_another(failed, cut_off)

    def may_claim(self) -> bool:
        """Whether this worker can do a run now."""
        return True

    def work(self, claim: Claim, reporter: Reporter, minded: Minded) -> str | None:
        """Do a run; its result as JSON, None if it has stopped without one.

        Raises:
            Exception: whatever goes wrong with it.
        """
        if not self._folder.has_room():
            raise JobFailedError(Failure.DISK_FULL)
        return carry_out(self._kinds, claim.kind, claim.spec, reporter, minded.stop.is_set)

    def fit_for_another(self, failed: Explanation | None, cut_off: CutOffError | None) -> bool:
        """Whether this process can be trusted with another run."""
        if cut_off is not None:
            return not cut_off.spent
        return failed is None or failed[0] not in WORKER_IS_SPENT

    def _settle(self, cut_off: CutOffError) -> None:
        settle(
            self._ledger.database,
            token=self._token,
            failure=cut_off.failure,
            places=cut_off.places,
            lost=cut_off.lost,
            leaves=False,
        )

    def _write_down(
        self,
        claim: Claim,
        minded: Minded,
        progress: float,
        result: str | None,
        failed: Explanation | None,
    ) -> State | None:
        """Where the run is now; None where that was left to others."""
        failure: Failure | None = None
        places: dict[str, str | int] = {}
        if result is not None:
            # It was finished before it saw that it should stop.
            state, progress = State.DONE, 1.0
        elif failed is None and minded.reason is StopReason.CANCEL:
            state = State.CANCELLED
        elif failed is None and minded.reason is StopReason.PAUSE:
            state = State.PAUSED
        elif failed is None and minded.reason is StopReason.LEAVING:
            database = self._ledger.database
            settle(database, token=self._token, failure=Failure.INTERRUPTED, lost=False)
            return None
        else:
            state = State.FAILED
            failure, places = failed or why_stopped(minded)
        return self._ledger.finish(
            claim,
            state,
            progress=progress,
            seconds=minded.seconds,
            failure=failure,
            places=places,
            result=result,
        )


def carry_out(
    kinds: Mapping[str, JobKind], key: str, spec: Spec, reporter: Reporter, stop: Stop
) -> str | None:
    """Do a job; its result as JSON, None if it has stopped without one.

    Raises:
        JobFailedError: for an unknown kind, or a spec that it does not accept (any more).
        Exception: whatever goes wrong with the job.
    """
    try:
        kind = kinds[key]
    except UnknownKeyError as error:
        raise JobFailedError(Failure.UNKNOWN_KIND) from error
    if kind.check is not None:
        check = kind.check()
        try:
            spec = check(spec)
        except ValueError as error:
            failure, places = refused(error)
            raise JobFailedError(failure, **places) from error
    result = kind.load()(spec, reporter, stop)
    return None if result is None else json_text(result)


def why_stopped(minded: Minded) -> Explanation:
    """The failure of a run that ended without a result and without an error."""
    if minded.reason is StopReason.TIME_LIMIT:
        return Failure.TIME_LIMIT, {"minutes": max(1, round(minded.claim.time_limit / 60))}
    if minded.reason is StopReason.DISK_FULL:
        return Failure.DISK_FULL, {}
    return explain(TypeError("the job returned no result though nobody had asked it to stop"))


def options_of(
    description: str, arguments: Sequence[str] | None = None, *more: str
) -> argparse.Namespace:
    """What a supervisor tells the process that it starts: ``folder``, ``slot``, ``token``."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--folder", type=Path, required=True)
    for name in ("--slot", "--token", *more):
        parser.add_argument(name, required=True)
    return parser.parse_args(arguments)


def serve_until_told(
    options: argparse.Namespace, worker_of: Callable[[StoreFolder, Leash], Worker]
) -> int:
    """Serve one slot of one folder; the exit code of the process."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")
    leash = Leash(sys.stdin.fileno())
    # Ctrl-C in a terminal reaches every process of the group: the server decides, not the key.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda number, frame: leash.cut())
    folder = StoreFolder(options.folder)
    lock = FileLock(folder.worker_lock(options.slot))
    if not lock.acquire(timeout=LOCK_SECONDS):
        LOG.error("another worker serves %s", options.slot)
        return 1
    try:
        worker_of(folder, leash).serve()
    finally:
        lock.release()
    return 0


def main(arguments: Sequence[str] | None = None, kinds: Mapping[str, JobKind] = KINDS) -> int:
    """Do runs here, on one device; the exit code of the process."""
    options = options_of("Does the runs of one folder on one device.", arguments)
    return serve_until_told(
        options, lambda folder, leash: Worker(folder, options.slot, options.token, kinds, leash)
    )


def give_way() -> None:
    """Let the server have the processor first: a page is waited for, a training is looked in on."""
    if hasattr(os, "nice"):
        os.nice(LESS_URGENT)


if __name__ == "__main__":
    give_way()
    code = main()
    logging.shutdown()
    # Everything is written down. Taking torch apart in order takes seconds, and a server waits.
    os._exit(code)
