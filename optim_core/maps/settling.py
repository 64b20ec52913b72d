"""Sums of double wells: in which of the 2^D minima runs come to rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optim_core.maps.fields import TILT, DoubleWells, critical_points, well
from optim_core.maps.intervals import order_statistics
from optim_core.maps.recipe import Recipe
from optim_core.maps.results import memory_of, sealed
from optim_core.settings import Floats

SPAN = 1.8
"""Runs start anywhere up to so far from 0 along the axis of each well."""

SETTLED = 1e-3
"""Root mean square gradient of a run that has come to rest."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Settling:
    """Where runs came to rest in a sum of double wells; K dimensions, E entries.

    Counts are of ``request.recipe.runs`` runs, and -1 where nothing has been computed yet.

    Attributes:
        request: what was asked for.
        excess: (K, E, 3) loss per parameter above the lowest minimum's: 10 %, median and 90 % of
            the runs; infinite for runs that diverged.
        upper: (K, E) share of the parameters that ended on the upper well's side, of the runs that
            did not diverge; NaN where all did.
        best: (K, E) runs that came to rest in the lowest of the 2^D minima.
        settled: (K, E) runs at rest.
        gap: how much higher the upper well is.
        share: how much of it has been computed.
    """

    request: SettlingRequest
    excess: Floats
    upper: Floats
    best: NDArray[np.int64]
    settled: NDArray[np.int64]
    gap: float
    share: float

    @property
    def nbytes(self) -> int:
        """The memory of the arrays."""
        return memory_of(self)

    def expected_best(self) -> Floats:
        """(K, E) share of runs that find the lowest minimum if each parameter tosses its own coin.

        The coin of an entry has its own ``upper`` share.
        """
        sizes = np.array(self.request.recipe.dimensions)[:, None]
        share: Floats = (1 - self.upper) ** sizes
        return share

    def expected_deviation(self) -> Floats:
        """(K, E) standard deviation of the excess if each parameter tosses its own coin."""
        sizes = np.array(self.request.recipe.dimensions)[:, None]
        deviation: Floats = self.gap * np.sqrt(self.upper * (1 - self.upper) / sizes)
        return deviation


@dataclass(frozen=True, kw_only=True)
class SettlingRequest:
    """Runs that start anywhere in a sum of double wells: in which minimum do they end?

    Turned off the axes or not, the same starts meet the same wells.
    """

    recipe: Recipe

    def stages(self) -> Iterator[Settling]:
        """The dimensions, one entry after the other."""
        recipe = self.recipe
        excess, upper = np.full((*recipe.shape, 3), np.nan), np.full(recipe.shape, np.nan)
        best, settled = np.full((2, *recipe.shape), -1, dtype=np.int64)
        low, top, high = critical_points(TILT)
        floor, ceiling = (float(well(np.array(z), TILT)) for z in (low, high))
        for row, column, dimension, chance, done in recipe.cells():
            field = DoubleWells(TILT, recipe.signs(dimension, chance))
            start = field.placed(chance.uniform(-SPAN, SPAN, (dimension, recipe.runs)))
            points = recipe.stepped(column, field, start)
            place = row, column
            with np.errstate(all="ignore"):
                losses = field.value(points) / dimension - floor
                gradients = np.empty_like(points)
                field.gradient(points, gradients)
                at_rest = np.sqrt(np.mean(gradients**2, axis=0)) <= SETTLED
                in_upper = (field.coordinates(points) > top) == (high > top)
            here = np.isfinite(losses)
            excess[place] = order_statistics(np.where(here, losses, np.inf))
            if here.any():
                upper[place] = in_upper[:, here].mean()
            best[place] = (~in_upper.any(axis=0) & at_rest).sum()
            settled[place] = at_rest.sum()
            yield sealed(
                Settling(
                    request=self,
                    excess=excess,
                    upper=upper,
                    best=best,
                    settled=settled,
                    gap=ceiling - floor,
                    share=done,
                )
            )
