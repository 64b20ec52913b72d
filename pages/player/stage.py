"""The stage message: the surface as a grid, its scale and marks, and the words of the player.

It stays the same while only the runs change, and Streamlit then sends a hash in its place.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray

from landscapes import Surface
from pages.player.packing import drawable, pack_named
from pages.player.scale import Scale, drawn_range, ticks
from pages.player.viewpoint import best_viewpoint

GRID = 121
"""Points along each side of the drawn grid."""


@dataclass(frozen=True)
class Stage:
    """A packed stage: ``message`` for the browser and ``digest``, by which runs refer to it."""

    message: bytes
    digest: str


@lru_cache(maxsize=32)
def sampled(surface: Surface) -> NDArray[np.float32]:
    """The loss on a GRID x GRID lattice over the bounds, rows along y; NaN where undefined."""
    bounds = surface.bounds
    x = torch.linspace(bounds.x_low, bounds.x_high, GRID, dtype=torch.float64)
    y = torch.linspace(bounds.y_low, bounds.y_high, GRID, dtype=torch.float64)
    rows, columns = torch.meshgrid(y, x, indexing="ij")
    with torch.no_grad():
        return drawable(surface.value(columns, rows).numpy())


@lru_cache(maxsize=32)
def surface_scale(surface: Surface) -> Scale:
    """The scale of a surface: its offset is the lowest loss in view or declared."""
    grid = sampled(surface)
    lows = [float(point.value) for point in surface.declared(surface.minima)]
    finite = grid[np.isfinite(grid)]
    if finite.size:
        lows.append(float(finite.min()))
    sound = [value for value in lows if np.isfinite(value)]
    return Scale(log=surface.log_z, offset=min(sound, default=0.0))


@lru_cache(maxsize=32)
def _heights(surface: Surface) -> NDArray[np.float64]:
    """The heights at which the grid is drawn, NaN where the surface is undefined."""
    heights = surface_scale(surface).drawn(sampled(surface))
    heights.flags.writeable = False
    return heights


@lru_cache(maxsize=32)
def _reach(surface: Surface) -> tuple[float, float]:
    """The top of the picture as far as the surface alone decides, and its highest point.

    Not-a-numbers where the surface is defined nowhere.
    """
    heights = _heights(surface)
    if not np.isfinite(heights).any():
        return math.nan, math.nan
    _, top = drawn_range(heights, np.empty(0))
    return top, float(np.nanmax(heights))


@lru_cache(maxsize=64)
def _packed(
    surface: Surface, starts: tuple[float, ...], words: tuple[tuple[str, str], ...]
) -> Stage:
    bounds = surface.bounds
    scale = surface_scale(surface)
    heights = _heights(surface)
    header: dict[str, object] = {
        "words": dict(words),
        "bounds": [bounds.x_low, bounds.x_high, bounds.y_low, bounds.y_high],
        "scale": {"log": scale.log, "offset": scale.offset},
        "minima": _marks(surface, "minimum"),
        "saddles": _marks(surface, "saddle"),
    }
    finite = heights[np.isfinite(heights)]
    if finite.size:
        declared = [point.value for point in surface.declared(surface.minima)]
        keep = scale.drawn(np.array([*declared, *starts], dtype=np.float64))
        low, top = drawn_range(heights, keep)
        header |= {
            "low": low,
            "top": top,
            "ticks": ticks(scale, low, top),
            "viewpoint": best_viewpoint(np.clip((heights - low) / (top - low), 0, 1)),
            "cut": bool(finite.max() > top),
            "cut_loss": float(scale.loss(top)),
        }
    return Stage(*pack_named(header, {"heights": drawable(heights)}))


def pack_stage(
    surface: Surface, start_losses: NDArray[np.float64], words: Mapping[str, str]
) -> Stage:
    """The stage of ``surface``, high enough to hold ``start_losses`` (any shape).

    Only the highest start counts, and only if the picture would otherwise cut it off: so moving
    the start about does not change the stage.
    """
    top, summit = _reach(surface)
    wanted: tuple[float, ...] = ()
    sound = start_losses[np.isfinite(drawable(start_losses))]
    if sound.size:
        highest = float(sound.max())
        if top < float(surface_scale(surface).drawn(highest)) <= summit:
            wanted = (highest,)
    return _packed(surface, wanted, tuple(sorted(words.items())))


def _marks(surface: Surface, kind: str) -> list[list[float]]:
    points = surface.minima if kind == "minimum" else surface.saddles
    return [
        [point.x, point.y]
        for point in surface.declared(points)
        if np.isfinite([point.x, point.y]).all()
    ]
