"""Axis: the values that a grid of runs has along one of its sides, evenly spaced in their scale."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landscapes import Knob

READABLE = 0.05
"""A value is rounded, for links and for reading, by less than this share of a cell."""


@dataclass(frozen=True)
class Axis:
    """One side of a grid of cells.

    Attributes:
        key: "x" or "y" of the plane, or the name of a knob.
        low, high: where the outermost cells end.
        values: the middle of each cell, ascending, slightly rounded: what is run there.
        log: whether cells have equal ratios rather than equal widths.
    """

    key: str
    low: float
    high: float
    values: tuple[float, ...]
    log: bool = False

    @classmethod
    def over(cls, key: str, low: float, high: float, count: int) -> Axis:
        """``count`` cells of equal width."""
        width = (high - low) / count
        middles = low + width * (np.arange(count) + 0.5)
        decimals = _digits(width)
        return cls(key, low, high, tuple(round(v, decimals) + 0.0 for v in middles.tolist()))

    @classmethod
    def of_knob(cls, knob: Knob, key: str, count: int) -> Axis:
        """The whole slider of ``knob`` in ``count`` cells, in the knob's own scale.

        An integer knob with fewer whole numbers than that has a cell for each of them.
        """
        low, high = (float(end) for end in knob.slider_range)
        if knob.scale == "integer":
            whole = np.unique(np.round(np.linspace(low, high, count)))
            return cls(key, low - 0.5, high + 0.5, tuple(whole.tolist()))
        if knob.scale == "log":
            ratio = math.log(high / low) / count
            middles = low * np.exp(ratio * (np.arange(count) + 0.5))
            digits = max(1, _digits(ratio))
            return cls(key, low, high, tuple(float(f"{v:.{digits}e}") for v in middles), log=True)
        return cls.over(key, low, high, count)

    def __len__(self) -> int:
        return len(self.values)

    def share(self, value: float) -> float:
        """Where ``value`` lies along the axis: 0 at its low end, 1 at its high end."""
        if self.log:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def array(self) -> NDArray[np.float64]:
        """The values as an array."""
        return np.array(self.values, dtype=np.float64)


def _digits(gap: float) -> int:
    """To how many decimals a value may be rounded without losing READABLE of ``gap``."""
    return math.ceil(-math.log10(2 * READABLE * gap))
