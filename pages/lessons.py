"""Lessons: predict first, then watch, then read why; and the doctor's loss curves."""

from __future__ import annotations

import streamlit as st

from pages.ui import state
from pages.ui.lessons import state as lessons
from pages.ui.lessons.listing import show_list
from pages.ui.lessons.showing import show_lesson
from pages.ui.lessons.turning import show_actions
from pages.ui.projector import steer_player
from pages.ui.words import _, current_language, plain

lesson = lessons.open_lesson()
if lessons.goes_to_playground():
    st.switch_page("playground.py")
for sentence in (state.notice(), lessons.notice()):
    if sentence:
        st.toast(plain(sentence), icon=":material/info:", duration="long")

with st.container(key="top", horizontal=True, vertical_alignment="center", gap="small"):
    heading = st.container(key="heading")
    actions = st.container(key="actions", horizontal=True, width="content", gap="small")
if lesson is None:
    heading.markdown(f"# {plain(_('Lessons'))}")
    show_list()
else:
    heading.markdown(f"# {plain(lesson.wording(current_language()).title)}")
    show_lesson(lesson)
with actions:
    show_actions(lesson)
steer_player(0, "")
lessons.write_address()
