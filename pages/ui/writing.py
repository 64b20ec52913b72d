"""Numbers, places and minima as sentences write them."""

from __future__ import annotations

import math

from landscapes import Surface
from pages.ui.words import _


def written_minimum(surface: Surface, index: int) -> str:
    """A declared minimum with its name, or its rank, and its place: ``flat minimum (2, 0)``."""
    minima = surface.declared(surface.minima)
    point = minima[index]
    place = written_place(point.x, point.y)
    if point.degenerate:
        return _("valley near {place}").format(place=place)
    if point.name:
        return _("{name} minimum {place}").format(name=_(point.name), place=place)
    if len(minima) == 1:
        return _("minimum {place}").format(place=place)
    deepest = is_deepest(surface, index)
    sentence = _("deepest minimum {place}") if deepest else _("local minimum {place}")
    return sentence.format(place=place)


def is_deepest(surface: Surface, index: int) -> bool:
    """Whether no declared minimum lies deeper."""
    minima = surface.declared(surface.minima)
    lowest = min(point.value for point in minima)
    return bool(minima[index].value <= lowest + 1e-9 * max(1.0, abs(lowest)))


def written_number(value: float) -> str:
    """``value`` to four digits, as people write it."""
    if not math.isfinite(value):
        return _("not a number")
    mantissa, _sign, exponent = f"{value:.4g}".partition("e")
    text = f"{mantissa}e{int(exponent)}" if exponent else mantissa
    return text.replace("-", "\u2212")


def written_place(x: float, y: float) -> str:
    """A point of the plane, ``(x, y)``."""
    return f"({_coordinate(x)}, {_coordinate(y)})"


def _coordinate(value: float) -> str:
    # A run ends at 0.99998 rather than at 1: three decimals say where, not how exactly.
    shown = f"{value:.3f}".rstrip("0").rstrip(".") if abs(value) < 1e4 else f"{value:.2e}"
    return ("0" if shown == "-0" else shown).replace("-", "\u2212")
