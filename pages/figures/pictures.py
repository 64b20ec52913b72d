"""Pictures in a grid: what a network got wrong, and the filters of its first layer."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from PIL import Image

from pages.figures.themes import FigureTheme, escaped, framed
from pages.figures.words import Words

Pixels = NDArray[np.uint8]

COLUMNS = 8
"""Pictures side by side, fewer where what stands above them is longer."""

NARROW, HALF, WHOLE = 366, 500, 1000
"""Pixels across: a telephone, half a page and a page. Labels must find room on the first."""

MOST_PICTURES = 24
MOST_FILTERS = 64
LETTERS = 14
LETTER_WIDTH, LINE_HEIGHT = 8, 20
"""Pixels."""

LONG = 10
"""Letters: a longer label has a second line for the answer."""

WARM, COLD = (178, 24, 43), (33, 102, 172)
"""Positive and negative weights; grey-scale printers and the colour-blind tell them apart."""


def misclassified(
    images: Pixels,
    truths: Sequence[int],
    answers: Sequence[int],
    classes: Sequence[str],
    words: Words,
    theme: FigureTheme,
) -> go.Figure:
    """Test pictures that were taken for something else: true class, arrow, answer above each.

    Args:
        images: uint8 (N, channels, height, width), with 1 channel or 3; the first 24 are shown.
        truths: the true class of each.
        answers: what the network took each for.
        classes: their names, which may be anything.
        words: of the figures.
        theme: light or dark.
    """
    shown = images[:MOST_PICTURES]
    colours = np.repeat(shown, 3, axis=1) if shown.shape[1] == 1 else shown[:, :3]
    pairs = [
        (classes[truth], classes[answer])
        for truth, answer in zip(truths[: len(shown)], answers[: len(shown)], strict=True)
    ]
    broken = any(len(f"{truth} → {answer}") > LONG for truth, answer in pairs)
    arrow = "<br>→ " if broken else " → "
    labels = [f"{escaped(truth)}{arrow}<b>{escaped(answer)}</b>" for truth, answer in pairs]
    ends = [
        (truth, f"→ {answer}") if broken else (f"{truth} → {answer}",) for truth, answer in pairs
    ]
    full = [
        words["mistaken"].format(truth=escaped(truth), answer=escaped(answer))
        for truth, answer in pairs
    ]
    return _grid(
        colours.transpose(0, 2, 3, 1),
        labels,
        full,
        theme,
        "misclassified",
        letters=max((len(line) for lines in ends for line in lines), default=0),
        lines=2 if broken else 1,
        across=HALF,
    )


def first_filters(
    filters: NDArray[np.floating[Any]], words: Words, theme: FigureTheme
) -> go.Figure:
    """The kernels of the first convolution of one network.

    Over colour pictures they are colours around grey; over grey ones red adds and blue subtracts.
    Each is scaled to its own largest weight.

    Args:
        filters: (channels, inputs, height, width).
        words: of the figures.
        theme: light or dark.
    """
    own = np.asarray(filters[:MOST_FILTERS], dtype=np.float64)
    largest = np.abs(own).max(axis=(1, 2, 3), keepdims=True, initial=0.0)
    scaled = np.divide(own, largest, out=np.zeros_like(own), where=largest > 0)
    if own.shape[1] == 3:
        pixels = (127.5 + 127.5 * scaled).transpose(0, 2, 3, 1)
    else:
        weight = scaled.mean(axis=1)[..., None]
        ends = np.where(weight > 0, np.array(WARM, float), np.array(COLD, float))
        paper = np.full(3, 247.0)
        pixels = paper + (ends - paper) * np.abs(weight)
    names = [words["filter"].format(number=number + 1) for number in range(len(own))]
    numbers = [str(number + 1) for number in range(len(own))]
    drawn = pixels.round().astype(np.uint8)
    return _grid(drawn, numbers, names, theme, "filters", letters=2, lines=1, across=WHOLE)


def _grid(
    pictures: Pixels,
    labels: Sequence[str],
    full: Sequence[str],
    theme: FigureTheme,
    revision: str,
    *,
    letters: int,
    lines: int,
    across: int,
) -> go.Figure:
    """Pictures (N, height, width, 3) with a label above each, all in one image.

    The longest line of a label has ``letters``, a label ``lines``; ``across`` is the width in
    pixels for which the height is chosen.
    """
    count = len(pictures)
    columns = max(1, min(COLUMNS, count, NARROW // (LETTER_WIDTH * (letters + 1))))
    lanes = max(1, -(-count // columns))
    tall, wide = pictures.shape[1:3] if count else (1, 1)
    gap_x = max(1, wide // 6)
    cell_x = wide + gap_x
    gap_y = max(2, math.ceil(lines * LINE_HEIGHT * columns * cell_x / NARROW))
    cell_y = tall + gap_y
    canvas = np.zeros((lanes * cell_y, columns * cell_x, 4), dtype=np.uint8)
    annotations, x, y = [], [], []
    for number, picture in enumerate(pictures):
        top, left = number // columns * cell_y + gap_y, number % columns * cell_x
        canvas[top : top + tall, left : left + wide, :3] = picture
        canvas[top : top + tall, left : left + wide, 3] = 255
        x.append(left + (wide - 1) / 2)
        y.append(top + (tall - 1) / 2)
        annotations.append(
            {
                "x": left + (wide - 1) / 2,
                "y": top - 0.5,
                "text": labels[number],
                "showarrow": False,
                "yanchor": "bottom",
                "font": {"size": LETTERS},
            }
        )
    data: list[dict[str, Any]] = [
        {"type": "image", "source": _png(canvas), "colormodel": "rgba", "hoverinfo": "skip"},
        # An image's own hover tells of pixels; invisible points tell of pictures.
        {
            "type": "scatter",
            "mode": "markers",
            "x": x,
            "y": y,
            "text": full,
            "hovertemplate": "%{text}<extra></extra>",
            "marker": {"size": 40, "opacity": 0},
            "showlegend": False,
        },
    ]
    bare = {"visible": False, "fixedrange": True}
    layout = {
        "xaxis": {**bare, "range": [-0.5, columns * cell_x - 0.5], "constrain": "domain"},
        "yaxis": {**bare, "range": [lanes * cell_y - 0.5, -0.5], "scaleanchor": "x"},
        "annotations": annotations,
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "dragmode": False,
    }
    height = min(30 + 112 * lanes, round(across * lanes * cell_y / (columns * cell_x)))
    return framed(data, layout, theme, revision=revision, height=height)


def _png(pixels: Pixels) -> str:
    """(height, width, 4) as a data address."""
    buffer = io.BytesIO()
    Image.fromarray(pixels, "RGBA").save(buffer, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
