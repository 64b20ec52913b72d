"""Maps coloured by an amount: final loss, steps needed, oscillation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landscapes import CriticalPoint, Surface
from optim_core.maps import DIVERGED, LEFT, UNKNOWN, Cells
from pages.player import Ink, Key
from pages.ui.maps.inks import OTHERS
from pages.ui.words import _
from pages.ui.writing import written_number

STOPS = ("#14213d", "#1f5f8b", "#2fa39a", "#a8cf6d", "#fbe7a1")
"""From little to much; the lightness rises all along, so it reads without colours too."""

LEVELS = 64
LOWEST = 1e-12
"""Losses nearer than this to the lowest minimum are taken for it."""


@dataclass(frozen=True)
class Painted:
    """The palette, the ink of each cell and the legend of both."""

    inks: tuple[Ink, ...]
    ink: NDArray[np.uint16]
    legend: tuple[Key, ...]


def by_loss(surface: Surface, cells: Cells, minima: Sequence[CriticalPoint]) -> Painted:
    """The final loss above the lowest known minimum, on a logarithmic scale."""
    del surface
    known = [point.value for point in minima]
    floor = min(known) if known else float(np.nanmin(cells.losses, initial=np.inf))
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        powers = np.log10(np.maximum(cells.losses - floor, LOWEST))
    low, high = _ends(powers[cells.where > DIVERGED])
    sentence = _("final loss above the lowest minimum: {low} to {high}")
    title = sentence.format(low=written_number(10**low), high=written_number(10**high))
    return _painted(cells, powers, low, high, title)


def by_steps(surface: Surface, cells: Cells, minima: Sequence[CriticalPoint]) -> Painted:
    """The steps until a run settled, wherever that was."""
    del surface, minima
    steps = np.where(cells.settled_at >= 0, cells.settled_at, np.nan)
    low, high = _ends(steps)
    title = _("steps until it settled: {low} to {high}").format(
        low=f"{low:.0f}", high=f"{high:.0f}"
    )
    return _painted(cells, steps, low, high, title)


def by_turns(surface: Surface, cells: Cells, minima: Sequence[CriticalPoint]) -> Painted:
    """The share of the steps at which a component of the gradient changed its sign."""
    del surface, minima
    turns = cells.turns.astype(np.float64)
    title = _("steps at which the gradient changes its sign: 0 % to 100 %")
    return _painted(cells, turns, 0.0, 1.0, title)


SCALES: dict[str, Callable[[Surface, Cells, Sequence[CriticalPoint]], Painted]] = {
    "loss": by_loss,
    "steps": by_steps,
    "turns": by_turns,
}


def _ends(values: NDArray[np.float64]) -> tuple[float, float]:
    """What most of the values lie between."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return 0.0, 1.0
    low, high = (float(end) for end in np.percentile(finite, (2, 98)))
    return low, max(high, low + 1e-9)


def _painted(
    cells: Cells, values: NDArray[np.float64], low: float, high: float, title: str
) -> Painted:
    inks = tuple(Ink(colour, colour) for colour in _levels())
    share = np.clip((values - low) / (high - low), 0.0, 1.0)
    none = ~np.isfinite(share)
    ink = np.rint(np.where(none, 0.0, share) * (LEVELS - 1)).astype(np.int64)
    others = {DIVERGED: _("diverged"), LEFT: _("left the domain"), UNKNOWN: ""}
    gone = np.isin(cells.where, list(others))
    ink[none & ~gone] = LEVELS
    keys = [Key(tuple(range(0, LEVELS, LEVELS // 8)), title)]
    if (none & ~gone).any():
        keys.append(Key((LEVELS,), _("did not settle")))
    for number, (code, told) in enumerate(others.items()):
        ink[cells.where == code] = LEVELS + 1 + number
        if told and (cells.where == code).any():
            keys.append(Key((LEVELS + 1 + number,), told))
    neutral = (Ink("#eef0f4", "#272c38", "hatch"), *(OTHERS[code] for code in others))
    return Painted((*inks, *neutral), ink.astype(np.uint16), tuple(keys))


def _levels() -> list[str]:
    parts = np.array([[int(stop[at : at + 2], 16) for at in (1, 3, 5)] for stop in STOPS])
    places = np.linspace(0, len(STOPS) - 1, LEVELS)
    levels = np.stack(
        [np.interp(places, np.arange(len(STOPS)), parts[:, part]) for part in range(3)], axis=1
    )
    return ["#" + "".join(f"{round(part):02x}" for part in level) for level in levels.tolist()]
