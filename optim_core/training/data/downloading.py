"""Fetching files: with progress, resumed after a break, and checked to the last byte."""

from __future__ import annotations

import hashlib
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

BLOCK = 1 << 18
"""How many bytes are read at a time: progress and ``stop`` are looked at once a block."""

ATTEMPTS = 4
TIMEOUT_SECONDS = 30.0

Progress = Callable[[int, int], object]
"""Called with the bytes there are and the bytes there will be."""


class DownloadError(RuntimeError):
    """A file could not be fetched, or is not what it should be; the message says which and why."""


class DownloadStoppedError(DownloadError):
    """The download was stopped on request. What came so far is kept and resumed next time."""


@dataclass(frozen=True, kw_only=True)
class RemoteFile:
    """A file as its makers publish it.

    Attributes:
        name: what it is called here.
        address: where it is fetched from.
        size: in bytes, exactly.
        sha256: of its content, in hexadecimal digits.
    """

    name: str
    address: str
    size: int
    sha256: str


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def download(
    file: RemoteFile,
    folder: Path,
    *,
    progress: Progress = lambda done, total: None,
    stop: Callable[[], bool] = lambda: False,
    attempts: int = ATTEMPTS,
    wait: Callable[[float], object] = time.sleep,
) -> Path:
    """``file`` in ``folder``, fetched unless it is there already.

    A broken connection is tried again from where it broke, after 1, 2, 4, ... seconds.

    Args:
        file: what to fetch.
        folder: made if it is not there.
        progress: told after every block.
        stop: asked at every block.
        attempts: how often a connection is tried that brings nothing new.
        wait: called with seconds between two attempts.

    Raises:
        DownloadStoppedError: when ``stop`` said so.
        DownloadError: when the server cannot be reached or sends something else.
    """
    target = folder / file.name
    if target.exists() and target.stat().st_size == file.size and digest(target) == file.sha256:
        return target
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{file.name}.part"
    if part.exists() and part.stat().st_size > file.size:
        part.unlink()
    failures, reached = 0, _size(part)
    while _size(part) < file.size:
        try:
            _append(file, part, progress, stop)
        except (OSError, HTTPException) as error:
            failures = failures + 1 if _size(part) <= reached else 1
            if failures >= attempts:
                raise DownloadError(_unreachable(file, error)) from error
            wait(2.0 ** (failures - 1))
        else:
            failures = failures + 1 if _size(part) <= reached else 0
            if failures >= attempts:
                raise DownloadError(f"The server sent less of {file.name} than it should.")
        # A server that cannot resume begins anew each time: news is what was never there before.
        reached = max(reached, _size(part))
    if digest(part) != file.sha256:
        part.unlink()
        raise DownloadError(
            f"{file.name} arrived, but it is not the file its makers published: it was deleted."
        )
    part.replace(target)
    return target


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _append(file: RemoteFile, part: Path, progress: Progress, stop: Callable[[], bool]) -> None:
    """Fetch what ``part`` still lacks; from the start where the server cannot resume."""
    had = _size(part)
    headers = {"User-Agent": "downhill", "Accept-Encoding": "identity"}
    if had:
        headers["Range"] = f"bytes={had}-"
    request = urllib.request.Request(file.address, headers=headers)
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
        resumed = answer.status == 206
        had = had if resumed else 0
        with part.open("ab" if resumed else "wb") as stream:
            while True:
                if stop():
                    raise DownloadStoppedError(f"The download of {file.name} was stopped.")
                block = answer.read(BLOCK)
                if not block:
                    return
                had += len(block)
                if had > file.size:
                    stream.close()
                    part.unlink()
                    raise DownloadError(f"The server sent more of {file.name} than it should.")
                stream.write(block)
                progress(had, file.size)


def _unreachable(file: RemoteFile, error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        why = f"the server answered {error.code}"
    else:
        why = "the server could not be reached, or the connection broke"
    return (
        f"{file.name} could not be fetched: {why}. What came so far is kept; try again, or fetch "
        f"{file.address} by other means."
    )
