"""From where a surface is best seen: from where its valleys are not hidden behind walls."""

from __future__ import annotations

import math
from functools import partial

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
    return max(views, key=partial(_worth, ground, weight))


def _worth(
    ground: NDArray[np.float64], weight: NDArray[np.float64], view: tuple[int, int]
) -> float:
    """The share of ``weight`` seen in a ``view``, less what the view itself costs."""
    azimuth, elevation = view
    size = len(ground)
    rise = math.tan(math.radians(elevation)) / HEIGHT / (size - 1)
    across, along = math.cos(math.radians(azimuth)), math.sin(math.radians(azimuth))
    row, column = np.indices(ground.shape)
    hidden = np.zeros(ground.shape, dtype=bool)
    for distance in range(1, int(1 / rise) + 1):
        i = np.rint(row + distance * along).astype(np.int64)
        j = np.rint(column + distance * across).astype(np.int64)
        over = (i >= 0) & (i < size) & (j >= 0) & (j < size)
        there = ground[np.clip(i, 0, size - 1), np.clip(j, 0, size - 1)]
        hidden |= over & (there > ground + distance * rise + 0.01)
    seen = float(weight[~hidden].sum() / (weight.sum() or 1.0))
    turned = TURNING * (azimuth != AZIMUTHS[0])
    return seen - turned - RISING * (elevation - ELEVATIONS[0]) / 10
