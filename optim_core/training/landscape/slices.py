"""The grid of a picture, from coarse to fine: who looks on sees all of it early.

Every point of the grid is a row, so that some are computed together; whatever is known can be kept
and gone on from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from optim_core.training.events import Floats
from optim_core.training.landscape.levels import STRIDES, Places, every

FEWEST = 4
"""Points a side that are worth being shown early."""


class Measures(Protocol):
    """What measures points: :class:`~optim_core.training.landscape.evaluating.Evaluator`."""

    dtype: torch.dtype
    group: int

    def measure(self, points: Tensor, stop: Callable[[], bool] = ...) -> Floats:
        """Some numbers of each point (P, D): (P, M)."""


@dataclass(frozen=True, eq=False)
class Grid:
    """Where a picture is measured.

    Attributes:
        x: (n,) ascending, along the first axis.
        y: (m,) along the second; None on a line.
    """

    x: Floats
    y: Floats | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """``(n,)``, or ``(m, n)``: rows along y."""
        return (len(self.x),) if self.y is None else (len(self.y), len(self.x))

    @property
    def coordinates(self) -> Floats:
        """All points (P, 1) or (P, 2), in the order of a flattened picture."""
        if self.y is None:
            return self.x[:, None]
        across, along = np.meshgrid(self.x, self.y)
        return np.stack([across.ravel(), along.ravel()], axis=1)

    def levels(self) -> list[Places]:
        """The places of its points among ``coordinates``, the coarsest level first, each once."""
        seen = np.zeros(self.shape, dtype=bool)
        found = []
        for stride in STRIDES:
            sides = [every(length, stride) for length in self.shape]
            if stride > 1 and min(len(side) for side in sides) < FEWEST:
                continue
            level = np.zeros(self.shape, dtype=bool)
            level[np.ix_(*sides)] = True
            found.append(np.flatnonzero(level & ~seen))
            seen |= level
        return found

    def order(self) -> Places:
        """All places, level by level."""
        return np.concatenate(self.levels())


def square(reach: float, resolution: int, *, middle: tuple[float, float] = (0.0, 0.0)) -> Grid:
    """An even grid that reaches as far to every side of its middle."""
    steps = np.linspace(-reach, reach, resolution)
    return Grid(steps + middle[0], steps + middle[1])


def around(places: Floats, resolution: int, room: float) -> Grid:
    """An even grid around points (P, 2), with ``room`` to every side as a share of their extent.

    The longer side has ``resolution`` points. A picture is never thinner than a quarter of it.
    """
    low, high = places.min(axis=0), places.max(axis=0)
    longest = float((high - low).max()) or 1.0
    middle, half = (low + high) / 2, np.maximum((high - low) / 2, longest / 8) + room * longest
    sides = [
        np.linspace(centre - reach, centre + reach, resolution)
        for centre, reach in zip(middle, half, strict=True)
    ]
    return Grid(sides[0], sides[1])


def sweep(
    points: Callable[[int, int], Tensor],
    count: int,
    measuring: Measures,
    known: Floats | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[tuple[int, Floats]]:
    """Measure points in their order, a group of rows at a time.

    Args:
        points: ``(first, last) -> (last - first, D)`` weights.
        count: how many there are.
        measuring: what measures them.
        known: (k, M) the measures of the first k, from an earlier sweep.
        stop: asked between groups.

    Yields:
        How many are done, and their measures (done, M).

    Raises:
        StoppedError: when ``stop`` says so.
    """
    done = 0 if known is None else len(known)
    measured: Floats | None = None
    while done < count:
        last = min(done + measuring.group, count)
        found = measuring.measure(points(done, last).to(measuring.dtype), stop)
        if measured is None:
            measured = np.empty((count, found.shape[1]))
            if known is not None:
                measured[:done] = known
        measured[done:last] = found
        done = last
        yield done, measured[:done]
