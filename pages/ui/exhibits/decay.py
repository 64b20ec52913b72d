"""L2 inside Adam against AdamW: how much decay a weight gets, by the size of its gradient."""

from __future__ import annotations

from functools import partial

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from optim_core.exhibits.decaying import AMPLITUDES, RULES, STEPS, decay
from pages.figures.exhibits import Bars, bars
from pages.ui.exhibits.frame import show, source, theme
from pages.ui.words import _

COEFFICIENTS = (0.001, 0.01, 0.1)
LOOKS = {"l2": "#22aabb", "decoupled": "#6a4cff", "sgd": "#ff6611"}


def _titles() -> dict[str, str]:
    return {
        "l2": _("Adam with L2"),
        "decoupled": _("AdamW"),
        "sgd": _("SGD with L2"),
    }


def show_decay() -> None:
    """Five weights under three rules."""
    coefficient = st.select_slider(
        _("Decay coefficient"), COEFFICIENTS, 0.01, key="exhibit.decay.coefficient"
    )
    found = decay(coefficient)
    inside, apart = found.lost("l2"), found.lost("decoupled")
    show(
        "decay",
        _("Decay by size of the gradient"),
        _(
            "Five weights start at 1; their gradients change sign at every step. After {steps} "
            "steps, decay has taken {small:.4f} from the weight without a gradient under Adam "
            "with L2, and {large:.4f} from the one with gradient 1; AdamW took {apart:.4f} from "
            "each."
        ).format(steps=STEPS, small=inside[0], large=inside[-1], apart=float(np.median(apart))),
        partial(_figure, coefficient),
        coefficient,
    )
    source("Loshchilov and Hutter, ICLR 2019, arXiv 1711.05101")


def _figure(coefficient: float) -> go.Figure:
    titles, found = _titles(), decay(coefficient)
    return bars(
        [Bars(titles[rule], LOOKS[rule], found.lost(rule)) for rule in RULES],
        [f"{size:g}" for size in AMPLITUDES],
        (_("Size of the weight's gradient"), _("Taken by decay")),
        theme(),
        revision=f"{coefficient}",
    )
