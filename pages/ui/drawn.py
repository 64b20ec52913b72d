"""What the player draws: the present scenario, or the last one that could be run."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from optim_core import Scenario, Trajectories
from pages.ui import allowance, cached, state
from pages.ui.words import plain, reason


def drawn(scenario: Scenario, refusal: DeltaGenerator) -> tuple[Scenario, Trajectories]:
    """The scenario to draw with its trajectories: the last good one where this cannot be run.

    ``refusal`` is an empty place; what cannot be is said there.
    """
    try:
        trajectories = cached.trajectories(scenario)
    except ValueError as error:
        with refusal.container(key="refusal"):
            st.warning(plain(reason(error)), icon=":material/info:")
        last = state.last_drawn()
        with allowance.waived():
            return last, cached.trajectories(last)
    state.keep_drawn(scenario)
    return scenario, trajectories
