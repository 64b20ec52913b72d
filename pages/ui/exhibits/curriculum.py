"""Curriculum: the same run on a surface that is smooth first, and on the true one at once."""

from __future__ import annotations

import plotly.graph_objects as go

from optim_core.exhibits.curriculum import STAGE, WIDTHS, curriculum
from pages.figures.exhibits import eased_bowl
from pages.ui.exhibits.frame import show, source, theme
from pages.ui.words import _


def show_curriculum() -> None:
    """Stage by stage, with a handle."""
    told = curriculum()
    show(
        "curriculum",
        _("Smooth first, sharp later"),
        _(
            "Two runs of SGD with the same rate and start, {steps} steps a stage. The one on the "
            "smoothed surfaces ends at x = {eased:.2f} with loss {low:.2f}; the one that meets the "
            "true surface at once stays in the dent at x = {direct:.2f} with loss {high:.2f}."
        ).format(
            steps=STAGE,
            eased=abs(told.eased[-1, 0]),
            low=abs(told.eased[-1, 1]),
            direct=told.direct[-1, 0],
            high=told.direct[-1, 1],
        ),
        _figure,
    )
    source("Bengio, Louradour, Collobert and Weston, ICML 2009")


def _figure() -> go.Figure:
    labels = [_("start"), *(f"{width:g}" for width in WIDTHS)]
    words = {
        "eased": _("smooth first"),
        "direct": _("true surface at once"),
        "stage": _("Smoothed by"),
        "true": _("true loss"),
        "now": _("loss of this stage"),
        "x": "x",
        "loss": _("Loss"),
    }
    return eased_bowl(curriculum(), labels, words, theme())
