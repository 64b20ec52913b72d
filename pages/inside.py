"""Inside a step: the update rule of one run, line by line, with the numbers of the present step."""

from __future__ import annotations

import streamlit as st

from optim_core import Scenario
from pages.player import player_words, show_player
from pages.ui import state
from pages.ui.drawn import drawn
from pages.ui.inside import choose_and_show
from pages.ui.starts import starting
from pages.ui.styling import entry_styles
from pages.ui.teaching.guided import told
from pages.ui.teaching.parts import choose_parts, is_free
from pages.ui.ways import show_way
from pages.ui.words import _, plain


def _show(scenario: Scenario) -> None:
    """The run beside its lines, and what of the experiment may be changed."""
    refusal = st.empty()
    shown, trajectories = drawn(scenario, refusal)
    present = state.presentation()
    styles = entry_styles(shown.entries, present)
    picture, lines = st.columns([6, 7], gap="medium")
    with picture, st.container(key="inside-map"):
        show_player(
            key="inside.player",
            surface=shown.landscape(),
            trajectories=trajectories,
            styles=styles,
            words=player_words(_),
            starting=starting(shown) if is_free("starts") else None,
            present=present.present(len(shown.entries)),
            on_present=state.show_as,
        )
    with lines:
        choose_and_show(shown, trajectories, styles, key="page")

    with st.sidebar:
        choose_parts(scenario)


scenario = state.open_link()
if sentence := state.notice():
    st.toast(plain(sentence), icon=":material/info:", duration="long")

with st.container(key="top", horizontal=True, vertical_alignment="center", gap="small"):
    with st.container(key="heading"):
        surface = _(scenario.landscape().title)
        story = _("Every line of the update rule, with the numbers of the step under the cursor.")
        st.markdown(f"# {plain(_('Inside a step'))}: {plain(surface)}\n{plain(story)}")
    with st.container(key="actions", horizontal=True, width="content", gap="small"):
        show_way("playground.py", _("Playground"), ":material/play_circle:", scenario)
if told(state.presentation().guide):
    _show(scenario)
else:
    # The run would give the answer away.
    st.info(
        plain(_("This lesson asks first: answer in the playground, then look inside.")),
        icon=":material/help:",
    )
state.write_address(scenario)
