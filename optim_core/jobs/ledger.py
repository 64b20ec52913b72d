"""The book of runs as workers keep it: claim a run, write down what it does, end it.

Whatever a worker writes names its token, and is refused once the run has been given to another.
"""

from __future__ import annotations

import json
import sqlite3
import time
from dataclasses import dataclass

from optim_core.jobs.database import Database
from optim_core.jobs.folder import StoreFolder
from optim_core.jobs.plain import Spec
from optim_core.jobs.queueing import Waiting, fair_order
from optim_core.jobs.runs import REWOUND
from optim_core.jobs.words import Failure, LostRunError, State

AFTER_STOPPING = {"pause": State.PAUSED, "cancel": State.CANCELLED, "": State.QUEUED}
"""Where a run that has stopped to be paused goes, by what visitors want of it by then."""

HELD = "id = ? AND worker = ? AND state = 'running'"


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A run in the hands of one worker.

    Attributes:
        run: its id.
        token: the worker's.
        kind, spec: what to do.
        time_limit: seconds in all.
        seconds: how long it has run before.
        progress: share done before.
        checkpoint: JSON of the last checkpoint, or None.
    """

    run: str
    token: str
    kind: str
    spec: Spec
    time_limit: float
    seconds: float
    progress: float
    checkpoint: str | None


class Ledger:
    """The worker's view of the runs of a folder.

    Raises:
        JobRefusedError: by every method, when the database is busy, full or damaged.
        LostRunError: by every method that takes a claim, when the claim no longer holds.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    @property
    def folder(self) -> StoreFolder:
        """Where the files are."""
        return self.database.folder

    def register(self, slot: str, token: str, process: int) -> None:
        """A worker has come up."""
        with self.database.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO worker VALUES (?, ?, ?, 0)", (slot, token, process)
            )

    def unregister(self, token: str) -> None:
        """A worker is about to end."""
        with self.database.write() as connection:
            connection.execute("DELETE FROM worker WHERE token = ?", (token,))

    def claim(self, token: str) -> Claim | None:
        """Take the run whose turn it is, if there is one."""
        left_behind = "state = 'running' AND worker = ?"
        if not self.database.read(
            f"SELECT 1 FROM run WHERE state = 'queued' OR {left_behind} LIMIT 1", token
        ):
            return None
        with self.database.write() as connection:
            # Who asks for a run has none: one under its name was left when the disk was full.
            for row in connection.execute(f"SELECT id FROM run WHERE {left_behind}", (token,)):
                put_back(connection, row["id"], lost=True)
            waiting, served = queue_of(connection)
            if not waiting:
                return None
            run = fair_order(waiting, served)[0]
            turn = max(served.values(), default=0) + 1
            visitors = next(one.visitors for one in waiting if one.run == run)
            connection.executemany(
                "INSERT OR REPLACE INTO visitor VALUES (?, ?)", [(name, turn) for name in visitors]
            )
            connection.execute(
                "UPDATE run SET state = 'running', worker = ?, asked = NULL,"
                " started_at = coalesce(started_at, ?) WHERE id = ?",
                (token, time.time(), run),
            )
            row = connection.execute("SELECT * FROM run WHERE id = ?", (run,)).fetchone()
        return Claim(
            run=run,
            token=token,
            kind=row["kind"],
            spec=json.loads(row["spec"]),
            time_limit=row["time_limit"],
            seconds=row["seconds"],
            progress=row["progress"],
            checkpoint=row["checkpoint"],
        )

    def beat(self, token: str) -> bool:
        """Show that the worker lives; whether it is registered (it is not in a new database)."""
        with self.database.write() as connection:
            known = connection.execute(
                "UPDATE worker SET beat = beat + 1 WHERE token = ?", (token,)
            )
            return known.rowcount == 1

    def tell(self, claim: Claim, seconds: float, progress: float) -> None:
        """Show that the worker lives and how far its run is."""
        with self.database.write() as connection:
            connection.execute("UPDATE worker SET beat = beat + 1 WHERE token = ?", (claim.token,))
            held = connection.execute(
                f"UPDATE run SET seconds = ?, progress = ? WHERE {HELD}",
                (seconds, progress, claim.run, claim.token),
            )
            must_hold(held)

    def asked(self, claim: Claim) -> str:
        """What visitors want of the run: ``"cancel"``, ``"pause"`` or nothing."""
        rows = self.database.read(f"SELECT asked FROM run WHERE {HELD}", claim.run, claim.token)
        if not rows:
            raise LostRunError(claim.run)
        return rows[0]["asked"] or ""

    def written(self, claim: Claim) -> tuple[int, int]:
        """The number of the last event and the bytes kept so far."""
        rows = self.database.read(
            f"SELECT last_event, bytes FROM run WHERE {HELD}", claim.run, claim.token
        )
        if not rows:
            raise LostRunError(claim.run)
        return rows[0]["last_event"], rows[0]["bytes"]

    def append(
        self, claim: Claim, number: int, kind: str, body: str, arrays: bytes | None, *, size: int
    ) -> None:
        """Write an event down; with None for its arrays they are in their file already."""
        with self.database.write() as connection:
            held = connection.execute(
                f"UPDATE run SET last_event = ?, bytes = bytes + ? WHERE {HELD}",
                (number, size, claim.run, claim.token),
            )
            must_hold(held)
            connection.execute(
                "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)",
                (claim.run, number, kind, body, arrays, int(arrays is None)),
            )

    def count_bytes(self, claim: Claim, size: int) -> None:
        """Add the size of a file to what the run keeps."""
        with self.database.write() as connection:
            held = connection.execute(
                f"UPDATE run SET bytes = bytes + ? WHERE {HELD}", (size, claim.run, claim.token)
            )
            must_hold(held)

    def keep_checkpoint(self, claim: Claim, checkpoint: str, event: int) -> str | None:
        """Note a checkpoint, whose arrays are in their file already; returns the one before."""
        with self.database.write() as connection:
            rows = connection.execute(
                f"SELECT checkpoint FROM run WHERE {HELD}", (claim.run, claim.token)
            ).fetchall()
            if not rows:
                raise LostRunError(claim.run)
            connection.execute(
                "UPDATE run SET checkpoint = ?, checkpoint_event = ? WHERE id = ?",
                (checkpoint, event, claim.run),
            )
            former: str | None = rows[0]["checkpoint"]
            return former

    def forget_checkpoint(self, claim: Claim) -> None:
        """Begin the run anew: its checkpoint cannot be read."""
        with self.database.write() as connection:
            held = connection.execute(
                "UPDATE run SET checkpoint = NULL, checkpoint_event = 0, progress = 0"
                f" WHERE {HELD}",
                (claim.run, claim.token),
            )
            must_hold(held)
            rewind(connection, claim.run)

    def finish(
        self,
        claim: Claim,
        state: State,
        *,
        progress: float,
        seconds: float,
        failure: Failure | None = None,
        places: dict[str, str | int] | None = None,
        result: str | None = None,
    ) -> State:
        """Say how the run ended (or that it is paused) and let go of it; ``result`` is JSON.

        Returns:
            Where it is now. One that has stopped to be paused may meanwhile be wanted again, or
            not be wanted at all: then it is queued, or cancelled.
        """
        with self.database.write() as connection:
            held = connection.execute(
                f"UPDATE run SET progress = ?, seconds = ?, result = ? WHERE {HELD}",
                (progress, seconds, result, claim.run, claim.token),
            )
            must_hold(held)
            if state is State.PAUSED:
                row = connection.execute(
                    "SELECT asked FROM run WHERE id = ?", (claim.run,)
                ).fetchone()
                state = AFTER_STOPPING[row["asked"] or ""]
            if state is State.QUEUED:
                put_back(connection, claim.run, lost=False)
            else:
                close(connection, claim.run, state, failure, places)
            if state is State.PAUSED:
                rewind(connection, claim.run)
        self.database.settle_on_disk()
        return state


