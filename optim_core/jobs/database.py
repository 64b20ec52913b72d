"""The database of runs: short transactions, several processes, damage and full disks in words."""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from optim_core.jobs.folder import DAMAGED, StoreFolder
from optim_core.jobs.locks import FileLock
from optim_core.jobs.schema import MIGRATIONS
from optim_core.jobs.words import Denial, JobRefusedError

BUSY_SECONDS = 5.0
DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}
NO_FOLDER = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM}

LOG = logging.getLogger("downhill.jobs")


class Database:
    """One connection to the database of a folder, for the threads of one process.

    Every error of SQLite becomes a :class:`JobRefusedError` in words. A damaged database is set
    aside and a new one begun, by whoever notices first; the others move over at their next call.

    Args:
        folder: of the runs.
        busy_seconds: how long a call waits while others hold the database: other processes, and
            threads of this one that wait themselves. Those who wait do so together, not in turn.

    Raises:
        JobRefusedError: by every method, see :class:`Denial`.
    """

    def __init__(self, folder: StoreFolder, *, busy_seconds: float = BUSY_SECONDS) -> None:
        self.folder = folder
        self._busy_seconds = busy_seconds
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._identity: tuple[int, int] | None = None
        with self._in_words():
            self._open(self._deadline())

    def read(self, query: str, *values: Any) -> list[sqlite3.Row]:
        """The rows that answer ``query``."""
        with self._held() as connection:
            return connection.execute(query, values).fetchall()

    @contextlib.contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of the block happens or none of it."""
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """Several queries that see the database as it was at one moment; nobody waits for them."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextlib.contextmanager
    def _transaction(self, beginning: str) -> Iterator[sqlite3.Connection]:
        with self._held() as connection:
            connection.execute(beginning)
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def settle_on_disk(self) -> None:
        """Bring what was written through to the disk, so that even a power cut keeps it."""
        with contextlib.suppress(JobRefusedError):
            self.read("PRAGMA wal_checkpoint(PASSIVE)")

    def check(self) -> None:
        """Read through the whole database; a damaged one is set aside."""
        with self._held() as connection:
            answer = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if answer == "ok":
                return
        self._renew()

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    @contextlib.contextmanager
    def _held(self) -> Iterator[sqlite3.Connection]:
        """The connection, for this thread alone."""
        deadline = self._deadline()
        if not self._lock.acquire(timeout=self._busy_seconds):
            raise JobRefusedError(Denial.BUSY)
        try:
            with self._in_words():
                connection = self._current(deadline)
                connection.execute(f"PRAGMA busy_timeout = {1000 * left(deadline):.0f}")
                yield connection
        finally:
            self._lock.release()

    def _deadline(self) -> float:
        return time.monotonic() + self._busy_seconds

    def _current(self, deadline: float) -> sqlite3.Connection:
        """The connection, to the file that is at the path now."""
        if self._connection is None or self._identity != identity(self.folder.database):
            self.close()
            self._open(deadline)
        assert self._connection is not None
        return self._connection

    def _open(self, deadline: float) -> None:
        self.folder.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with FileLock(self.folder.opening_lock, patience=left(deadline)):
            try:
                self._connection = connect(self.folder.database, left(deadline))
            except sqlite3.DatabaseError as error:
                if code(error) not in DAMAGE:
                    raise
                set_aside(self.folder.database)
                self._connection = connect(self.folder.database, left(deadline))
            self._identity = identity(self.folder.database)

    def _renew(self) -> None:
        """Set the file aside, unless another process has done so since."""
        with self._lock:
            self.close()
            with FileLock(self.folder.opening_lock):
                if is_damaged(self.folder.database):
                    set_aside(self.folder.database)
            self._open(self._deadline())

    @contextlib.contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            if code(error) in DAMAGE:
                self._renew()
                raise JobRefusedError(Denial.DAMAGED) from error
            if code(error) in BUSY:
                raise JobRefusedError(Denial.BUSY) from error
            if code(error) in FULL:
                raise JobRefusedError(Denial.DISK_FULL) from error
            if code(error) in NO_FOLDER:
                # It was removed or made read-only under our feet.
                raise JobRefusedError(Denial.NO_FOLDER, reason=str(error)) from error
            raise
        except OSError as error:
            if isinstance(error, TimeoutError):
                raise JobRefusedError(Denial.BUSY) from error
            raise JobRefusedError(Denial.NO_FOLDER, reason=error.strerror or "") from error


def left(deadline: float) -> float:
    """Seconds until ``deadline`` (monotonic), 0 where it has passed."""
    return max(0.0, deadline - time.monotonic())


def code(error: sqlite3.Error) -> int:
    """The primary result code of SQLite; 0 for errors of Python's own."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def identity(path: Path) -> tuple[int, int] | None:
    """What tells one file from another that later has its name; None for no file."""
    try:
        status = os.stat(path)  # noqa: PTH116 - called before every query, Path.stat costs twice
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def connect(path: Path, busy_seconds: float) -> sqlite3.Connection:
    """A connection to the database at ``path``, made or brought up to date first.

    Raises:
        JobRefusedError: when a newer version of the program wrote it.
        sqlite3.DatabaseError: when it is damaged.
    """
    connection = sqlite3.connect(
        path, timeout=busy_seconds, isolation_level=None, check_same_thread=False
    )
    try:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def migrate(connection: sqlite3.Connection) -> None:
    """Take the steps that this database has not had.

    Raises:
        JobRefusedError: when a newer version of the program wrote it.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(MIGRATIONS):
        raise JobRefusedError(Denial.NEWER)
    for number, statements in enumerate(MIGRATIONS[version:], version + 1):
        connection.execute("BEGIN IMMEDIATE")
        try:
            for statement in statements:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def is_damaged(path: Path) -> bool:
    """Whether the file at ``path`` cannot be read through as a database."""
    try:
        with contextlib.closing(connect(path, BUSY_SECONDS)) as connection:
            answer: str = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            return answer != "ok"
    except sqlite3.DatabaseError as error:
        return code(error) in DAMAGE


def set_aside(path: Path) -> None:
    """Rename the files of a damaged database, so that a new one can be begun and nothing is lost.

    Raises:
        OSError: when they cannot be renamed.
    """
    number = 1
    while (aside := path.with_name(f"{path.name}.{DAMAGED}-{number}")).exists():
        number += 1
    LOG.error("%s is damaged and set aside as %s; a new one is begun", path, aside)
    for ending in ("-wal", "-shm", ""):
        with contextlib.suppress(FileNotFoundError):
            Path(f"{path}{ending}").rename(f"{aside}{ending}")
