"""The legend of endings: what brightness and patterns mean, where they occur."""

from __future__ import annotations

import numpy as np

from landscapes import Surface
from optim_core.maps import UNKNOWN, Cells
from pages.player import Key
from pages.ui.maps.endings import title_of
from pages.ui.maps.inks import Palette
from pages.ui.words import _


def legend(
    surface: Surface, cells: Cells, palette: Palette, quick: float, slow: float
) -> tuple[Key, ...]:
    """Its lines; ``quick`` and ``slow`` are the steps that the ends of the shades stand for."""
    keys = []
    settled = cells.settled_at >= 0
    at_minimum = cells.where >= 0
    if (settled & at_minimum).any():
        sentence = _("settled at step {quick} (bright) to {slow} (dark)")
        title = sentence.format(quick=f"{quick:.0f}", slow=f"{slow:.0f}")
        keys.append(Key(palette.of_code(0), title))
    if (~settled & at_minimum).any():
        keys.append(Key((palette.unsettled(0),), _("hatched: at a minimum, but not settled")))
    others = [int(code) for code in np.unique(cells.where) if UNKNOWN < code < 0]
    keys += [Key(palette.of_code(code), title_of(surface, (), code)) for code in others[::-1]]
    return tuple(keys)
