"""A server under attack."""

import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Served:
    """A server.

    Attributes:
        address: of it.
        said: the file with what it says.
        runs: the folder of its run store.
        plagues: the folder that ``plagues/sitecustomize.py`` reads, where the server has it.
        small: whether the run store is on a small disk of its own.
    """

    address: str
    said: Path
    runs: Path
    plagues: Path | None = None
    small: bool = False

    @contextmanager
    def plague(self, name: str) -> Iterator[Path]:
        """The file of one of its plagues, gone when the block ends."""
        assert self.plagues is not None
        file = self.plagues / name
        try:
            yield file
        finally:
            file.unlink(missing_ok=True)

    def worker(self) -> int:
        """The process of its worker; one that has begun a run is there."""
        with closing(sqlite3.connect(self.runs / "runs.db")) as database:
            ((process,),) = database.execute("SELECT process FROM worker")
        return int(process)


@contextmanager
def held(process: int) -> Iterator[None]:
    """A process that does nothing while the block lasts."""
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)
