"""From where a surface is best seen: from where its valleys are not hidden behind walls."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

HEIGHT = 0.55
"""Height of the drawn box in units of its sides; ``scene.js`` draws it so."""

AZIMUTHS = (-55, -70, -40, -85, -100, -115, -130)
"""Degrees from the x axis, the usual one first. All keep x from left to right, as on the map."""

ELEVATIONS = (34, 42, 50)
"""Degrees above the horizon. Lower shows more shape, higher hides less."""

TURNING, RISING = 0.02, 0.045
"""The share of the surface that a turn, and that another ten degrees up, must win to be taken."""


def best_viewpoint(shape: NDArray[np.float64]) -> tuple[int, int]:
    """Azimuth and elevation of the eye in degrees, for ``shape``: (N, N) heights in [0, 1].

    A place is seen when no ground between it and the eye (far away) stands higher than the line of
    sight. Low ground counts most, because that is where the optimizers go. NaN is no ground.
    """
    step = max(len(shape) // 40, 1)
    thin = shape[::step, ::step]
    ground = np.where(np.isfinite(thin), thin, -1.0)
    weight = np.where(np.isfinite(thin), (1 - ground) ** 2, 0.0)
    views = [(azimuth, elevation) for elevation in ELEVATIONS for azimuth in AZIMUTHS]
    best, worth = views[0], -math.inf
    for view in sorted(views, key=_cost):
        if worth >= 1 - _cost(view):
            break  # nor would any after it be better: nothing can be seen more than wholly
        found = _seen(ground, weight, view) - _cost(view)
        if found > worth:
            best, worth = view, found
    return best


def _cost(view: tuple[int, int]) -> float:
    """What a view must win to be taken before the usual one."""
    azimuth, elevation = view
    return TURNING * (azimuth != AZIMUTHS[0]) + RISING * (elevation - ELEVATIONS[0]) / 10


def _seen(ground: NDArray[np.float64], weight: NDArray[np.float64], view: tuple[int, int]) -> float:
    """The share of ``weight`` seen in a ``view``."""
    places, rises = _lines_of_sight(len(ground), view)
    beyond = np.append(ground.ravel(), -np.inf)
    hidden = (beyond[places] > ground.ravel() + rises[:, None] + 0.01).any(axis=0)
    return float(weight.ravel()[~hidden].sum() / (weight.sum() or 1.0))


# They depend on nothing but the size of the grid, which is the same for all surfaces.
@lru_cache(maxsize=len(AZIMUTHS) * len(ELEVATIONS))
def _lines_of_sight(
    size: int, view: tuple[int, int]
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """What the eye looks over on its way to each place of a grid.

    Returns:
        (D, N * N) the places at each distance, N * N for none, and (D,) how much higher than the
        place seen the line of sight runs there.
    """
    azimuth, elevation = view
    rise = math.tan(math.radians(elevation)) / HEIGHT / (size - 1)
    across, along = math.cos(math.radians(azimuth)), math.sin(math.radians(azimuth))
    distances = np.arange(1, int(1 / rise) + 1)[:, None, None]
    row, column = np.indices((size, size))
    i = np.rint(row + distances * along).astype(np.int32)
    j = np.rint(column + distances * across).astype(np.int32)
    over = (i >= 0) & (i < size) & (j >= 0) & (j < size)
    places = np.where(over, i * size + j, size * size)
    rises = rise * distances[:, 0, 0].astype(np.float64)
    return places.reshape(len(distances), -1).astype(np.int32), rises
