"""JobStore: what pages ask of runs. It answers from the database and computes nothing."""

from __future__ import annotations

import json
import math
import secrets
import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from optim_core.jobs.database import Database
from optim_core.jobs.folder import StoreFolder
from optim_core.jobs.kinds import KINDS, JobKind
from optim_core.jobs.ledger import close, queue_of
from optim_core.jobs.plain import check_run_id, check_visitor, digest_of, tidy_name
from optim_core.jobs.queueing import fair_order
from optim_core.jobs.rates import Paces
from optim_core.jobs.runs import RUN_COLUMNS, Run, RunEvent, event_of, run_of
from optim_core.jobs.tensor_files import Array, read_file
from optim_core.jobs.wishes import complete, join, stop_if_unwanted, wake
from optim_core.jobs.words import Denial, JobRefusedError, State

BUSY_SECONDS = 3.0
"""How long a page waits for a list of runs that somebody else holds, before it says so: whoever
presses a button reads a sentence within five seconds, and workers wait for longer."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much may wait.

    Attributes:
        queue: runs waiting or running in all.
        visitor: runs waiting or running for one visitor.
        at_once: runs that a visitor may begin one after the other without waiting.
        a_second: how many more of them each second brings.
    """

    queue: int = 200
    visitor: int = 4
    at_once: float = 30.0
    a_second: float = 1 / 12


@dataclass(frozen=True)
class Submitted:
    """What became of a request.

    Attributes:
        run: id of the run that does it.
        joined: whether that run was there before: someone had asked for the very same.
    """

    run: str
    joined: bool


