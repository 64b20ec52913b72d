"""The schedule strip: the rate above, the loss below, and a handle that bends both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from optim_core.exhibits.strips import StripRun
from pages.figures.exhibits.handle import BOTTOM, LEGEND_ABOVE, handle
from pages.figures.themes import FigureTheme, escaped, framed, visible

RATE, MOMENTUM, LOSS = "#0077ff", "#ff6611", "#7a3fbf"
HEIGHT = 430 + BOTTOM
LOWEST = 1e-6
BEYOND = 30
"""Losses over so many times the first are off the picture."""


def schedule_strip(
    runs: Sequence[StripRun],
    labels: Sequence[str],
    start: int,
    words: Mapping[str, str],
    theme: FigureTheme,
    *,
    floor: float,
    logarithmic: bool,
    revision: str,
) -> go.Figure:
    """Rate and loss over the steps, for each place of the handle.

    Args:
        runs: one for each place.
        labels: of the places.
        start: the place that is shown first.
        words: "rate", "momentum", "above" (the loss above the lowest), "step", "handle".
        theme: light or dark.
        floor: the lowest loss of the surface: what is drawn is how far above it the run stands.
        logarithmic: whether the rate is drawn on a logarithmic scale.
        revision: what somebody has zoomed stays until this changes.
    """
    has_momentum = runs[0].momentum is not None
    lines = [
        ("rate", RATE, "y", "solid"),
        *([("momentum", MOMENTUM, "y3", "dash")] if has_momentum else []),
        ("above", LOSS, "y2", "solid"),
    ]
    drawn = [_drawn(run, has_momentum, floor) for run in runs]
    data: list[dict[str, Any]] = [
        {
            "type": "scatter", "mode": "lines", "name": escaped(words[name]), "xaxis": "x",
            "yaxis": axis, "x": list(range(len(drawn[start][place]))), "y": drawn[start][place],
            "line": {"color": visible(colour, theme), "width": 3, "dash": dash},
            "hovertemplate": "%{x}: %{y:.4~g}",
        }
        for place, (name, colour, axis, dash) in enumerate(lines)
    ]  # fmt: skip
    rates = np.concatenate([run.rates for run in runs])
    losses = np.concatenate([one[-1] for one in drawn]).astype(float)
    # What runs away would leave nothing to see of the others.
    losses = losses[np.isfinite(losses) & (losses < BEYOND * losses[0])]
    vertical = {"type": "log", "tickformat": "~g", "exponentformat": "power", "dtick": 1}
    low, high = float(np.log10(max(losses.min(), LOWEST))), float(np.log10(losses.max()))
    layout: dict[str, Any] = {
        "xaxis": {
            "title": {"text": escaped(words["step"]), "standoff": 2}, "anchor": "y2",
            "range": [0, len(runs[0].rates) * 1.02],
        },
        "yaxis": {
            "title": {"text": escaped(words["rate"])}, "domain": [0.57, 1],
            **(vertical if logarithmic else {"range": [0, float(rates.max()) * 1.08]}),
        },
        "yaxis2": {
            "title": {"text": escaped(words["above"])}, "domain": [0, 0.46], **vertical,
            "range": [low - 0.2, high + 0.3], "dtick": max(1, round((high - low) / 5)),
        },
        "legend": LEGEND_ABOVE,
        "dragmode": False,
        "sliders": handle(
            escaped(words["handle"]),
            labels,
            [[{"y": [list(values) for values in one]}, {}] for one in drawn],
            start,
            theme,
            revision=revision,
        ),
        "margin": {"t": 40},
    }  # fmt: skip
    if has_momentum:
        layout["yaxis3"] = {
            "overlaying": "y", "side": "right", "range": [0.8, 1.0], "showgrid": False,
            "tickvals": [0.85, 0.9, 0.95],
        }  # fmt: skip
    return framed(data, layout, theme, revision=f"strip {revision}", height=HEIGHT)


def _drawn(run: StripRun, momentum: bool, floor: float) -> list[list[float | None]]:
    """The rate from step 1 on (place 0 is empty), momentum, and the loss above ``floor``."""
    told: list[list[float | None]] = [[None, *run.rates.tolist()]]
    if momentum and run.momentum is not None:
        told.append([None, *run.momentum.tolist()])
    above = np.maximum(run.losses - floor, LOWEST)
    told.append([float(value) if np.isfinite(value) else None for value in above])
    return told
