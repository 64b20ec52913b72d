"""What becomes of the runs of a worker that is gone."""

from __future__ import annotations

from optim_core.jobs.database import Database
from optim_core.jobs.ledger import close, put_back, rewind
from optim_core.jobs.words import Failure, State

MAX_LOSSES = 2
"""A run that has cost so many workers their life is failed: it would cost the next one, too."""


def settle(
    database: Database,
    *,
    token: str | None,
    failure: Failure,
    places: dict[str, str | int] | None = None,
    lost: bool = True,
    target: str | None = None,
    leaves: bool = True,
) -> None:
    """Bring the runs of a worker to rest after it has ended, or queue them again.

    A run that was to be cancelled is cancelled. One whose kind keeps checkpoints goes on from the
    last of them, unless it has been lost too often. Any other has failed.

    Args:
        database: of the runs.
        token: the worker's; None for every worker.
        failure: why a run that cannot go on has failed.
        places: what to put into the places of its sentence.
        lost: whether the worker ended without a word: that is held against the run.
        target: the one run on account of which the worker was ended, if it was. Another that it
            had begun in the meantime is queued again and nothing is held against it.
        leaves: whether the worker has ended or is about to.

    Raises:
        JobRefusedError: when the database cannot be written.
    """
    values = () if token is None else (token,)
    by_worker, by_token = ("", "") if token is None else (" AND worker = ?", " WHERE token = ?")
    with database.write() as connection:
        for row in connection.execute(
            "SELECT id, asked, resumable, losses,"
            " EXISTS (SELECT 1 FROM watcher WHERE watcher.run = run.id AND wants) AS wanted"
            f" FROM run WHERE state = 'running'{by_worker}",
            values,
        ).fetchall():
            run = row["id"]
            if target is not None and run != target:
                put_back(connection, run, lost=False)
            elif row["asked"] == "cancel" or not row["wanted"]:
                close(connection, run, State.CANCELLED)
            elif failure is Failure.TIME_LIMIT or not row["resumable"]:
                close(connection, run, State.FAILED, failure, places)
            elif row["asked"] == "pause":
                rewind(connection, run)
                close(connection, run, State.PAUSED)
            elif lost and row["losses"] + 1 >= MAX_LOSSES:
                close(connection, run, State.FAILED, failure, places)
            else:
                put_back(connection, run, lost=lost)
        if leaves:
            connection.execute(f"DELETE FROM worker{by_token}", values)


def fail_waiting(database: Database, failure: Failure) -> None:
    """Fail all runs in the queue.

    Raises:
        JobRefusedError: when the database cannot be written.
    """
    with database.write() as connection:
        for row in connection.execute("SELECT id FROM run WHERE state = 'queued'").fetchall():
            close(connection, row["id"], State.FAILED, failure)
