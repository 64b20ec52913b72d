"""What is kept for how long: old runs go, and the oldest when all of them hold too much."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass

from optim_core.jobs.database import Database
from optim_core.jobs.plain import RUN_ID

DAY = 86_400.0


@dataclass(frozen=True, kw_only=True)
class Retention:
    """What is kept.

    Attributes:
        days: how long a run is kept after it has ended.
        bytes: how much all runs together may hold; the oldest that nobody has named go first.
        orphan_days: how long files without a run are kept, in case a database was set aside.
    """

    days: float = 60.0
    bytes: int = 4_000_000_000
    orphan_days: float = 2.0


def sweep(database: Database, retention: Retention) -> list[str]:
    """Remove what need not be kept; the ids of the runs removed.

    Runs that wait, are paused or running stay, whatever they hold; so does the newest that ended.

    Raises:
        JobRefusedError: when the database cannot be written.
    """
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
    remove_orphans(database, retention)
    return gone


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
