"""SWATS: the rate that SGD would need, its average, and the step at which they meet."""

from __future__ import annotations

from functools import partial

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from optim_core import OPTIMIZERS
from optim_core.exhibits.inner_rates import SWITCHING, switch
from pages.figures import Axes, Rule, Series, ranges
from pages.ui.exhibits.frame import show, source, theme
from pages.ui.words import _

TOLERANCES = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2)


def show_switch() -> None:
    """Estimate and average over the steps, with the switch; and the losses of SWATS and Adam."""
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    tolerance = left.select_slider(
        _("Switch tolerance"), TOLERANCES, 0.05, key="exhibit.switch.tolerance"
    )
    paper = right.toggle(_("The paper's 1e-9"), key="exhibit.switch.paper")
    found = switch(tolerance, 50, paper)
    if found.switched_at is None:
        told = _(
            "The estimate and its average never come this close in {steps} steps: SWATS stays "
            "Adam to the end."
        ).format(steps=SWITCHING.config.steps)
    else:
        told = _(
            "At step {step} the estimate is within the tolerance of its average: from the next "
            "step on SGD with momentum takes over, with rate {rate:.3g}. The loss ends at "
            "{loss:.1e}, Adam's at {adam:.1e}."
        ).format(
            step=found.switched_at,
            rate=found.rate,
            loss=found.losses[-1, 0],
            adam=found.losses[-1, 1],
        )
    show(
        "switch",
        _("SWATS's estimate of a rate"),
        told,
        partial(_figure, tolerance, paper),
        tolerance,
        paper,
    )
    source(OPTIMIZERS["swats"].source)


def _figure(tolerance: float, paper: bool) -> go.Figure:
    found = switch(tolerance, 50, paper)
    steps = np.arange(1.0, len(found.needed) + 1)
    needed = np.where(found.needed > 0, found.needed, np.nan)
    series = [
        Series(
            title=_("estimate of this step"), colour=OPTIMIZERS["sgd"].colour, x=steps,
            middle=needed,
        ),
        Series(
            title=_("its running average"), colour=OPTIMIZERS["momentum"].colour, dash="dash",
            x=steps, middle=np.where(found.average > 0, found.average, np.nan),
        ),
    ]  # fmt: skip
    rules = []
    if found.switched_at is not None:
        rules.append(Rule(float(found.switched_at), _("SGD takes over")))
    axes = Axes(x=_("Step"), y=_("Rate that SGD would need"), y_scale="log")
    return ranges(series, axes, theme(), rules=rules, height=360)
