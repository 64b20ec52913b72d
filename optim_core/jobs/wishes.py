"""What visitors want of a run, as statements inside a transaction of the store."""

from __future__ import annotations

import json
import sqlite3

from landscapes.refusal import Refusal
from optim_core.jobs.kinds import JobKind
from optim_core.jobs.ledger import close
from optim_core.jobs.plain import bad_spec, canonical
from optim_core.jobs.words import State

REASON_CHARACTERS = 300


def complete(kind: JobKind, spec: object) -> str:
    """``spec`` as canonical JSON, completed by its kind.

    Raises:
        JobRefusedError: when it is not plain, too large, or its kind does not accept it.
    """
    text = canonical(spec)
    if kind.check is None:
        return text
    try:
        completed = kind.check()(json.loads(text))
    except Refusal as error:
        raise bad_spec(error.phrase) from error
    except ValueError as error:
        raise bad_spec(str(error)[:REASON_CHARACTERS]) from error
    return canonical(completed)


def join(connection: sqlite3.Connection, run: str, visitor: str, name: str) -> None:
    """Make ``visitor`` want a run; an empty ``name`` leaves the one it has."""
    connection.execute(
        "INSERT INTO watcher (run, visitor, name) VALUES (?, ?, ?) ON CONFLICT DO UPDATE"
        " SET wants = 1, name = CASE excluded.name WHEN '' THEN name ELSE excluded.name END",
        (run, visitor, name),
    )


def wake(connection: sqlite3.Connection, run: str) -> None:
    """Queue a run that is paused, or undo the wish to pause it."""
    connection.execute("UPDATE run SET state = 'queued' WHERE id = ? AND state = 'paused'", (run,))
    connection.execute("UPDATE run SET asked = NULL WHERE id = ? AND asked = 'pause'", (run,))


def stop_if_unwanted(connection: sqlite3.Connection, run: str, state: State) -> None:
    """Cancel a run that nobody wants any more."""
    wanted = connection.execute("SELECT 1 FROM watcher WHERE run = ? AND wants", (run,)).fetchone()
    if wanted is not None or state.ended:
        return
    if state is State.RUNNING:
        connection.execute("UPDATE run SET asked = 'cancel' WHERE id = ?", (run,))
    else:
        close(connection, run, State.CANCELLED)
