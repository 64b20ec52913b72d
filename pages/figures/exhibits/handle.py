"""A handle below a figure, which redraws while it is dragged: the browser asks nobody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pages.figures.themes import FigureTheme

BOTTOM = 118
"""Pixels that a handle with its numbers takes."""


def handle(
    title: str,
    labels: Sequence[str],
    arguments: Sequence[list[Any]],
    start: int,
    theme: FigureTheme,
    *,
    revision: str = "",
) -> list[dict[str, Any]]:
    """``layout.sliders`` with one handle.

    Args:
        title: before the present place, our own text.
        labels: of the places.
        arguments: of ``Plotly.update`` at each place.
        start: where it stands at first.
        theme: light or dark.
        revision: the handle stays where it was left until this changes.
    """
    steps = [
        {"label": label, "method": "update", "args": change}
        for label, change in zip(labels, arguments, strict=True)
    ]
    return [
        {
            "active": start,
            "steps": steps,
            "currentvalue": {
                "prefix": f"{title}: ",
                "font": {"size": 17, "color": theme.text},
                "xanchor": "left",
                "offset": 12,
            },
            "x": 0,
            "xanchor": "left",
            "len": 1,
            "pad": {"t": 52, "b": 4, "l": 6, "r": 6},
            "bgcolor": theme.low,
            "activebgcolor": theme.high,
            "bordercolor": theme.faint,
            "tickcolor": theme.faint,
            "ticklen": 5,
            "minorticklen": 3,
            "font": {"size": 12, "color": theme.faint},
            "transition": {"duration": 0},
            "name": f"handle {revision}",
        }
    ]


LEGEND_ABOVE: dict[str, Any] = {
    "orientation": "h",
    "x": 0,
    "xanchor": "left",
    "yref": "paper",
    "y": 1.02,
    "yanchor": "bottom",
}
"""Where a handle takes the place below."""
