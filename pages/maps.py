"""Maps: which start ends where, and which settings work; grids of runs of the same Scenario."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.ui import state
from pages.ui.maps import state as maps
from pages.ui.maps.live import show_map
from pages.ui.maps.playing import show_playing
from pages.ui.maps.settings import playing, settings_of
from pages.ui.maps.sharing import show_link
from pages.ui.maps.teaching import choose_map, of_maps, tell_map
from pages.ui.teaching.guided import show_asked
from pages.ui.teaching.making import show_maker
from pages.ui.teaching.parts import choose_parts, draw_part
from pages.ui.ways import show_way
from pages.ui.words import _, plain

scenario = maps.open_link()
for sentence in (state.notice(), maps.notice()):
    if sentence:
        st.toast(plain(sentence), icon=":material/info:", duration="long")
kind, guide = maps.present_kind(), state.presentation().guide
settings = settings_of(kind)

with st.container(key="top", horizontal=True, vertical_alignment="center", gap="small"):
    with st.container(key="heading"):
        title = plain(guide.title or _(kind.title))
        if kind.on_surface and not guide.title:
            title = f"{title}: {plain(_(scenario.landscape().title))}"
        st.markdown(f"# {title}\n{plain(_(kind.story))}")
    with st.container(key="actions", horizontal=True, width="content", gap="small"):
        show_way("playground.py", _("Playground"), ":material/play_circle:", scenario)
        show_link(scenario)
if show_asked(guide):
    draw_part(
        guide,
        "map",
        partial(choose_map, kind, scenario, settings),
        partial(tell_map, kind, settings),
    )
    show_map(kind, scenario, settings)
    if click := playing():
        show_playing(scenario, click)
    if not guide:
        show_maker(partial(of_maps, scenario))
with st.sidebar:
    choose_parts()
maps.write_address(scenario)
