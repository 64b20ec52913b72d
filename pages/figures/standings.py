"""Who is where: the final loss of every entry with its range, the best one on top."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from pages.figures.ranges import Axes, Series
from pages.figures.themes import FigureTheme, escaped, framed, note, visible

ROW_PIXELS = 56
"""Of which the name stands over the bar: beside it, it would take half of a phone."""


def standings(
    series: Sequence[Series], ranks: Sequence[int], axes: Axes, theme: FigureTheme
) -> go.Figure:
    """A row an entry in the order of ``ranks``: the median as a point, the range as a bar.

    Args:
        series: one point each (``middle``, ``low`` and ``high`` of length 1); ``x`` is not read.
        ranks: from 1.
        axes: of which x is the loss, logarithmic down to ``lowest``.
        theme: light or dark.
    """
    order = sorted(range(len(series)), key=lambda place: ranks[place])
    lowest = axes.lowest or 1e-12
    ends = np.array([(s.low[0], s.middle[0], s.high[0]) for s in series])  # type: ignore[index]
    finite = np.maximum(ends[np.isfinite(ends)], lowest)
    left, right = (float(finite.min()), float(finite.max())) if finite.size else (0.1, 1.0)
    edge = right * max(right / left, 10.0) ** 0.12
    data: list[dict[str, Any]] = []
    for row, place in enumerate(order):
        one, colour = series[place], visible(series[place].colour, theme)
        low, middle, high = (
            edge if np.isinf(value) else max(float(value), lowest) for value in ends[place]
        )
        common = {"type": "scatter", "showlegend": False}
        data.append(
            {
                **common,
                "x": [low, high],
                "y": [row, row],
                "mode": "lines",
                "line": {"color": colour, "width": 7},
                "opacity": 0.45,
                "hoverinfo": "skip",
            }
        )
        gone = bool(np.isinf(ends[place, 1]))
        data.append(
            {
                **common,
                "x": [middle],
                "y": [row],
                "mode": "markers",
                "marker": {"symbol": "x" if gone else one.marker, "size": 15, "color": colour},
                "hovertemplate": (escaped(axes.beyond) if gone else "%{x:.4~g}")
                + f"<extra>{escaped(one.title)}</extra>",
            }
        )
    names = [f"{ranks[place]}. {escaped(series[place].title, 40)}" for place in order]
    above = [note(name, 0, row, yref="y", yshift=7) for row, name in enumerate(names)]
    notes = [note(f"<b>{escaped(axes.heading, 90)}</b>", 0, 1, yshift=6, xref="container")]
    if np.isinf(ends).any():
        far = {"xanchor": "right", "font": {"size": 13, "color": theme.faint}}
        notes.append(note(escaped(axes.beyond), 1, 1, yshift=4, **far))
    room = 0.04 * float(np.log10(edge / left))
    return framed(
        data,
        {
            "xaxis": {
                "title": {"text": escaped(axes.x)},
                "type": "log",
                "dtick": max(1, round(float(np.log10(edge / left)) / 5)),
                "exponentformat": "power",
                "tickformat": ".0~e",
                "range": [float(np.log10(left)) - room, float(np.log10(edge)) + room],
            },
            "yaxis": {
                "tickvals": list(range(len(order))),
                "ticktext": names,
                "showticklabels": False,
                "range": [len(order) - 0.5, -0.5],
                "showgrid": False,
                "fixedrange": True,
            },
            "annotations": above + (notes if axes.heading else notes[1:]),
            "paper_bgcolor": theme.ground,
        },
        theme,
        revision=" ".join(names),
        height=110 + ROW_PIXELS * len(order),
    )
