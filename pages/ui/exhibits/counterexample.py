"""Reddi's counterexample, with a handle for beta 2 and the mark where Adam turns round."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from optim_core.exhibits.counterexample import BETAS, CYCLES, PERIOD, critical_beta2, drift, race
from pages.figures.exhibits import two_ways
from pages.ui.exhibits.frame import show, source, theme
from pages.ui.words import _

START = BETAS.index(0.99)


def show_counterexample() -> None:
    """Adam and AMSGrad where a rare large gradient points the right way."""
    found = race()
    ends = dict(zip(BETAS, found.adam[-1], strict=True))
    show(
        "counterexample",
        _("Reddi's counterexample"),
        _(
            "The loss is 1010 x once in {period} steps and -10 x otherwise, x held in [-1, 1]: on "
            "average -1 is best. After {steps:,} steps Adam stands at {low:+.2f} with β₂ = 0.99, "
            "at {middle:+.2f} with 0.999 and at {high:+.2f} with 0.9999. It drifts the right way "
            "only above β₂ = {critical:.4f}; AMSGrad does at every one of these."
        ).format(
            period=PERIOD,
            steps=PERIOD * CYCLES,
            low=ends[0.99],
            middle=ends[0.999],
            high=ends[0.9999],
            critical=critical_beta2(),
        ),
        _figure,
    )
    source("Reddi, Kale and Kumar, ICLR 2018, arXiv 1904.09237")


def _figure() -> go.Figure:
    betas = 1 - np.geomspace(0.1, 4e-5, 160)
    words = {
        "beta2": "β₂",
        "step": _("Step"),
        "x": "x",
        "best": _("best: -1"),
        "worst": _("worst: +1"),
        "drift": _("Adam's drift a cycle"),
        "wrong": _("wrong way"),
        "right": _("right way"),
        "critical": _("turns at {beta2:.4f}").format(beta2=critical_beta2()),
    }
    drifts = (betas, np.array([-drift(beta) for beta in betas]))
    return two_ways(race(), BETAS, drifts, critical_beta2(), START, words, theme())
