"""What a hand asks its courier: to keep files, and to read runs that the job builds on."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

from optim_core.jobs.cluster.wire import BrokenWireError, Message
from optim_core.jobs.reporting import Reporter
from optim_core.jobs.runs import RunEvent
from optim_core.jobs.tensor_files import pack, unpack
from optim_core.jobs.words import JobFailedError

EVENTS_AT_ONCE = 100

Told = tuple[dict[str, Any], bytes]


class Answers:
    """Answers the questions of a hand out of the folder of runs.

    Args:
        reporter: writes down what the run keeps.
        last_event: the number of the last event written down.
    """

    def __init__(self, reporter: Reporter, last_event: Callable[[], int]) -> None:
        self._reporter = reporter
        self._last_event = last_event
        self._series: dict[tuple[str, str], Iterator[RunEvent]] = {}
        self._known: dict[str, Callable[[dict[str, Any], bytes], Told]] = {
            "checkpoint": self._checkpoint,
            "begin_anew": self._begin_anew,
            "artifact": self._artifact,
            "source": self._source,
            "source_artifact": self._source_artifact,
            "source_events": self._source_events,
            "source_arrays": self._source_arrays,
        }

    def to(self, question: Message) -> Message:
        """The answer; what cannot be done is an answer, too.

        Raises:
            BrokenWireError: for a question that is not known.
            LostRunError: when the run was taken away.
        """
        answer = self._known.get(question.say)
        if answer is None:
            raise BrokenWireError(f"unknown message {question.say!r}")
        try:
            return Message("answer", *answer(question.body, question.data))
        except OSError as error:
            return Message("answer", {"errno": error.errno or 0})
        except JobFailedError as error:
            return Message("answer", {"failure": error.failure.key, "places": error.places})

    def _checkpoint(self, body: dict[str, Any], data: bytes) -> Told:
        self._reporter.checkpoint(body["state"], unpack(data))
        return {}, b""

    def _begin_anew(self, body: dict[str, Any], data: bytes) -> Told:
        self._reporter.begin_anew()
        return {"number": self._last_event()}, b""

    def _artifact(self, body: dict[str, Any], data: bytes) -> Told:
        self._reporter.artifact(str(body["name"]), unpack(data))
        return {}, b""

    def _source(self, body: dict[str, Any], data: bytes) -> Told:
        source = self._reporter.source(str(body["run"]))
        return {"kind": source.kind, "spec": source.spec}, b""

    def _source_artifact(self, body: dict[str, Any], data: bytes) -> Told:
        source = self._reporter.source(str(body["run"]))
        return {}, pack(source.artifact(str(body["name"])))

    def _source_events(self, body: dict[str, Any], data: bytes) -> Told:
        run, kind = str(body["run"]), str(body["kind"])
        if body["first"]:
            self._series[run, kind] = self._reporter.source(run).events(kind)
        batch = list(itertools.islice(self._series[run, kind], EVENTS_AT_ONCE))
        packed = [pack(event.arrays) if event.arrays else b"" for event in batch]
        events = [
            [event.number, event.body, event.in_file, len(part)]
            for event, part in zip(batch, packed, strict=True)
        ]
        return {"events": events, "more": len(batch) == EVENTS_AT_ONCE}, b"".join(packed)

    def _source_arrays(self, body: dict[str, Any], data: bytes) -> Told:
        number = int(body["number"])
        event = RunEvent(number=number, kind="", body={}, arrays={}, in_file=True)
        return {}, pack(self._reporter.source(str(body["run"])).arrays(event))
