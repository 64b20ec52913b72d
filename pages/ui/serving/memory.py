"""What a process and its children hold, as the system tells it."""

from __future__ import annotations

import os
from pathlib import Path

PROCESSES = Path("/proc")


def resident_megabytes(process: int) -> float | None:
    """Memory that a process holds, in MB (10**6 bytes); None where the system does not tell."""
    try:
        status = (PROCESSES / str(process) / "status").read_text()
    except OSError:
        return None
    lines = (line.split() for line in status.splitlines() if line.startswith("VmRSS:"))
    return next((int(parts[1]) * 1024 / 1e6 for parts in lines), None)


def children(process: int) -> list[int]:
    """The processes that a process has started, its workers for instance."""
    found: list[int] = []
    try:
        threads = list((PROCESSES / str(process) / "task").iterdir())
    except OSError:
        return found
    for thread in threads:
        try:
            found += map(int, (thread / "children").read_text().split())
        except OSError:
            continue
    return found


def held_here() -> tuple[float | None, float]:
    """MB of this process, and of its children together."""
    own = os.getpid()
    theirs = [resident_megabytes(child) for child in children(own)]
    return resident_megabytes(own), sum(one for one in theirs if one is not None)
