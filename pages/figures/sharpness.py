"""How sharp networks are: beside the generalisation gap, as a spectrum, and against their edge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from optim_core.training.events import Floats, Integers
from optim_core.training.landscape.density import Density
from optim_core.training.landscape.measured import Measured
from pages.figures.landscape import Named, marker, shown
from pages.figures.themes import FigureTheme, escaped, framed, note, veil, visible
from pages.figures.words import Words

HEIGHT = 360
GRID = 400
SMOOTH = 0.01
"""The width of a bell in a spectrum, as a share of what the axis spans."""

RARE = 1e-4
"""Densities below this share of the highest are not drawn: a tail of nothing."""

MEASURES = ("eigenvalue", "epsilon_sharpness", "highest")
"""What a scatter can show: those that are also known of rescaled networks."""


def sharpness_scatter(
    measured: Measured,
    measure: str,
    networks: Sequence[Named],
    words: Words,
    theme: FigureTheme,
    *,
    factor: float = 1.0,
) -> go.Figure:
    """The generalisation gap of each network against its sharpness.

    Args:
        measured: the networks.
        measure: one of ``MEASURES``.
        networks: how they look.
        words: of the figures.
        theme: light or dark.
        factor: by what they are rescaled. Then hollow markers show where they are as found, and
            lines lead from there: sideways, for the gap stays.
    """
    own, moved = (measured.of_rescaled(by, measure) for by in (1.0, factor))
    if measure == "highest":
        own, moved = own - measured.loss, moved - measured.of_rescaled(factor, "loss")
    data: list[dict[str, Any]] = []
    for place, network in enumerate(networks):
        gap, group = float(measured.gap[place]), f"network {place}"
        common = {"type": "scatter", "legendgroup": group, "name": escaped(network.title)}
        look = marker(network, theme)
        told = f"%{{x:.4~g}}<br>{words['gap']}: %{{y:.4~g}}"
        if factor != 1:
            hollow = {**look, "symbol": f"{network.style.marker.removesuffix('-open')}-open"}
            data.append(
                {
                    **common,
                    "mode": "lines+markers",
                    "x": [float(own[place]), float(moved[place])],
                    "y": [gap, gap],
                    "line": {"color": veil(look["color"], 0.5), "width": 2, "dash": "dot"},
                    "marker": hollow,
                    "showlegend": False,
                    "hoverinfo": "skip",
                }
            )
        data.append(
            {
                **common,
                "mode": "markers",
                "x": [float(moved[place])],
                "y": [gap],
                "marker": look,
                "hovertemplate": told,
            }
        )
    every = [measured.of_rescaled(by, measure) for by in (1.0, 0.25, 8.0)]
    sound = np.concatenate([values[np.isfinite(values)] for values in every])
    spread = measure != "highest" and sound.size and sound.min() > 0
    horizontal: dict[str, Any] = {"title": {"text": words[f"sharpness_{measure}"]}}
    if spread:
        # Fixed, so that a rescaled network is seen to move.
        ends = np.log10([sound.min(), sound.max()])
        horizontal |= {"type": "log", "range": [ends[0] - 0.15, ends[1] + 0.15]}
        horizontal |= {"dtick": "D2", "tickformat": "~g"}
    layout = {
        "xaxis": horizontal,
        "yaxis": {"title": {"text": words["gap"]}},
        "showlegend": True,
        "margin": {"t": 12},
    }
    return framed(data, layout, theme, revision=f"sharpness {measure}", height=HEIGHT)


def spectrum(
    measured: Measured, size: int, networks: Sequence[Named], words: Words, theme: FigureTheme
) -> go.Figure:
    """How many eigenvalues the Hessian has where: the density on a logarithmic scale.

    Args:
        measured: the networks.
        size: how many parameters each has.
        networks: how they look.
        words: of the figures.
        theme: light or dark.
    """
    density = Density(measured.density_points, measured.density_weights, size)
    # A network that has diverged has no eigenvalues, and none of the others' room.
    points = measured.density_points[np.isfinite(measured.density_points)]
    low, high = (float(end(points, initial=0.0)) for end in (np.min, np.max))
    room = 0.04 * (high - low) or 1.0
    grid = np.linspace(low - room, high + room, GRID)
    curves = size * density.smoothed(grid, SMOOTH * (high - low + 2 * room))
    data: list[dict[str, Any]] = []
    for curve, network in zip(curves, networks, strict=True):
        colour = visible(network.style.colour, theme)
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": grid,
                "y": np.where(curve > RARE * curve.max(), curve, np.nan),
                "name": escaped(network.title),
                "line": {"color": colour, "dash": network.style.dash, "width": 2.5},
                "hovertemplate": "%{x:.3~g}: %{y:.3~g}",
            }
        )
    layout = {
        "xaxis": {"title": {"text": words["eigenvalue"]}},
        "yaxis": {
            "title": {"text": words["eigenvalue_density"]},
            "type": "log",
            "exponentformat": "power",
        },
        "showlegend": True,
        "margin": {"t": 12},
    }
    return framed(data, layout, theme, revision="spectrum", height=HEIGHT)


def edge_curves(
    steps: Integers,
    sharpness: Floats,
    bounds: Floats,
    limits: Sequence[float],
    networks: Sequence[Named],
    words: Words,
    theme: FigureTheme,
) -> go.Figure:
    """The sharpness that each rule feels, as a share of the largest at which it stays.

    Args:
        steps: (L,) of the looks.
        sharpness: (L, R).
        bounds: (L, R) on its error, drawn as a band.
        limits: (R,) the edge of each row.
        networks: how the rows look.
        words: of the figures.
        theme: light or dark.
    """
    data: list[dict[str, Any]] = []
    for row, network in enumerate(networks):
        colour = visible(network.style.colour, theme)
        share = shown(sharpness[:, row] / limits[row])
        error = np.nan_to_num(bounds[:, row] / limits[row])
        data.append(
            {
                "type": "scatter",
                "mode": "lines+markers" if len(steps) <= 60 else "lines",
                "x": steps,
                "y": share,
                "name": escaped(network.title),
                "line": {"color": colour, "dash": network.style.dash, "width": 2.5},
                "marker": {"size": 5, "symbol": network.style.marker},
                "error_y": {"array": error, "thickness": 1, "width": 0, "color": colour},
                "customdata": sharpness[:, row],
                "hovertemplate": "%{x}: %{y:.3~g} (%{customdata:.4~g})",
            }
        )
    edge = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": 1, "y1": 1}
    layout = {
        "xaxis": {"title": {"text": words["steps"]}},
        "yaxis": {"title": {"text": words["share_of_edge"]}, "rangemode": "tozero"},
        "showlegend": True,
        "shapes": [{**edge, "line": {"color": theme.faint, "width": 2, "dash": "dash"}}],
        "annotations": [
            note(words["edge"], 0.01, 1.0, yref="y", font={"color": theme.faint, "size": 14})
        ],
        "margin": {"t": 12},
    }
    return framed(data, layout, theme, revision="edge", height=HEIGHT)


def edge_losses(
    losses: Floats, networks: Sequence[Named], words: Words, theme: FigureTheme
) -> go.Figure:
    """The loss (T, R) of whole batches at every step, on a logarithmic scale."""
    data: list[dict[str, Any]] = []
    for row, network in enumerate(networks):
        colour = visible(network.style.colour, theme)
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": np.arange(len(losses)),
                "y": shown(losses[:, row]).astype(np.float32),
                "name": escaped(network.title),
                "line": {"color": colour, "dash": network.style.dash, "width": 2.5},
                "hovertemplate": "%{x}: %{y:.4~g}",
            }
        )
    layout = {
        "xaxis": {"title": {"text": words["steps"]}},
        "yaxis": {
            "title": {"text": words["loss"]},
            "type": "log",
            "dtick": "D2",
            "tickformat": "~g",
        },
        "showlegend": True,
        "margin": {"t": 12},
    }
    return framed(data, layout, theme, revision="edge losses", height=HEIGHT)
