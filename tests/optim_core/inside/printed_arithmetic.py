"""What a reader can make of a printed line: arithmetic on numbers known to their last digit."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import product

from optim_core.inside.expressions import Expression, Number, Quantity
from optim_core.inside.printed import DIGITS, EXACT_DIGITS, printed_value

Interval = tuple[float, float]
Of = Callable[[Quantity, int | None], float]
"""The number of a quantity; of which axis, or None for the axis at hand."""

SLACK = 1e-12
"""Relative: the reader's own floats round too."""


def as_printed(value: float, exact: bool) -> Interval:
    """All the numbers that are printed as ``value`` is."""
    shown = printed_value(value, EXACT_DIGITS if exact else DIGITS)
    if shown == 0:
        return (0.0, 0.0)
    digits = EXACT_DIGITS if exact else DIGITS
    half = 0.5 * 10.0 ** (math.floor(math.log10(abs(shown))) - digits + 1)
    return shown - half, shown + half


def redone(part: Expression, of: Of) -> Interval:
    """Between what ``part`` can be, worked out from the printed numbers alone."""
    if isinstance(part, Number):
        return part.value, part.value
    if isinstance(part, Quantity):
        return as_printed(of(part, None), part.exact)
    name = type(part).__name__
    if name == "Dot":
        left, right = part.parts
        assert isinstance(left, Quantity) and isinstance(right, Quantity)
        terms = [
            _times(as_printed(of(left, axis), False), as_printed(of(right, axis), False))
            for axis in (0, 1)
        ]
        return _wider(terms[0][0] + terms[1][0], terms[0][1] + terms[1][1])
    low, high = zip(*(redone(inner, of) for inner in part.parts), strict=True)
    found: dict[str, Callable[[], Interval]] = {
        "Sum": lambda: (low[0] + low[1], high[0] + high[1]),
        "Difference": lambda: (low[0] - high[1], high[0] - low[1]),
        "Product": lambda: _times((low[0], high[0]), (low[1], high[1])),
        "Quotient": lambda: _over((low[0], high[0]), (low[1], high[1])),
        "Power": lambda: _power((low[0], high[0]), low[1]),
        "Largest": lambda: (max(low), max(high)),
        "Root": lambda: (math.sqrt(max(low[0], 0.0)), math.sqrt(max(high[0], 0.0))),
        "Size": lambda: _size(low[0], high[0]),
        "Negative": lambda: (-high[0], -low[0]),
        "Held": lambda: (min(max(low[0], low[1]), low[2]), min(max(high[0], high[1]), high[2])),
    }
    return _wider(*found[name]())


def _wider(low: float, high: float) -> Interval:
    return low - SLACK * abs(low), high + SLACK * abs(high)


def _times(one: Interval, two: Interval) -> Interval:
    corners = [a * b for a, b in product(one, two)]
    return min(corners), max(corners)


def _over(one: Interval, two: Interval) -> Interval:
    if two[0] <= 0 <= two[1]:
        return -math.inf, math.inf
    corners = [a / b for a, b in product(one, two)]
    return min(corners), max(corners)


def _power(base: Interval, exponent: float) -> Interval:
    if exponent == 2:
        low, high = _size(*base)
        return low**2, high**2
    return max(base[0], 0.0) ** exponent, max(base[1], 0.0) ** exponent


def _size(low: float, high: float) -> Interval:
    smallest = 0.0 if low <= 0 <= high else min(abs(low), abs(high))
    return smallest, max(abs(low), abs(high))


def overlap(one: Interval, two: Interval) -> bool:
    """Whether both may be the same number."""
    return one[0] <= two[1] and two[0] <= one[1]
