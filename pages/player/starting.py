"""The starts as people arrange them on the contour map: what they may do, and what they did."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Point = tuple[float, float]

MOST_SENT = 64
"""A browser that sends more is not ours; how many a page takes is for the page to say."""


@dataclass(frozen=True)
class Starting:
    """What the contour map lets people do with the starts.

    Attributes:
        most: how many starts there may be; with so many, none can be added.
        full: the sentence that says why not.
        arrange: is given all the starts, in order, after somebody moved, added or removed one.
    """

    most: int
    full: str
    arrange: Callable[[tuple[Point, ...]], None]

    def header(self) -> dict[str, Any]:
        """Its part of the run message."""
        return {"most": self.most, "full": self.full}


def starts_in(state: object) -> tuple[Point, ...] | None:
    """The starts in the component's state, or None for anything but pairs of finite numbers.

    The state comes from a browser and may hold anything. All the starts are sent each time, so an
    answer that is lost or late leaves nothing half done.
    """
    given = state.get("starts") if isinstance(state, Mapping) else None
    if not isinstance(given, (list, tuple)) or not 1 <= len(given) <= MOST_SENT:
        return None
    points = []
    for point in given:
        if not isinstance(point, (list, tuple)) or len(point) != 2:
            return None
        x, y = (finite(value) for value in point)
        if x is None or y is None:
            return None
        points.append((x, y))
    return tuple(points)


def finite(value: object) -> float | None:
    """``value`` as a float, or None for anything but a finite number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        number = float(value)
    except OverflowError:  # JSON has whole numbers of any length
        return None
    return number if math.isfinite(number) else None
