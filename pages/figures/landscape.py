"""The loss on a line through networks, and how much a picture of their paths lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from optim_core.training.events import Floats
from optim_core.training.landscape import MEASURES, Landscape
from pages.figures.themes import FigureTheme, Style, escaped, framed, visible
from pages.figures.words import Words

LINE_HEIGHT = 360
SMALLEST, LARGEST = 5.0, 22.0
"""Markers in a figure of paths: on the plane, and furthest from it."""

MARK_SIZE = 13


@dataclass(frozen=True)
class Named:
    """A network in a picture: how it looks and what it is called."""

    style: Style
    title: str


def is_steep(values: Floats) -> bool:
    """Whether a logarithmic scale serves: the values span more than a factor of fifty."""
    sound = values[np.isfinite(values)]
    return bool(sound.size and sound.min() > 0 and sound.max() > 50 * sound.min())


def profile(
    landscape: Landscape,
    kind: str,
    measure: str,
    networks: Sequence[Named],
    words: Words,
    theme: FigureTheme,
    *,
    log_scale: bool = False,
) -> go.Figure:
    """Loss or accuracy on a line, training and validation, with the networks on it.

    Args:
        landscape: with one axis.
        kind: of the picture: names the axis.
        measure: "loss" or "accuracy".
        networks: those on it.
        words: of the figures.
        theme: light or dark.
        log_scale: for losses.
    """
    data: list[dict[str, Any]] = []
    looks = {"train": ("#3f6fe0", "solid"), "validation": ("#d9772b", "dash")}
    for part, (colour, dash) in looks.items():
        values = shown(landscape.of(f"{part}_{measure}"))
        few = len(landscape.x) <= 40
        data.append(
            {
                "type": "scatter",
                "mode": "lines+markers" if few else "lines",
                "x": landscape.x,
                "y": values,
                "name": words[part],
                "line": {"color": visible(colour, theme), "dash": dash, "width": 3},
                "marker": {"size": 6},
                "connectgaps": True,
                "hovertemplate": "%{x:.3~g}: %{y:.4~g}",
            }
        )
    for place, network in enumerate(networks):
        row = landscape.networks[place]
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [float(landscape.marks[place, 0])],
                "y": [float(row[0 if measure == "loss" else 1])],
                "name": escaped(network.title),
                "marker": marker(network, theme),
                "hovertemplate": "%{y:.4~g}",
            }
        )
    vertical: dict[str, Any] = {"title": {"text": words[measure]}}
    if measure == "accuracy":
        vertical |= {"tickformat": ".0%", "range": [-0.02, 1.02]}
    elif log_scale:
        vertical |= {"type": "log", "dtick": "D2", "tickformat": "~g"}
    layout = {
        "xaxis": {"title": {"text": words[f"axis_{kind}"]}},
        "yaxis": vertical,
        "showlegend": True,
        "margin": {"t": 12},
    }
    return framed(data, layout, theme, revision=f"{kind} {measure} {log_scale}", height=LINE_HEIGHT)


def fidelity(
    landscape: Landscape,
    measure: str,
    networks: Sequence[Named],
    words: Words,
    theme: FigureTheme,
    *,
    log_scale: bool = False,
) -> go.Figure:
    """The true loss of each path against the step, and what the plane shows in its place.

    The line is the truth. A marker is the plane's; it is the larger the further the weights are
    from the plane.
    """
    paths = landscape.paths
    data: list[dict[str, Any]] = []
    which = MEASURES.index(measure)
    far = 0.0 if paths is None else float(np.nanmax(paths.distances, initial=0.0)) or 1.0
    for place, network in enumerate(networks if paths is not None else ()):
        assert paths is not None
        there = np.isfinite(paths.distances[:, place])
        steps, away = paths.steps[there, place], paths.distances[there, place]
        colour = visible(network.style.colour, theme)
        group = f"path {place}"
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": steps,
                "y": shown(paths.true[there, place, which]),
                "name": escaped(network.title),
                "legendgroup": group,
                "line": {"color": colour, "dash": network.style.dash, "width": 3},
                "hovertemplate": f"%{{x}}: %{{y:.4~g}} ({words['true']})",
            }
        )
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": steps,
                "y": shown(paths.plane[there, place, which]),
                "legendgroup": group,
                "showlegend": False,
                "name": escaped(network.title),
                "customdata": away,
                "marker": {
                    "color": colour,
                    "symbol": network.style.marker,
                    "size": SMALLEST + (LARGEST - SMALLEST) * away / far,
                    "opacity": 0.55,
                    "line": {"width": 0},
                },
                "hovertemplate": (
                    f"%{{x}}: %{{y:.4~g}} ({words['on_plane']}), "
                    f"{words['distance']} %{{customdata:.3~g}}"
                ),
            }
        )
    vertical: dict[str, Any] = {"title": {"text": words[measure_of(measure)]}}
    if log_scale:
        vertical |= {"type": "log", "dtick": "D2", "tickformat": "~g"}
    layout = {
        "xaxis": {"title": {"text": words["steps"]}},
        "yaxis": vertical,
        "showlegend": True,
        "margin": {"t": 12},
    }
    return framed(data, layout, theme, revision=f"fidelity {measure}", height=LINE_HEIGHT)


def marker(network: Named, theme: FigureTheme) -> dict[str, Any]:
    """How a network is drawn."""
    symbol = network.style.marker
    return {
        "color": visible(network.style.colour, theme),
        "symbol": symbol,
        "size": MARK_SIZE,
        # A hollow one is drawn by its line alone, in its own colour.
        "line": {"color": theme.ground, "width": 3 if symbol.endswith("-open") else 1.5},
    }


def shown(values: Floats) -> Floats:
    """``values`` with gaps where they are not finite."""
    return np.where(np.isfinite(values), values, np.nan)


def measure_of(measure: str) -> str:
    """The word for what is measured."""
    return "accuracy" if measure.endswith("accuracy") else "loss"
