"""What a running job can tell: progress, events, checkpoints and files; whoever passes it on."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from optim_core.jobs.sources import Source
from optim_core.jobs.tensor_files import Array

MAX_BODY_BYTES = 256_000


@dataclass(frozen=True)
class Checkpoint:
    """From where a job goes on.

    Attributes:
        state: plain JSON, as it was given to :meth:`Reporter.checkpoint`.
        arrays: by name, read-only.
    """

    state: dict[str, Any]
    arrays: dict[str, Array] = field(default_factory=dict)


class Reporter(ABC):
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

    device: str
    share_done: float
    resume: Checkpoint | None
    goes_on: bool

    def progress(self, done: float, total: float) -> None:
        """Tell how much is done; free to call at every step."""
        self.share_done = min(1.0, max(0.0, done / total)) if total > 0 else 0.0

    @abstractmethod
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

    @abstractmethod
    def checkpoint(self, state: Mapping[str, Any], arrays: Mapping[str, Array]) -> None:
        """Keep all that is needed to go on from here; replaces the checkpoint before.

        Raises:
            ValueError: for a state that is not plain JSON.
            OSError: when the disk is full; the checkpoint before stays.
        """

    @abstractmethod
    def begin_anew(self) -> None:
        """The checkpoint is of no use: take back all that was told, and forget it."""

    @abstractmethod
    def artifact(self, name: str, arrays: Mapping[str, Array]) -> None:
        """Keep named arrays as a file of the run, for instance its weights.

        Raises:
            ValueError: for a name that is not in small letters.
            OSError: when the disk is full.
        """

    @abstractmethod
    def source(self, run: str) -> Source:
        """Another run that this one builds on, to be read.

        Raises:
            JobFailedError: when there is none of that id.
        """


def body_text(body: Mapping[str, Any]) -> str:
    """The body of an event as JSON.

    Raises:
        ValueError: when it is not plain or too large.
    """
    text = json_text(body)
    if len(text) > MAX_BODY_BYTES:
        raise ValueError("the body of an event is too large: use its arrays")
    return text


def json_text(body: Mapping[str, Any]) -> str:
    """``body`` as compact JSON.

    Raises:
        ValueError: when it holds what JSON cannot, NaN included.
    """
    try:
        return json.dumps(dict(body), separators=(",", ":"), allow_nan=False)
    except (TypeError, RecursionError) as error:
        raise ValueError(str(error)) from error
