"""The loss of one run against its steps: all that a doctor is shown at first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from pages.figures.themes import FigureTheme, Style, framed, visible

HEIGHT = 380


def loss_curve(
    losses: NDArray[np.float64],
    styles: Sequence[Style],
    words: Mapping[str, str],
    theme: FigureTheme,
    *,
    log: bool,
) -> go.Figure:
    """Loss against the step, a line for each column of ``losses`` (T+1, R).

    ``words`` are ``step`` and ``loss``. Where a run was stopped its line ends.
    """
    steps = list(range(len(losses)))
    data = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": steps,
            "y": [float(loss) if np.isfinite(loss) else None for loss in column],
            "line": {"color": visible(style.colour, theme), "dash": style.dash, "width": 3},
            "hovertemplate": "%{x}: %{y:.4g}<extra></extra>",
            "showlegend": False,
        }
        for column, style in zip(losses.T, styles, strict=True)
    ]
    layout = {
        "xaxis": {"title": {"text": words["step"]}},
        "yaxis": {
            "title": {"text": words["loss"]},
            "type": "log" if log else "linear",
            "exponentformat": "power",
            "dtick": 1 if log else None,
        },
        "margin": {"t": 8},
    }
    return framed(data, layout, theme, revision="loss-curve", height=HEIGHT)
