"""The playground: a surface, a line-up, and the picture of who goes where."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from optim_core import Scenario, Trajectories
from pages.player import player_words, show_player
from pages.ui import cached, state
from pages.ui.line_up import choose_line_up
from pages.ui.outcomes import show_outcomes
from pages.ui.setting_up import choose_rest, choose_start, choose_steps, choose_surface, set_start
from pages.ui.sharing import show_link
from pages.ui.styling import entry_styles, paint_cards
from pages.ui.sweeping import sweeping
from pages.ui.words import _, plain


def drawn(scenario: Scenario, refusal: DeltaGenerator) -> tuple[Scenario, Trajectories]:
    """The scenario to draw with its trajectories: the last good one where this cannot be run."""
    try:
        trajectories = cached.trajectories(scenario)
    except ValueError as error:
        refusal.warning(plain(str(error)), icon=":material/info:")
        last = state.last_drawn()
        return last, cached.trajectories(last)
    state.keep_drawn(scenario)
    return scenario, trajectories


def start_here(x: float, y: float) -> None:
    """Take a click on the contour as the start of every entry."""
    state.apply(set_start, (x, y))


scenario = state.open_link()
if sentence := state.notice():
    st.toast(plain(sentence), icon=":material/info:", duration="long")

# The picture comes first so that its data leave for the browser before the widgets do.
with st.container(key="top", horizontal=True, vertical_alignment="center", gap="small"):
    heading, share, reset = (
        st.container(),
        st.container(width="content"),
        st.container(width="content"),
    )
# A place of its own, so that a refusal does not move what follows: the player would start anew.
shown, trajectories = drawn(scenario, st.empty())
surface, styles = shown.landscape(), entry_styles(shown.entries)
heading.markdown(f"# {plain(_(surface.title))}\n{plain(_(surface.story))}")
show_player(
    key="playground.player",
    surface=surface,
    trajectories=trajectories,
    styles=styles,
    words=player_words(_),
    on_start=start_here,
    sweeping=sweeping(shown),
)
show_outcomes(surface, trajectories, styles)

with st.sidebar:
    choose_surface(scenario)
    choose_start(scenario)
    choose_steps(scenario)
    st.subheader(_("Line-up"))
    choose_line_up(scenario)
    paint_cards(entry_styles(scenario.entries))
    with st.expander(_("Schedule, noise, clipping"), key="rest", on_change="rerun") as rest:
        if rest.open:
            choose_rest(scenario)
with share:
    show_link(scenario)
reset.button(
    _("Reset"), help=_("Back to the experiment that a first visit shows"), on_click=state.apply,
    args=(state.start_over, None),
)  # fmt: skip
state.write_address(scenario)
