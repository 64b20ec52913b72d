"""A reporter in the worker: what a job tells goes into the book of runs and into files."""

from __future__ import annotations

import errno
import json
import secrets
from collections.abc import Mapping
from typing import Any

from optim_core.jobs.ledger import Claim, Ledger
from optim_core.jobs.plain import check_file_name
from optim_core.jobs.reporting import Checkpoint, Reporter, body_text, json_text
from optim_core.jobs.sources import Source, source_of
from optim_core.jobs.tensor_files import (
    Array,
    UnreadableFileError,
    laid_out,
    pack,
    read_file,
    write_file,
)
from optim_core.jobs.words import Failure, JobFailedError

MAX_INLINE_BYTES = 64_000
"""Arrays up to this size stay with their event: a file for each bundle of steps would be thousands
of them. What is larger would swell the database."""
MAX_EVENTS = 200_000
MAX_RUN_BYTES = 512_000_000
MAX_CHECKPOINT_BYTES = 3_000_000_000
"""A run has one at a time, and keeps none once it has ended."""
MEGABYTE = 1_000_000


class LedgerReporter(Reporter):
    """Writes down in the ledger what a job tells.

    Every method raises :class:`~optim_core.jobs.words.LostRunError` when the run has been taken
    away from this worker.
    """

    def __init__(
        self,
        ledger: Ledger,
        claim: Claim,
        device: str,
        *,
        max_bytes: int = MAX_RUN_BYTES,
        max_checkpoint_bytes: int = MAX_CHECKPOINT_BYTES,
    ) -> None:
        self.device = device
        self.share_done = claim.progress
        self.goes_on = False
        self._ledger = ledger
        self._claim = claim
        self._max_bytes = max_bytes
        self._max_checkpoint_bytes = max_checkpoint_bytes
        self.resume = self._read_checkpoint()
        self._number, self._bytes = ledger.written(claim)

    def event(
        self, kind: str, body: Mapping[str, Any], arrays: Mapping[str, Array] | None = None
    ) -> int:
        """Write an event down, its arrays in a file where they are large."""
        text = body_text(body)
        packed = pack(arrays) if arrays else b""
        number, size = self._number + 1, len(text) + len(packed)
        large = len(packed) > MAX_INLINE_BYTES
        self._check_room(size)
        if number > MAX_EVENTS:
            raise too_large(self._max_bytes)
        if large:
            write_file(self._ledger.folder.event(self._claim.run, number), packed)
        inline = None if large else packed
        self._ledger.append(self._claim, number, kind, text, inline, size=size)
        self._number = number
        self._bytes += size
        return number

    def checkpoint(self, state: Mapping[str, Any], arrays: Mapping[str, Array]) -> None:
        """Write a new file, then forget the one before."""
        head, parts = laid_out(arrays)
        size = len(head) + sum(part.nbytes for part in parts)
        if size > self._max_checkpoint_bytes:
            raise too_large(self._max_checkpoint_bytes)
        name = secrets.token_hex(4)
        text = json_text({"state": dict(state), "file": name})
        folder, run = self._ledger.folder, self._claim.run
        if not folder.has_room(size):
            # The one before is still there while this one is written.
            raise OSError(errno.ENOSPC, "no room for a checkpoint")
        write_file(folder.checkpoint(run, name), head, *parts)
        former = self._ledger.keep_checkpoint(self._claim, text, self._number)
        if former:
            folder.checkpoint(run, json.loads(former)["file"]).unlink(missing_ok=True)

    def begin_anew(self) -> None:
        """Forget the checkpoint and take back the events."""
        self._ledger.forget_checkpoint(self._claim)
        self.resume = None
        self.share_done = 0.0
        self._number, self._bytes = self._ledger.written(self._claim)

    def artifact(self, name: str, arrays: Mapping[str, Array]) -> None:
        """Write a file of the run, or write it anew."""
        path = self._ledger.folder.artifact(self._claim.run, check_file_name(name))
        packed = pack(arrays)
        size = len(packed) - (path.stat().st_size if path.exists() else 0)
        self._check_room(size)
        write_file(path, packed)
        self._ledger.count_bytes(self._claim, size)
        self._bytes += size

    def source(self, run: str) -> Source:
        """Another run of the same folder."""
        return source_of(self._ledger.database, run)

    def _check_room(self, size: int) -> None:
        if self._bytes + size > self._max_bytes:
            raise too_large(self._max_bytes)

    def _read_checkpoint(self) -> Checkpoint | None:
        if not self._claim.checkpoint:
            return None
        kept = json.loads(self._claim.checkpoint)
        path = self._ledger.folder.checkpoint(self._claim.run, kept["file"])
        try:
            return Checkpoint(kept["state"], read_file(path))
        except (OSError, UnreadableFileError):
            # Better to begin anew than not at all.
            self._ledger.forget_checkpoint(self._claim)
            return None


def too_large(limit: int) -> JobFailedError:
    """The failure of a run that keeps more than ``limit`` bytes."""
    return JobFailedError(Failure.TOO_LARGE, megabytes=limit // MEGABYTE)
