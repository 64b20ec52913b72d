"""Source: another run, as a job that builds on it sees it. It is only ever read."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

from optim_core.jobs.database import Database
from optim_core.jobs.plain import Spec, check_run_id
from optim_core.jobs.runs import RunEvent, event_of
from optim_core.jobs.tensor_files import Array, UnreadableFileError, read_file
from optim_core.jobs.words import Failure, JobFailedError, JobRefusedError


@dataclass(frozen=True)
class Source(ABC):
    """A run that another one builds on.

    Every method raises ``JobFailedError(Failure.NO_SOURCE)`` for what is not there (any more).

    Attributes:
        run: its id.
        kind: key of its kind.
        spec: what it was asked for.
    """

    run: str
    kind: str
    spec: Spec

    @abstractmethod
    def artifact(self, name: str) -> dict[str, Array]:
        """The arrays of a file that it has kept."""

    @abstractmethod
    def events(self, kind: str) -> Iterator[RunEvent]:
        """Its events of one kind that still count, in order, without arrays that are in files."""

    @abstractmethod
    def arrays(self, event: RunEvent) -> dict[str, Array]:
        """The arrays of an event, wherever they are."""


@dataclass(frozen=True)
class LedgerSource(Source):
    """A run of the same folder."""

    _database: Database

    def artifact(self, name: str) -> dict[str, Array]:
        """Read the file."""
        try:
            return read_file(self._database.folder.artifact(self.run, name))
        except (OSError, UnreadableFileError) as error:
            raise JobFailedError(Failure.NO_SOURCE) from error

    def events(self, kind: str) -> Iterator[RunEvent]:
        """Read the events."""
        rows = self._database.read(
            "SELECT * FROM event WHERE run = ? AND kind = ? ORDER BY number", self.run, kind
        )
        return (event_of(row) for row in rows)

    def arrays(self, event: RunEvent) -> dict[str, Array]:
        """Those of the event, or of its file."""
        if not event.in_file:
            return event.arrays
        try:
            return read_file(self._database.folder.event(self.run, event.number))
        except (OSError, UnreadableFileError) as error:
            raise JobFailedError(Failure.NO_SOURCE) from error


def source_of(database: Database, run: str) -> LedgerSource:
    """The run called ``run``.

    Raises:
        JobFailedError: when there is none.
    """
    try:
        rows = database.read("SELECT kind, spec FROM run WHERE id = ?", check_run_id(run))
    except JobRefusedError as error:
        raise JobFailedError(Failure.NO_SOURCE) from error
    if not rows:
        raise JobFailedError(Failure.NO_SOURCE)
    return LedgerSource(run, rows[0]["kind"], json.loads(rows[0]["spec"]), database)
