"""A hand: does one run on a worker of the cluster, told to and watched by a courier far away.

The task is a pure function of JSON text. It takes nothing else from the scheduler but JSON and
bytes, and checks the spec again as its kind does.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from optim_core.jobs.cluster.sending import SentReporter
from optim_core.jobs.cluster.wire import Mailbox, Message
from optim_core.jobs.failing import WORKER_IS_SPENT, explain
from optim_core.jobs.kinds import KINDS, JobKind
from optim_core.jobs.plain import check_plain
from optim_core.jobs.reporting import Reporter
from optim_core.jobs.words import Failure, JobFailedError, LostRunError, StoppedError
from optim_core.jobs.worker import carry_out

LOG = logging.getLogger("downhill.jobs")

FASTEST_LOOK_SECONDS = 0.002
SLOWEST_LOOK_SECONDS = 0.05
BEAT_EVERY_SECONDS = 0.5
SILENT_SECONDS = 15.0
"""A courier who says nothing for so long has gone: then nobody waits for this run here."""
LEAVING_SECONDS = 5.0
"""How long a job may go on whose courier has gone, until this process ends."""


def perform(text: str, kinds: Mapping[str, JobKind] = KINDS) -> None:
    """Do the run that ``text`` describes; called by Dask."""
    from distributed import get_client, get_worker

    from optim_core.jobs.cluster.channel import QueueChannel

    errand = json.loads(text)
    check_plain(errand["spec"])
    client, worker = get_client(), get_worker()
    channel = QueueChannel(client, out=f"{errand['box']}-up", into=f"{errand['box']}-down")
    hand = Hand(Mailbox(channel), kinds)
    hand.do(str(errand["kind"]), dict(errand["spec"]), worker.address)
    channel.close()


class Hand:
    """Does a run, with a thread that listens to the courier.

    Args:
        box: of messages to and from the courier.
        kinds: what it can do.
        leave: ends the process when its job goes on though nobody waits for it any more.
        silent_seconds: without a word from the courier.
    """

    def __init__(
        self,
        box: Mailbox,
        kinds: Mapping[str, JobKind],
        *,
        leave: Callable[[], object] = lambda: os._exit(1),
        silent_seconds: float = SILENT_SECONDS,
    ) -> None:
        self._box = box
        self._kinds = kinds
        self._leave = leave
        self._silent_seconds = silent_seconds
        self._stop, self._lost, self._ended = (threading.Event() for _ in range(3))
        self._answers: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._reporter: Reporter | None = None

    def do(self, kind: str, spec: dict[str, Any], where: str) -> None:
        """Do a run of ``kind``, unless the courier does not want it done here.

        Args:
            kind: key of the kind.
            spec: what it was asked for.
            where: the address of this worker.
        """
        listener = threading.Thread(target=self._listen, name="listener", daemon=True)
        listener.start()
        try:
            start = self.ask(Message("began", {"worker": where}))
            self._reporter = SentReporter(self, start)
            outcome = self._outcome(kind, spec, self._reporter)
            outcome["progress"] = self._reporter.share_done
            self.tell(Message("ended", outcome))
        except LostRunError:
            LOG.warning("nobody waits for this run any more")
        finally:
            self._ended.set()
            listener.join()

    def tell(self, message: Message) -> None:
        """Say something to the courier."""
        if self._lost.is_set():
            raise LostRunError
        try:
            self._box.post(message, self._lost.is_set)
        except LostRunError:
            raise
        except Exception as error:
            self._lose(str(error))
            raise LostRunError from error

    def ask(self, message: Message) -> Message:
        """Say something and wait for the answer."""
        self.tell(message)
        answer = self._answers.get()
        if answer is None:
            raise LostRunError
        if "failure" in answer.body:
            failure = Failure[str(answer.body["failure"]).upper()]
            raise JobFailedError(failure, **answer.body["places"])
        if "errno" in answer.body:
            raise OSError(int(answer.body["errno"]), "the courier could not write it down")
        return answer

    def _outcome(self, kind: str, spec: dict[str, Any], reporter: Reporter) -> dict[str, Any]:
        try:
            result = carry_out(self._kinds, kind, spec, reporter, self._stop.is_set)
        except StoppedError:
            return {"stopped": True}
        except LostRunError:
            raise
        # Whatever a job does wrong, it is told in words.
        except BaseException as error:
            failure, places = explain(error)
            spent = failure in WORKER_IS_SPENT
            return {"failure": failure.key, "places": places, "spent": spent}
        return {"result": result}

    def _listen(self) -> None:
        heard = next_beat = time.monotonic()
        lost_since: float | None = None
        pause = FASTEST_LOOK_SECONDS
        while not self._ended.wait(pause):
            now = time.monotonic()
            if self._lost.is_set():
                lost_since = lost_since or now
                if now - lost_since > LEAVING_SECONDS:
                    LOG.error("a job does not stop, so its process ends")
                    self._leave()
                continue
            pause = min(SLOWEST_LOOK_SECONDS, 1.5 * pause)
            try:
                for message in self._box.take():
                    self._hear(message)
                    heard, pause = now, FASTEST_LOOK_SECONDS
                if now >= next_beat:
                    next_beat = now + BEAT_EVERY_SECONDS
                    done = self._reporter.share_done if self._reporter else None
                    self._box.post_if_free(Message("alive", {"progress": done}))
            except Exception as error:
                # The scheduler is gone, or speaks another language.
                self._lose(str(error))
            if now - heard > self._silent_seconds:
                self._lose("silence")

    def _hear(self, message: Message) -> None:
        if message.say == "answer":
            self._answers.put(message)
        elif message.say == "bye":
            self._lose("the courier does not want it")
        elif message.say == "wish" and message.body["stop"]:
            if self._reporter is not None:
                self._reporter.goes_on = bool(message.body["goes_on"])
            self._stop.set()

    def _lose(self, reason: str) -> None:
        if not self._lost.is_set():
            LOG.warning("the courier is lost: %s", reason)
        self._lost.set()
        self._stop.set()
        self._answers.put(None)
