"""The colours of endings: one a minimum, and what is neither settled nor anywhere is neutral.

A minimum's colour gets darker the more steps it took to settle there; hatching says that a run has
not settled within its steps.
"""

from __future__ import annotations

import colorsys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optim_core.maps import DIVERGED, ELSEWHERE, LEFT, NOT_YET, UNKNOWN, Cells
from pages.player import Ink

SHADES = 16
"""Of one colour: as many as eyes tell apart side by side."""

SLOWEST = 98
"""The percentile of the steps needed that the darkest shade stands for."""

MINIMA = ("#1f77d0", "#f0a000", "#12a374", "#d65fa8", "#e2562a", "#56b9e9", "#8e6bd8", "#a3b41c")
"""Told apart by people who see red and green alike; further minima get hues in between."""

OTHERS = {
    NOT_YET: Ink("#eef0f4", "#272c38", "hatch"),
    ELSEWHERE: Ink("#f4ead2", "#4b4636", "dots"),
    DIVERGED: Ink("#9aa0aa", "#767c88"),
    LEFT: Ink("#000000", "#000000"),
    UNKNOWN: Ink("#ffffff", "#12151d"),
}
BRIGHT, DARK = 0.35, 0.55
"""How much white the quickest and how much black the slowest shade has."""


@dataclass(frozen=True)
class Palette:
    """The inks of endings.

    Attributes:
        inks: for each minimum SHADES from quick to slow and one that has not settled; then others.
        minima: how many of them there are.
    """

    inks: tuple[Ink, ...]
    minima: int

    @classmethod
    def of(cls, minima: int) -> Palette:
        """For so many minima."""
        inks: list[Ink] = []
        for index in range(minima):
            shades = [_shaded(colour_of(index), place / (SHADES - 1)) for place in range(SHADES)]
            inks += [Ink(shade, shade) for shade in shades]
            inks.append(Ink(shades[-1], shades[-1], "hatch"))
        return cls((*inks, *OTHERS.values()), minima)

    def of_code(self, code: int) -> tuple[int, ...]:
        """The inks that stand for a code of ``Cells.where``: both ends of a minimum's shades."""
        if code >= 0:
            first = code * (SHADES + 1)
            return (first, first + SHADES - 1)
        return (self.minima * (SHADES + 1) + list(OTHERS).index(code),)

    def unsettled(self, minimum: int) -> int:
        """The ink of runs that are at a minimum without having settled."""
        return minimum * (SHADES + 1) + SHADES

    def paint(self, cells: Cells, quick: float, slow: float) -> NDArray[np.uint16]:
        """The ink of each cell; ``quick`` and ``slow`` are the steps of the ends of the shades."""
        share = (cells.settled_at - quick) / max(slow - quick, 1.0)
        shade = np.rint(np.clip(share, 0.0, 1.0) * (SHADES - 1)).astype(np.int64)
        shade[cells.settled_at < 0] = SHADES
        ink = cells.where.astype(np.int64) * (SHADES + 1) + shade
        for code in OTHERS:
            ink[cells.where == code] = self.of_code(code)[0]
        return ink.astype(np.uint16)


def steps_range(cells: Cells) -> tuple[float, float]:
    """Steps needed by the quickest and by nearly the slowest of the runs that settled."""
    settled = cells.settled_at[(cells.settled_at >= 0) & (cells.where >= 0)]
    if not settled.size:
        return 0.0, 1.0
    return float(settled.min()), float(np.percentile(settled, SLOWEST))


def colour_of(index: int) -> str:
    """The colour of the minimum ``index``."""
    if index < len(MINIMA):
        return MINIMA[index]
    hue = (0.11 + 0.618034 * index) % 1
    return _hex(colorsys.hls_to_rgb(hue, 0.55, 0.55))


def _shaded(colour: str, share: float) -> str:
    """From a bright shade (0) over the colour itself to a dark one (1)."""
    parts = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    if share < 0.4:
        parts = parts + (1 - parts) * BRIGHT * (1 - share / 0.4)
    else:
        parts = parts * (1 - DARK * (share - 0.4) / 0.6)
    return _hex(parts.tolist())


def _hex(parts: Sequence[float]) -> str:
    return "#" + "".join(f"{round(255 * part):02x}" for part in parts)