class JobStore:
    """The runs of a folder, for the threads of a server process.

    A visitor is an id of letters and digits that the page keeps in the browser; whoever has it may
    change the runs that it watches. Anybody who knows the id of a run may look at it.

    Raises:
        JobRefusedError: by every method, with the sentence that a visitor reads.
    """

    def __init__(
        self,
        folder: StoreFolder,
        kinds: Mapping[str, JobKind] = KINDS,
        *,
        limits: Limits | None = None,
    ) -> None:
        self.folder = folder
        self._kinds = kinds
        self._limits = limits or Limits()
        self._database = Database(folder, busy_seconds=BUSY_SECONDS)
        # Who only looks must not stand behind one who waits to write: readers wait for nobody.
        self._writing = Database(folder, busy_seconds=BUSY_SECONDS)
        self._paces = Paces(self._limits.a_second, self._limits.at_once)

    def submit(self, kind: str, spec: object, visitor: str, name: str = "") -> Submitted:
        """Ask for a run, or join the one that does, or did, the very same.

        Runs that failed or were cancelled are not joined: the same request begins anew.

        Args:
            kind: key of its kind.
            spec: plain JSON: what is to be computed.
            visitor: who asks.
            name: how the visitor calls it.
        """
        check_visitor(visitor)
        known = self._kinds.get(kind)
        if known is None:
            raise JobRefusedError(Denial.UNKNOWN_KIND)
        text = complete(known, spec)
        if not self.has_room():
            raise JobRefusedError(Denial.DISK_FULL)
        digest = digest_of(kind, text)
        with self._writing.write() as connection:
            same = connection.execute(
                "SELECT id, state FROM run WHERE digest = ? AND coalesce(asked, '') != 'cancel'"
                " AND state IN ('queued', 'running', 'paused', 'done')"
                " ORDER BY ticket DESC LIMIT 1",
                (digest,),
            ).fetchone()
            if same is not None:
                join(connection, same["id"], visitor, tidy_name(name))
                if State(same["state"]) is not State.DONE:
                    wake(connection, same["id"])
                return Submitted(same["id"], joined=True)
            self._check_limits(connection, visitor)
            self._check_pace(visitor)
            run = secrets.token_hex(16)
            connection.execute(
                "INSERT INTO run (id, kind, spec, digest, state, resumable, time_limit,"
                " submitted_at) VALUES (?, ?, ?, ?, 'queued', ?, ?, ?)",
                (
                    run,
                    kind,
                    text,
                    digest,
                    int(known.keeps_checkpoints),
                    known.time_limit,
                    time.time(),
                ),
            )
            join(connection, run, visitor, tidy_name(name))
        return Submitted(run, joined=False)

    def watch(self, run: str, visitor: str) -> None:
        """Put a run, for instance one that a link named, into the list of a visitor.

        That alone does not keep it running when those who asked for it cancel it.
        """
        with self._writing.write() as connection:
            self._row(connection, run)
            connection.execute(
                "INSERT OR IGNORE INTO watcher (run, visitor, wants) VALUES (?, ?, 0)",
                (run, check_visitor(visitor)),
            )

    def cancel(self, run: str, visitor: str) -> None:
        """A visitor no longer wants a run; it stops when nobody does. Once ended it stays."""
        with self._writing.write() as connection:
            state = State(self._own(connection, run, visitor)["state"])
            if not state.ended:
                connection.execute(
                    "UPDATE watcher SET wants = 0 WHERE run = ? AND visitor = ?", (run, visitor)
                )
                stop_if_unwanted(connection, run, state)

    def pause(self, run: str, visitor: str) -> None:
        """Stop a run for now and let others go on; it keeps its last checkpoint."""
        with self._writing.write() as connection:
            row = self._own(connection, run, visitor)
            state = State(row["state"])
            if state is State.PAUSED:
                return
            if not state.active:
                raise JobRefusedError(Denial.NOT_ACTIVE)
            if not row["resumable"]:
                raise JobRefusedError(Denial.NOT_PAUSABLE)
            others = "SELECT 1 FROM watcher WHERE run = ? AND visitor != ? AND wants"
            if connection.execute(others, (run, visitor)).fetchone():
                raise JobRefusedError(Denial.SHARED)
            if state is State.QUEUED:
                close(connection, run, State.PAUSED)
            elif row["asked"] != "cancel":
                connection.execute("UPDATE run SET asked = 'pause' WHERE id = ?", (run,))

    def go_on(self, run: str, visitor: str) -> None:
        """Queue a paused run again."""
        with self._writing.write() as connection:
            row = self._own(connection, run, visitor)
            if row["state"] != State.PAUSED.value and row["asked"] != "pause":
                raise JobRefusedError(Denial.NOT_PAUSED)
            if row["state"] == State.PAUSED.value:
                self._check_limits(connection, visitor)
            join(connection, run, visitor, "")
            wake(connection, run)

    def status(self, run: str, visitor: str = "") -> Run:
        """A run as it stands, with the name that ``visitor`` gave it."""
        rows = self._database.read(
            f"SELECT {RUN_COLUMNS}, coalesce("
            " (SELECT name FROM watcher WHERE run = run.id AND visitor = ?),"
            " (SELECT max(name) FROM watcher WHERE run = run.id)) AS name,"
            " EXISTS (SELECT 1 FROM watcher WHERE run = run.id AND visitor = ?) AS listed,"
            " EXISTS (SELECT 1 FROM watcher WHERE run = run.id AND visitor = ? AND wants) AS wanted"
            " FROM run WHERE id = ?",
            visitor,
            visitor,
            visitor,
            check_run_id(run),
        )
        if not rows:
            raise self._no_run()
        return run_of(rows[0])

    def events(self, run: str, after: int = 0, limit: int = 1000) -> tuple[RunEvent, ...]:
        """What a run has written down after event number ``after``, at most ``limit`` events."""
        rows = self._database.read(
            "SELECT * FROM event WHERE run = ? AND number > ? ORDER BY number LIMIT ?",
            check_run_id(run),
            after,
            limit,
        )
        return tuple(event_of(row) for row in rows)

    def arrays(self, run: str, number: int) -> dict[str, Array]:
        """The arrays of event ``number``, if they are in a file.

        Raises:
            OSError: when they are not.
            UnreadableFileError: when the file is damaged.
        """
        return read_file(self.folder.event(run, number))

    def artifact(self, run: str, name: str) -> bytes:
        """A file that a run has kept, for instance its weights, in the safetensors format.

        Raises:
            OSError: when there is none of that name.
            ValueError: for a name that no file can have.
        """
        return self.folder.artifact(run, name).read_bytes()

    def result(self, run: str) -> dict[str, Any]:
        """What a run that is done has come to."""
        rows = self._database.read("SELECT result FROM run WHERE id = ?", check_run_id(run))
        if not rows:
            raise self._no_run()
        if rows[0]["result"] is None:
            raise JobRefusedError(Denial.NO_RESULT)
        result: dict[str, Any] = json.loads(rows[0]["result"])
        return result

    def list(self, visitor: str, limit: int = 100) -> tuple[Run, ...]:
        """The runs of a visitor, newest first."""
        rows = self._database.read(
            f"SELECT {RUN_COLUMNS}, mine.name AS name, 1 AS listed, mine.wants AS wanted"
            " FROM run JOIN watcher AS mine ON mine.run = run.id WHERE mine.visitor = ?"
            " ORDER BY ticket DESC LIMIT ?",
            check_visitor(visitor),
            limit,
        )
        return tuple(run_of(row) for row in rows)

    def rename(self, run: str, visitor: str, name: str) -> None:
        """Call a run by a name, in the list of this visitor."""
        with self._writing.write() as connection:
            self._own(connection, run, visitor)
            connection.execute(
                "UPDATE watcher SET name = ? WHERE run = ? AND visitor = ?",
                (tidy_name(name), run, visitor),
            )

    def delete(self, run: str, visitor: str) -> None:
        """Take a run off the list of a visitor; it goes for good when it is on nobody's."""
        gone = False
        with self._writing.write() as connection:
            state = State(self._own(connection, run, visitor)["state"])
            connection.execute("DELETE FROM watcher WHERE run = ? AND visitor = ?", (run, visitor))
            stop_if_unwanted(connection, run, state)
            watched = connection.execute("SELECT 1 FROM watcher WHERE run = ?", (run,)).fetchone()
            # A worker still has a running one: it is removed by the sweep once it has stopped.
            if watched is None and state is not State.RUNNING:
                connection.execute("DELETE FROM run WHERE id = ?", (run,))
                gone = True
        if gone:
            self.folder.forget(run)

    def place_in_queue(self, run: str) -> int:
        """1 for the run that is next, 0 for one that does not wait."""
        with self._database.snapshot() as connection:
            waiting, served = queue_of(connection)
        order = fair_order(waiting, served)
        return order.index(run) + 1 if run in order else 0

    def counts(self) -> dict[State, int]:
        """How many runs there are in each state."""
        rows = self._database.read("SELECT state, count(*) AS number FROM run GROUP BY state")
        return {state: 0 for state in State} | {State(row["state"]): row["number"] for row in rows}

    def has_room(self) -> bool:
        """Whether there is enough room on the disk to begin a run."""
        try:
            return self.folder.has_room()
        except OSError:
            return True  # the folder has gone; it is made anew when something is written

    def close(self) -> None:
        """Let go of the database."""
        self._writing.close()
        self._database.close()

    def _row(self, connection: sqlite3.Connection, run: str) -> sqlite3.Row:
        row: sqlite3.Row | None = connection.execute(
            "SELECT * FROM run WHERE id = ?", (check_run_id(run),)
        ).fetchone()
        if row is None:
            raise self._no_run()
        return row

    def _no_run(self) -> JobRefusedError:
        """The refusal to whoever asks for a run that the database does not know."""
        aside = self.folder.holds_damaged()
        return JobRefusedError(Denial.SET_ASIDE if aside else Denial.UNKNOWN_RUN)

    def _own(self, connection: sqlite3.Connection, run: str, visitor: str) -> sqlite3.Row:
        """The row of a run that the visitor watches."""
        row = self._row(connection, run)
        mine = "SELECT 1 FROM watcher WHERE run = ? AND visitor = ?"
        if connection.execute(mine, (run, check_visitor(visitor))).fetchone() is None:
            raise JobRefusedError(Denial.NOT_YOURS)
        return row

    def _check_limits(self, connection: sqlite3.Connection, visitor: str) -> None:
        active = "FROM run WHERE state IN ('queued', 'running')"
        (total,) = connection.execute(f"SELECT count(*) {active}").fetchone()
        if total >= self._limits.queue:
            raise JobRefusedError(Denial.QUEUE_FULL, limit=self._limits.queue)
        (mine,) = connection.execute(
            f"SELECT count(*) {active} AND EXISTS"
            " (SELECT 1 FROM watcher WHERE run = run.id AND visitor = ? AND wants)",
            (visitor,),
        ).fetchone()
        if mine >= self._limits.visitor:
            raise JobRefusedError(Denial.TOO_MANY, limit=self._limits.visitor)

    def _check_pace(self, visitor: str) -> None:
        """Runs that are begun and cancelled at once hold no place, but leave a row each."""
        now = time.monotonic()
        seconds = self._paces.seconds_until(visitor, now, tokens=1.0)
        if seconds > 0:
            raise JobRefusedError(Denial.TOO_FAST, seconds=math.ceil(seconds))
        self._paces.take(visitor, now)
