"""RAdam's factor: how far it trusts its own scaling, step by step."""

from __future__ import annotations

from functools import partial

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from optim_core import OPTIMIZERS
from optim_core.exhibits.inner_rates import warming
from pages.figures import Axes, Rule, Series, ranges
from pages.ui.exhibits.frame import show, source, theme
from pages.ui.words import _, following

BETAS = (0.5, 0.6, 0.9, 0.99, 0.999, 0.9999)


def show_rectifier() -> None:
    """The curve of r, for a beta 2 to choose."""
    beta2 = st.select_slider("β₂", BETAS, 0.999, key="exhibit.rectifier.beta2")
    found = warming(beta2)
    if found.first_paper is None:
        told = _(
            "With β₂ = {beta2:g} the average never covers more than {most:.2g} gradients, four "
            "would be too few: RAdam never adapts and stays momentum for ever."
        ).format(beta2=beta2, most=float(found.lengths[-1]))
    else:
        known = dict(zip(found.steps.tolist(), found.factors.tolist(), strict=True))
        half = next(
            (int(s) for s, r in zip(found.steps, found.factors, strict=True) if r >= 0.5), None
        )
        told = _(
            "With β₂ = {beta2:g} the paper's form takes its first adapted step at step {paper}, "
            "with factor {factor:.3f}; PyTorch's at step {torch}. Before that both step like "
            "momentum."
        ).format(
            beta2=beta2,
            paper=found.first_paper,
            factor=known[float(found.first_paper)],
            torch=found.first_torch,
        )
        if half is not None:
            told = following(
                told, _("The factor is over a half from about step {step:,}.").format(step=half)
            )
    show("rectifier", _("RAdam's factor"), told, partial(_figure, beta2), beta2)
    source(OPTIMIZERS["radam"].source)


def _figure(beta2: float) -> go.Figure:
    found = warming(beta2)
    colour = OPTIMIZERS["radam"].colour
    factors = np.where(np.isnan(found.factors), np.nan, found.factors)
    series = [
        Series(title=_("factor r"), colour=colour, x=found.steps, middle=factors, points=False)
    ]
    rules = []
    if found.first_paper is not None:
        rules.append(Rule(float(found.first_paper), _("adapts from here")))
    axes = Axes(x=_("Step"), y=_("Factor on Adam's step"), x_scale="log", y_scale="share")
    return ranges(series, axes, theme(), rules=rules, height=330, legend=False)
