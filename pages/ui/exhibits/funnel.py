"""AdaBound's funnel: three parameters whose rates it squeezes into one."""

from __future__ import annotations

from functools import partial

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from optim_core import OPTIMIZERS
from optim_core.exhibits.inner_rates import GRADIENT_SIZES, funnel
from pages.figures import Axes, Series, ranges
from pages.ui.exhibits.frame import show, source, theme
from pages.ui.words import _

STEPS, RATE, FINAL = 400, 0.02, 0.1
GAMMAS = (0.001, 0.005, 0.01, 0.05, 0.2)
COLOURS = ("#0077ff", "#17803d", "#d62728")
DASHES = ("solid", "dash", "dot")


def show_funnel() -> None:
    """The bounds, and what becomes of three parameters' rates between them."""
    left, right = st.columns(2)
    gamma = left.select_slider(
        _("Gamma: how fast the funnel closes"), GAMMAS, 0.01, key="exhibit.funnel.gamma"
    )
    final = right.select_slider(
        _("Final learning rate"), (0.01, 0.1, 1.0), FINAL, key="exhibit.funnel.final"
    )
    found = funnel(STEPS, RATE, final, gamma)
    show(
        "funnel",
        _("AdaBound's funnel"),
        _(
            "Three parameters with gradients of size 0.001, 0.1 and 10. Adam gives them rates from "
            "{low:.3g} to {high:.3g}; AdaBound starts within {first_low:.2g} to {first_high:.3g} "
            "and after {steps} steps holds all three between {lower:.3g} and {upper:.3g}."
        ).format(
            low=found.adam[-1].min(),
            high=found.adam[-1].max(),
            first_low=found.lower[0],
            first_high=found.upper[0],
            steps=STEPS,
            lower=found.lower[-1],
            upper=found.upper[-1],
        ),
        partial(_figure, final, gamma),
        final,
        gamma,
    )
    source(OPTIMIZERS["adabound"].source)


def _figure(final: float, gamma: float) -> go.Figure:
    found = funnel(STEPS, RATE, final, gamma)
    steps = np.arange(1.0, STEPS + 1)
    # The dash says whose gradient it is; Adam's rates are thin and keep to themselves.
    series = [
        Series(
            title=_("between the bounds"), colour="#7f7f7f", dash="solid", x=steps,
            middle=np.full(STEPS, final), low=found.lower, high=found.upper,
        )
    ]  # fmt: skip
    for place, size in enumerate(GRADIENT_SIZES):
        series += [
            Series(
                title=_("AdaBound, gradient {size:g}").format(size=size), colour=COLOURS[place],
                dash="solid", x=steps, middle=found.rates[:, place],
            ),
            Series(
                title=_("Adam, gradient {size:g}").format(size=size), colour=COLOURS[place],
                dash="dot", x=steps, middle=found.adam[:, place],
            ),
        ]  # fmt: skip
    axes = Axes(x=_("Step"), y=_("Rate of a parameter"), x_scale="log", y_scale="log")
    return ranges(series, axes, theme(), height=460)
