"""Loss and accuracy against epochs, steps or seconds: the mean line and the band of the seeds.

Training and validation have a panel each with one vertical axis: dashes already tell the entries
apart. The band reaches from the lowest to the highest seed (and step, where steps are bundled).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import plotly.graph_objects as go

from optim_core.training.curves import Against, Curve, epoch_curve, step_curve
from optim_core.training.events import Floats
from pages.figures.lines import Line
from pages.figures.themes import FigureTheme, escaped, framed, note, veil
from pages.figures.words import Words

Measure = Literal["loss", "accuracy"]
Part = Literal["train", "validation"]

PARTS: tuple[Part, ...] = ("train", "validation")
MOST_MARKERS = 15
"""A curve of more epochs than that is drawn without a marker at each."""

MOST_POINTS, FEWEST_POINTS, POINTS = 160, 40, 640
"""Points of one line, and of all lines of a panel together: an update stays below 60 kB."""

BAND = 0.15
"""How much of its colour a band has: eight of them lie over each other."""

GAP = 0.06
"""Between two panels, as a share of the width."""

ROOM_ABOVE = 2.5
"""A loss axis that is not logarithmic ends at so many times the first losses: one line that blows
up must not press all the others flat. It leaves through the top."""


def learning_curves(
    lines: Sequence[Line],
    measure: Measure,
    against: Against,
    words: Words,
    theme: FigureTheme,
    *,
    parts: Sequence[Part] = PARTS,
    log_scale: bool = False,
    height: int = 420,
) -> go.Figure:
    """``measure`` of every line, a panel for each of ``parts``.

    Against steps and seconds the training loss is that of the batches, thinned by
    :func:`~optim_core.training.curves.step_curve`; everything else has a point an epoch.
    """
    most = max(FEWEST_POINTS, min(MOST_POINTS, POINTS // max(1, len(lines))))
    data: list[dict[str, Any]] = []
    firsts: list[float] = []
    layout: dict[str, Any] = {"annotations": [], "margin": {"l": 8, "r": 8, "t": 36, "b": 8}}
    for number, part in enumerate(parts):
        axis = "" if number == 0 else str(number + 1)
        for place, line in enumerate(lines):
            curve = _curve(line, measure, part, against, most)
            data += _traces(curve, line, axis, f"line {place} ", legend=number == 0)
            firsts += [first for first in curve.middle[:1] if np.isfinite(first)]
        domain = _domain(number, len(parts))
        horizontal: dict[str, Any] = {
            "title": {"text": words[against.value]},
            **_extent(lines, against),
        }
        horizontal |= {"domain": domain, "anchor": f"y{axis}"}
        layout[f"xaxis{axis}"] = horizontal | ({"matches": "x"} if number else {})
        beside: dict[str, Any] = {"matches": "y", "showticklabels": False} if number else {}
        layout[f"yaxis{axis}"] = {"anchor": f"x{axis}", **beside}
        title = words["of_part"].format(part=words[part], measure=words[measure])
        layout["annotations"].append(note(title, domain[0], 1.0, font={"size": 17}, yshift=4))
    for name, value in _vertical(measure, log_scale, data, firsts).items():
        for axis in ("", *(str(number + 1) for number in range(1, len(parts)))):
            layout[f"yaxis{axis}"][name] = value
    revision = f"{measure} {against.value} {log_scale} {len(parts)}"
    return framed(data, layout, theme, revision=revision, height=height)


def _curve(line: Line, measure: Measure, part: Part, against: Against, most: int) -> Curve:
    by_steps = against is not Against.EPOCHS
    if measure == "loss" and part == "train" and by_steps:
        return step_curve(line.log, line.entry, against, most)
    return epoch_curve(line.log, line.entry, f"{part}_{measure}", against, most)


def _traces(
    curve: Curve, line: Line, axis: str, group: str, *, legend: bool
) -> list[dict[str, Any]]:
    """The band, if there is one, and the line over it."""
    style = line.style
    x = _places(curve.x)
    common = {"type": "scatter", "xaxis": f"x{axis}", "yaxis": f"y{axis}", "legendgroup": group}
    edge: dict[str, Any] = {**common, **x, "mode": "lines", "line": {"width": 0}}
    edge |= {"hoverinfo": "skip", "showlegend": False}
    traces: list[dict[str, Any]] = []
    if curve.spread:
        fill = {"fill": "tonexty", "fillcolor": veil(style.colour, BAND)}
        traces.append({**edge, "uid": f"{group}{axis}low", "y": curve.low.astype(np.float32)})
        high = curve.high.astype(np.float32)
        traces.append({**edge, "uid": f"{group}{axis}high", "y": high, **fill})
    few = len(curve.x) <= MOST_MARKERS
    traces.append(
        {
            **common,
            "uid": f"{group}{axis}",
            **x,
            "y": curve.middle.astype(np.float32),
            "mode": "lines+markers" if few else "lines",
            "name": escaped(style.title),
            "showlegend": legend,
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


def _domain(number: int, count: int) -> list[float]:
    width = (1 - GAP * (count - 1)) / count
    start = number * (width + GAP)
    return [round(start, 4), round(start + width, 4)]


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


def _vertical(
    measure: Measure, log_scale: bool, data: Sequence[dict[str, Any]], firsts: Sequence[float]
) -> dict[str, Any]:
    """The vertical axis, the same for every panel."""
    drawn = [trace["y"][np.isfinite(trace["y"])] for trace in data]
    if measure == "accuracy":
        lowest = min((float(values.min()) for values in drawn if len(values)), default=0.0)
        return {"tickformat": ".0%", "range": [max(0.0, np.floor(lowest * 20 - 0.2) / 20), 1.01]}
    if log_scale:
        return {"type": "log", "dtick": "D2", "tickformat": "~g"}
    tops = [float(values.max()) for values in drawn if len(values)]
    if not tops or not firsts:
        return {"rangemode": "tozero"}
    room = ROOM_ABOVE * float(np.median(firsts))
    if max(tops) <= room:
        return {"rangemode": "tozero"}
    inside = [float(v[v <= room].max()) for v in drawn if len(v[v <= room])]
    return {"range": [0, 1.1 * max(inside, default=room)]}
