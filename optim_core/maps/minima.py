"""The minima that a map tells apart: the declared ones, and those found where runs settled."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from landscapes import CriticalPoint, Surface
from landscapes.critical_points import derivatives, kinds_of
from landscapes.surface import REACH

MOST_FOUND = 24
"""More are told apart by nobody: runs that settle at further ones count as elsewhere."""

Floats = NDArray[np.float64]


class Minima:
    """Indices of minima: first the declared ones in their order, then found ones.

    A found one is where a run settled that reached none of those known, if the Hessian there is
    positive definite. Once given, an index stays.

    Args:
        surface: what is minimised.
    """

    def __init__(self, surface: Surface) -> None:
        self._surface = surface
        self._points = list(surface.declared(surface.minima))
        self._declared = len(self._points)

    @property
    def points(self) -> tuple[CriticalPoint, ...]:
        """All that are known."""
        return tuple(self._points)

    def reached(
        self, positions: Floats, losses: Floats, settled: NDArray[np.bool_]
    ) -> NDArray[np.int16]:
        """Which minimum each of R runs ended at, -1 for none.

        Args:
            positions: (R, 2) where they ended.
            losses: (R,) the loss there.
            settled: (R,) whether the gradient stayed small.
        """
        found = self._surface.reached_minimum(positions, losses).astype(np.int16)
        for index in range(self._declared, len(self._points)):
            self._take(found, positions, index)
        while len(self._points) < self._declared + MOST_FOUND:
            loose = np.flatnonzero((found < 0) & settled)
            place = self._lowest_minimum(positions[loose], losses[loose])
            if place is None:
                break
            self._points.append(place)
            self._take(found, positions, len(self._points) - 1)
        return found

    def _take(self, found: NDArray[np.int16], positions: Floats, index: int) -> None:
        point = self._points[index]
        distance = np.hypot(positions[:, 0] - point.x, positions[:, 1] - point.y)
        found[(found < 0) & (distance <= REACH * self._surface.bounds.size)] = index

    def _lowest_minimum(self, positions: Floats, losses: Floats) -> CriticalPoint | None:
        """The lowest of the places where the surface is curved upwards both ways."""
        if not len(positions):
            return None
        _gradient, hessian = derivatives(self._surface.value, torch.from_numpy(positions.copy()))
        fine = torch.isfinite(hessian).all(dim=2).all(dim=1)
        kinds = kinds_of(torch.where(fine[:, None, None], hessian, torch.zeros(2, 2).double()))
        for place in np.argsort(losses, kind="stable").tolist():
            if kinds[place] == "minimum":
                x, y = (float(value) for value in positions[place])
                return CriticalPoint(x, y, float(losses[place]))
        return None
