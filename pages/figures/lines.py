"""Line: an entry of a run, with how it is drawn; runs laid beside each other stay apart."""

from __future__ import annotations

import colorsys
from collections.abc import Sequence
from dataclasses import dataclass

from optim_core.training.log import TrainingLog
from pages.figures.themes import FigureTheme, Style, visible
from pages.figures.words import Words

DASHES = ("solid", "dash", "dot", "dashdot")
MARKERS = ("circle", "diamond", "square", "x")
TURN = 0.28
"""Of the circle of hues: between the colours of one entry in runs beside each other."""


@dataclass(frozen=True)
class LineStyle:
    """How one line looks; the title may hold anything that a visitor wrote."""

    title: str
    colour: str
    dash: str
    marker: str


@dataclass(frozen=True)
class Line:
    """An entry of a log and its style."""

    log: TrainingLog
    entry: int
    style: Style


def lines_of(log: TrainingLog, styles: Sequence[Style], theme: FigureTheme) -> list[Line]:
    """A line an entry, in colours that stand out from the ground."""
    return [
        Line(log, entry, _styled(style, style.title, visible(style.colour, theme)))
        for entry, style in enumerate(styles[: log.entries])
    ]


def lines_beside(
    runs: Sequence[tuple[str, TrainingLog, Sequence[Style]]], theme: FigureTheme, words: Words
) -> list[Line]:
    """The lines of several runs, ``(label, log, styles)`` each, in one figure.

    The first run keeps its colours; each further one turns their hue and has a dash of its own. A
    run with one entry goes by its label alone.
    """
    found = []
    for place, (label, log, styles) in enumerate(runs):
        for line in lines_of(log, styles, theme):
            title = words["labelled"].format(label=label, title=line.style.title)
            colour = visible(_turned(line.style.colour, TURN * place), theme)
            alone = _styled(line.style, label if log.entries == 1 else title, colour)
            if place:
                other = place % len(DASHES)
                alone = LineStyle(alone.title, colour, DASHES[other], MARKERS[other])
            found.append(Line(log, line.entry, alone))
    return found


def _styled(style: Style, title: str, colour: str) -> LineStyle:
    return LineStyle(title, colour, style.dash, style.marker)


def _turned(colour: str, share: float) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    changed = colorsys.hls_to_rgb((hue + share) % 1, lightness, saturation)
    return "#" + "".join(f"{round(255 * part):02x}" for part in changed)
