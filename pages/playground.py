"""The playground: a surface, a line-up, and the picture of who goes where."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.player import show_player
from pages.ui import state
from pages.ui.body import body
from pages.ui.drawn import drawn
from pages.ui.hints import show_hints
from pages.ui.inside import show_strip
from pages.ui.narration import show_narration
from pages.ui.outcomes import show_outcomes
from pages.ui.presets import (
    choose_preset,
    question_of,
    show_pair,
    show_question,
    show_reset,
    shown_preset,
    times_picked,
)
from pages.ui.projector import show_way_in_or_out, steer_player
from pages.ui.sharing import show_link
from pages.ui.starts import starting
from pages.ui.styling import entry_styles
from pages.ui.sweeping import sweeping
from pages.ui.teaching.guided import conduct_guide, held_back, show_guide, show_held_back, told
from pages.ui.teaching.making import of_playground, show_maker
from pages.ui.teaching.parts import choose_parts, is_free
from pages.ui.telling import words_of_player
from pages.ui.ways import show_way
from pages.ui.words import _, plain


@body
def show_playground() -> None:
    """All of the page."""
    scenario = state.open_link()
    if sentence := state.notice():
        st.toast(plain(sentence), icon=":material/info:", duration="long")

    # The picture comes first so that its data leave for the browser before the widgets do.
    with st.container(key="top", horizontal=True, vertical_alignment="center", gap="small"):
        heading = st.container(key="heading")
        actions = st.container(key="actions", horizontal=True, width="content", gap="small")
    # Places of their own, so that neither moves what follows: the player would start anew.
    question_place, refusal = st.container(), st.empty()
    shown, trajectories = drawn(scenario, refusal)
    present = state.presentation()
    surface, styles = shown.landscape(), entry_styles(shown.entries, present)
    guide, screen = present.guide, present.projector
    preset = None if guide else shown_preset(shown)
    if guide:
        show_guide(guide, shown, heading, question_place)
    elif preset:
        heading.markdown(f"# {plain(_(preset.preset.title))}")
        if not screen:
            with actions:
                show_pair(preset)
        with question_place:
            show_question(preset)
    else:
        heading.markdown(f"# {plain(_(surface.title))}\n{plain(_(surface.story))}")
    with st.container(key="stage"):
        if held_back(guide):
            show_held_back(guide, shown)
        else:
            show_player(
                key="playground.player",
                surface=surface,
                trajectories=trajectories,
                styles=styles,
                words=words_of_player(),
                starting=starting(shown) if is_free("starts") else None,
                sweeping=sweeping(shown) if is_free("line_up") else None,
                present=present.present(len(shown.entries)),
                on_present=state.show_as,
            )
    steer_player(times_picked(), question_of(preset))
    conduct_guide(guide)
    if not screen and told(guide):
        show_strip(shown, trajectories, styles)
        show_outcomes(surface, trajectories, styles, shown.config.tolerance)
        show_narration(shown, trajectories, styles)
    if not screen and not guide:
        show_maker(partial(of_playground, shown))
        show_hints()

    # Drawn for the projector too, where styles take it off the page: a widget that comes back
    # forgets.
    with st.sidebar:
        if not guide:
            choose_preset(preset)
        choose_parts(scenario)
    with actions:
        show_link(scenario)
        if not screen and not guide:
            show_reset()
        show_way_in_or_out()
        if not screen and not guide:
            show_way("maps.py", _("Maps"), ":material/grid_on:", scenario)
    state.write_address(scenario)


show_playground()
