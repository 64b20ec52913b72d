"""The loss on a plane through networks: a contour map, and a surface in 3D."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from optim_core.training.events import Floats
from optim_core.training.landscape import MEASURES, Landscape
from pages.figures.landscape import Named, marker, measure_of, shown
from pages.figures.themes import FigureTheme, escaped, framed, visible
from pages.figures.words import Words

SCALE = "Viridis"
"""Of the map and the surface: even to the eye, also of the colour-blind."""

MAP_HEIGHT = 470
LEVELS = 18


def level_map(
    landscape: Landscape,
    kind: str,
    measure: str,
    networks: Sequence[Named],
    words: Words,
    theme: FigureTheme,
    *,
    log_scale: bool = False,
) -> go.Figure:
    """A measure on a plane as a contour map, with the networks (and the shadows of paths) on it."""
    values = shown(landscape.of(measure))
    heights, bar = _coloured(values, measure, words, log_scale)
    data: list[dict[str, Any]] = [
        {
            "type": "contour",
            "x": landscape.x,
            "y": landscape.y,
            "z": heights,
            "customdata": values,
            "colorscale": SCALE,
            "reversescale": measure.endswith("accuracy"),
            "autocontour": False,
            "contours": _levels(heights),
            "line": {"width": 0.6, "color": "rgba(255,255,255,0.55)"},
            "colorbar": bar,
            "hovertemplate": "(%{x:.3~g}, %{y:.3~g}): %{customdata:.4~g}<extra></extra>",
        }
    ]
    data += _path_lines(landscape, networks, theme)
    for place, network in enumerate(networks):
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [float(landscape.marks[place, 0])],
                "y": [float(landscape.marks[place, 1])],
                "name": escaped(network.title),
                "marker": marker(network, theme),
                "hovertemplate": f"{escaped(network.title)}<extra></extra>",
            }
        )
    even = kind in ("plane", "paths")
    layout = {
        "xaxis": {"title": {"text": words[f"axis_{kind}"]}, "constrain": "domain"},
        "yaxis": {
            "title": {"text": words[f"axis_{kind}_2"]},
            **({"scaleanchor": "x"} if even else {}),
        },
        "showlegend": True,
        "margin": {"t": 12},
    }
    return framed(data, layout, theme, revision=f"{kind} {measure}", height=MAP_HEIGHT)


def relief(
    landscape: Landscape,
    kind: str,
    measure: str,
    networks: Sequence[Named],
    words: Words,
    theme: FigureTheme,
    *,
    log_scale: bool = False,
) -> go.Figure:
    """A measure on a plane as a surface in 3D, with the networks where they really are.

    A network is drawn at its true loss: beside the surface where the picture is wrong about it.
    """
    values = shown(landscape.of(measure))
    heights, bar = _coloured(values, measure, words, log_scale)
    data: list[dict[str, Any]] = [
        {
            "type": "surface",
            "x": landscape.x,
            "y": landscape.y,
            "z": heights,
            "customdata": values,
            "colorscale": SCALE,
            "reversescale": measure.endswith("accuracy"),
            "colorbar": bar,
            "showscale": False,
            "connectgaps": True,
            "hovertemplate": "(%{x:.3~g}, %{y:.3~g}): %{customdata:.4~g}<extra></extra>",
        }
    ]
    for place, network in enumerate(networks):
        own = np.array([landscape.networks[place, MEASURES.index(measure)]])
        data.append(
            {
                "type": "scatter3d",
                "mode": "markers",
                "x": [float(landscape.marks[place, 0])],
                "y": [float(landscape.marks[place, 1])],
                "z": _height(own, log_scale),
                "name": escaped(network.title),
                "marker": {**marker(network, theme), "size": 6},
                "hovertemplate": f"{escaped(network.title)}: {float(own[0]):.4g}<extra></extra>",
            }
        )
    bare: dict[str, Any] = {
        "backgroundcolor": "rgba(0,0,0,0)",
        "gridcolor": theme.grid,
        "zerolinecolor": theme.grid,
        "color": theme.text,
        "title": {"text": ""},
    }
    ticks = {key: bar[key] for key in ("tickvals", "ticktext") if key in bar}
    scene: dict[str, Any] = {
        "xaxis": bare,
        "yaxis": bare,
        "zaxis": {**bare, **ticks},
        "aspectmode": "manual",
        "aspectratio": {"x": 0.78, "y": 0.78, "z": 0.57},
        "camera": {"eye": {"x": 1.4, "y": -1.5, "z": 0.95}, "center": {"x": 0, "y": 0, "z": -0.12}},
        "dragmode": "turntable",
    }
    # Beside the axis a narrow screen would cut it off.
    name = {
        "text": words[measure_of(measure)],
        "showarrow": False,
        **{"x": 0, "xref": "paper", "xanchor": "left", "y": 1, "yref": "paper", "yanchor": "top"},
    }
    layout = {
        "scene": scene,
        "showlegend": False,
        "margin": {"t": 0, "b": 0, "l": 0, "r": 0},
        "annotations": [name],
    }
    return framed(data, layout, theme, revision=f"{kind} {measure}", height=MAP_HEIGHT)


def _levels(heights: Floats) -> dict[str, float]:
    """Even steps between the lowest and the highest value."""
    sound = heights[np.isfinite(heights)]
    low, high = (float(sound.min()), float(sound.max())) if sound.size else (0.0, 1.0)
    step = (high - low) / LEVELS or 1.0
    return {"start": low + step, "end": high, "size": step}


def _path_lines(
    landscape: Landscape, networks: Sequence[Named], theme: FigureTheme
) -> list[dict[str, Any]]:
    paths = landscape.paths
    if paths is None:
        return []
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": paths.places[:, place, 0],
            "y": paths.places[:, place, 1],
            "showlegend": False,
            "hoverinfo": "skip",
            "line": {"color": visible(network.style.colour, theme), "width": 3},
        }
        for place, network in enumerate(networks)
    ]


def _height(values: Floats, log_scale: bool) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log10(np.where(values > 0, values, np.nan)) if log_scale else values


def _coloured(
    values: Floats, measure: str, words: Words, log_scale: bool
) -> tuple[Floats, dict[str, Any]]:
    """What is drawn for ``values``, and the scale beside it, which names the values themselves."""
    bar: dict[str, Any] = {
        "title": {"text": words[measure_of(measure)], "side": "right"},
        "thickness": 14,
        "outlinewidth": 0,
    }
    if measure.endswith("accuracy"):
        return values, {**bar, "tickformat": ".0%"}
    if not log_scale:
        return values, bar
    heights = _height(values, True)
    sound = heights[np.isfinite(heights)]
    if not sound.size:
        return heights, bar
    ticks = round_values(10 ** float(sound.min()), 10 ** float(sound.max()))
    bar |= {
        "tickvals": [float(np.log10(tick)) for tick in ticks],
        "ticktext": [f"{tick:g}" for tick in ticks],
    }
    return heights, bar


def round_values(low: float, high: float) -> list[float]:
    """Round values between two positive ones, for a logarithmic scale: 1, 2 or 5 and zeros."""
    powers = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    found: list[float] = []
    for digits in ((1, 2, 5), (1, 3), (1,)):
        found = [d * 10.0**power for power in powers for d in digits]
        found = [value for value in found if low * 0.999 <= value <= high * 1.001]
        if len(found) <= 9:
            return found
    step = -(-len(found) // 8)
    return found[::step]
