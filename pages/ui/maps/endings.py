"""How the endings of a map are told: in the legend, under a panel and under the pointer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from landscapes import CriticalPoint, Surface
from optim_core.maps import DIVERGED, ELSEWHERE, LEFT, NOT_YET, UNKNOWN, Cells
from pages.player import Key, Number
from pages.ui.maps.inks import Palette
from pages.ui.words import _, plural
from pages.ui.writing import written_minimum, written_place

MOST_TOLD = 5
"""So many endings are told under a panel; the others together."""


def minimum_title(surface: Surface, minima: Sequence[CriticalPoint], index: int) -> str:
    """A minimum with its name or rank and its place."""
    if index < len(surface.declared(surface.minima)):
        return written_minimum(surface, index)
    place = written_place(round(minima[index].x, 2), round(minima[index].y, 2))
    return _("minimum {place}").format(place=place)


def title_of(surface: Surface, minima: Sequence[CriticalPoint], code: int) -> str:
    """What a code of ``Cells.where`` means, in a few words."""
    if code >= 0:
        return minimum_title(surface, minima, code)
    return {
        NOT_YET: _("not yet anywhere"),
        ELSEWHERE: _("settled at no minimum"),
        DIVERGED: _("diverged"),
        LEFT: _("left the domain"),
        UNKNOWN: _("not computed yet"),
    }[code]


def told_shares(
    shares: Mapping[int, float], surface: Surface, minima: Sequence[CriticalPoint], palette: Palette
) -> tuple[Key, ...]:
    """The lines under a panel: how many per cent ended how, the most first."""
    order = sorted(shares, key=lambda code: -shares[code])
    keys = [
        Key(
            palette.of_code(code)[:1],
            _("{share} {ending}").format(
                share=percent(shares[code]), ending=title_of(surface, minima, code)
            ),
        )
        for code in order[:MOST_TOLD]
    ]
    if rest := order[MOST_TOLD:]:
        share = percent(sum(shares[code] for code in rest))
        sentence = plural("{share} {number} other", "{share} {number} others", len(rest))
        keys.append(Key((), sentence.format(share=share, number=len(rest))))
    return tuple(keys)


def percent(share: float) -> str:
    """A share in per cent: whole ones, but never 0 or 100 for what is not quite."""
    if 0 < share < 0.01 or 0.99 < share < 1:
        return f"{100 * share:.2g} %" if share < 0.01 else f"{min(100 * share, 99.9):.1f} %"
    return f"{100 * share:.0f} %"


def endings(
    cells: Cells, surface: Surface, minima: Sequence[CriticalPoint], steps: int
) -> tuple[list[str], NDArray[np.int64]]:
    """The sentences that cells say, and which of them each says."""
    sentences: list[str] = []
    for index in range(len(minima)):
        place = minimum_title(surface, minima, index)
        sentences.append(_("Settles in the {minimum}").format(minimum=place))
        sentences.append(_("At the {minimum}, but does not settle").format(minimum=place))
    told = {
        NOT_YET: _("Still moving after {steps} steps, at no minimum").format(steps=f"{steps:,}"),
        ELSEWHERE: _("Settles where there is no minimum"),
        DIVERGED: _("Diverges"),
        LEFT: _("Leaves the region where the surface is defined"),
        UNKNOWN: _("Not computed yet"),
    }
    which = 2 * cells.where.astype(np.int64) + (cells.settled_at < 0)
    for number, code in enumerate(told):
        which[cells.where == code] = len(sentences) + number
    return [*sentences, *told.values()], which


def numbers(cells: Cells) -> list[Number]:
    """The numbers that cells say."""
    gone = np.isin(cells.where, (DIVERGED, LEFT))
    settled = np.where(cells.settled_at >= 0, cells.settled_at, np.nan)
    return [
        Number(_("settled at step {value}"), settled),
        Number(_("last seen at step {value}"), np.where(gone, cells.stopped_at, np.nan)),
        Number(_("final loss {value}"), np.where(gone, np.nan, cells.losses)),
    ]
