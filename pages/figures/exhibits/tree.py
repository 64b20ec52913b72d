"""The family tree of optimizers: who mends what in whom, from the oldest down to the youngest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from optim_core.spec import OPTIMIZERS, WRAPPERS
from pages.figures.themes import FigureTheme, escaped, framed, veil, visible

ROW, TOP = 74, 60
"""Pixels of a row, and above the first."""


@dataclass(frozen=True)
class Leaf:
    """An optimizer in the tree: its key, column (0 to 3), row from the top, and year."""

    key: str
    column: float
    row: float
    year: int


@dataclass(frozen=True)
class Branch:
    """That ``younger`` mends something in ``older``; what, is a short text, already translated."""

    older: str
    younger: str
    mends: str


def family_tree(
    leaves: Sequence[Leaf], branches: Sequence[Branch], teams: tuple[str, str], theme: FigureTheme
) -> go.Figure:
    """Boxes with names and years, and arrows from the older to the younger.

    What each mends shows under the pointer; the page lists it too.
    """
    places = {leaf.key: leaf for leaf in leaves}
    rows = max(leaf.row for leaf in leaves)
    mended = {branch.younger: branch.mends for branch in branches}
    notes: list[dict[str, Any]] = []
    for branch in branches:
        old, young = places[branch.older], places[branch.younger]
        notes.append(
            {
                "x": young.column, "y": -young.row + 0.24, "ax": old.column, "ay": -old.row - 0.24,
                "xref": "x", "yref": "y", "axref": "x", "ayref": "y", "text": "",
                "showarrow": True, "arrowhead": 2, "arrowsize": 1.1, "arrowwidth": 2,
                "arrowcolor": theme.faint,
            }
        )  # fmt: skip
    data: list[dict[str, Any]] = []
    for leaf in leaves:
        spec = OPTIMIZERS.get(leaf.key)
        colour = visible(spec.colour if spec else "#7f7f7f", theme)
        title = spec.title if spec else WRAPPERS[leaf.key].title
        short = {"momentum": "SGDM", "nesterov": "NAG"}.get(leaf.key, title)
        notes.append(
            {
                "x": leaf.column, "y": -leaf.row, "xref": "x", "yref": "y", "showarrow": False,
                "text": f"<b>{escaped(short)}</b><br>{leaf.year}", "bordercolor": colour,
                "borderwidth": 2, "borderpad": 4, "bgcolor": theme.ground,
                "font": {"size": 13, "color": theme.text},
                "hovertext": escaped(mended.get(leaf.key, ""), 120),
            }
        )  # fmt: skip
    for team, column in zip(teams, (0.35, 2.35), strict=True):
        notes.append(
            {
                "x": column, "y": 1, "xref": "x", "yref": "paper", "yanchor": "bottom",
                "text": f"<b>{escaped(team)}</b>", "showarrow": False, "yshift": 8,
                "font": {"size": 16, "color": theme.text},
            }
        )  # fmt: skip
    hidden = {"showgrid": False, "showticklabels": False, "fixedrange": True}
    layout = {
        "xaxis": {**hidden, "range": [-0.5, 3.5]},
        "yaxis": {**hidden, "range": [-rows - 0.5, 0.5]},
        "annotations": notes,
        "dragmode": False,
        "showlegend": False,
        "shapes": [
            {
                "type": "rect", "xref": "x", "yref": "paper", "x0": left, "x1": right, "y0": 0,
                "y1": 1, "layer": "below", "line": {"width": 0}, "fillcolor": veil(colour, 0.07),
            }
            for left, right, colour in ((-0.5, 1.2, "#0077ff"), (1.2, 3.5, "#22aabb"))
        ],
        "margin": {"l": 4, "r": 4, "t": TOP, "b": 4},
    }  # fmt: skip
    height = round(ROW * (rows + 1) + TOP)
    return framed(data, layout, theme, revision="tree", height=height)
