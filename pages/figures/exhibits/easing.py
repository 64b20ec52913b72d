"""A curriculum: the surface of each stage, and where both runs stand after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from optim_core.exhibits.curriculum import EasyFirst
from pages.figures.exhibits.handle import BOTTOM, LEGEND_ABOVE, handle
from pages.figures.themes import FigureTheme, escaped, framed, visible

EASED, DIRECT = "#17803d", "#d62728"
HEIGHT = 340 + BOTTOM


def eased_bowl(
    told: EasyFirst, labels: Sequence[str], words: Mapping[str, str], theme: FigureTheme
) -> go.Figure:
    """The loss along x at each stage, with both runs at its end.

    Args:
        told: the stages.
        labels: of the start and of each stage.
        words: "eased", "direct", "stage", "true", "now", "x", "loss".
        theme: light or dark.
    """
    surfaces = [told.surfaces[0], *told.surfaces]
    data: list[dict[str, Any]] = [
        {
            "type": "scatter", "mode": "lines", "name": escaped(words["true"]), "x": told.x,
            "y": told.surfaces[-1], "line": {"color": theme.faint, "width": 1.5},
            "hoverinfo": "skip",
        },
        {
            "type": "scatter", "mode": "lines", "name": escaped(words["now"]), "x": told.x,
            "y": surfaces[0], "line": {"color": theme.text, "width": 3.5}, "hoverinfo": "skip",
        },
        *(
            {
                "type": "scatter", "mode": "markers", "name": escaped(words[name]),
                "x": [run[0, 0]], "y": [run[0, 1]], "hovertemplate": "%{x:.3f}: %{y:.3f}",
                "marker": {"size": 17, "symbol": symbol, "color": visible(colour, theme),
                           "line": {"color": theme.ground, "width": 1.5}},
            }
            for name, run, colour, symbol in (
                ("eased", told.eased, EASED, "circle"), ("direct", told.direct, DIRECT, "diamond"),
            )
        ),
    ]  # fmt: skip
    whole = told.x.tolist()
    changes = [
        [{"x": [whole, whole, [told.eased[place, 0]], [told.direct[place, 0]]],
          "y": [told.surfaces[-1].tolist(), surfaces[place].tolist(),
                [told.eased[place, 1]], [told.direct[place, 1]]]}, {}]
        for place in range(len(surfaces))
    ]  # fmt: skip
    layout = {
        "xaxis": {"title": {"text": escaped(words["x"])}},
        "yaxis": {"title": {"text": escaped(words["loss"])}, "range": [-2, 42]},
        "legend": LEGEND_ABOVE,
        "dragmode": False,
        "sliders": handle(escaped(words["stage"]), labels, changes, 0, theme),
        "margin": {"t": 64},
    }
    return framed(data, layout, theme, revision="curriculum", height=HEIGHT)
