"""Trajectories: what a trace returns, and the Outcome of each run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import overload

import numpy as np
from numpy.typing import NDArray


class Outcome(Enum):
    """How a run ended. The value is the sentence that a user reads (English source text)."""

    CONVERGED = "converged: the gradient stayed below the tolerance"
    RAN_OUT_OF_STEPS = "ran out of steps before the gradient became small"
    DIVERGED = "diverged: the steps grew until the point ran away"
    LEFT_THE_DOMAIN = "left the region where the surface is defined"


@dataclass(frozen=True)
class RowLabel:
    """Which entry, start and noise stream (all counted from 0) a row belongs to."""

    entry: int
    start: int
    noise_seed: int


@dataclass(frozen=True)
class RowLabels(Sequence[RowLabel]):
    """The label of every row, computed when asked for: entries slowest, noise seeds fastest."""

    entries: int
    starts: int
    noise_seeds: int

    def __len__(self) -> int:
        return self.entries * self.starts * self.noise_seeds

    @overload
    def __getitem__(self, row: int) -> RowLabel: ...
    @overload
    def __getitem__(self, row: slice) -> list[RowLabel]: ...
    def __getitem__(self, row: int | slice) -> RowLabel | list[RowLabel]:
        if isinstance(row, slice):
            return [self[index] for index in range(*row.indices(len(self)))]
        if not -len(self) <= row < len(self):
            raise IndexError(row)
        rest, seed = divmod(row % len(self), self.noise_seeds)
        entry, start = divmod(rest, self.starts)
        return RowLabel(entry, start, seed)


@dataclass(frozen=True, kw_only=True, eq=False)
class Trajectories:
    """The paths of R runs over T steps. All arrays are read-only.

    Rows are ordered with the entries slowest, then the starts, then the noise seeds.

    Attributes:
        positions: (T+1, R, D) float64; index 0 is the start; NaN after ``stopped_at``.
        losses: (T+1, R) float64; the true loss without noise; NaN after ``stopped_at``.
        gradient_norms: (T+1, R) float64; of the true gradient; NaN after ``stopped_at``.
        outcomes: one :class:`Outcome` a row.
        stopped_at: (R,) int64; the last step whose point is finite and within bounds: T for a run
            that was not stopped.
        settled_at: (R,) int64; the first step from which the gradient norm stays within the
            tolerance to the end, for long enough (``ending.py``); -1 for a run that did not
            converge.
        reached: (R,) int64; index into the surface's declared minima of the one the run ended at,
            -1 for none of them.
        labels: what each row is.
        steps: T, the number of steps asked for.
        seconds: how long the trace took.
    """

    positions: NDArray[np.float64]
    losses: NDArray[np.float64]
    gradient_norms: NDArray[np.float64]
    outcomes: tuple[Outcome, ...]
    stopped_at: NDArray[np.int64]
    settled_at: NDArray[np.int64]
    reached: NDArray[np.int64]
    labels: Sequence[RowLabel]
    steps: int
    seconds: float

    @property
    def rows(self) -> int:
        """R, the number of runs."""
        return int(self.positions.shape[1])
