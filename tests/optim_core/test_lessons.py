"""Every lesson that comes with the app: its texts, and that its experiment does what they say."""

from __future__ import annotations

import re

import numpy as np
import pytest

from optim_core import trace
from optim_core.lessons import Lesson, Place, library
from optim_core.presets.claims import row_of

LIBRARY = library()
EVERYTHING = {**LIBRARY.lessons, **LIBRARY.cases}
LANGUAGES = {"en", "zh-TW"}
MOST_CHARACTERS = 160
"""Of a question: it is read from the back of a hall."""

ROWS = {
    **{f"A{number}": "" for number in range(1, 13)},
    **{f"B{number}": "" for number in range(1, 20)},
    **{f"C{number}": "" for number in range(1, 22)},
}
"""The topics of the lecture."""

NO_LESSON = {
    "C17": "says again what A5 and A8 say",
    "C21": "a list of papers; each stands in the lesson that it belongs to",
}
"""Topics without a lesson of their own, and why."""


def lessons() -> list[pytest.param]:  # type: ignore[valid-type]
    return [pytest.param(lesson, id=key) for key, lesson in EVERYTHING.items()]


def test_every_file_can_be_read() -> None:
    assert [str(problem) for problem in LIBRARY.problems] == []
    assert LIBRARY.lessons


def test_every_topic_that_can_be_shown_is_covered() -> None:
    covered = {topic for lesson in LIBRARY.lessons.values() for topic in lesson.topics}
    assert covered <= set(ROWS)
    assert set(ROWS) - covered == set(NO_LESSON)


def test_no_two_lessons_have_one_place() -> None:
    orders = [lesson.order for lesson in LIBRARY.lessons.values()]
    assert len(set(orders)) == len(orders)


@pytest.mark.parametrize("lesson", lessons())
def test_it_asks_and_tells_in_both_languages(lesson: Lesson) -> None:
    assert set(lesson.wordings) == LANGUAGES
    assert lesson.ask is not None and lesson.source
    one, other = lesson.wordings.values()
    assert bool(one.misconception) == bool(other.misconception)
    for wording in lesson.wordings.values():
        assert wording.question and wording.before and wording.after
        assert len(wording.question) <= MOST_CHARACTERS


@pytest.mark.parametrize("lesson", lessons())
def test_its_experiment_does_what_its_texts_say(lesson: Lesson) -> None:
    if lesson.scenario is None:
        assert lesson.exhibit
        return
    assert lesson.claims
    run = trace(lesson.scenario)
    assert [claim for claim in lesson.claims if not claim(lesson.scenario, run)] == []
    if isinstance(lesson.ask, Place):
        row = row_of(lesson.scenario, 0)
        x, y = run.positions[run.stopped_at[row], row]
        assert np.hypot(x - lesson.ask.x, y - lesson.ask.y) <= lesson.ask.radius / 2


HAN = "\u4e00-\u9fff"
NO_PROSE = re.compile(r"\$[^$]*\$|`[^`]*`|\]\([^)]*\)|[*_#]")


@pytest.mark.parametrize("lesson", lessons())
def test_its_chinese_is_set_as_chinese(lesson: Lesson) -> None:
    wording = lesson.wordings["zh-TW"]
    texts = (wording.title, wording.question, *wording.choices, wording.misconception)
    for text in (*texts, *(wording.before + "\n" + wording.after).splitlines()):
        prose = NO_PROSE.sub("", text)
        assert not re.search(rf"[{HAN}][,;:?!()]|[,;:?!][{HAN}]", prose), text
        assert not re.search(rf"[{HAN}][A-Za-z0-9]|[A-Za-z0-9%][{HAN}]", prose), text
        assert set(
            "个习们优关动图学实对层应开张径择损据数时显点线络网设该误过运这错长间验"
        ).isdisjoint(text), text