def must_hold(held: sqlite3.Cursor) -> None:
    """Raise LostRunError when an update that names a claim has met no row."""
    if held.rowcount != 1:
        raise LostRunError


def queue_of(connection: sqlite3.Connection) -> tuple[list[Waiting], dict[str, int]]:
    """The queue and whose turn was when, as :func:`fair_order` takes them."""
    visitors: dict[str, list[str]] = {}
    for row in connection.execute(
        "SELECT watcher.run, visitor FROM watcher JOIN run ON run.id = watcher.run"
        " WHERE run.state = 'queued' AND wants"
    ):
        visitors.setdefault(row["run"], []).append(row["visitor"])
    waiting = [
        Waiting(
            run=row["id"],
            ticket=row["ticket"],
            visitors=tuple(visitors.get(row["id"], ())),
            begun=bool(row["begun"]),
        )
        for row in connection.execute("SELECT id, ticket, begun FROM run WHERE state = 'queued'")
    ]
    served = dict(connection.execute("SELECT id, served FROM visitor").fetchall())
    return waiting, served


def close(
    connection: sqlite3.Connection,
    run: str,
    state: State,
    failure: Failure | None = None,
    places: dict[str, str | int] | None = None,
) -> None:
    """Bring a run to rest in ``state``; one that stays so needs no checkpoint any more."""
    connection.execute(
        "UPDATE run SET state = ?, failure = ?, places = ?, asked = NULL, worker = NULL,"
        " begun = 0, ended_at = ?, checkpoint = CASE WHEN ? THEN NULL ELSE checkpoint END"
        " WHERE id = ?",
        (
            state.value,
            failure.key if failure else None,
            json.dumps(places or {}),
            time.time() if state.ended else None,
            state.ended,
            run,
        ),
    )


def put_back(connection: sqlite3.Connection, run: str, *, lost: bool) -> None:
    """Queue a run again that was cut off; ``lost`` counts it as the end of its worker."""
    rewind(connection, run)
    connection.execute(
        "UPDATE run SET state = 'queued', worker = NULL, begun = 1, losses = losses + ?"
        " WHERE id = ?",
        (int(lost), run),
    )


def rewind(connection: sqlite3.Connection, run: str) -> None:
    """Take back the events after the last checkpoint, and write down that this was done."""
    row = connection.execute(
        "SELECT last_event, checkpoint_event FROM run WHERE id = ?", (run,)
    ).fetchone()
    last, kept = row["last_event"], row["checkpoint_event"]
    gone = connection.execute(
        "DELETE FROM event WHERE run = ? AND number > ? AND kind != ?", (run, kept, REWOUND)
    )
    if gone.rowcount:
        connection.execute(
            "INSERT INTO event VALUES (?, ?, ?, ?, NULL, 0)",
            (run, last + 1, REWOUND, json.dumps({"to": kept})),
        )
        connection.execute("UPDATE run SET last_event = ? WHERE id = ?", (last + 1, run))
