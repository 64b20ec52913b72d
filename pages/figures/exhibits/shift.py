"""A sharp and a flat minimum in black, and in red what unseen data would measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from optim_core.exhibits.shifted import Section
from pages.figures.exhibits.handle import BOTTOM, LEGEND_ABOVE, handle
from pages.figures.themes import FigureTheme, escaped, framed, visible

TEST = "#d62728"
HEIGHT = 330 + BOTTOM
FRAME = {"x": [-3.6, 4.4], "y": [-0.34, 2.1]}


def shifted_wells(
    sections: Mapping[float, Section], start: float, words: Mapping[str, str], theme: FigureTheme
) -> go.Figure:
    """Both curves, the two minima of training with their test losses, and a handle for the shift.

    Args:
        sections: by shift, in order.
        start: the shift that is shown first.
        words: "train", "test", "sharp", "flat", "shift", "x", "loss" and "losses", a sentence with
            {sharp} and {flat}.
        theme: light or dark.
    """
    first, red = sections[start], visible(TEST, theme)
    shared: dict[str, Any] = {"type": "scatter", "hovertemplate": "%{x:.2f}: %{y:.3f}"}
    data: list[dict[str, Any]] = [
        {
            **shared, "mode": "lines", "name": escaped(words["train"]), "x": first.x,
            "y": first.train, "line": {"color": theme.text, "width": 3.5},
        },
        {
            **shared, "mode": "lines", "name": escaped(words["test"]), "x": first.x,
            "y": first.test, "line": {"color": red, "width": 3, "dash": "dash"},
        },
        {
            # From the training loss up to the test loss, at each minimum.
            **shared, "mode": "lines+markers", "showlegend": False, "x": _twice(first.minima),
            "y": _drops(first), "line": {"color": red, "width": 2, "dash": "dot"},
            "marker": {
                "size": 13, "color": [theme.text, red, red, theme.text, red],
                "symbol": ["circle", "diamond", "circle", "circle", "diamond"],
            },
        },
    ]  # fmt: skip
    changes = [
        [
            {
                "x": [one.x.tolist(), one.x.tolist(), _twice(one.minima)],
                "y": [one.train.tolist(), one.test.tolist(), _drops(one)],
            },
            {"annotations": _names(one, words, theme)},
        ]
        for one in sections.values()
    ]
    layout = {
        "xaxis": {"title": {"text": escaped(words["x"])}, "range": FRAME["x"]},
        "yaxis": {"title": {"text": escaped(words["loss"])}, "range": FRAME["y"]},
        "annotations": _names(first, words, theme),
        "legend": LEGEND_ABOVE,
        "dragmode": False,
        "sliders": handle(
            escaped(words["shift"]),
            [f"{shift:g}" for shift in sections],
            changes,
            list(sections).index(start),
            theme,
        ),
        "margin": {"t": 44},
    }
    return framed(data, layout, theme, revision="shift", height=HEIGHT)


def _twice(minima: Sequence[float]) -> list[float | None]:
    sharp, flat = minima
    return [sharp, sharp, None, flat, flat]


def _drops(one: Section) -> list[float | None]:
    sharp, flat = zip(one.train_at, one.test_at, strict=True)
    return [*sharp, None, *flat]


def _names(one: Section, words: Mapping[str, str], theme: FigureTheme) -> list[dict[str, Any]]:
    """Both minima by name, each with its test loss."""
    return [
        {
            "x": at, "y": 0.0, "xref": "x", "yref": "paper", "yanchor": "bottom", "yshift": 2,
            "xanchor": "center", "showarrow": False, "align": "left",
            "text": f"<b>{escaped(name)}</b> {escaped(words['test'])} {loss:.2f}",
            "font": {"size": 14, "color": theme.text},
        }
        for name, at, loss in zip(
            (words["sharp"], words["flat"]), one.minima, one.test_at, strict=True
        )
    ]  # fmt: skip
