"""Loss and accuracy against epochs, steps or seconds: the mean line and the band of the seeds.

Training and validation have a figure each with one vertical axis: dashes already tell the entries
apart. The band reaches from the lowest to the highest seed (and step, where steps are bundled).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import plotly.graph_objects as go

from optim_core.training.curves import Against, Curve, epoch_curve, step_curve
from optim_core.training.events import Floats
from pages.figures.lines import Line
from pages.figures.themes import FigureTheme, escaped, framed, note, veil
from pages.figures.words import Words

Measure = Literal["loss", "perplexity", "accuracy"]
"""Perplexity is e to the power of the loss."""

Part = Literal["train", "validation"]

PARTS: tuple[Part, ...] = ("train", "validation")
MOST_MARKERS = 15
"""A curve of more epochs than that is drawn without a marker at each."""

MOST_POINTS, FEWEST_POINTS, POINTS = 160, 40, 640
"""Points of one line, and of all lines of a figure together: an update stays below 60 kB."""

BAND = 0.15
"""How much of its colour a band has: eight of them lie over each other."""

ROOM_ABOVE = 2.5
"""A loss axis that is not logarithmic ends at so many times the first losses: one line that blows
up must not press all the others flat. It leaves through the top."""


def learning_pair(
    lines: Sequence[Line],
    measure: Measure,
    against: Against,
    words: Words,
    theme: FigureTheme,
    *,
    log_scale: bool = False,
    height: int = 300,
    last: bool = True,
) -> tuple[go.Figure, go.Figure]:
    """``measure`` of every line in training and in validation, on one vertical axis.

    Against steps and seconds the training loss is that of the batches, thinned by
    :func:`~optim_core.training.curves.step_curve`; everything else has a point an epoch.

    Args:
        lines: what to draw.
        measure: of it.
        against: the horizontal axis.
        words: of the figures.
        theme: light or dark.
        log_scale: for losses and perplexities.
        height: in pixels.
        last: whether there is no pair below, which says who is who and what all run along.
    """
    most = max(FEWEST_POINTS, min(MOST_POINTS, POINTS // max(1, len(lines))))
    curves = {
        part: [_curve(line, measure, part, against, most) for line in lines] for part in PARTS
    }
    vertical = _vertical(measure, log_scale, [curve for own in curves.values() for curve in own])
    horizontal = {
        "title": {"text": words[against.value] if last else ""},
        **_extent(lines, against),
    }
    train, validation = (
        framed(
            [
                trace
                for place, (curve, line) in enumerate(zip(curves[part], lines, strict=True))
                for trace in _traces(curve, line, f"line {place} ")
            ],
            {
                "xaxis": horizontal,
                "yaxis": vertical,
                "showlegend": last,
                "annotations": [_heading(words, part, measure)],
            },
            theme,
            revision=f"{measure} {against.value} {log_scale}",
            height=height,
        )
        for part in PARTS
    )
    return train, validation


def _heading(words: Words, part: Part, measure: Measure) -> dict[str, Any]:
    title = words["of_part"].format(part=words[part], measure=words[measure])
    return note(title, 0.0, 1.0, font={"size": 17}, yshift=4)


def _curve(line: Line, measure: Measure, part: Part, against: Against, most: int) -> Curve:
    by_steps = against is not Against.EPOCHS
    if measure == "accuracy":
        return epoch_curve(line.log, line.entry, f"{part}_accuracy", against, most)
    if part == "train" and by_steps:
        curve = step_curve(line.log, line.entry, against, most)
    else:
        curve = epoch_curve(line.log, line.entry, f"{part}_loss", against, most)
    return _raised(curve) if measure == "perplexity" else curve


def _raised(curve: Curve) -> Curve:
    """The perplexities of losses: over seeds and steps the geometric mean, and the extremes."""
    with np.errstate(over="ignore"):
        ends = {name: np.exp(getattr(curve, name)) for name in ("middle", "low", "high")}
    return dataclasses.replace(curve, **ends)


def _traces(curve: Curve, line: Line, group: str) -> list[dict[str, Any]]:
    """The band, if there is one, and the line over it."""
    style = line.style
    common = {"type": "scatter", "legendgroup": group, **_places(curve.x)}
    edge: dict[str, Any] = {**common, "mode": "lines", "line": {"width": 0}}
    edge |= {"hoverinfo": "skip", "showlegend": False}
    traces: list[dict[str, Any]] = []
    if curve.spread:
        fill = {"fill": "tonexty", "fillcolor": veil(style.colour, BAND)}
        traces.append({**edge, "uid": f"{group}low", "y": curve.low.astype(np.float32)})
        traces.append({**edge, "uid": f"{group}high", "y": curve.high.astype(np.float32), **fill})
    few = len(curve.x) <= MOST_MARKERS
    traces.append(
        {
            **common,
            "uid": group,
            "y": curve.middle.astype(np.float32),
            "mode": "lines+markers" if few else "lines",
            "name": escaped(style.title),
            "showlegend": True,
            "line": {"color": style.colour, "dash": style.dash, "width": 3},
            **({"marker": {"symbol": style.marker, "size": 8}} if few else {}),
            "hovertemplate": "%{x:.6~g}: %{y:.4~g}",
        }
    )
    return traces


def _places(x: Floats) -> dict[str, Any]:
    """Where the points stand: two numbers where they are evenly apart, as epochs and steps are."""
    if len(x) > 1 and np.all(np.diff(x) == x[1] - x[0]):
        return {"x0": float(x[0]), "dx": float(x[1] - x[0])}
    return {"x": x.astype(np.float32)}


def _extent(lines: Sequence[Line], against: Against) -> dict[str, Any]:
    """The whole length of the longest run, so that curves grow into the picture."""
    starts = [line.log.start for line in lines if line.log.start is not None]
    if against is Against.SECONDS or not starts:
        return {"rangemode": "tozero"}
    if against is Against.STEPS:
        most = max(start.steps for start in starts)
    else:
        most = max(start.steps // start.steps_per_epoch for start in starts)
    return {"range": [0, most * 1.02], "minallowed": 0}


def _vertical(measure: Measure, log_scale: bool, curves: Sequence[Curve]) -> dict[str, Any]:
    """The vertical axis of both figures: the gap between them is what people look for."""
    values = np.concatenate(
        [np.zeros(0), *(one for curve in curves for one in (curve.low, curve.middle, curve.high))]
    )
    values = values[np.isfinite(values)]
    if measure == "accuracy":
        lowest = float(values.min(initial=1.0)) if len(values) else 0.0
        return {"tickformat": ".0%", "range": [max(0.0, np.floor(lowest * 20 - 0.2) / 20), 1.01]}
    if log_scale:
        known = np.log10(values[values > 0])
        return {"type": "log", "dtick": "D2", "tickformat": "~g", **_range(known)}
    firsts = [curve.middle[0] for curve in curves if len(curve.middle)]
    firsts = [first for first in firsts if np.isfinite(first)]
    room = ROOM_ABOVE * float(np.median(firsts)) if firsts else np.inf
    inside = values[values <= room]
    if len(inside) < len(values):
        return {"range": [0, 1.1 * float(inside.max(initial=0.0)) or room]}
    return _range(values, lowest=0.0)


def _range(values: Floats, lowest: float = -np.inf) -> dict[str, Any]:
    """From the lowest to the highest with a little room; nothing where there are no values."""
    if not len(values):
        return {"rangemode": "tozero"} if np.isfinite(lowest) else {}
    room = 0.05 * float(np.ptp(values)) or 0.05
    return {"range": [max(lowest, float(values.min()) - room), float(values.max()) + room]}
