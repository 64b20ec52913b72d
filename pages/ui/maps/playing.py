"""The player under a map: what a click on a cell plays."""

from __future__ import annotations

import streamlit as st

from optim_core import Scenario
from pages.player import player_words, show_player
from pages.ui import cached, state
from pages.ui.starts import starting
from pages.ui.styling import entry_styles
from pages.ui.words import _, plain, reason

# Each click brings the player into sight once, as soon as it is there in its full height.
SCRIPT = """
let last = 0;
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
function show(click, tries) {
  const player = document.querySelector(".st-key-map-player");
  if (click !== last || !tries) return;
  if (!player || player.offsetHeight < 400) setTimeout(show, 50, click, tries - 1);
  else player.scrollIntoView({ behavior: calm ? "instant" : "smooth", block: "start" });
}
export default function ({ data }) {
  if (data.click === last) return;
  last = data.click;
  show(last, 100);
}
"""

_component = st.components.v2.component("downhill_scroll", js=SCRIPT)


def show_playing(scenario: Scenario, click: int) -> None:
    """The runs of ``scenario``, as the playground shows them; ``click`` tells clicks apart."""
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
        _component(key="maps.scroll", data={"click": click}, height=0)
