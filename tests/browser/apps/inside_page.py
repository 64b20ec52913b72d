"""A player with every optimizer, and each of them seen from inside under it."""

import streamlit as st

from optim_core import OPTIMIZERS, Entry, RunConfig, Scenario, trace
from pages.player import PLAYER_WORDS, EntryStyle, show_player
from pages.ui.inside import show_inside

RATES = {"sgd": 0.004, "momentum": 0.003, "nesterov": 0.003, "sgdw": 0.003, "radam": 0.01}
"""Where the rate that an entry comes with would throw it off this surface."""

ENTRIES = (
    *(Entry(key, {"learning_rate": RATES[key]} if key in RATES else {}) for key in OPTIMIZERS),
    Entry("momentum", {"learning_rate": 0.003}, "lookahead"),
    Entry("swats", {"learning_rate": 0.05, "switch_tolerance": 1.0, "minimum_switch_step": 20}),
)
SCENARIO = Scenario(
    surface="himmelblau", entries=ENTRIES, starts=((0.5, -1.0),), config=RunConfig(steps=60)
)

if __name__ == "__main__":
    st.set_page_config(layout="wide")
    trajectories = trace(SCENARIO)
    show_player(
        key="player",
        surface=SCENARIO.landscape(),
        trajectories=trajectories,
        styles=[EntryStyle(entry.optimizer, "#22aabb", "solid", "circle") for entry in ENTRIES],
        words=PLAYER_WORDS,
    )
    for number in range(len(ENTRIES)):
        show_inside(SCENARIO, trajectories, entry=number, key=f"inside {number}")
