"""The list of all lessons, and of the doctor's cases below them."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from optim_core.lessons import Lesson, library
from pages.ui.lessons.progress import answered
from pages.ui.lessons.state import show
from pages.ui.lessons.status import status_words
from pages.ui.stylesheet import show_styles
from pages.ui.words import _, current_language, phrased, plain, plural


def show_list() -> None:
    """Every lesson in its order with its minutes; what could not be read is told."""
    found = library()
    minutes = sum(lesson.minutes for lesson in found.lessons.values())
    told = plural(
        "{number} lesson, {minutes} minutes.",
        "{number} lessons, {minutes} minutes.",
        len(found.lessons),
    )
    st.markdown(plain(told.format(number=len(found.lessons), minutes=minutes)))
    for problem in found.problems:
        st.warning(plain(phrased(problem)), icon=":material/error:")
    _show(found.lessons.values(), "lesson-list")
    if found.cases:
        st.header(_("Doctor"))
        st.markdown(plain(_("A loss curve and nothing else: what ails this training?")))
        _show(found.cases.values(), "lesson-cases")


def _show(lessons: Iterable[Lesson], key: str) -> None:
    lessons = list(lessons)
    show_styles("lessons", [lesson.key for lesson in lessons])
    with st.container(key=key, gap=None):
        for lesson in lessons:
            wording = lesson.wording(current_language())
            with st.container(key=f"lesson-row-{lesson.key}", gap=None):
                st.button(
                    f"**{plain(wording.title)}**",
                    key=f"lesson.open.{lesson.key}",
                    type="tertiary",
                    icon=":material/check:" if answered(lesson.key) else None,
                    on_click=show,
                    args=(lesson.key,),
                )
                about = plural("{minutes} minute", "{minutes} minutes", lesson.minutes)
                told = [plain(about.format(minutes=lesson.minutes)), plain(wording.question)]
                if lesson.status != "fact":
                    told.insert(0, f"**{plain(status_words(lesson.status)[0])}**")
                st.caption(" · ".join(told))
