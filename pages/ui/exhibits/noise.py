"""Gradient noise: standard deviation or variance?"""

from __future__ import annotations

from functools import partial

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from optim_core import NOISES
from optim_core.exhibits.noise_laws import LAWS, STEPS, fading
from pages.figures import Axes, Series, ranges
from pages.ui.exhibits.frame import show, source, theme
from pages.ui.words import _

COLOURS = {"deviation": "#0077ff", "variance": "#d62728"}


def show_noise() -> None:
    """The noise that both readings of one formula give, from the same random numbers."""
    left, right = st.columns(2)
    size = left.select_slider(_("Size"), (0.01, 0.3, 1.0, 4.0), 1.0, key="exhibit.noise.size")
    power = right.select_slider(
        _("Decay (gamma)"), (0.0, 0.25, 0.55, 1.0), 0.55, key="exhibit.noise.power"
    )
    found = fading(size, power)
    show(
        "noise",
        _("Gradient noise over the steps"),
        _(
            "The formula is {size:g} / (1 + t)^{power:g}. Read as standard deviation, as in the "
            "lecture, the noise is {deviation:.3g} at step {steps}; read as variance, as in the "
            "paper, it is {variance:.3g}."
        ).format(
            size=size,
            power=power,
            steps=STEPS,
            deviation=found.deviation["deviation"][-1],
            variance=found.deviation["variance"][-1],
        ),
        partial(_figure, size, power),
        size,
        power,
    )
    source(NOISES["gaussian"].source)


def _figure(size: float, power: float) -> go.Figure:
    found = fading(size, power)
    titles = {
        "deviation": _("as standard deviation (lecture)"),
        "variance": _("as variance (paper)"),
    }
    steps = np.arange(1.0, STEPS + 1)
    series = [
        Series(
            title=titles[law], colour=COLOURS[law], x=steps, middle=found.drawn[law],
            low=-2 * found.deviation[law], high=2 * found.deviation[law],
        )
        for law in reversed(LAWS)
    ]  # fmt: skip
    axes = Axes(x=_("Step"), y=_("Added to the gradient"))
    return ranges(series, axes, theme(), height=360)
