"""The swatch on a card: a piece of the entry's line with its marker, as the legend draws it.

It is a mask in CSS, through which the entry's colour is seen: so it follows the theme as the cards'
edges do, and the picture itself holds nothing but shapes. Nothing of it comes from a visitor but a
colour, and that is six hexadecimal digits or it is left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from urllib.parse import quote

from pages.player import EntryStyle
from pages.ui.presentation import tidy_colour
from pages.ui.stylesheet import show_styles

WIDTH, HEIGHT, LINE = 44, 24, 4
"""In pixels, the last one the thickness of the line."""

DASHES = {
    "solid": (),
    "dot": (0.1, 2.2),
    "dash": (2.2, 2.0),
    "longdash": (4.0, 2.0),
    "dashdot": (2.4, 1.8, 0.1, 1.8),
    "longdashdot": (4.0, 1.8, 0.1, 1.8),
}
"""Plotly's names; the lengths in units of the line's thickness, short enough for half a swatch."""

CROSS = ((-7, -2.6), (-2.6, -2.6), (-2.6, -7), (2.6, -7), (2.6, -2.6), (7, -2.6))


Ink = Callable[[str, bool], str]
"""``(colour, dark) -> colour``, both ``#rrggbb``: as it is drawn on the ground of a theme."""


def paint_cards(
    cards: Sequence[int], styles: Sequence[EntryStyle], hidden: Sequence[bool], ink: Ink
) -> None:
    """Give the card of each entry its colour and its swatch, a faint one if it is hidden.

    ``ink`` is that of the page's picture, so that card and line have one colour.
    """
    rules = []
    for card, style, faded in zip(cards, styles, hidden, strict=True):
        colour = tidy_colour(style.colour) or "#808080"
        both = f"light-dark({ink(colour, False)}, {ink(colour, True)})"
        mask = swatch(style.dash, style.marker)
        opacity = "--card-opacity: 0.3; " if faded else ""
        rules.append(
            f":is(.st-key-card-{card}, .st-key-entry-{card}-open)"
            f' {{ --card-ink: {both}; --swatch: url("{mask}"); {opacity}}}'
        )
    show_styles("cards", cards, " ".join(rules))


@lru_cache(maxsize=256)
def visible(colour: str, dark: bool) -> str:
    """``colour`` (#rrggbb) with enough contrast to the theme, exactly as the player has it.

    See ``visible`` in ``theme.js``; luminance is that of WCAG 2.2.
    """
    parts = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
    linear = [
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        for share in (part / 255 for part in parts)
    ]
    light = sum(
        weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True)
    )
    if dark and light < 0.3:
        target, share = 255, min(0.55, (0.3 - light) * 1.6 + 0.1)
    elif not dark and light > 0.45:
        target, share = 0, min(0.4, light - 0.35)
    else:
        return colour
    return "#" + "".join(f"{round(part + (target - part) * share):02x}" for part in parts)


@lru_cache(maxsize=64)
def swatch(dash: str, marker: str) -> str:
    """The swatch of a line and a marker (both Plotly's names) as the address of an SVG image."""
    lengths = " ".join(f"{part * LINE:g}" for part in DASHES.get(dash, ()))
    x, y = WIDTH / 2, HEIGHT / 2
    # Each half is drawn outwards from the marker, so that the dashes are the same on both sides.
    lines = "".join(
        f"<path d='M{x + side * 10:g} {y:g}H{x + side * (x - 3):g}'/>" for side in (-1, 1)
    )
    shape, ring = marker.removesuffix("-open"), marker.endswith("-open")
    look = "fill='none' stroke='#000' stroke-width='3'" if ring else "fill='#000'"
    text = (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{WIDTH}' height='{HEIGHT}'>"
        f"<g stroke='#000' stroke-width='{LINE}' stroke-linecap='round'"
        f" stroke-dasharray='{lengths or 'none'}'>{lines}</g>"
        f"<g transform='translate({x:g} {y:g})' {look}>{_outline(shape)}</g></svg>"
    )
    return f"data:image/svg+xml,{quote(text)}"


def _outline(shape: str) -> str:
    """A marker around the origin; a circle for a name that is not known."""
    corners = _corners(shape)
    if not corners:
        return "<circle r='7'/>"
    points = " ".join(f"{x:.2f},{y:.2f}" for x, y in corners)
    return f"<polygon points='{points}'/>"


def _corners(shape: str) -> tuple[tuple[float, float], ...]:
    if shape == "square":
        return ((-6, -6), (6, -6), (6, 6), (-6, 6))
    if shape == "diamond":
        return ((0, -8.5), (8.5, 0), (0, 8.5), (-8.5, 0))
    plus = (*CROSS, *((-x, -y) for x, y in CROSS))
    if shape == "cross":
        return plus
    if shape == "x":
        half = math.sqrt(0.5)
        return tuple(((x - y) * half, (x + y) * half) for x, y in plus)
    return ()
