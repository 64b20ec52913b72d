"""Maps: which start ends where, and which settings work; grids of runs of the same Scenario."""

from __future__ import annotations

import streamlit as st

from pages.ui import state
from pages.ui.maps import state as maps
from pages.ui.maps.live import show_map
from pages.ui.maps.playing import show_playing
from pages.ui.maps.settings import playing, settings_of
from pages.ui.maps.sharing import show_link
from pages.ui.teaching.guided import told
from pages.ui.teaching.parts import choose_parts
from pages.ui.ways import show_way
from pages.ui.words import _, plain

scenario = maps.open_link()
for sentence in (state.notice(), maps.notice()):
    if sentence:
        st.toast(plain(sentence), icon=":material/info:", duration="long")
kind = maps.present_kind()
settings = settings_of(kind)

with st.container(key="top", horizontal=True, vertical_alignment="center", gap="small"):
    with st.container(key="heading"):
        title = plain(_(kind.title))
        if kind.on_surface:
            title = f"{title}: {plain(_(scenario.landscape().title))}"
        st.markdown(f"# {title}\n{plain(_(kind.story))}")
    with st.container(key="actions", horizontal=True, width="content", gap="small"):
        show_way("playground.py", _("Playground"), ":material/play_circle:", scenario)
        show_link(scenario)
if told(state.presentation().guide):
    with st.container(key="map-choice", horizontal=True, vertical_alignment="bottom", gap="medium"):
        maps.choose_kind()
        kind.choose(scenario, settings)
    show_map(kind, scenario, settings)
    if click := playing():
        show_playing(scenario, click)
    with st.sidebar:
        choose_parts(scenario)
else:
    # Where every start ends would give the answer away.
    st.info(
        plain(_("This lesson asks first: answer in the playground, then look at the maps.")),
        icon=":material/help:",
    )
maps.write_address(scenario)
