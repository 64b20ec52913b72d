"""One lesson: what to look at, the question, and then the run or the exhibit that answers it."""

from __future__ import annotations

import dataclasses
from urllib.parse import parse_qs

import streamlit as st

from optim_core import Scenario
from optim_core.lessons import Lesson, library
from pages.player import player_words, show_player
from pages.ui import allowance, cached
from pages.ui.exhibits import show_exhibit
from pages.ui.lessons.asking import show_map, show_question
from pages.ui.lessons.conductor import conduct
from pages.ui.lessons.doctor import show_curve
from pages.ui.lessons.progress import Asked, of_lesson, progress, tell, turn
from pages.ui.lessons.state import neighbour, show
from pages.ui.lessons.status import status_words
from pages.ui.presentation import Presentation, read_presentation
from pages.ui.projector import projecting
from pages.ui.stylesheet import show_styles
from pages.ui.styling import entry_styles
from pages.ui.words import _, current_language, plain, plural


def show_lesson(lesson: Lesson) -> None:
    """Draw ``lesson`` as far as the visit has got with it."""
    asked = of_lesson(lesson)
    if lesson.scenario is None and progress(asked).stage == "played":
        # There is no run whose end could be waited for.
        tell(asked)
    before, question, stage = (
        st.container(key=f"lesson-{part}") for part in ("before", "asking", "stage")
    )
    # On the wall, the answer and the picture need the room.
    if progress(asked).stage == "asked" or not projecting():
        before.markdown(lesson.wording(current_language()).before)
    with question:
        show_question(asked)
    with stage:
        _show_stage(lesson, asked)
    _show_sources(lesson)
    conduct(
        waiting=lesson.key if progress(asked).stage == "played" else "",
        ended=lambda: _ended(asked),
        turn=lambda way: _turn(lesson, asked, way),
    )


def _show_stage(lesson: Lesson, asked: Asked) -> None:
    scenario, held_back = lesson.scenario, progress(asked).stage == "asked"
    if scenario is not None:
        if not held_back:
            _show_run(lesson, scenario)
        elif lesson.key in library().cases:
            show_curve(scenario)
        else:
            show_map(asked, scenario)
    if lesson.exhibit and not held_back:
        if projecting():
            show_styles("tall", [lesson.exhibit])
        show_exhibit(lesson.exhibit)


def _show_run(lesson: Lesson, scenario: Scenario) -> None:
    look = presentation_of(lesson)
    # The lessons are few, and their runs are kept for everybody.
    with allowance.waived():
        trajectories = cached.trajectories(scenario)
    show_player(
        key=f"lesson.player.{lesson.key}",
        surface=scenario.landscape(),
        trajectories=trajectories,
        styles=entry_styles(scenario.entries, look),
        words=player_words(_),
        present=look.present(len(scenario.entries)),
    )


def presentation_of(lesson: Lesson) -> Presentation:
    """How the link of ``lesson`` wants its experiment to be shown, on this visit's screen."""
    look = read_presentation(parse_qs(lesson.link.partition("?")[2] or lesson.link))
    return dataclasses.replace(look, projector=projecting())


def _show_sources(lesson: Lesson) -> None:
    title, colour, meaning = status_words(lesson.status)
    minutes = plural("{minutes} minute", "{minutes} minutes", lesson.minutes)
    with st.container(
        key="lesson-sources", horizontal=True, vertical_alignment="center", gap="small"
    ):
        st.badge(title, color=colour, help=meaning)  # type: ignore[arg-type]
        source = _("Source: {source}").format(source=lesson.source) if lesson.source else ""
        parts = filter(None, (minutes.format(minutes=lesson.minutes), source))
        st.caption(" · ".join(map(plain, parts)))


def _ended(asked: Asked) -> None:
    if progress(asked).stage == "played":
        tell(asked)


def _turn(lesson: Lesson, asked: Asked, way: int) -> None:
    if not turn(asked, way) and (other := neighbour(lesson, way)) is not None:
        show(other.key)
