"""A server under attack."""

from dataclasses import dataclass
from pathlib import Path


@dataclass
class Served:
    """A server.

    Attributes:
        address: of it.
        said: the file with what it says.
        runs: the folder of its run store.
    """

    address: str
    said: Path
    runs: Path
