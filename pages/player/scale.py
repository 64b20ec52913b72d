"""How a loss becomes a height: the scale that the surface, its colours and the paths share."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

TICKS = 6
"""About how many labels a scale gets."""


@dataclass(frozen=True)
class Scale:
    """A monotone map from loss to drawn height.

    Linear, or for ``log`` the signed ``log10(1 + |loss - offset|)``, which stays linear near the
    offset (the lowest loss in view), so that zero and negative losses have a place too.
    """

    log: bool
    offset: float

    def drawn(self, loss: ArrayLike) -> NDArray[np.float64]:
        """The height of each loss, same shape."""
        values = np.asarray(loss, dtype=np.float64)
        if not self.log:
            return values
        above = values - self.offset
        return np.sign(above) * np.log10(1 + np.abs(above))

    def loss(self, drawn: ArrayLike) -> NDArray[np.float64]:
        """The loss at each height: the inverse of :meth:`drawn`."""
        heights = np.asarray(drawn, dtype=np.float64)
        if not self.log:
            return heights
        with np.errstate(over="ignore"):
            return self.offset + np.sign(heights) * (10 ** np.abs(heights) - 1)


def drawn_range(heights: NDArray[np.float64], keep: NDArray[np.float64]) -> tuple[float, float]:
    """The range of heights worth drawing: robust, so one spike does not flatten all else.

    The top is the highest value unless that towers over the 98th percentile; the bottom is the
    lowest unless that is an abyss (valleys are what the picture is about, so much less is cut
    there). ``keep`` are heights that must stay inside whatever the percentiles say.
    """
    finite = heights[np.isfinite(heights)]
    low_mark, high_mark = np.percentile(finite, (2, 98))
    spread = high_mark - low_mark
    if spread > 0:
        top = min(float(finite.max()), float(high_mark + 0.3 * spread))
        low = max(float(finite.min()), float(low_mark - 20 * spread))
    else:
        top, low = float(finite.max()), float(finite.min())
    wanted = keep[np.isfinite(keep)]
    if wanted.size:
        top, low = max(top, float(wanted.max())), min(low, float(wanted.min()))
    if top - low <= 1e-12 * max(1.0, abs(top), abs(low)):
        # A flat surface still needs a box with a height.
        middle, half = (top + low) / 2, 0.5 * max(1.0, 1e-3 * abs(top))
        return middle - half, middle + half
    return low, top


def ticks(scale: Scale, low: float, top: float) -> list[tuple[float, float]]:
    """Round losses to label between the heights ``low`` and ``top``: ``(height, loss)`` pairs."""
    if not scale.log:
        step = _nice((top - low) / TICKS)
        first, last = math.ceil(low / step - 1e-9), math.floor(top / step + 1e-9)
        return [(n * step, n * step) for n in range(first, last + 1)]
    # Powers of ten, then their doubles and halves, each only where it keeps its distance.
    low_loss, top_loss = (float(v) for v in scale.loss(np.array([low, top])))
    powers = [10.0**k for k in range(-3, 31)]
    rounds = [0.0] + powers + [-p for p in powers] + [3 * p for p in powers[3:]]
    chosen: list[tuple[float, float]] = []
    if low <= 0 <= top:
        chosen.append((0.0, scale.offset))
    for loss in rounds:
        height = float(scale.drawn(loss))
        near = any(abs(height - other) < (top - low) / (TICKS + 2) for other, _ in chosen)
        if low_loss <= loss <= top_loss and not near:
            chosen.append((height, loss))
    return sorted(chosen)


def _nice(step: float) -> float:
    """``step`` rounded up to 1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= step * 0.999)
