"""An errand: one run in the hands of a Dask worker, as the courier who sent it there sees it."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import Any, Protocol

from optim_core.jobs.cluster.answering import Answers
from optim_core.jobs.cluster.wire import BrokenWireError, Mailbox, Message
from optim_core.jobs.minding import Minded, StopReason
from optim_core.jobs.tensor_files import UnreadableFileError, pack, unpack
from optim_core.jobs.words import (
    CutOffError,
    Failure,
    JobFailedError,
    LostRunError,
    StoppedError,
)

FASTEST_LOOK_SECONDS = 0.002
SLOWEST_LOOK_SECONDS = 0.05
BEAT_EVERY_SECONDS = 1.0
SILENT_SECONDS = 15.0
"""A hand that says nothing for so long is given up."""
LISTENING_SECONDS = {
    StopReason.CANCEL: 1.0,
    StopReason.LOST: 1.0,
    StopReason.LEAVING: 1.6,
    StopReason.TIME_LIMIT: 4.0,
    StopReason.PAUSE: 15.0,
    StopReason.DISK_FULL: 15.0,
}
"""How long a hand may go on that was told to stop; a pause may have a large checkpoint to send."""


class Task(Protocol):
    """What Dask knows of the task of an errand."""

    def is_over(self) -> bool:
        """Whether it has ended, however it did.

        Raises:
            CutOffError: when the cluster itself is gone.
        """

    def ending(self) -> str:
        """How it ended, in a word."""

    def restart(self, worker: str) -> None:
        """End the process of a worker, however deaf it is, so that another takes its place."""


class Errand:
    """Follows a run on another machine, and writes down what is told of it.

    Args:
        box: of messages to and from the hand.
        task: of Dask.
        minded: the run, which the minder may tell to stop.
        last_event: number of the last event written down before.
        silent_seconds: without a word from the hand.
    """

    def __init__(
        self,
        box: Mailbox,
        task: Task,
        minded: Minded,
        last_event: int,
        *,
        silent_seconds: float = SILENT_SECONDS,
    ) -> None:
        self._box = box
        self._task = task
        self._minded = minded
        self._reporter = minded.reporter
        self._last_event = last_event
        self._silent_seconds = silent_seconds
        self._answers = Answers(minded.reporter, lambda: self._last_event)
        self._worker = ""
        self._over = False
        self._told_to_stop: float | None = None
        self._heard = time.monotonic()
        self._ended = threading.Event()

    def follow(self) -> str | None:
        """Until the run has ended; its result as JSON, None if it has stopped without one.

        Raises:
            StoppedError: when it has stopped because it was asked to.
            JobFailedError: when the job has failed, far away.
            CutOffError: when its worker or the cluster is gone.
            LostRunError: when the run was taken away from this courier.
            OSError: when what it tells cannot be written down.
        """
        beats = threading.Thread(target=self._beat, name="beats", daemon=True)
        beats.start()
        pause = FASTEST_LOOK_SECONDS
        try:
            while True:
                messages = self._take()
                for message in messages:
                    if message.say == "ended":
                        return self._outcome(message.body)
                    self._hear(message)
                pause = min(SLOWEST_LOOK_SECONDS, 1.5 * pause)
                if messages:
                    pause, self._heard = FASTEST_LOOK_SECONDS, time.monotonic()
                self._look(bool(messages))
                self._ended.wait(pause)
        except (BrokenWireError, KeyError, TypeError, UnreadableFileError) as error:
            raise self._cut_off(Failure.CRASHED, f"{type(error).__name__}: {error}") from error
        finally:
            self._ended.set()
            beats.join()
            with contextlib.suppress(Exception):
                self._box.post_if_free(Message("bye"))

    def _take(self) -> list[Message]:
        try:
            return self._box.take()
        except BrokenWireError:
            raise
        except Exception as error:
            raise cluster_gone() from error

    def _post(self, message: Message) -> None:
        try:
            self._box.post(message, self._task.is_over)
        except LostRunError:
            raise self._cut_off(Failure.CRASHED, self._task.ending()) from None
        except CutOffError:
            raise
        except Exception as error:
            raise cluster_gone() from error

    def _hear(self, message: Message) -> None:
        body = message.body
        if message.say == "began":
            if self._worker:
                # Dask gave the task to a second worker, for the first one has died.
                raise CutOffError(Failure.CRASHED, {"ending": "KilledWorker"})
            self._worker = str(body["worker"])
            self._start()
        elif message.say == "alive":
            self._progress(body)
        elif message.say == "event":
            arrays = unpack(message.data) if message.data else None
            kind, told = str(body["kind"]), dict(body["body"])
            self._last_event = self._reporter.event(kind, told, arrays)
        else:
            self._post(self._answers.to(message))

    def _start(self) -> None:
        resume, self._reporter.resume = self._reporter.resume, None
        body = {
            "number": self._last_event,
            "progress": self._reporter.share_done,
            "state": resume.state if resume else None,
        }
        self._post(Message("answer", body, pack(resume.arrays) if resume else b""))

    def _progress(self, body: dict[str, Any]) -> None:
        if body["progress"] is not None:
            self._reporter.progress(float(body["progress"]), 1.0)

    def _outcome(self, body: dict[str, Any]) -> str | None:
        self._progress(body)
        if body.get("stopped"):
            raise StoppedError
        if "failure" in body:
            if body["spent"]:
                self._task.restart(self._worker)
            raise JobFailedError(Failure[str(body["failure"]).upper()], **body["places"])
        result = body["result"]
        return None if result is None else str(result)

    def _look(self, heard: bool) -> None:
        """See whether the worker still lives, and listens."""
        reason, now = self._minded.reason, time.monotonic()
        if not self._worker:
            # Waiting for a place on the cluster is not held against the time limit.
            self._minded.started = now
            if reason is not None:
                raise LostRunError if reason is StopReason.LOST else StoppedError
        if self._task.is_over():
            # What it said last may have come after this look at the box.
            if self._over and not heard:
                raise CutOffError(Failure.CRASHED, {"ending": self._task.ending()})
            self._over = True
        if self._worker and now - self._heard > self._silent_seconds:
            raise self._cut_off(Failure.STUCK)
        if reason is None:
            return
        self._told_to_stop = self._told_to_stop or now
        if now - self._told_to_stop > LISTENING_SECONDS[reason]:
            raise self._not_listening(reason)

    def _not_listening(self, reason: StopReason) -> Exception:
        if reason is StopReason.TIME_LIMIT:
            error = self._cut_off(Failure.TIME_LIMIT)
            error.places = {"minutes": max(1, round(self._minded.claim.time_limit / 60))}
            return error
        if reason is StopReason.LOST:
            self._task.restart(self._worker)
            return LostRunError()
        error = self._cut_off(Failure.STUCK)
        if reason is StopReason.LEAVING:
            return CutOffError(Failure.INTERRUPTED, lost=False)
        return error

    def _cut_off(self, failure: Failure, ending: str = "") -> CutOffError:
        """The error of a run whose worker cannot be trusted any more."""
        if self._worker:
            self._task.restart(self._worker)
        return CutOffError(failure, {"ending": ending} if ending else None)

    def _beat(self) -> None:
        """Tell the hand, again and again, that somebody waits, and whether it should stop."""
        told, next_beat = False, 0.0
        while not self._ended.wait(SLOWEST_LOOK_SECONDS):
            now, stop = time.monotonic(), self._minded.stop.is_set()
            if not self._worker or (stop == told and now < next_beat):
                continue
            wish = Message("wish", {"stop": stop, "goes_on": self._reporter.goes_on})
            # When the cluster is gone, the other thread sees that, too.
            with contextlib.suppress(Exception):
                if self._box.post_if_free(wish):
                    told, next_beat = stop, now + BEAT_EVERY_SECONDS


def cluster_gone() -> CutOffError:
    """The run goes on when the cluster is back, if its kind keeps checkpoints."""
    return CutOffError(Failure.INTERRUPTED, lost=False, spent=True)
