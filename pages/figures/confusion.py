"""The confusion matrix: what each class was taken for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from pages.figures.themes import FigureTheme, escaped, framed
from pages.figures.words import Words

HEIGHT = 480

MOST_NUMBERS = 12
"""Classes up to which each field has its number in it."""


def confusion_matrix(
    counts: NDArray[np.int64],
    classes: Sequence[str],
    words: Words,
    theme: FigureTheme,
) -> go.Figure:
    """Test pictures by true class (down) and by the one answered (across), coloured by share.

    Args:
        counts: (classes, classes); of several seeds, their sum.
        classes: their names, which may be anything.
        words: of the figures.
        theme: light or dark.
    """
    size = len(classes)
    totals = counts.sum(axis=1, keepdims=True)
    shares = np.where(totals > 0, counts / np.maximum(totals, 1), np.nan)
    names = [escaped(name) for name in classes]
    trace: dict[str, Any] = {
        "type": "heatmap",
        "x": np.arange(size, dtype=np.int16),
        "y": np.arange(size, dtype=np.int16),
        "z": shares.astype(np.float32),
        "zmin": 0,
        "zmax": 1,
        "colorscale": [[0, theme.low], [1, theme.high]],
        "xgap": 2,
        "ygap": 2,
        "showscale": False,
        "customdata": counts,
        "hovertemplate": f"%{{z:.1%}}, {words['pictures'].format(number='%{customdata}')}"
        "<extra></extra>",
    }
    annotations = []
    if size <= MOST_NUMBERS:
        for true in range(size):
            for answered in range(size):
                number = int(counts[true, answered])
                strong = np.nan_to_num(shares[true, answered]) > 0.5
                if number:
                    annotations.append(
                        {
                            "x": answered,
                            "y": true,
                            "text": str(number),
                            "showarrow": False,
                            "font": {"color": theme.ground if strong else theme.text, "size": 14},
                        }
                    )
    ticks = {"tickvals": list(range(size)), "ticktext": names, "showgrid": False}
    layout = {
        "xaxis": {**ticks, "title": {"text": words["answered"]}, "side": "bottom"},
        "yaxis": {**ticks, "title": {"text": words["truth"]}, "autorange": "reversed"},
        "annotations": annotations,
    }
    return framed([trace], layout, theme, revision="confusion", height=HEIGHT)
