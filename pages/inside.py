"""Inside a step: the update rule of one run, line by line, with the numbers of the present step."""

from __future__ import annotations

from functools import partial

import streamlit as st

from optim_core import Scenario
from pages.player import player_words, show_player
from pages.ui import state
from pages.ui.drawn import drawn, tell_refusal
from pages.ui.inside import RUN, choose_and_show, chosen_parameters, open_choice
from pages.ui.sharing import Sharing, offer
from pages.ui.starts import starting
from pages.ui.styling import entry_styles
from pages.ui.teaching.guided import show_asked
from pages.ui.teaching.making import Making, scenario_parts, share_scenario, show_maker
from pages.ui.teaching.parts import choose_parts, is_free
from pages.ui.ways import show_way
from pages.ui.words import _, plain


def _show(scenario: Scenario) -> None:
    """The run beside its lines, and what of the experiment may be changed."""
    shown, trajectories, refusal = drawn(scenario)
    tell_refusal(refusal)
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
        choose_and_show(shown, trajectories, styles, key="page", guide=present.guide)


def of_inside(scenario: Scenario) -> Making:
    """Lessons that look into the steps of ``scenario``."""
    return Making(
        about=_(
            "The lesson is the run that you see now, from inside. It travels in its link; nothing"
            " is kept on the server."
        ),
        parts={RUN: _("Whose steps"), **scenario_parts()},
        share=partial(share_scenario, scenario, more=chosen_parameters()),
    )


def _sharing(scenario: Scenario) -> Sharing:
    link = state.link(scenario, chosen_parameters())
    return Sharing(link, link)


scenario = state.open_link()
open_choice()
guide = state.presentation().guide
if sentence := state.notice():
    st.toast(plain(sentence), icon=":material/info:", duration="long")

with st.container(key="top", horizontal=True, vertical_alignment="center", gap="small"):
    with st.container(key="heading"):
        surface = _(scenario.landscape().title)
        story = _("Every line of the update rule, with the numbers of the step under the cursor.")
        title = guide.title or f"{_('Inside a step')}: {surface}"
        st.markdown(f"# {plain(title)}\n{plain(story)}")
    with st.container(key="actions", horizontal=True, width="content", gap="small"):
        show_way("playground.py", _("Playground"), ":material/play_circle:", scenario)
        offer(partial(_sharing, scenario), "share.inside")
if show_asked(guide):
    _show(scenario)
    if not guide:
        show_maker(partial(of_inside, scenario))
with st.sidebar:
    choose_parts()
state.write_address(scenario, chosen_parameters())
