"""Lines with the range of many runs around them, against a setting, a step or a dimension."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from pages.figures.themes import FigureTheme, escaped, framed, note, veil, visible

Floats = NDArray[np.float64]
Scale = Literal["linear", "log", "share"]

BAND = 0.16
"""How much of its colour a band has: eight of them lie over each other."""

FEW_DECADES = 2.2

BEYOND = 0.06
"""Of the height of the axis: so far above the highest number stand those without end."""


@dataclass(frozen=True, kw_only=True)
class Series:
    """One line.

    Attributes:
        title: may hold anything that a visitor wrote.
        colour: ``#rrggbb``.
        dash, marker: as Plotly names them.
        x, middle: (N,); infinity is drawn at the top edge, NaN not at all.
        low, high: (N,) ends of the range, drawn as a band, or as bars where ``bars`` is set.
        bars: whether each point has its own range, as a measured share has.
        points: whether the points are marked.
        starred: index of a point that is set off, if any.
    """

    title: str
    colour: str
    x: Floats
    middle: Floats
    dash: str = "solid"
    marker: str = "circle"
    low: Floats | None = None
    high: Floats | None = None
    bars: bool = False
    points: bool = False
    starred: int | None = None


@dataclass(frozen=True, kw_only=True)
class Axes:
    """What the axes say, already translated, and how they are scaled."""

    x: str
    y: str
    x_scale: Scale = "linear"
    y_scale: Scale = "linear"
    heading: str = ""
    beyond: str = ""
    """What it means to stand at the top edge ("diverged")."""
    lowest: float | None = None
    """On a logarithmic axis: what is lower stands here."""


@dataclass(frozen=True)
class Rule:
    """A vertical line at ``x`` with a short name, our own text."""

    x: float
    name: str


def ranges(
    series: Sequence[Series],
    axes: Axes,
    theme: FigureTheme,
    *,
    rules: Sequence[Rule] = (),
    height: int = 360,
    legend: bool = True,
) -> go.Figure:
    """Lines with bands or bars; what is infinite stands along the top edge.

    Args:
        series: what to draw.
        axes: what it is drawn against.
        theme: light or dark.
        rules: vertical lines to compare with.
        height: in pixels.
        legend: whether the lines are named below.
    """
    bottom, top = _extent(series, axes)
    edge = _edge(bottom, top, axes)
    data = [
        trace
        for place, one in enumerate(series)
        for trace in _traces(one, place, axes, theme, edge)
    ]
    beyond = any(np.isinf(one.middle).any() for one in series)
    notes = [note(f"<b>{escaped(axes.heading, 90)}</b>", 0, 1, yshift=6)] if axes.heading else []
    if beyond and axes.beyond:
        notes.append(
            note(
                escaped(axes.beyond), 1, _position(edge, bottom, top, axes),
                xanchor="right", yanchor="bottom", font={"size": 13, "color": theme.faint},
            )
        )  # fmt: skip
    for rule in rules:
        # On a logarithmic axis Plotly places notes by the logarithm, but shapes by the number.
        place = float(np.log10(rule.x)) if axes.x_scale == "log" else rule.x
        notes.append(
            {
                "x": place, "xref": "x", "y": 1, "yref": "paper", "yanchor": "top",
                "xanchor": "left", "text": escaped(rule.name), "showarrow": False, "xshift": 3,
                "font": {"size": 13, "color": theme.faint},
            }
        )  # fmt: skip
    layout = {
        "xaxis": {
            "title": {"text": escaped(axes.x)}, **_scale(axes.x_scale), **_span(series, axes),
        },
        "yaxis": {
            "title": {"text": escaped(axes.y)}, **_scale(axes.y_scale),
            **_few(axes.y_scale, bottom, top),
            "range": _window(bottom, edge if beyond else top, axes),
        },
        "annotations": notes,
        "shapes": [
            {
                "type": "line", "xref": "x", "yref": "paper", "x0": rule.x, "x1": rule.x,
                "y0": 0, "y1": 1, "line": {"color": theme.faint, "width": 1.5, "dash": "dot"},
            }
            for rule in rules
        ],
        "showlegend": legend,
        "paper_bgcolor": theme.ground,
        "margin": {"t": 40, "b": 24 if not legend else 8},
    }  # fmt: skip
    revision = f"{axes.x} {axes.y} {axes.x_scale} {axes.y_scale}"
    return framed(data, layout, theme, revision=revision, height=height)


def _traces(
    one: Series, place: int, axes: Axes, theme: FigureTheme, edge: float
) -> list[dict[str, Any]]:
    colour, group = visible(one.colour, theme), f"line {place}"
    common: dict[str, Any] = {"type": "scatter", "legendgroup": group, "x": one.x}
    # Where most runs diverged there is no line: crosses stand there, along the edge.
    drawn = _lifted(np.where(np.isinf(one.middle), np.nan, one.middle), axes, edge)
    traces: list[dict[str, Any]] = []
    line: dict[str, Any] = {
        **common,
        "uid": group,
        "y": drawn,
        "mode": "lines+markers" if one.points or one.bars else "lines",
        "name": escaped(one.title),
        "line": {"color": colour, "dash": one.dash, "width": 3},
        "marker": {"symbol": one.marker, "size": 8, "color": colour},
        "hovertemplate": f"%{{x:.4~g}}: %{{y:{'.1%' if axes.y_scale == 'share' else '.4~g'}}}",
    }
    low, high = one.low, one.high
    if low is not None and high is not None and one.bars:
        line["error_y"] = {
            "type": "data",
            "symmetric": False,
            "array": high - one.middle,
            "arrayminus": one.middle - low,
            "thickness": 1.5,
            "width": 4,
        }
    elif low is not None and high is not None:
        bound = {**common, "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
        bound["showlegend"] = False
        fill = {"fill": "tonexty", "fillcolor": veil(colour, BAND)}
        traces.append({**bound, "uid": f"{group} low", "y": _lifted(low, axes, edge)})
        traces.append({**bound, "uid": f"{group} high", "y": _lifted(high, axes, edge), **fill})
    traces.append(line)
    gone = np.isinf(one.middle)
    if gone.any():
        traces.append(
            {
                **common,
                "uid": f"{group} gone",
                "x": one.x[gone],
                "y": np.full(gone.sum(), edge),
                "mode": "markers",
                "marker": {"symbol": "x-thin", "size": 9, "line": {"color": colour, "width": 2}},
                "showlegend": False,
                "hovertemplate": f"%{{x:.4~g}}: {escaped(axes.beyond)}<extra></extra>",
            }
        )
    if one.starred is not None:
        best = slice(one.starred, one.starred + 1)
        traces.append(
            {
                **common,
                "uid": f"{group} best",
                "x": one.x[best],
                "y": drawn[best],
                "mode": "markers",
                "marker": {
                    "symbol": "star", "size": 17, "color": colour,
                    "line": {"color": theme.ground, "width": 1},
                },
                "showlegend": False,
                "hoverinfo": "skip",
            }
        )  # fmt: skip
    return traces


def _lifted(values: Floats, axes: Axes, edge: float) -> Floats:
    """The values as they are drawn: infinity at the edge, the lowest ones where the axis ends."""
    drawn = np.where(np.isposinf(values), edge, values)
    if axes.y_scale == "log" and axes.lowest is not None:
        drawn = np.where(drawn < axes.lowest, axes.lowest, drawn)
    return drawn


def _extent(series: Sequence[Series], axes: Axes) -> tuple[float, float]:
    """The lowest and the highest number that is drawn."""
    if axes.y_scale == "share":
        return 0.0, 1.0
    found = [v for one in series for v in (one.middle, one.low, one.high) if v is not None]
    values = np.concatenate([np.zeros(0), *found])
    values = values[np.isfinite(values)]
    if axes.y_scale == "log":
        if axes.lowest is not None:
            values = np.maximum(values, axes.lowest)
        values = values[values > 0]
    if not len(values):
        return (0.1, 1.0) if axes.y_scale == "log" else (0.0, 1.0)
    low, high = float(values.min()), float(values.max())
    if high > low:
        return low, high
    return (low / 2, high * 2) if axes.y_scale == "log" else (low - 0.5, high + 0.5)


def _edge(bottom: float, top: float, axes: Axes) -> float:
    if axes.y_scale == "log":
        return float(top * (top / bottom) ** BEYOND)
    return top + BEYOND * (top - bottom)


def _window(bottom: float, top: float, axes: Axes) -> list[float]:
    if axes.y_scale == "log":
        low, high = float(np.log10(bottom)), float(np.log10(top))
        return [low - 0.03 * (high - low), high + 0.03 * (high - low)]
    room = 0.03 * (top - bottom)
    return [bottom - room, top + room]


def _position(value: float, bottom: float, top: float, axes: Axes) -> float:
    """Where ``value`` lies in the paper, 0 to 1."""
    low, high = _window(bottom, value, axes)
    here = float(np.log10(value)) if axes.y_scale == "log" else value
    return min(1.0, (here - low) / (high - low))


def _scale(scale: Scale) -> dict[str, Any]:
    if scale == "log":
        # Powers of ten alone: digits between them would stand on each other on a phone.
        return {"type": "log", "tickformat": "~g", "dtick": 1, "exponentformat": "power"}
    if scale == "share":
        return {"tickformat": ".0%"}
    return {}


def _few(scale: Scale, low: float, high: float) -> dict[str, Any]:
    """Over few decades the powers of ten alone would leave an axis nearly without numbers."""
    few = scale == "log" and low > 0 and np.log10(high / low) < FEW_DECADES
    return {"dtick": "D2"} if few else {}


def _span(series: Sequence[Series], axes: Axes) -> dict[str, Any]:
    """From the first point to the last with a little room."""
    places = np.concatenate([np.zeros(0), *(one.x for one in series)])
    if not len(places):
        return {}
    low, high = float(places.min()), float(places.max())
    ticks = _few(axes.x_scale, low, high)
    if axes.x_scale == "log":
        low, high = float(np.log10(low)), float(np.log10(high))
    room = 0.03 * (high - low) or 0.5
    return {"range": [low - room, high + room], **ticks}
