"""Bars side by side, on a scale that shows both the tiny and the large."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from pages.figures.themes import FigureTheme, escaped, framed, note, visible

Floats = NDArray[np.float64]

PATTERNS = ("", "/", ".", "x", "-", "\\")
"""Nobody need tell bars apart by colour alone."""

DARKEST_FLOOR = 1e-12


@dataclass(frozen=True)
class Bars:
    """One kind of bar: its name, its colour ``#rrggbb`` and its heights (N,), all positive."""

    title: str
    colour: str
    heights: Floats


def bars(
    kinds: Sequence[Bars],
    places: Sequence[str],
    titles: tuple[str, str],
    theme: FigureTheme,
    *,
    limit: tuple[float, str] | None = None,
    height: int = 360,
    logarithmic: bool = True,
    revision: str = "",
) -> go.Figure:
    """Groups of bars.

    Args:
        kinds: the bars of each group.
        places: names of the groups, our own text or a visitor's numbers.
        titles: of the two axes.
        theme: light or dark.
        limit: a line across, and its name.
        height: in pixels.
        logarithmic: bars start where the scale does, for a logarithm has no zero.
        revision: what somebody has zoomed stays until this changes.
    """
    found = np.concatenate([kind.heights for kind in kinds])
    low = max(DARKEST_FLOOR, float(found[found > 0].min(initial=1.0)))
    high = max(float(found.max(initial=1.0)), limit[0] if limit else 0.0)
    data: list[dict[str, Any]] = [
        {
            "type": "bar",
            "name": escaped(kind.title),
            "x": list(range(len(places))),
            "y": np.maximum(kind.heights, DARKEST_FLOOR) if logarithmic else kind.heights,
            "marker": {
                "color": visible(kind.colour, theme),
                "pattern": {"shape": PATTERNS[number % len(PATTERNS)], "solidity": 0.3},
            },
            "hovertemplate": "%{y:.4~g}",
        }
        for number, kind in enumerate(kinds)
    ]
    vertical: dict[str, Any] = {"title": {"text": escaped(titles[1])}}
    if logarithmic:
        bottom, top = np.log10(low) - 0.6, np.log10(high) + 0.25
        # A power of ten a line, but never more lines than there is room for.
        every = max(1, round((top - bottom) / 6))
        vertical |= {
            "type": "log", "range": [bottom, top], "dtick": every,
            "tickformat": "~g", "exponentformat": "power",
        }  # fmt: skip
    most = max(1, -(-len(places) // 12))
    layout: dict[str, Any] = {
        "barmode": "group",
        "xaxis": {
            "title": {"text": escaped(titles[0])},
            "tickvals": list(range(0, len(places), most)),
            "ticktext": [escaped(place, 12) for place in places[::most]],
        },
        "yaxis": vertical,
        "dragmode": False,
        "showlegend": len(kinds) > 1,
        "margin": {"t": 16},
    }
    if limit is not None:
        at = float(np.log10(limit[0])) if logarithmic else limit[0]
        layout["shapes"] = [
            {
                "type": "line", "xref": "paper", "yref": "y", "x0": 0, "x1": 1,
                "y0": limit[0], "y1": limit[0],
                "line": {"color": theme.text, "width": 1.5, "dash": "dot"},
            }
        ]  # fmt: skip
        layout["annotations"] = [
            note(escaped(limit[1]), 0.005, at, yref="y", font={"size": 13, "color": theme.text})
        ]
    return framed(data, layout, theme, revision=f"bars {revision}", height=height)
