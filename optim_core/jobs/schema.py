"""The tables behind the runs, as steps from each version of them to the next."""

from __future__ import annotations

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        # `ticket` counts submissions and is never given twice: the queue needs no clock.
        # `worker` is the token of who has claimed the run; every write of a worker names it.
        """
        CREATE TABLE run (
            ticket INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            spec TEXT NOT NULL,
            digest TEXT NOT NULL,
            state TEXT NOT NULL,
            failure TEXT,
            places TEXT NOT NULL DEFAULT '{}',
            resumable INTEGER NOT NULL,
            time_limit REAL NOT NULL,
            asked TEXT,
            begun INTEGER NOT NULL DEFAULT 0,
            losses INTEGER NOT NULL DEFAULT 0,
            worker TEXT,
            progress REAL NOT NULL DEFAULT 0,
            seconds REAL NOT NULL DEFAULT 0,
            last_event INTEGER NOT NULL DEFAULT 0,
            checkpoint TEXT,
            checkpoint_event INTEGER NOT NULL DEFAULT 0,
            bytes INTEGER NOT NULL DEFAULT 0,
            result TEXT,
            submitted_at REAL NOT NULL,
            started_at REAL,
            ended_at REAL
        )
        """,
        "CREATE INDEX run_by_state ON run (state)",
        "CREATE INDEX run_by_digest ON run (digest)",
        # One row for each visitor who has the run in their list; `wants` until they cancel it.
        """
        CREATE TABLE watcher (
            run TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
            visitor TEXT NOT NULL,
            name TEXT NOT NULL DEFAULT '',
            wants INTEGER NOT NULL DEFAULT 1,
            PRIMARY KEY (run, visitor)
        ) WITHOUT ROWID
        """,
        "CREATE INDEX watcher_by_visitor ON watcher (visitor)",
        "CREATE TABLE visitor (id TEXT PRIMARY KEY, served INTEGER NOT NULL) WITHOUT ROWID",
        # The arrays of an event in the safetensors format; large ones are in a file of their own.
        """
        CREATE TABLE event (
            run TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            kind TEXT NOT NULL,
            body TEXT NOT NULL,
            arrays BLOB,
            in_file INTEGER NOT NULL,
            PRIMARY KEY (run, number)
        ) WITHOUT ROWID
        """,
        # One row for each slot whose worker has come up; `beat` only ever grows while it lives.
        """
        CREATE TABLE worker (
            slot TEXT PRIMARY KEY,
            token TEXT NOT NULL,
            process INTEGER NOT NULL,
            beat INTEGER NOT NULL DEFAULT 0
        ) WITHOUT ROWID
        """,
        "CREATE TABLE notice (at REAL NOT NULL, sentence TEXT NOT NULL)",
    ),
)
"""Statements of each step; ``PRAGMA user_version`` counts the steps a database has had."""
