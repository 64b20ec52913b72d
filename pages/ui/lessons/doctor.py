"""The doctor: a loss curve and nothing else, until the cause has been guessed."""

from __future__ import annotations

import numpy as np
import streamlit as st

from optim_core import Scenario
from pages.figures.loss_curve import loss_curve
from pages.figures.themes import DARK, LIGHT, enlarged
from pages.ui import allowance, cached
from pages.ui.exhibits.frame import ON_THE_WALL
from pages.ui.projector import projecting
from pages.ui.styling import entry_styles
from pages.ui.words import _

DECADES = 2.0
"""A loss that covers more powers of ten is drawn on a logarithmic axis."""


def show_curve(scenario: Scenario) -> None:
    """The loss of the first run of each entry of ``scenario``."""
    with allowance.waived():
        run = cached.trajectories(scenario)
    rows = [
        row for row, label in enumerate(run.labels) if label.start == 0 and label.noise_seed == 0
    ]
    losses = run.losses[:, rows]
    finite = losses[np.isfinite(losses)]
    log = bool(finite.min() > 0 and np.log10(finite.max() / finite.min()) > DECADES)
    dark = st.context.theme.type == "dark"
    words = {"step": _("step"), "loss": _("loss")}
    styles = entry_styles(scenario.entries)
    figure = loss_curve(losses, styles, words, DARK if dark else LIGHT, log=log)
    if projecting():
        figure = enlarged(figure, ON_THE_WALL)
    st.plotly_chart(figure, theme=None, key="doctor.curve", config={"displayModeBar": False})
