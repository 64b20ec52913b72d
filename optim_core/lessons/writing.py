"""Writing a lesson as the file that ``read_lesson`` reads: for one that was made in the app."""

from __future__ import annotations

import json
from collections.abc import Iterator

from optim_core.lessons.front_matter import FENCE
from optim_core.lessons.lesson import Ask, Lesson, Place, Rank, Wording


def write_lesson(lesson: Lesson, comment: str = "") -> str:
    """``lesson`` as the text of ``<key>.md``, without its claims.

    ``comment`` stands in the front matter, a line beginning with ``#`` for each of its lines.
    """
    return "\n".join((FENCE, *_front(lesson, comment), FENCE, *_body(lesson))) + "\n"


def _front(lesson: Lesson, comment: str) -> Iterator[str]:
    for line in comment.splitlines():
        yield f"# {line}"
    yield f"order = {lesson.order}"
    yield f"minutes = {lesson.minutes}"
    if lesson.topics:
        yield f"topics = {_text(list(lesson.topics))}"
    for key in ("source", "status", "link", "exhibit"):
        if value := getattr(lesson, key):
            yield f"{key} = {_text(value)}"
    if lesson.ask is not None:
        yield from _ask(lesson.ask)
    for language, wording in lesson.wordings.items():
        yield ""
        yield f"[{language}]"
        yield from _wording(wording)


def _ask(ask: Ask) -> Iterator[str]:
    if isinstance(ask, Place):
        yield 'ask = "place"'
        yield f"answer = [{ask.x!r}, {ask.y!r}]"
        yield f"radius = {ask.radius!r}"
    elif isinstance(ask, Rank):
        yield 'ask = "rank"'
        yield f"answer = {list(ask.order)!r}"
    else:
        yield 'ask = "choose"'
        if ask.right is not None:
            yield f"answer = {ask.right}"


def _wording(wording: Wording) -> Iterator[str]:
    yield f"title = {_text(wording.title)}"
    if wording.question:
        yield f"question = {_text(wording.question)}"
    if wording.choices:
        yield f"choices = {_text(list(wording.choices))}"
    if wording.misconception:
        yield f"misconception = {_text(wording.misconception)}"


def _body(lesson: Lesson) -> Iterator[str]:
    for language, wording in lesson.wordings.items():
        for part in ("before", "after"):
            if text := getattr(wording, part):
                yield f"## {language}: {part}"
                yield text
                yield ""


def _text(value: str | list[str]) -> str:
    # The escapes of JSON are among those of TOML.
    return json.dumps(value, ensure_ascii=False)
