"""Random quadratics: who leaves a critical point in many dimensions, and how soon."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optim_core.gradients import Field
from optim_core.maps.critical_shares import (
    CriticalShares,
    check_negative_share,
    critical_shares,
    negative_counts,
    symmetric_matrices,
)
from optim_core.maps.fields import Quadratics
from optim_core.maps.intervals import order_statistics
from optim_core.maps.recipe import AllDoneError, Recipe
from optim_core.maps.results import memory_of, sealed
from optim_core.settings import Floats

NEAR, AWAY = 0.01, 1.0
"""Root mean square distance from the critical point: at the start, and where a run has left it."""

SOFTEST, HARDEST = 0.5, 1.5
"""The sizes of independent curvatures. None is near 0: a run that stays does so for its sign."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Leaving:
    """Who left the critical point of a random quadratic; K dimensions, E entries.

    Counts are of ``request.recipe.runs`` runs, and -1 where nothing has been computed yet.

    Attributes:
        request: what was asked for.
        critical: what share of all critical points are minima, by three models.
        minima: (K,) how many of the runs' losses have their minimum there: no negative curvature.
        left: (K, E) runs that went down and away.
        at_saddle: (K, E) runs still near although the loss falls in some direction.
        at_minimum: (K, E) runs still near because there is no way down.
        thrown: (K, E) runs that got away uphill: the rate is too large for the curvature.
        steps: (K, E, 3) steps until a run had left: 10 %, median and 90 % of all runs, infinite
            where a run did not leave.
        share: how much of it has been computed.
    """

    request: LeavingRequest
    critical: CriticalShares
    minima: NDArray[np.int64]
    left: NDArray[np.int64]
    at_saddle: NDArray[np.int64]
    at_minimum: NDArray[np.int64]
    thrown: NDArray[np.int64]
    steps: Floats
    share: float

    @property
    def nbytes(self) -> int:
        """The memory of the arrays."""
        return memory_of(self) + memory_of(self.critical)


@dataclass(frozen=True, kw_only=True)
class LeavingRequest:
    """Runs that start near the critical point of random quadratics: who gets away?

    A start lies in a random direction, :data:`NEAR` away (root mean square); a run has left when it
    is :data:`AWAY` off. Each run has a loss of its own, the same for all entries.

    Attributes:
        recipe: what is run.
        negative_share: the chance of each curvature to be negative.
        symmetric: the curvatures are the eigenvalues of a random symmetric matrix in place of
            independent ones.

    Raises:
        ValueError: for a share out of bounds.
    """

    recipe: Recipe
    negative_share: float = 0.2
    symmetric: bool = False

    def __post_init__(self) -> None:
        check_negative_share(self.negative_share)

    def stages(self) -> Iterator[Leaving]:
        """The dimensions, one entry after the other."""
        recipe = self.recipe
        seed = recipe.config.seed
        critical = critical_shares(recipe.dimensions, self.negative_share, seed=seed)
        minima = np.full(recipe.shape[0], -1, dtype=np.int64)
        left, at_saddle, at_minimum, thrown = np.full((4, *recipe.shape), -1, dtype=np.int64)
        steps = np.full((*recipe.shape, 3), np.nan)
        for row, column, dimension, chance, done in recipe.cells():
            field, negatives = self._quadratics(dimension, chance)
            start = chance.standard_normal((dimension, recipe.runs))
            start *= NEAR / np.sqrt(np.mean(start**2, axis=0))
            watch = _Departures(field, recipe.runs)
            recipe.stepped(column, field, start, watch)
            gone, pit = watch.gone > 0, negatives == 0
            away = gone & watch.downhill
            place = row, column
            minima[row] = pit.sum()
            left[place], thrown[place] = away.sum(), (gone & ~watch.downhill).sum()
            at_saddle[place], at_minimum[place] = (~gone & ~pit).sum(), (~gone & pit).sum()
            steps[place] = order_statistics(np.where(away, watch.gone, np.inf))
            yield sealed(
                Leaving(
                    request=self,
                    critical=critical,
                    minima=minima,
                    left=left,
                    at_saddle=at_saddle,
                    at_minimum=at_minimum,
                    thrown=thrown,
                    steps=steps,
                    share=done,
                )
            )

    def _quadratics(
        self, dimension: int, chance: np.random.Generator
    ) -> tuple[Quadratics, NDArray[np.int64]]:
        """A random quadratic for each run, and how many negative curvatures it has."""
        recipe = self.recipe
        shape = (dimension, recipe.runs)
        if self.symmetric:
            diagonal, beside = symmetric_matrices(
                dimension, self.negative_share, recipe.runs, chance
            )
            signs = recipe.signs(dimension, chance)
            return Quadratics(diagonal, beside, signs), negative_counts(diagonal, beside)
        sizes = chance.uniform(SOFTEST, HARDEST, shape)
        falls = chance.random(shape) < self.negative_share
        signs = recipe.signs(dimension, chance)
        return Quadratics(np.where(falls, -sizes, sizes), None, signs), falls.sum(axis=0)


class _Departures:
    """Notes when each run gets away, and whether it did so downhill.

    Attributes:
        gone: (N,) the step at which it was away; 0 for never.
        downhill: (N,) whether the loss was then below that of the critical point.
    """

    def __init__(self, field: Field, runs: int) -> None:
        self._field = field
        self.gone = np.zeros(runs, dtype=np.int64)
        self.downhill = np.zeros(runs, dtype=np.bool_)

    def __call__(self, step: int, points: Floats) -> None:
        near = np.mean(points * points, axis=0) < AWAY**2
        fresh = ~near & (self.gone == 0)  # a point at NaN is not near either
        if fresh.any():
            self.downhill[fresh] = self._field.value(points)[fresh] < 0
            self.gone[fresh] = step
        if (self.gone > 0).all():
            raise AllDoneError
