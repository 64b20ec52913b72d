"""Sharp and flat minima: training and test as in the lecture, and a handle for the shift."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from optim_core.exhibits.shifted import section
from pages.figures.exhibits import shifted_wells
from pages.ui.exhibits.frame import show, source, theme
from pages.ui.words import _

SHIFTS = tuple(round(float(shift), 2) for shift in np.linspace(-1, 1, 41))
START = 0.3


def show_shift() -> None:
    """Both curves, and what a shift costs in either minimum."""
    here, none = section(START), section(0.0)
    show(
        "shift",
        _("Sharp and flat minimum under a shift"),
        _(
            "The solid line (black in the lecture) is the training loss, the red one the same "
            "curve shifted: what unseen data would measure. Without a shift the test loss is "
            "{sharp_none:.2f} in the sharp minimum and {flat_none:.2f} in the flat one; shifted by "
            "{shift:g} it is {sharp:.2f} and {flat:.2f}."
        ).format(
            sharp_none=none.test_at[0],
            flat_none=none.test_at[1],
            shift=START,
            sharp=here.test_at[0],
            flat=here.test_at[1],
        ),
        _figure,
    )
    source("Keskar et al., ICLR 2017, arXiv 1609.04836")


def _figure() -> go.Figure:
    words = {
        "train": _("Training"),
        "test": _("Test"),
        "sharp": _("sharp"),
        "flat": _("flat"),
        "shift": _("Shift of the data"),
        "x": "x",
        "loss": _("Loss"),
    }
    return shifted_wells({shift: section(shift) for shift in SHIFTS}, START, words, theme())
