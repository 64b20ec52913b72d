"""show_grid_map(): panels of coloured cells, with what each says under the pointer, and clicks.

It is drawn by a small script of ours: a map has up to a million cells, which Plotly's charts would
send as text and draw one by one, and hatching has to keep its size on the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from optim_core.maps import Axis
from pages.player.component import loader
from pages.player.packing import Squeezed, pack_named
from pages.player.starting import finite

Pattern = Literal["", "hatch", "dots"]
MOST_KINDS = 65_000


@dataclass(frozen=True)
class Ink:
    """How cells look: ``#rrggbb`` on the light and on the dark ground, perhaps with a pattern."""

    light: str
    dark: str
    pattern: Pattern = ""


@dataclass(frozen=True)
class Key:
    """A line of a legend: which of the inks it explains, one or the two ends of a scale."""

    inks: tuple[int, ...]
    title: str


@dataclass(frozen=True)
class Panel:
    """One map: the title, colour and marker of its entry, and what is told under it."""

    title: str
    colour: str
    told: tuple[Key, ...] = ()


@dataclass(frozen=True)
class Mark:
    """A place on every map: a minimum, a start, or where the sliders stand (a cross-hair)."""

    kind: Literal["minimum", "start", "cross"]
    x: float
    y: float
    title: str = ""


@dataclass(frozen=True)
class Course:
    """A line over every map, through (x, y); it may leave the map."""

    title: str
    x: Sequence[float]
    y: Sequence[float]
    dash: bool = False


@dataclass(frozen=True)
class Number:
    """A number that a cell tells: ``text`` has one place, ``{value}``; (P, H, W), NaN for none."""

    text: str
    values: NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class GridMap:
    """Everything that is shown. Text is plain; arrays are (P, H, W), row j at ``y.values[j]``.

    Attributes:
        panels: P of them.
        x, y: what the cells mean, with their titles.
        inks: the palette.
        ink: index into it of each cell.
        endings: sentences.
        ending: index into them of each cell.
        numbers: further ones.
        marks, courses: drawn over every panel.
        legend: under all of them.
        words: ``pick`` (what a click does), ``picture`` (of the button that saves one), ``place``
            (with the places x_title, x, y_title and y).
        name: of the file of the picture.
        label: what it all shows, for those who cannot see it.
        square: whether x and y are lengths of one plane.
        smooth: whether cells run into each other: a picture, not a count.
    """

    panels: Sequence[Panel]
    x: tuple[str, Axis]
    y: tuple[str, Axis]
    inks: Sequence[Ink]
    ink: NDArray[Any]
    endings: Sequence[str]
    ending: NDArray[Any]
    numbers: Sequence[Number] = ()
    marks: Sequence[Mark] = ()
    courses: Sequence[Course] = ()
    legend: Sequence[Key] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    name: str = "map"
    label: str = ""
    square: bool = True
    smooth: bool = False


Picked = Callable[[int, float, float], None]
"""``picked(panel, x, y)``, with the values of the cell's middle."""

_component = st.components.v2.component(
    "downhill_grid_map", js=loader("showGridMap"), isolate_styles=False
)


def show_grid_map(grid: GridMap, *, key: str, on_pick: Picked | None = None) -> None:
    """Show ``grid``; ``on_pick`` is called before the next run of the script after a click."""

    def picked() -> None:
        choice = picked_in(st.session_state.get(key), len(grid.panels))
        if choice is not None and on_pick is not None:
            on_pick(*choice)

    _component(key=key, data=packed(grid), on_picked_change=picked if on_pick else None)


def packed(grid: GridMap) -> bytes:
    """``grid`` as the browser reads it."""
    header: dict[str, object] = {
        "panels": [
            {
                "title": one.title,
                "colour": one.colour,
                "told": [{"inks": key.inks, "title": key.title} for key in one.told],
            }
            for one in grid.panels
        ],
        "x": _axis(*grid.x),
        "y": _axis(*grid.y),
        "inks": [[ink.light, ink.dark, ink.pattern] for ink in grid.inks],
        "endings": list(grid.endings),
        "numbers": [number.text for number in grid.numbers],
        "marks": [[mark.kind, mark.x, mark.y, mark.title] for mark in grid.marks],
        "courses": [
            {
                "title": one.title,
                "dash": one.dash,
                "x": [_number(v) for v in one.x],
                "y": [_number(v) for v in one.y],
            }
            for one in grid.courses
        ],
        "legend": [{"inks": key.inks, "title": key.title} for key in grid.legend],
        "says": dict(grid.words),
        "name": grid.name,
        "label": grid.label,
        "square": grid.square,
        "smooth": grid.smooth,
    }
    flat = (len(grid.panels), -1)
    arrays: dict[str, NDArray[Any] | Squeezed] = {
        "ink": Squeezed(grid.ink.reshape(flat).astype(np.uint16)),
        "ending": Squeezed(grid.ending.reshape(flat).astype(np.uint16)),
    }
    for index, number in enumerate(grid.numbers):
        values = number.values.reshape(flat).astype(np.float32)
        arrays[f"number{index}"] = Squeezed(values, deltas=False)
    return pack_named(header, arrays)[0]


def _axis(title: str, axis: Axis) -> dict[str, object]:
    return {
        "title": title,
        "low": axis.low,
        "high": axis.high,
        "log": axis.log,
        "values": list(axis.values),
    }


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def picked_in(state: object, panels: int) -> tuple[int, float, float] | None:
    """The cell in the component's state; None for anything but a panel and two finite numbers."""
    given = state.get("picked") if isinstance(state, Mapping) else None
    if not isinstance(given, Mapping):
        return None
    panel, x, y = given.get("panel"), finite(given.get("x")), finite(given.get("y"))
    if isinstance(panel, bool) or not isinstance(panel, int) or not 0 <= panel < panels:
        return None
    return None if x is None or y is None else (panel, x, y)
