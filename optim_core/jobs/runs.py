"""What is told of a run: its record, the events it has written down."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, field
from typing import Any

from landscapes.refusal import Phrase
from optim_core.jobs.plain import Spec
from optim_core.jobs.tensor_files import Array, unpack
from optim_core.jobs.words import Failure, State

RUN_COLUMNS = """
    run.*,
    (SELECT count(*) FROM watcher WHERE watcher.run = run.id AND wants) AS wanting
"""
"""What :func:`run_of` needs, besides ``name``, ``listed`` and ``wanted``."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """A run as it stood when it was asked for.

    Attributes:
        id: 32 hexadecimal digits; whoever knows it may look at the run.
        kind: key of its kind.
        spec: what is to be computed.
        state: where it is.
        failure: why it failed, if it did.
        places: what to put into the {named} places of the failure's sentence.
        stopping: ``"cancel"`` or ``"pause"`` between the wish and its fulfilment, else empty.
        pausable: whether its kind keeps checkpoints.
        progress: share done, 0 to 1.
        seconds: how long it has run so far.
        name: as the visitor who asks has named it, else as the first one has.
        wanting: how many visitors asked for it and have not cancelled it.
        listed: whether the visitor who asks has it in their list.
        wanted: whether the visitor who asks is one of those who want it.
        submitted_at, ended_at: seconds since 1970, None where not yet.
    """

    id: str
    kind: str
    spec: Spec
    state: State
    failure: Failure | None
    places: dict[str, str | int] = field(default_factory=dict)
    stopping: str
    pausable: bool
    progress: float
    seconds: float
    name: str
    wanting: int
    listed: bool
    wanted: bool
    submitted_at: float
    ended_at: float | None

    @property
    def phrase(self) -> Phrase | None:
        """Why it failed, in words that can be translated; None if it did not."""
        if self.failure is None:
            return None
        # A reason may be a sentence that there is a translation of.
        words = {
            name: Phrase(str(value)) if name == "reason" and not {*"{}"} & {*str(value)} else value
            for name, value in self.places.items()
        }
        return Phrase(self.failure.value.template, **words)


@dataclass(frozen=True, kw_only=True)
class RunEvent:
    """Something a run has written down.

    Attributes:
        number: counts the events of a run from 1 and is never given twice. An event of the kind
            ``rewound`` says with ``body["to"]`` that those after that number, up to itself, do
            not count any more: the run goes on from a checkpoint before them.
        kind: what it is about, as its kind of job calls it.
        body: plain JSON.
        arrays: by name, read-only; empty for those in a file.
        in_file: whether it has arrays so large that they are in a file: ``JobStore.arrays``.
    """

    number: int
    kind: str
    body: dict[str, Any]
    arrays: dict[str, Array]
    in_file: bool


REWOUND = "rewound"
"""The kind of event that takes back those after ``body["to"]``."""


def run_of(row: sqlite3.Row) -> Run:
    """The record in a row with :data:`RUN_COLUMNS`, ``name``, ``listed`` and ``wanted``."""
    return Run(
        id=row["id"],
        kind=row["kind"],
        spec=json.loads(row["spec"]),
        state=State(row["state"]),
        failure=Failure[row["failure"].upper()] if row["failure"] else None,
        places=json.loads(row["places"]),
        stopping=row["asked"] or "",
        pausable=bool(row["resumable"]),
        progress=row["progress"],
        seconds=row["seconds"],
        name=row["name"] or "",
        wanting=row["wanting"],
        listed=bool(row["listed"]),
        wanted=bool(row["wanted"]),
        submitted_at=row["submitted_at"],
        ended_at=row["ended_at"],
    )


def event_of(row: sqlite3.Row) -> RunEvent:
    """The event in a row of the table of events."""
    return RunEvent(
        number=row["number"],
        kind=row["kind"],
        body=json.loads(row["body"]),
        arrays=unpack(row["arrays"]) if row["arrays"] else {},
        in_file=bool(row["in_file"]),
    )
