"""An experiment with a guide: its heading, its question, and a player that waits for the answer."""

from __future__ import annotations

import streamlit as st

from optim_core import Scenario
from pages.ui.lessons.asking import show_map, show_question
from pages.ui.lessons.conductor import conduct
from pages.ui.lessons.progress import of_guide, progress, tell
from pages.ui.lessons.progress import turn as turn_within
from pages.ui.teaching.guide import Guide
from pages.ui.words import _, plain


def held_back(guide: Guide) -> bool:
    """Whether the player has to wait for an answer."""
    return progress(of_guide(guide)).stage == "asked"


def told(guide: Guide) -> bool:
    """Whether everything may be told; without a question always."""
    return progress(of_guide(guide)).stage == "told"


def title_of(guide: Guide, scenario: Scenario) -> str:
    """What the lesson is called."""
    return guide.title or _(scenario.landscape().title)


def show_guide(guide: Guide) -> None:
    """The caption and what is asked, as plain text."""
    if guide.caption:
        with st.container(key="lesson-before"):
            st.markdown(plain(guide.caption))
    show_question(of_guide(guide))


def show_asked(guide: Guide) -> bool:
    """Caption and question on a page without a player, as plain text.

    Returns:
        Whether what answers the question may be shown; without one it always may.
    """
    if guide.caption:
        with st.container(key="lesson-before"):
            st.markdown(plain(guide.caption))
    if guide:
        show_question(of_guide(guide), plays=False)
    if not held_back(guide):
        return True
    st.info(
        plain(_("This lesson asks first: answer, and what is to be seen comes.")),
        icon=":material/help:",
    )
    return False


def show_held_back(guide: Guide, scenario: Scenario) -> None:
    """The surface with the starts, in place of the player."""
    show_map(of_guide(guide), scenario)


def conduct_guide(guide: Guide) -> None:
    """Tell when the run has ended, and turn the pages with a presenter's remote."""
    if not guide:
        return
    asked = of_guide(guide)

    def ended() -> None:
        if progress(asked).stage == "played":
            tell(asked)

    conduct(
        waiting=asked.key if progress(asked).stage == "played" else "",
        ended=ended,
        turn=lambda way: turn_within(asked, way),
    )
