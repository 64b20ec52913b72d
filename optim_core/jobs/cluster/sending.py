"""A reporter on another machine: what a job tells is said to the courier, who writes it down."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from optim_core.jobs.cluster.wire import Message
from optim_core.jobs.plain import check_file_name
from optim_core.jobs.reporting import Checkpoint, Reporter, body_text, json_text
from optim_core.jobs.runs import RunEvent
from optim_core.jobs.sources import Source
from optim_core.jobs.tensor_files import Array, pack, unpack


class Line(Protocol):
    """To the courier, who may have gone: then both raise LostRunError."""

    def tell(self, message: Message) -> None:
        """Say something that needs no answer."""

    def ask(self, message: Message) -> Message:
        """Say something and wait for the answer.

        Raises:
            OSError: when the courier could not write for want of room.
            JobFailedError: when the run keeps too much, or what it builds on is gone.
        """


class SentReporter(Reporter):
    """Says to the courier what a job tells; see :class:`~optim_core.jobs.reporting.Reporter`.

    What the job keeps is measured by the courier: too much of it ends the run soon after.

    Args:
        line: to the courier.
        start: its first answer: where the run is.
    """

    def __init__(self, line: Line, start: Message) -> None:
        self._line = line
        self._number = int(start.body["number"])
        # Each Dask worker is given the card it may see.
        self.device = "auto"
        self.share_done = float(start.body["progress"])
        self.goes_on = False
        state = start.body["state"]
        self.resume = None if state is None else Checkpoint(state, unpack(start.data))

    def event(
        self, kind: str, body: Mapping[str, Any], arrays: Mapping[str, Array] | None = None
    ) -> int:
        """Say it, and do not wait until it is written down."""
        told = json.loads(body_text(body))
        data = pack(arrays) if arrays else b""
        self._line.tell(Message("event", {"kind": kind, "body": told}, data))
        self._number += 1
        return self._number

    def checkpoint(self, state: Mapping[str, Any], arrays: Mapping[str, Array]) -> None:
        """Send it and wait until it is kept."""
        kept = json.loads(json_text(state))
        self._line.ask(Message("checkpoint", {"state": kept}, pack(arrays)))

    def begin_anew(self) -> None:
        """Let the courier forget the checkpoint."""
        self._number = int(self._line.ask(Message("begin_anew")).body["number"])
        self.resume = None
        self.share_done = 0.0

    def artifact(self, name: str, arrays: Mapping[str, Array]) -> None:
        """Send it and wait until it is kept."""
        self._line.ask(Message("artifact", {"name": check_file_name(name)}, pack(arrays)))

    def source(self, run: str) -> Source:
        """Another run of the courier's folder, sent over as it is read."""
        told = self._line.ask(Message("source", {"run": run})).body
        return SentSource(run, str(told["kind"]), dict(told["spec"]), self._line)


@dataclass(frozen=True)
class SentSource(Source):
    """A run of the courier's folder."""

    _line: Line

    def artifact(self, name: str) -> dict[str, Array]:
        """Ask for the file."""
        question = {"run": self.run, "name": check_file_name(name)}
        return unpack(self._line.ask(Message("source_artifact", question)).data)

    def events(self, kind: str) -> Iterator[RunEvent]:
        """Ask for some events after another."""
        first, more = True, True
        while more:
            question = {"run": self.run, "kind": kind, "first": first}
            answer = self._line.ask(Message("source_events", question))
            place, first, more = 0, False, bool(answer.body["more"])
            for number, body, in_file, size in answer.body["events"]:
                packed = answer.data[place : place + size]
                place += size
                arrays = unpack(packed) if packed else {}
                yield RunEvent(number=number, kind=kind, body=body, arrays=arrays, in_file=in_file)

    def arrays(self, event: RunEvent) -> dict[str, Array]:
        """Those of the event, or ask for its file."""
        if not event.in_file:
            return event.arrays
        question = {"run": self.run, "number": event.number}
        return unpack(self._line.ask(Message("source_arrays", question)).data)
