"""What is read off the points of a run afterwards: true loss, gradient, and how the run ended."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray

from optim_core.calling import Call
from optim_core.gradients import Formula, gradient_calls
from optim_core.settings import Floats
from optim_core.trajectories import Outcome

CHUNK_POINTS = 16_384
"""Points evaluated together, so that the arrays stay in the cache."""

KEPT_POINTS = 2048
"""Gauges of up to so many points are kept: each takes some twenty arrays of that length."""

KEPT_GAUGES = 32
"""Of all sizes together, 11 MB at most: a class that has every preset open uses twenty-odd."""


def measure(formula: Formula, path: Floats) -> tuple[Floats, Floats]:
    """The true loss and the norm of the true gradient at every point.

    Args:
        formula: the surface, elementwise in two tensors.
        path: (S, 2, N) points.

    Returns:
        Losses (S, N) and gradient norms (S, N).
    """
    count = path.shape[0] * path.shape[2]
    points = np.ascontiguousarray(path.transpose(1, 0, 2)).reshape(2, count)
    losses, norms = np.empty(count), np.empty(count)
    # A power of two: the recording for a size is found again when the number of steps changes.
    size = min(1 << (count - 1).bit_length(), CHUNK_POINTS)
    with np.errstate(all="ignore"), torch.inference_mode(), _gauge(formula, size) as gauge:
        gradients = gauge.gradients
        for first in range(0, count, size):
            length = min(size, count - first)
            chunk = slice(first, first + length)
            np.copyto(gauge.points[:, :length], points[:, chunk])
            for call in gauge.calls:
                call()
            losses[chunk] = gauge.values[:length]
            np.hypot(gradients[0, :length], gradients[1, :length], out=norms[chunk])
    return losses.reshape(path.shape[0], -1), norms.reshape(path.shape[0], -1)


class _Gauge:
    """The gradient of a formula at ``size`` points, bound to arrays: one may use it at a time."""

    def __init__(self, formula: Formula, size: int) -> None:
        self.points = np.zeros((2, size))
        self.gradients, self.values = np.empty((2, size)), np.empty(size)
        self.calls: list[Call] = gradient_calls(formula, self.points, self.gradients, self.values)
        self.in_use = threading.Lock()


_kept_gauge = lru_cache(maxsize=KEPT_GAUGES)(_Gauge)


@contextmanager
def _gauge(formula: Formula, size: int) -> Iterator[_Gauge]:
    """A gauge of our own: the one that is kept, or another while somebody else has that."""
    kept = _kept_gauge(formula, size) if size <= KEPT_POINTS else None
    if kept is None or not kept.in_use.acquire(blocking=False):
        yield _Gauge(formula, size)
        return
    try:
        yield kept
    finally:
        kept.in_use.release()


@dataclass(frozen=True, kw_only=True)
class Endings:
    """How the runs of a path ended, each array (N,).

    Attributes:
        alive: (S, N) whether the run was still going at that point.
        stopped_at: index of the last point at which it was.
        undefined: whether it stopped because the surface has no value there.
        settled_at: first index from which the gradient norm stays within the tolerance, if that
            lasts (see :func:`lasting`); else -1.
    """

    alive: NDArray[np.bool_]
    stopped_at: NDArray[np.int64]
    undefined: NDArray[np.bool_]
    settled_at: NDArray[np.int64]


def lasting(steps: int) -> int:
    """For how many steps a gradient must have been small: a twentieth of the run, at least ten.

    A run that shoots across a flat spot has a small gradient there too, for a step or three.
    """
    return min(steps, max(10, steps // 20))


def endings_of(
    path: Floats, losses: Floats, norms: Floats, far: float, tolerance: float
) -> Endings:
    """Where each run of ``path`` (S, 2, N) stopped or settled.

    A run stops at the first point that is further out than ``far``, or where loss or gradient is
    not finite; there the surface is undefined if the point itself was near and the value NaN.
    """
    near = np.logical_and.reduce(np.abs(path) <= far, axis=1)
    fine = near & np.isfinite(losses) & np.isfinite(norms)
    alive = np.logical_and.accumulate(fine, axis=0)
    count = alive.sum(axis=0)
    columns = np.arange(path.shape[2])
    first_bad = np.minimum(count, len(path) - 1)
    nowhere = np.isnan(losses) | np.isnan(norms)
    stopped = count < len(path)
    small = np.logical_and.accumulate((norms <= tolerance)[::-1], axis=0)[::-1].sum(axis=0)
    settled = (small > lasting(len(path) - 1)) & ~stopped
    return Endings(
        alive=alive,
        stopped_at=np.maximum(count - 1, 0),
        undefined=stopped & near[first_bad, columns] & nowhere[first_bad, columns],
        settled_at=np.where(settled, len(path) - small, -1),
    )


def outcomes_of(
    stopped: NDArray[np.bool_], undefined: NDArray[np.bool_], settled_at: NDArray[np.int64]
) -> tuple[Outcome, ...]:
    """One outcome a run."""
    kinds = np.where(stopped, np.where(undefined, 3, 2), np.where(settled_at >= 0, 0, 1))
    names = (
        Outcome.CONVERGED,
        Outcome.RAN_OUT_OF_STEPS,
        Outcome.DIVERGED,
        Outcome.LEFT_THE_DOMAIN,
    )
    return tuple(names[kind] for kind in kinds.tolist())
