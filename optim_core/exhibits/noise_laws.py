"""Gradient noise: one formula that a lecture reads as a deviation and a paper as a variance."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from optim_core.noise import NOISES
from optim_core.scenario import Noise

Floats = NDArray[np.float64]

STEPS = 400
LAWS = ("deviation", "variance")


@dataclass(frozen=True)
class Fading:
    """Noise over the steps under both readings, from the same random numbers.

    Attributes:
        drawn: law -> (T,) what is added to one component of the gradient.
        deviation: law -> (T,) its standard deviation.
    """

    drawn: dict[str, Floats]
    deviation: dict[str, Floats]


@lru_cache(maxsize=64)
def fading(size: float, power: float) -> Fading:
    """``size / (1 + t)**power`` as a standard deviation and as a variance."""
    drawn, deviation = {}, {}
    for law in LAWS:
        noise = Noise("gaussian", {"scale": size, "decay": power, "law": law})
        streams = NOISES["gaussian"].streams(STEPS, 1, 1, dict(noise.settings), 0)
        still = NOISES["gaussian"].streams(STEPS, 1, 1, {**dict(noise.settings), "decay": 0.0}, 0)
        assert streams.gradient is not None and still.gradient is not None
        drawn[law] = streams.gradient[:, 0, 0]
        # The same numbers without fading tell how far each step has faded.
        first = size if law == "deviation" else size**0.5
        deviation[law] = first * np.abs(drawn[law] / still.gradient[:, 0, 0])
    return Fading(drawn, deviation)
