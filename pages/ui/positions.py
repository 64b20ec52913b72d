"""The stops of a slider: round numbers, spread so that each part of the range can be reached.

A rate wants equal ratios, a decay such as 0.999 wants equal ratios of its distance to one, and
anything else equal distances. A value between two stops can always be typed.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from functools import lru_cache
from itertools import pairwise

from landscapes import Knob

STOPS = 100
"""About how many stops a linear slider has: one for each two pixels of a narrow sidebar."""

FINE_DECADE: tuple[float, ...] = (
    *(1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 2, 2.2, 2.5, 2.8),
    *(3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7, 8, 9),
)
"""Steps of about a tenth, on the numbers that people say."""

COARSE_DECADE: tuple[float, ...] = (1, 2, 5)
FINE_DECADES = 5
"""Up to so many decades the fine series is used."""

NEAR_ONE = 0.9
"""A range that starts at 0 and ends between this and 1 is that of a decay."""


@lru_cache(maxsize=512)
def positions(knob: Knob) -> tuple[float, ...]:
    """The stops of ``knob``'s slider in ascending order, whole numbers for an integer knob."""
    low, high = knob.slider_range
    if knob.scale == "log":
        stops = _ratios(low, high)
        if knob.default == 0:
            stops = (0.0, *stops)
    elif knob.scale == "integer":
        wide = high - low > 2 * STOPS
        stops = _ratios(max(low, 1), high) if wide else _distances(low, high, whole=True)
        stops = tuple(sorted({round(stop) for stop in (low, *stops, high)}))
    elif low == 0 and NEAR_ONE < high < 1:
        stops = _towards_one(high)
    else:
        stops = _distances(low, high)
    # The default is where a slider stands at first, and what it is put back to.
    default = knob.default
    if isinstance(default, int | float) and low <= default <= high:
        stops = tuple(sorted({*stops, default}))
    return stops


def nearest(stops: tuple[float, ...], value: float) -> float:
    """The stop closest to ``value``."""
    right = bisect_left(stops, value)
    around = stops[max(0, right - 1) : right + 1]
    return min(around, key=lambda stop: abs(stop - value))


@lru_cache(maxsize=512)
def closest(stops: tuple[float, ...]) -> float:
    """The smallest distance between two stops: what the arrow keys add in a number field."""
    return min(right - left for left, right in pairwise(stops))


@lru_cache(maxsize=8_192, typed=True)
def written(value: float) -> str:
    """``value`` as it is shown beside a slider."""
    return f"{value:,}" if isinstance(value, int) else f"{value:.6g}"


def _round(value: float) -> float:
    """``value`` as the double that its short decimal form names."""
    return float(f"{value:.10g}")


def _ratios(low: float, high: float) -> tuple[float, ...]:
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    series = FINE_DECADE if last - first <= FINE_DECADES else COARSE_DECADE
    stops = {_round(digit * 10.0**power) for power in range(first, last + 1) for digit in series}
    return tuple(sorted({low, high} | {stop for stop in stops if low <= stop <= high}))


def _distances(low: float, high: float, *, whole: bool = False) -> tuple[float, ...]:
    rough = (high - low) / STOPS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * digit for digit in (1, 2, 5, 10) if power * digit >= rough * 0.999)
    if whole:
        step = max(1.0, round(step))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    inside = {_round(index * step) for index in range(first, last + 1)}
    return tuple(sorted({low, high} | {stop for stop in inside if low <= stop <= high}))


def _towards_one(high: float) -> tuple[float, ...]:
    nines = math.ceil(-math.log10(1 - high) - 1e-9)
    # 0, 0.05, ..., 0.9, then 0.91, ..., 0.99, then 0.991, ...
    stops = {_round(index * 0.05) for index in range(19)}
    for power in range(2, nines + 1):
        unit = 10.0**-power
        stops |= {_round(1 - 10 * unit + index * unit) for index in range(1, 10)}
    return tuple(sorted({high} | {stop for stop in stops if stop <= high}))
