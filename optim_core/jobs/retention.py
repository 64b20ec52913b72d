"""What is kept for how long: old runs go, and the oldest when all of them hold too much."""

from __future__ import annotations

import contextlib
import json
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from optim_core.jobs.database import Database
from optim_core.jobs.ledger import close
from optim_core.jobs.plain import RUN_ID
from optim_core.jobs.words import Failure, State

DAY = 86_400.0


@dataclass(frozen=True, kw_only=True)
class Retention:
    """What is kept.

    Attributes:
        days: how long a run is kept after it has ended, and may stay paused.
        bytes: how much all runs together may hold; the oldest that nobody has named go first.
        paused_bytes: how much the checkpoints of all paused runs together may hold; those paused
            first cannot go on any more.
        orphan_days: how long files without a run are kept, in case a database was set aside.
    """

    days: float = 60.0
    bytes: int = 4_000_000_000
    paused_bytes: int = 4_000_000_000
    orphan_days: float = 2.0


def sweep(database: Database, retention: Retention) -> list[str]:
    """Remove what need not be kept; the ids of the runs removed.

    Runs that wait, are paused or running stay, whatever they hold; so does the newest that ended.
    A run that is paused for too long fails.

    Raises:
        JobRefusedError: when the database cannot be written.
    """
    give_up_paused(database, retention)
    with database.write() as connection:
        rows = connection.execute(
            "SELECT id, bytes, ended_at,"
            " EXISTS (SELECT 1 FROM watcher WHERE watcher.run = run.id) AS watched,"
            " EXISTS (SELECT 1 FROM watcher WHERE watcher.run = run.id AND name != '') AS named"
            " FROM run WHERE ended_at IS NOT NULL ORDER BY named, ended_at"
        ).fetchall()
        (held,) = connection.execute("SELECT coalesce(sum(bytes), 0) FROM run").fetchone()
        newest = max((row["ended_at"] for row in rows), default=0.0)
        eldest_kept = time.time() - retention.days * DAY
        gone: list[str] = []
        for row in rows:
            too_old = row["ended_at"] < eldest_kept
            too_much = held > retention.bytes and row["ended_at"] < newest
            if too_old or too_much or not row["watched"]:
                gone.append(row["id"])
                held -= row["bytes"]
        connection.executemany("DELETE FROM run WHERE id = ?", [(run,) for run in gone])
    for run in gone:
        database.folder.forget(run)
    remove_checkpoints(database)
    remove_orphans(database, retention)
    return gone


def give_up_paused(database: Database, retention: Retention) -> None:
    """Fail paused runs that are too old, or hold too much; the one paused last stays in any case.

    Raises:
        JobRefusedError: when the database cannot be read or written.
    """
    paused: list[tuple[float, int, str]] = []
    for row in database.read("SELECT id, checkpoint, submitted_at FROM run WHERE state = 'paused'"):
        since, size = row["submitted_at"], 0
        with contextlib.suppress(OSError):
            file = json.loads(row["checkpoint"] or "{}").get("file", "")
            status = database.folder.checkpoint(row["id"], file).stat()
            since, size = status.st_mtime, status.st_size
        paused.append((since, size, row["id"]))
    held, eldest_kept = 0, time.time() - retention.days * DAY
    for place, (since, size, run) in enumerate(sorted(paused, reverse=True)):
        held += size
        if since < eldest_kept or (place and held > retention.paused_bytes):
            held -= size
            with database.write() as connection:
                still = "SELECT 1 FROM run WHERE id = ? AND state = 'paused'"
                if connection.execute(still, (run,)).fetchone():
                    close(connection, run, State.FAILED, Failure.GIVEN_UP)


def remove_checkpoints(database: Database) -> None:
    """Remove the checkpoints that no run will go on from.

    Raises:
        JobRefusedError: when the database cannot be read.
    """
    # The files first: one that appears after them is not looked at, and one that was there before
    # is either known by the time of the question, or of a run that is worked on.
    files: list[Path] = [
        file
        for kind in ("*/checkpoint.*", "*/.checkpoint.*")
        for file in database.folder.runs.glob(kind)
    ]
    if not files:
        return
    rows = database.read("SELECT id, state, checkpoint FROM run")
    states = {row["id"]: State(row["state"]) for row in rows}
    kept = {
        database.folder.checkpoint(row["id"], json.loads(row["checkpoint"])["file"])
        for row in rows
        if row["checkpoint"]
    }
    for file in files:
        # Runs that the database does not know are left for those who look after the server.
        state = states.get(file.parent.name, State.RUNNING)
        if state is not State.RUNNING and file not in kept:
            with contextlib.suppress(OSError):
                file.unlink()


def remove_orphans(database: Database, retention: Retention) -> None:
    """Remove folders of runs that the database does not know, once they are old.

    Raises:
        JobRefusedError: when the database cannot be read.
    """
    folder = database.folder
    if not folder.runs.is_dir():
        return
    known = {row["id"] for row in database.read("SELECT id FROM run")}
    for path in folder.runs.iterdir():
        if path.name in known or not RUN_ID.fullmatch(path.name) or path.is_symlink():
            continue
        if time.time() - path.stat().st_mtime > retention.orphan_days * DAY:
            shutil.rmtree(path, ignore_errors=True)
