"""The playground: a surface, a line-up, and the picture of who goes where."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.player import show_player
from pages.ui import state
from pages.ui.body import body, draw_alone
from pages.ui.desk import PLAYGROUND
from pages.ui.drawn import drawn, tell_refusal
from pages.ui.hints import show_hints
from pages.ui.inside import show_strip
from pages.ui.line_up import paint_line_up
from pages.ui.narration import show_narration
from pages.ui.outcomes import show_outcomes
from pages.ui.presets import (
    belonging,
    choose_preset,
    question_of,
    show_pair,
    show_question,
    show_reset,
    shown_preset,
    times_picked,
)
from pages.ui.projector import show_way_in_or_out, steer_player
from pages.ui.redrawing import then_redrawn
from pages.ui.sharing import show_link
from pages.ui.shown import PICTURE, shown_parts
from pages.ui.starts import starting
from pages.ui.styling import entry_styles
from pages.ui.sweeping import sweeping
from pages.ui.teaching.guided import (
    conduct_guide,
    held_back,
    show_guide,
    show_held_back,
    title_of,
    told,
)
from pages.ui.teaching.making import of_playground, show_maker
from pages.ui.teaching.parts import choose_parts, has_parts, is_free
from pages.ui.telling import words_of_player
from pages.ui.ways import show_way
from pages.ui.words import _, plain


@body(shown_parts)
def show_playground() -> None:
    """All of the page."""
    state.open_link()
    # First of the style sheets and notices, which stand in one list: what comes and goes before it
    # would leave an older one of it behind.
    paint_line_up(PLAYGROUND)
    # Drawn for the projector too, where styles take it off the page: a widget that comes back
    # forgets. The container holds the places of the parts within it.
    sidebar = st.sidebar.container() if has_parts() else None  # an empty one would keep it open
    if sidebar and not state.presentation().guide:
        # The sidebar opens with this: so the picture is drawn in the room that it leaves.
        with sidebar:
            choose_preset(belonging(state.open_link()))
    # The picture comes before the other widgets so that its data leave for the browser first.
    draw_alone(PICTURE, show_picture, at_once=True)
    if sidebar:
        with sidebar:
            choose_parts(painted=True)
    if sentence := state.notice():
        st.toast(plain(sentence), icon=":material/info:", duration="long")


def show_picture() -> None:
    """The player, what is asked and told of it, and what can be done with it."""
    scenario = state.open_link()
    shown, trajectories, refusal = drawn(scenario)
    present = state.presentation()
    surface, styles = shown.landscape(), entry_styles(shown.entries, present)
    guide, screen = present.guide, present.projector
    preset = None if guide else shown_preset(shown)
    with st.container(key="top", horizontal=True, vertical_alignment="center", gap="small"):
        if guide:
            st.markdown(f"# {plain(title_of(guide, shown))}")
        elif preset:
            st.markdown(f"# {plain(_(preset.preset.title))}")
        else:
            st.markdown(f"# {plain(_(surface.title))}\n{plain(_(surface.story))}")
        actions = st.container(key="actions", horizontal=True, width="content", gap="small")
    # One block and one element, whatever they hold: else the player would move and start anew.
    if preset:
        show_question(preset)
    else:
        with st.container():
            if guide:
                show_guide(guide)
    tell_refusal(refusal)
    if held_back(guide):
        with st.container(key="stage"):
            show_held_back(guide, shown)
    else:
        show_player(
            key="playground.player",
            surface=surface,
            trajectories=trajectories,
            styles=styles,
            words=words_of_player(),
            starting=starting(shown) if is_free("starts") else None,
            sweeping=sweeping(shown, refused=bool(refusal)) if is_free("line_up") else None,
            present=present.present(len(shown.entries)),
            on_present=then_redrawn(state.show_as),
            place="stage",
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
    with actions:
        if preset and not screen:
            show_pair(preset)
        show_link(scenario)
        if not screen and not guide:
            show_reset()
        show_way_in_or_out()
        if not screen and not guide:
            show_way("maps.py", _("Maps"), ":material/grid_on:", scenario)
    state.write_address(scenario)


show_playground()
