"""Reddi's counterexample: where x goes at one beta 2, and the drift at all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from optim_core.exhibits.counterexample import Race
from optim_core.spec import OPTIMIZERS
from pages.figures.exhibits.handle import BOTTOM, LEGEND_ABOVE, handle
from pages.figures.themes import FigureTheme, escaped, framed, visible

Floats = NDArray[np.float64]
HEIGHT = 470 + BOTTOM
TOP = 0.5
"""Of the drift that is shown, in learning rates: at the lowest beta 2 it is 44."""


def two_ways(
    race: Race,
    betas: Sequence[float],
    drifts: tuple[Floats, Floats],
    critical: float,
    start: int,
    words: Mapping[str, str],
    theme: FigureTheme,
) -> go.Figure:
    """Above: x of Adam and AMSGrad over the steps. Below: Adam's drift a cycle against beta 2.

    Args:
        race: the runs, one column a beta 2.
        betas: of the columns.
        drifts: beta 2 (N,) and Adam's movement upwards in a cycle, in learning rates (N,).
        critical: where the drift is 0.
        start: index of the beta 2 that is shown first.
        words: "beta2", "step", "x", "best", "worst", "drift", "wrong", "right", "critical".
        theme: light or dark.
    """
    looks = {
        name: (OPTIMIZERS[name].title, visible(OPTIMIZERS[name].colour, theme))
        for name in ("adam", "amsgrad")
    }
    runs = {"adam": race.adam, "amsgrad": race.amsgrad}
    data: list[dict[str, Any]] = [
        {
            "type": "scatter", "mode": "lines", "name": escaped(looks[name][0]), "x": race.steps,
            "y": course[:, start], "hovertemplate": "%{x}: %{y:.3f}",
            "line": {
                "color": looks[name][1], "width": 3.5, "dash": OPTIMIZERS[name].dash,
            },
        }
        for name, course in runs.items()
    ]  # fmt: skip
    places, drift = drifts
    lag = -np.log10(1 - places)
    here = [float(-np.log10(1 - beta)) for beta in betas]
    at = [min(float(np.interp(place, lag, drift)), TOP - 0.05) for place in here]
    data += [
        {
            "type": "scatter", "mode": "lines", "name": escaped(words["drift"]), "x": lag,
            "y": drift, "xaxis": "x2", "yaxis": "y2", "showlegend": False,
            "line": {"color": looks["adam"][1], "width": 3},
            "text": [f"{beta:.5g}" for beta in places], "hovertemplate": "%{text}: %{y:.3f}",
        },
        {
            "type": "scatter", "mode": "markers", "x": [here[start]], "y": [at[start]],
            "xaxis": "x2", "yaxis": "y2", "showlegend": False, "hoverinfo": "skip",
            "marker": {"size": 15, "symbol": "diamond", "color": looks["adam"][1],
                       "line": {"color": theme.text, "width": 1.5}},
        },
    ]  # fmt: skip
    changes = [
        [{"x": [race.steps.tolist()] * 2 + [lag.tolist(), [here[place]]],
          "y": [race.adam[:, place].tolist(), race.amsgrad[:, place].tolist(), drift.tolist(),
                [at[place]]]}, {}]
        for place in range(len(betas))
    ]  # fmt: skip
    mark = float(-np.log10(1 - critical))
    small = {"size": 13, "color": theme.faint}
    layout = {
        "xaxis": {"title": {"text": escaped(words["step"]), "standoff": 2}, "anchor": "y"},
        "yaxis": {
            "title": {"text": escaped(words["x"])}, "range": [-1.12, 1.12], "domain": [0.56, 1],
            "tickvals": [-1, -0.5, 0, 0.5, 1],
        },
        "xaxis2": {
            "title": {"text": escaped(words["beta2"]), "standoff": 2}, "anchor": "y2",
            "tickvals": [1, 2, 3, 4], "ticktext": ["0.9", "0.99", "0.999", "0.9999"],
        },
        "yaxis2": {
            "title": {"text": escaped(words["drift"])}, "domain": [0, 0.34], "range": [-0.3, TOP],
        },
        "annotations": [
            _said(words["worst"], "x domain", "y", 0.99, 1, "right", "top", small),
            _said(words["best"], "x domain", "y", 0.99, -1, "right", "bottom", small),
            _said(words["wrong"], "x2 domain", "y2 domain", 0.01, 0.98, "left", "top", small),
            _said(words["right"], "x2 domain", "y2 domain", 0.99, 0.03, "right", "bottom", small),
            _said(
                words["critical"], "x2", "y2 domain", mark, 0.98, "right", "top",
                {"size": 14, "color": theme.text},
            ),
        ],
        "shapes": [
            {
                "type": "line", "xref": "x2", "yref": "y2 domain", "x0": mark, "x1": mark,
                "y0": 0, "y1": 1, "line": {"color": theme.text, "width": 2, "dash": "dot"},
            },
            {
                "type": "line", "xref": "x2 domain", "yref": "y2", "x0": 0, "x1": 1, "y0": 0,
                "y1": 0, "line": {"color": theme.faint, "width": 1},
            },
        ],
        "legend": LEGEND_ABOVE,
        "dragmode": False,
        "sliders": handle(
            escaped(words["beta2"]), [f"{beta:g}" for beta in betas], changes, start, theme
        ),
        "margin": {"t": 40},
    }  # fmt: skip
    return framed(data, layout, theme, revision="counterexample", height=HEIGHT)


def _said(
    text: str, x: str, y: str, at_x: float, at_y: float, across: str, along: str,
    font: Mapping[str, Any],
) -> dict[str, Any]:  # fmt: skip
    return {
        "text": escaped(text), "xref": x, "yref": y, "x": at_x, "y": at_y, "xanchor": across,
        "yanchor": along, "showarrow": False, "font": dict(font),
    }  # fmt: skip
