"""A small disk of its own for a folder, so that it can be filled."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

MEGABYTES = 96
"""Twice what has to be free before a run is begun, and some."""


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """A disk at ``folder`` while the block lasts; whether there is one, for not everybody may."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    try:
        yield mounted
    finally:
        if mounted:
            # Whoever still ends there may do so.
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextlib.contextmanager
def filled(folder: Path) -> Iterator[None]:
    """The disk at ``folder``, full to the last byte while the block lasts."""
    filler = folder / "filler"
    try:
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(1 << 20))
        yield
    finally:
        filler.unlink()
