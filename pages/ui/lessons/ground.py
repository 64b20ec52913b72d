"""The ground of a lesson: the surface as a map with the starts, before anything has moved."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from landscapes import Surface
from optim_core import Scenario
from optim_core.maps import Axis
from pages.player import GridMap, Ink, Mark, Panel, show_grid_map
from pages.player.gridmap import Picked
from pages.ui.thumbnails import banded, palette
from pages.ui.words import _

KEY = "lesson.ground"

WIDTH, HEIGHT = 320, 240
"""Cells along x and y: fine enough for a smooth line, coarse enough for arrow keys."""


@lru_cache(maxsize=32)
def _bands(surface: Surface) -> NDArray[np.uint8]:
    """The band of each cell, (1, HEIGHT, WIDTH), the lowest y first."""
    return banded(surface, WIDTH, HEIGHT)[::-1][None]


@lru_cache(maxsize=1)
def _inks() -> tuple[Ink, ...]:
    pairs = zip(palette(dark=False).tolist(), palette(dark=True).tolist(), strict=True)
    return tuple(Ink(_hex(light), _hex(dark)) for light, dark in pairs)


def _hex(channels: list[int]) -> str:
    return "#" + "".join(f"{part:02x}" for part in channels)


def show_ground(
    scenario: Scenario, marked: tuple[float, float] | None, *, on_pick: Picked | None
) -> None:
    """The contour map of the surface with its minima, the starts and the place ``marked``.

    ``on_pick(panel, x, y)`` is called before the next run of the script after a click.
    """
    surface = scenario.landscape()
    bounds = surface.bounds
    bands = _bands(surface)
    minima = [point for point in surface.declared(surface.minima) if np.isfinite(point.x)]
    marks = [Mark("minimum", point.x, point.y, "") for point in minima]
    marks += [Mark("start", x, y, _("start")) for x, y in scenario.starts]
    if marked is not None:
        marks.append(Mark("cross", *marked, _("your guess")))
    pick = _("Click where it will end") if on_pick else ""
    grid = GridMap(
        panels=[Panel("", "")],
        x=("x", Axis.over("x", bounds.x_low, bounds.x_high, WIDTH)),
        y=("y", Axis.over("y", bounds.y_low, bounds.y_high, HEIGHT)),
        inks=_inks(),
        ink=bands,
        endings=[pick or _(surface.title)],
        ending=np.zeros_like(bands),
        marks=marks,
        words={
            "pick": pick,
            "picture": _("Save picture"),
            "place": _("x {x}, y {y}"),
        },
        name="map",
        smooth=True,
        label=_("Contour map of the loss with the starts, before anything has moved"),
    )
    with st.container(key="lesson-ground"):
        show_grid_map(grid, key=KEY, on_pick=on_pick)
