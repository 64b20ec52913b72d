"""The player under a map, and the ways to the playground and back."""

from __future__ import annotations

import streamlit as st

from optim_core import Scenario
from pages.player import player_words, show_player
from pages.ui import cached, state
from pages.ui.starts import starting
from pages.ui.styling import entry_styles
from pages.ui.words import _, plain, reason


def show_playing(scenario: Scenario) -> None:
    """The runs of ``scenario``, as the playground shows them."""
    try:
        trajectories = cached.trajectories(scenario)
    except ValueError as error:
        st.warning(plain(reason(error)), icon=":material/info:")
        return
    present = state.presentation()
    with st.container(key="map-player"):
        show_player(
            key="maps.player",
            surface=scenario.landscape(),
            trajectories=trajectories,
            styles=entry_styles(scenario.entries, present),
            words=player_words(_),
            starting=starting(scenario),
            present=present.present(len(scenario.entries)),
            on_present=state.show_as,
        )
