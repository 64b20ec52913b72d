"""What the player draws: the present scenario, or the last one that could be run."""

from __future__ import annotations

import streamlit as st

from optim_core import Scenario, Trajectories
from pages.ui import allowance, cached, state
from pages.ui.words import plain, reason


def drawn(scenario: Scenario) -> tuple[Scenario, Trajectories, str]:
    """The scenario to draw with its trajectories: the last good one where this cannot be run.

    Returns:
        Both, and why it cannot be; nothing where it can.
    """
    try:
        trajectories = cached.trajectories(scenario)
    except ValueError as error:
        last = state.last_drawn()
        with allowance.waived():
            return last, cached.trajectories(last), reason(error)
    state.keep_drawn(scenario)
    return scenario, trajectories, ""


def tell_refusal(refusal: str) -> None:
    """Say what cannot be, or keep its place: what follows must not move."""
    place = st.empty()
    if refusal:
        with place.container(key="refusal"):
            st.warning(plain(refusal), icon=":material/info:")
