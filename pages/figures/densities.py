"""Where many runs ended, on the level lines of the surface: a panel an entry."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from pages.figures.themes import FigureTheme, escaped, framed, veil, visible

PANEL_PIXELS = 250
GAP = 0.05


@dataclass(frozen=True)
class Density:
    """One panel: counts (rows, columns), y ascending, and how it is called and coloured."""

    title: str
    colour: str
    counts: NDArray[np.int64]


@dataclass(frozen=True)
class Ground:
    """The surface under the panels: x (n,), y (n,) and z (n, n), and whether z spans decades."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    z: NDArray[np.float64]
    log: bool


def densities(
    panels: Sequence[Density],
    ground: Ground,
    start: tuple[float, float],
    hover: str,
    theme: FigureTheme,
    *,
    columns: int,
) -> go.Figure:
    """Counts of end points over level lines.

    Args:
        panels: what to draw.
        ground: the surface.
        start: where all runs began.
        hover: with ``{number}``, of a cell.
        theme: light or dark.
        columns: how many panels stand side by side.
    """
    rows = math.ceil(len(panels) / columns)
    z = _levelled(ground)
    data: list[dict[str, Any]] = []
    layout: dict[str, Any] = {"annotations": [], "paper_bgcolor": theme.ground, "showlegend": False}
    for place, panel in enumerate(panels):
        number = "" if place == 0 else str(place + 1)
        row, column = divmod(place, columns)
        across = [column / columns, (column + 1) / columns - (GAP if columns > 1 else 0)]
        height = 1 / rows
        up = [1 - (row + 1) * height + (0.12 / rows), 1 - row * height - (0.14 / rows)]
        axes = {"xaxis": f"x{number}", "yaxis": f"y{number}"}
        colour = visible(panel.colour, theme)
        lines = {"coloring": "lines", "showlabels": False}
        data.append(
            {
                "type": "contour", **axes, "x": ground.x, "y": ground.y, "z": z, "ncontours": 18,
                "contours": lines, "line": {"width": 1, "smoothing": 0}, "showscale": False,
                "colorscale": [[0, theme.grid], [1, theme.grid]], "hoverinfo": "skip",
            }
        )  # fmt: skip
        high, wide = panel.counts.shape
        most = max(1, int(panel.counts.max()))
        data.append(
            {
                "type": "heatmap", **axes,
                "x0": ground.x[0] + (ground.x[-1] - ground.x[0]) / wide / 2,
                "dx": (ground.x[-1] - ground.x[0]) / wide,
                "y0": ground.y[0] + (ground.y[-1] - ground.y[0]) / high / 2,
                "dy": (ground.y[-1] - ground.y[0]) / high,
                # A root: one run in a cell must still be seen beside a hundred.
                "z": np.sqrt(panel.counts / most), "zmin": 0, "zmax": 1,
                "customdata": panel.counts, "showscale": False,
                "colorscale": [
                    [0, veil(colour, 0)], [0.05, veil(colour, 0.0)],
                    [0.0501, veil(colour, 0.35)], [1, veil(colour, 1)],
                ],
                "hovertemplate": "x %{x:.3~g}, y %{y:.3~g}: "
                + escaped(hover).replace("{number}", "%{customdata}")
                + "<extra></extra>",
            }
        )  # fmt: skip
        data.append(
            {
                "type": "scatter", **axes, "x": [start[0]], "y": [start[1]], "mode": "markers",
                "marker": {
                    "symbol": "circle-open", "size": 11, "color": theme.text, "line": {"width": 2},
                },
                "hoverinfo": "skip",
            }
        )  # fmt: skip
        layout[f"xaxis{number}"] = {
            "domain": across, "anchor": f"y{number}", "showgrid": False, "nticks": 5,
            "range": [float(ground.x[0]), float(ground.x[-1])],
            **({} if place == 0 else {"matches": "x"}),
        }  # fmt: skip
        layout[f"yaxis{number}"] = {
            "domain": up, "anchor": f"x{number}", "showgrid": False, "nticks": 5,
            "range": [float(ground.y[0]), float(ground.y[-1])],
            **({} if place == 0 else {"matches": "y"}),
        }  # fmt: skip
        layout["annotations"].append(
            {
                "text": f"<b>{escaped(panel.title, 34)}</b>", "x": across[0], "y": up[1],
                "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom",
                "showarrow": False, "font": {"color": colour},
            }
        )  # fmt: skip
    layout["margin"] = {"t": 12, "b": 8}
    return framed(data, layout, theme, revision=f"{len(panels)}", height=40 + PANEL_PIXELS * rows)


def _levelled(ground: Ground) -> NDArray[np.float64]:
    """Heights whose even steps show the shape: by their ranks' root, or logarithms."""
    z = ground.z - np.nanmin(ground.z)
    high = float(np.nanmax(z)) or 1.0
    if ground.log:
        return np.log10(z + 1e-6 * high)
    return np.sqrt(z)
