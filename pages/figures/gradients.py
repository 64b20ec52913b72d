"""Gradients and rates: bars by layer, sizes at the first steps, effective learning rates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from optim_core.training.curves import counts_of
from optim_core.training.events import EDGES, Floats
from pages.figures.lines import Line
from pages.figures.themes import FONT_SIZE, FigureTheme, escaped, framed, note, veil
from pages.figures.words import Words

HEIGHT = 600
"""Of the bars; ridges are as high as their number asks for."""

MOST_BARS = 12
"""Layers with a bar each; deeper nets are drawn as lines from input to output."""

OVERLAP = 1.5
"""How far a ridge may reach into the one behind it."""

FEW = 1e-4
"""The share of the parameters below which a bin is not worth a longer axis."""

MIDDLES = np.sqrt(EDGES[1:] * EDGES[:-1])
COLUMNS = 4

LONGEST_OVER = 104
"""Letters over all the panels of a row."""


def layer_norms(lines: Sequence[Line], words: Words, theme: FigureTheme) -> go.Figure:
    """How long each layer's part of the gradient is, from input to output, on a logarithmic axis.

    The mean over the seeds, with whiskers from the lowest to the highest; of the last epoch, or of
    the last of the first steps. Nets with different layers have a panel each.
    """
    stacks: dict[tuple[str, ...], list[Line]] = {}
    for line in lines:
        if line.log.start is not None and line.log.layer_norms is not None:
            stacks.setdefault(line.log.start.layers, []).append(line)
    data: list[dict[str, Any]] = []
    layout: dict[str, Any] = {"barmode": "group", "bargap": 0.25, "annotations": []}
    count = max(1, len(stacks))
    for number, (layers, own) in enumerate(stacks.items()):
        axis = "" if number == 0 else str(number + 1)
        for line in own:
            data.append(_norms(line, layers, axis, theme.text))
        every = max(1, len(layers) // 12)
        width = 1 / count
        layout[f"xaxis{axis}"] = {
            "anchor": f"y{axis}",
            "domain": [round(number * width, 4), round((number + 1) * width - 0.04, 4)],
            "title": {"text": words["layer"]},
            "tickvals": list(range(0, len(layers), every)),
            "ticktext": [escaped(name) for name in layers[::every]],
        }
        layout[f"yaxis{axis}"] = {
            "anchor": f"x{axis}",
            "type": "log",
            "exponentformat": "power",
            "dtick": 1,
            **({"matches": "y", "showticklabels": False} if number else {}),
        }
    if stacks:
        step = max(line.log.layer_norms[0] for own in stacks.values() for line in own)  # type: ignore[index]
        title = f"{words['gradient_norm']}, {words['at_step'].format(step=step)}"
        layout["annotations"].append(note(title, 0, 1.0, font={"size": 17}, yshift=4))
    return framed(data, layout, theme, revision="layer norms", height=HEIGHT)


def effective_rates(lines: Sequence[Line], words: Words, theme: FigureTheme) -> go.Figure:
    """How many parameters have which effective learning rate, a ridge an entry.

    The rates are those after the last epoch. Each ridge is as high as its own fullest bin: SGD has
    one rate for all, an adaptive rule a hill.
    """
    ridges: list[tuple[Line, Floats]] = []
    for line in lines:
        rates = line.log.epochs.rates
        if len(rates):
            # The first bin holds the rates that are lost in rounding.
            counts = counts_of(line.log, line.entry, rates[-1])
            ridges.append((line, np.append(0, counts[1:])))
    first, last = _filled([counts for _, counts in ridges])
    data, names = [], []
    for place, (line, counts) in enumerate(ridges):
        base = float(len(ridges) - place)
        title = escaped(line.style.title)
        data.append(_ridge(counts, first, last, base, 0.66, line, title))
        font = {"size": FONT_SIZE, "color": line.style.colour}
        names.append(note(title, 0, base + 0.68, yref="y", font=font))
    layout = {
        "showlegend": False,
        "annotations": names,
        "xaxis": _sizes(words["effective_rate"], first, last),
        "yaxis": {
            "tickvals": [float(len(ridges) - place) for place in range(len(ridges))],
            "showticklabels": False,
            "range": [0.9, len(ridges) + 1.1],
            "fixedrange": True,
        },
    }
    tall = 110 + 76 * max(1, len(ridges))
    return framed(data, layout, theme, revision="effective rates", height=tall)


def first_gradients(lines: Sequence[Line], words: Words, theme: FigureTheme) -> go.Figure:
    """How large the components of the gradient are at each of the first steps.

    A panel an entry, a ridge a step, the first step at the top. Components that are exactly 0 are
    left out of the ridges and counted in words.
    """
    own = [line for line in lines if line.log.first_gradients]
    counts = [
        [counts_of(line.log, line.entry, one.histogram) for one in line.log.first_gradients]
        for line in own
    ]
    first, last = _filled([np.append(0, ridge[1:]) for ridges in counts for ridge in ridges])
    columns = max(1, min(COLUMNS, len(own)))
    lanes = -(-len(own) // columns)
    data: list[dict[str, Any]] = []
    layout: dict[str, Any] = {"showlegend": False, "annotations": []}
    for number, (line, ridges) in enumerate(zip(own, counts, strict=True)):
        axis = "" if number == 0 else str(number + 1)
        steps = [one.step for one in line.log.first_gradients]
        for step, ridge in zip(steps, ridges, strict=True):
            told = words["step_number"].format(step=step)
            if ridge[0]:
                zero = words["zero_share"].format(share=f"{ridge[0]:.1%}")
                told = f"{told}: {zero}"
            shape = np.append(0, ridge[1:])
            drawn = _ridge(shape, first, last, -float(step), OVERLAP, line, escaped(told))
            data.append(drawn | {"xaxis": f"x{axis}", "yaxis": f"y{axis}"})
        column, lane = number % columns, number // columns
        left, width = column / columns, 1 / columns
        top, tall = 1 - lane / lanes, 1 / lanes
        layout[f"xaxis{axis}"] = {
            **_sizes(words["gradient_size"] if number == len(own) - 1 else "", first, last),
            "anchor": f"y{axis}",
            "domain": [round(left, 4), round(left + width - 0.03, 4)],
            "nticks": 4,
            **({"matches": "x"} if number else {}),
        }
        layout[f"yaxis{axis}"] = {
            "anchor": f"x{axis}",
            "domain": [round(top - tall + 0.1 / lanes, 4), round(top - 0.08 / lanes, 4)],
            "title": {"text": words["steps"] if column == 0 else ""},
            "tickvals": [-step for step in steps],
            "ticktext": [str(step) for step in steps],
            "range": [-max(steps) - 0.3, -min(steps) + OVERLAP + 0.1],
            "fixedrange": True,
            "showticklabels": column == 0,
        }
        title = escaped(line.style.title, LONGEST_OVER // columns)
        name = {"text": title, "font": {"size": 16, "color": line.style.colour}}
        layout["annotations"].append(note("", left, top - 0.06 / lanes) | name)
    tall_enough = 60 + 360 * max(1, lanes)
    return framed(data, layout, theme, revision="first gradients", height=tall_enough)


def _norms(line: Line, layers: Sequence[str], axis: str, text: str) -> dict[str, Any]:
    """Bars of one line, or a line through many layers."""
    assert line.log.layer_norms is not None
    norms = line.log.layer_norms[1][line.log.rows_of(line.entry)]
    # Neither 0 nor NaN has a place on a logarithmic axis.
    known = np.where(np.isfinite(norms) & (norms > 0), norms, np.nan)
    counts = np.isfinite(known).sum(axis=0)
    filled = np.where(np.isfinite(known), known, 0)
    mean = np.where(counts > 0, filled.sum(axis=0) / np.maximum(counts, 1), np.nan)
    low = np.where(np.isfinite(known), known, np.inf).min(axis=0, initial=np.inf)
    high = filled.max(axis=0, initial=0.0)
    place = np.arange(len(layers), dtype=np.int16)
    style = line.style
    trace: dict[str, Any] = {
        "x": place,
        "y": mean.astype(np.float32),
        "xaxis": f"x{axis}",
        "yaxis": f"y{axis}",
        "name": escaped(style.title),
        "hovertemplate": "%{y:.3~g}",
    }
    if len(layers) > MOST_BARS:
        pen = {"color": style.colour, "dash": style.dash, "width": 3}
        return trace | {"type": "scatter", "mode": "lines", "line": pen}
    trace |= {"type": "bar", "marker": {"color": style.colour, "line": {"width": 0}}}
    if len(norms) > 1:
        trace["error_y"] = {
            "type": "data",
            "symmetric": False,
            "array": np.where(counts > 0, high - mean, 0).astype(np.float32),
            "arrayminus": np.where(counts > 0, mean - low, 0).astype(np.float32),
            "color": text,
            "thickness": 1.5,
            "width": 3,
        }
    return trace


def _filled(histograms: Sequence[Floats]) -> tuple[int, int]:
    """The first bin that more than a few are in and the last, with one more at each end."""
    some = np.zeros(len(MIDDLES), dtype=bool)
    for counts in histograms:
        some |= counts > FEW
    places = np.flatnonzero(some)
    if not len(places):
        return len(MIDDLES) // 2 - 4, len(MIDDLES) // 2 + 4
    return max(0, int(places[0]) - 1), min(len(MIDDLES) - 1, int(places[-1]) + 1)


def _ridge(
    counts: Floats, first: int, last: int, base: float, tall: float, line: Line, name: str
) -> dict[str, Any]:
    """A filled outline over ``base``, as high as ``tall`` at its fullest bin."""
    part = counts[first : last + 1]
    most = float(part.max(initial=0.0))
    heights = part / most * tall if most else part
    x = MIDDLES[first : last + 1]
    # Nothing is drawn where nothing is, but for a bin at each end.
    full = np.flatnonzero(heights > 0)
    if len(full):
        inside = slice(max(0, int(full[0]) - 1), int(full[-1]) + 2)
        x, heights = x[inside], heights[inside]
    colour = line.style.colour
    return {
        "type": "scatter",
        "mode": "lines",
        "x": np.concatenate((x[:1], x, x[-1:])).astype(np.float32),
        "y": np.concatenate(([base], base + heights, [base])).astype(np.float32),
        "line": {"color": colour, "width": 2, "shape": "linear"},
        "fill": "toself",
        "fillcolor": veil(colour, 0.35),
        "name": name,
        "hoverinfo": "name",
        "hoveron": "fills",
    }


def _sizes(title: str, first: int, last: int) -> dict[str, Any]:
    """A logarithmic axis over the bins ``first`` to ``last``."""
    ends = [float(np.log10(EDGES[first])), float(np.log10(EDGES[last + 1]))]
    axis = {"type": "log", "exponentformat": "power", "title": {"text": title}}
    return {**axis, "range": ends, "dtick": 1 if ends[1] - ends[0] < 7 else 2}
