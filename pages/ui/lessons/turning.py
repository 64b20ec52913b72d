"""The buttons over a lesson: the list, the one before and the next, the projector, the link."""

from __future__ import annotations

import streamlit as st

from optim_core.lessons import Lesson
from pages.ui.lessons import state
from pages.ui.projector import projecting, show_way_in_or_out
from pages.ui.sharing import Sharing, offer
from pages.ui.words import _


def show_actions(lesson: Lesson | None) -> None:
    """The buttons for ``lesson``; for the list of all of them there is the link alone."""
    if lesson is not None:
        st.button(
            _("All lessons"),
            key="lesson.all",
            icon=":material/list:",
            on_click=state.show,
            args=("",),
        )
        _show_turn(lesson, -1, _("Previous"), "lesson.previous", ":material/arrow_back:")
        _show_turn(lesson, 1, _("Next"), "lesson.next", ":material/arrow_forward:")
        show_way_in_or_out()
    if projecting():
        return
    if lesson is not None and lesson.scenario is not None:
        st.button(
            _("Playground"),
            key="lesson.playground",
            icon=":material/play_circle:",
            help=_("This experiment with all its sliders"),
            on_click=state.go_to_playground,
            args=(lesson.scenario,),
        )
    offer(_sharing, "share.lessons")


def _show_turn(lesson: Lesson, way: int, label: str, key: str, icon: str) -> None:
    other = state.neighbour(lesson, way)
    st.button(
        label,
        key=key,
        icon=icon,
        disabled=other is None,
        on_click=state.show,
        args=(other.key if other else "",),
    )


def _sharing() -> Sharing:
    link = state.link()
    return Sharing(link, link)
