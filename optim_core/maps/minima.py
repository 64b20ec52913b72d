"""The minima that a map tells apart: the declared ones, and those found where runs settled."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from landscapes import CriticalPoint, Surface
from landscapes.critical_points import refined
from landscapes.surface import REACH
from optim_core.settings import Floats

MOST_FOUND = 24
"""More are told apart by nobody: runs that settle at further ones count as elsewhere."""

MOST_TRIED = 96
"""Places that are looked into: a plateau, on which runs settle anywhere, has no end of them."""


class Minima:
    """Indices of minima: first the declared ones in their order, then found ones.

    A found one lies where runs settled that reached none of those known: within :data:`REACH`
    Newton's method gets from there to a point with a positive definite Hessian. Once given, an
    index stays.

    Args:
        surface: what is minimised.
    """

    def __init__(self, surface: Surface) -> None:
        self._surface = surface
        self._reach = REACH * surface.bounds.size
        self._points = list(surface.declared(surface.minima))
        self._declared = len(self._points)
        self._tried: list[tuple[float, float]] = []

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
        known = len(self._points)
        loose = np.flatnonzero((found < 0) & settled)
        self._look_into(positions[loose[np.argsort(losses[loose], kind="stable")]])
        for index in range(known, len(self._points)):
            self._take(found, positions, index)
        return found

    def _take(self, found: NDArray[np.int16], positions: Floats, index: int) -> None:
        point = self._points[index]
        near = self._near(positions, point.x, point.y)
        found[(found < 0) & near] = index

    def _near(self, positions: Floats, x: float, y: float) -> NDArray[np.bool_]:
        distances = np.hypot(positions[:, 0] - x, positions[:, 1] - y)
        near: NDArray[np.bool_] = distances <= self._reach
        return near

    def _look_into(self, places: Floats) -> None:
        """Add the minima at ``places`` (R, 2), which are in the order of their losses."""
        for x, y in self._tried:
            places = places[~self._near(places, x, y)]
        room = self._declared + MOST_FOUND - len(self._points)
        guesses: list[tuple[float, float]] = []
        while len(places) and len(guesses) < min(room, MOST_TRIED - len(self._tried)):
            x, y = places[0].tolist()
            guesses.append((x, y))
            places = places[~self._near(places, x, y)]
        if not guesses:
            return
        self._tried += guesses
        for point in refined(self._surface.value, guesses, "minimum", self._reach):
            here = np.array([[point.x, point.y]])
            if not any(self._near(here, known.x, known.y)[0] for known in self._points):
                self._points.append(point)
