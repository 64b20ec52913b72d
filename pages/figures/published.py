"""Published curves: figures of their own beside ours, which say whose they are."""

from __future__ import annotations

import re
from typing import Any
from unicodedata import east_asian_width

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
WIDE, NARROW = 34, 50
"""Signs of the heading, and of what stands below it, that fit into a line on a telephone."""
LINE, HEADING_LINE = 17, 21


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
    heading = lines_of(words["published"].format(model=study.model, data=study.data), WIDE)
    authors, paper = lines_of(study.authors, NARROW), lines_of(study.paper, NARROW)
    over_paper = 30 + LINE * len(paper) + 1
    over_authors = over_paper + LINE * len(authors) + 3
    top = over_authors + HEADING_LINE * len(heading) + 13
    small: dict[str, Any] = {"align": "left", "font": {"size": 13, "color": theme.faint}}
    large: dict[str, Any] = {"align": "left", "font": {"size": 17}}
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
            note(f"<b>{'<br>'.join(heading)}</b>", 0, 1.0, yshift=over_authors, **large),
            note("<br>".join(authors), 0, 1.0, yshift=over_paper, **small),
            note("<br>".join(paper), 0, 1.0, yshift=30, **small),
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
        "margin": {"l": 8, "r": 8, "t": top, "b": 8},
        "plot_bgcolor": veil(theme.high, 0.05),
    }
    return framed(data, layout, theme, revision=f"published {study.key}", height=HEIGHT + top - 102)


def lines_of(text: str, most: int) -> list[str]:
    """``text``, cut to LONGEST and escaped, in lines of ``most`` signs; a Chinese one is two."""
    lines, room = [""], most
    for word in _WORD.findall(text[:LONGEST]):
        wide = sum(2 if east_asian_width(sign) in "WF" else 1 for sign in word)
        if wide > room and lines[-1]:
            lines, room = [*lines, ""], most
        lines[-1], room = lines[-1] + word, room - wide
    return [escaped(line.strip(), LONGEST) for line in lines]


_WORD = re.compile(r"[\u3000-\u9fff\uff00-\uffef]|[^\s\u3000-\u9fff\uff00-\uffef]+\s*|\s+")


def _decades(study: Study) -> list[float]:
    """From the best to what is reached after a few epochs: the very first ones say little."""
    lowest = min(min(curve.train.min(), curve.test.min()) for curve in study.curves)
    highest = np.median([curve.test[2] for curve in study.curves])
    return [float(np.log10(lowest * 0.95)), float(np.log10(highest))]


def settings_of(curve: PublishedCurve) -> str:
    """What its authors set, by the names that our links have for it."""
    return ", ".join(f"{name} {value:g}" for name, value in curve.settings.items())
