"""Published curves: figures of their own beside ours, which say whose they are."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from optim_core.spec import OPTIMIZERS
from optim_core.training.published import PublishedCurve, Study
from pages.figures.themes import FigureTheme, escaped, framed, note, veil, visible
from pages.figures.words import Words

UNKNOWN = ("#8c564b", "#7f7f7f", "#17803d", "#b8860b")
"""For optimizers that we do not have, in the order in which they come."""

LONGEST = 160
HEIGHT = 460


def published_curves(study: Study, words: Words, theme: FigureTheme) -> go.Figure:
    """Training and test curves of ``study``, with its authors and its network in the heading.

    Thin lines, and dotted verticals where its authors lowered the rate: nobody should take them for
    runs of this program. The page shows the whole reference (``study.source``) below.
    """
    data: list[dict[str, Any]] = []
    unknown = iter(UNKNOWN)
    for place, curve in enumerate(study.curves):
        spec = OPTIMIZERS.get(curve.optimizer)
        colour = visible(spec.colour if spec else next(unknown, UNKNOWN[-1]), theme)
        told = escaped(settings_of(curve), LONGEST)
        for axis, values in (("", curve.train), ("2", curve.test)):
            data.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "x0": 1,
                    "dx": 1,
                    "y": values.astype(np.float32),
                    "xaxis": f"x{axis}",
                    "yaxis": f"y{axis}",
                    "name": escaped(curve.title),
                    "legendgroup": str(place),
                    "showlegend": not axis,
                    "line": {"color": colour, "width": 1.7, "dash": spec.dash if spec else "solid"},
                    "hovertemplate": f"%{{x}}: %{{y:.2f}}<br>{told}",
                }
            )
    measure = words[study.measure]
    heading = words["published"].format(model=escaped(study.model), data=escaped(study.data))
    small = {"size": 13, "color": theme.faint}
    share = study.measure == "accuracy"
    vertical: dict[str, Any] = {
        "type": "log",
        "dtick": "D2",
        "tickformat": "~g",
        "range": _decades(study),
    }
    if share:
        vertical = {"ticksuffix": " %", "range": [40, 101]}
    span = {"range": [0, study.epochs * 1.02], "title": {"text": words["epochs"]}}
    panels = (("train", 0.0), ("test", 0.53))
    layout = {
        "xaxis": {**span, "anchor": "y", "domain": [0, 0.47]},
        "yaxis": {**vertical, "anchor": "x"},
        "xaxis2": {**span, "anchor": "y2", "domain": [0.53, 1], "matches": "x"},
        "yaxis2": {**vertical, "anchor": "x2", "matches": "y", "showticklabels": False},
        "annotations": [
            note(f"<b>{heading}</b>", 0, 1.0, yshift=68, font={"size": 17}),
            note(escaped(study.authors, LONGEST), 0, 1.0, yshift=48, font=small),
            note(escaped(study.paper, LONGEST), 0, 1.0, yshift=30, font=small),
            *(
                note(words["of_part"].format(part=words[part], measure=measure), left, 1, yshift=3)
                for part, left in panels
            ),
        ],
        "shapes": [
            {
                "type": "line",
                "xref": f"x{axis}",
                "yref": "paper",
                "x0": epoch,
                "x1": epoch,
                "y0": 0,
                "y1": 1,
                "line": {"color": theme.faint, "width": 1, "dash": "dot"},
            }
            for epoch in study.drops
            for axis in ("", "2")
        ],
        "margin": {"l": 8, "r": 8, "t": 102, "b": 8},
        "plot_bgcolor": veil(theme.high, 0.05),
    }
    return framed(data, layout, theme, revision=f"published {study.key}", height=HEIGHT)


def _decades(study: Study) -> list[float]:
    """From the best to what is reached after a few epochs: the very first ones say little."""
    lowest = min(min(curve.train.min(), curve.test.min()) for curve in study.curves)
    highest = np.median([curve.test[2] for curve in study.curves])
    return [float(np.log10(lowest * 0.95)), float(np.log10(highest))]


def settings_of(curve: PublishedCurve) -> str:
    """What its authors set, by the names that our links have for it."""
    return ", ".join(f"{name} {value:g}" for name, value in curve.settings.items())
