"""What another process of this machine has used: processor time and memory."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


def processor_seconds(process: int) -> float:
    """User and system time of ``process`` so far, its threads included.

    Raises:
        NotImplementedError: where there is no ``/proc`` (other counters are too coarse for this).
    """
    status = Path(f"/proc/{process}/stat")
    if not status.exists():
        raise NotImplementedError("processor time of another process needs Linux's /proc")
    # The name, in brackets, may hold spaces; utime and stime are fields 14 and 15 of the whole.
    fields = status.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_megabytes(process: int) -> float:
    """The memory that ``process`` has in use."""
    said = subprocess.run(
        ["ps", "-o", "rss=", "-p", str(process)], capture_output=True, text=True, check=True
    )
    return int(said.stdout) / 1000
