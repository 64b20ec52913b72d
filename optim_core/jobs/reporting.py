"""What a running job writes down: progress, events, checkpoints and files."""

from __future__ import annotations

import errno
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from optim_core.jobs.ledger import Claim, Ledger
from optim_core.jobs.plain import check_file_name
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

MAX_BODY_BYTES = 256_000
MAX_INLINE_BYTES = 64_000
"""Arrays up to this size stay with their event: a file for each bundle of steps would be thousands
of them. What is larger would swell the database."""
MAX_EVENTS = 200_000
MAX_RUN_BYTES = 512_000_000
MAX_CHECKPOINT_BYTES = 3_000_000_000
"""A run has one at a time, and keeps none once it has ended."""
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Checkpoint:
    """From where a job goes on.

    Attributes:
        state: plain JSON, as it was given to :meth:`Reporter.checkpoint`.
        arrays: by name, read-only.
    """

    state: dict[str, Any]
    arrays: dict[str, Array] = field(default_factory=dict)


class Reporter:
    """What a job knows of its run and how it tells of itself; for the thread of the job alone.

    Every method raises :class:`~optim_core.jobs.words.LostRunError` when the run has been taken
    away from this worker, and ``JobFailedError`` when it keeps too much; let both through.

    Attributes:
        device: the slot this worker serves, for instance ``auto``, ``cpu`` or ``cuda:0``.
        share_done: the progress told last, 0 to 1.
        resume: where to go on, None for a beginning. Its arrays may be large: set it to None once
            they have been taken over.
        goes_on: whether, once ``stop()`` is true, the run is to go on later, so that a checkpoint
            is worth its time: not when it was cancelled or its time is up.
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

    def progress(self, done: float, total: float) -> None:
        """Tell how much is done; free to call at every step."""
        self.share_done = min(1.0, max(0.0, done / total)) if total > 0 else 0.0

    def event(
        self, kind: str, body: Mapping[str, Any], arrays: Mapping[str, Array] | None = None
    ) -> int:
        """Write an event down; the pages that watch see it within a second.

        One event a few times a second is plenty: put the steps between into its arrays.

        Args:
            kind: what it is about.
            body: plain JSON, at most 256 kB; what is large belongs into the arrays.
            arrays: named numpy arrays; large ones are kept in a file.

        Returns:
            The number of the event.

        Raises:
            ValueError: for a body that is not plain JSON (NaN included) or too large.
            OSError: when the disk is full.
        """
        text = json_text(body)
        if len(text) > MAX_BODY_BYTES:
            raise ValueError("the body of an event is too large: use its arrays")
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
        """Keep all that is needed to go on from here; replaces the checkpoint before.

        Raises:
            ValueError: for a state that is not plain JSON.
            OSError: when the disk is full; the checkpoint before stays.
        """
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
        """The checkpoint is of no use: take back all that was told, and forget it."""
        self._ledger.forget_checkpoint(self._claim)
        self.resume = None
        self.share_done = 0.0
        self._number, self._bytes = self._ledger.written(self._claim)

    def artifact(self, name: str, arrays: Mapping[str, Array]) -> None:
        """Keep named arrays as a file of the run, for instance its weights.

        Raises:
            ValueError: for a name that is not in small letters.
            OSError: when the disk is full.
        """
        path = self._ledger.folder.artifact(self._claim.run, check_file_name(name))
        packed = pack(arrays)
        size = len(packed) - (path.stat().st_size if path.exists() else 0)
        self._check_room(size)
        write_file(path, packed)
        self._ledger.count_bytes(self._claim, size)
        self._bytes += size

    def source(self, run: str) -> Source:
        """Another run that this one builds on, to be read.

        Raises:
            JobFailedError: when there is none of that id.
        """
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


def json_text(body: Mapping[str, Any]) -> str:
    """``body`` as compact JSON.

    Raises:
        ValueError: when it holds what JSON cannot, NaN included.
    """
    try:
        return json.dumps(dict(body), separators=(",", ":"), allow_nan=False)
    except (TypeError, RecursionError) as error:
        raise ValueError(str(error)) from error
