"""Reading a lesson's file: what it says, or which line of it is wrong and why."""

from __future__ import annotations

import re
from urllib.parse import parse_qs

from landscapes import Phrase
from optim_core.lessons.claims import read_claim
from optim_core.lessons.fields import Table
from optim_core.lessons.front_matter import Source, take_apart
from optim_core.lessons.lesson import STATUSES, Ask, Choose, Lesson, Place, Rank, Status, Wording
from optim_core.link import from_query
from optim_core.link_format import OWN_KEYS
from optim_core.presets import PRESETS
from optim_core.scenario import Scenario

TOP = (
    *("order", "minutes", "topics", "source", "status", "link", "exhibit"),
    *("ask", "answer", "radius", "claims"),
)
"""The keys of the front matter outside the tables of the languages."""

MOST_CHOICES = 8
MOST_MINUTES = 60

_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_WIDE = "\u3000-\u303f\u3400-\u9fff\uff00-\uffef"
_NO_SPACE = re.compile(
    rf"(?<=[{_WIDE}])\n(?=[{_WIDE}])|(?<=[\u3001-\u3011\uff01-\uff1f])\n(?![\s>#*+-]|\d+[.)])"
)
"""The end of a line between two Chinese signs, or after a full stop or a comma of that script.

A new line in Markdown is a space; a list, a quotation and a paragraph begin where they began.
"""
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


def read_lesson(text: str, name: str) -> Lesson:
    """The lesson that ``text`` holds, of a file called ``name`` (``<key>.md``).

    Raises:
        LessonError: naming the file, the line and what is wrong there.
    """
    source = take_apart(text, name)
    top = Table(source, source.front)
    key = name.removesuffix(".md")
    if not _KEY.fullmatch(key):
        raise source.fail(
            1, Phrase("the file's name must be small letters, digits and underscores")
        )
    languages = [tag for tag, value in source.front.items() if isinstance(value, dict)]
    top.only(*TOP, *(tag for tag in languages if _TAG.fullmatch(tag)))
    if not languages:
        raise source.fail(
            1, Phrase("a table with the texts of a language is missing: {example}", example="[en]")
        )
    for language, _part in source.body:
        if language not in languages:
            line = next(
                place
                for place, line in enumerate(source.lines, start=1)
                if line.startswith(f"## {language}")
            )
            raise source.fail(
                line, Phrase("there is no table [{language}] above", language=language)
            )
    wordings = {tag: _wording(source, top.table(tag), tag) for tag in languages}
    scenario = _scenario(top)
    if scenario is None and top.has("claims"):
        raise top.fail("claims", Phrase("claims need a {link} to hold for", link="link"))
    return Lesson(
        key=key,
        order=top.whole("order", 0, 1_000_000, 0),
        minutes=top.whole("minutes", 1, MOST_MINUTES, 1),
        topics=top.texts("topics"),
        source=top.text("source", ""),
        status=_status(top),
        ask=_ask(top, wordings, scenario),
        link=top.text("link", ""),
        scenario=scenario,
        exhibit=top.text("exhibit", ""),
        claims=() if scenario is None else _claims(top, scenario),
        wordings=wordings,
    )


def _claims(top: Table, scenario: Scenario) -> tuple:  # type: ignore[type-arg]
    return tuple(read_claim(table, scenario) for table in top.tables("claims"))


def _status(top: Table) -> Status:
    given = top.one_of("status", STATUSES, "fact")
    return next(status for status in STATUSES if status == given)


def _wording(source: Source, table: Table, tag: str) -> Wording:
    table.only("title", "question", "choices", "misconception")
    choices = table.texts("choices")
    if len(choices) > MOST_CHOICES:
        raise table.fail("choices", Phrase("there are more than {most} choices", most=MOST_CHOICES))
    return Wording(
        title=table.text("title"),
        question=table.text("question", ""),
        choices=choices,
        misconception=table.text("misconception", ""),
        before=_flowing(source.body.get((tag, "before"), "")),
        after=_flowing(source.body.get((tag, "after"), "")),
    )


def _flowing(text: str) -> str:
    """``text`` with lines joined where Chinese has no space and a browser would draw one."""
    return _NO_SPACE.sub("", text)


def _scenario(top: Table) -> Scenario | None:
    link = top.text("link", "")
    if not link:
        if not top.has("exhibit"):
            raise top.fail(
                "", Phrase("{link} or {exhibit} is needed", link="link", exhibit="exhibit")
            )
        return None
    query = link.partition("?")[2] or link
    result = from_query(query)
    if result.phrases:
        raise top.fail(
            "link", Phrase("the link says something wrong: {problem}", problem=result.phrases[0])
        )
    given = parse_qs(query)
    if given.keys().isdisjoint(OWN_KEYS):
        preset = PRESETS.get(given.get("preset", [""])[0])
        if preset is None:
            raise top.fail("link", Phrase("the link holds no experiment"))
        return preset.scenario
    return result.scenario


def _ask(top: Table, wordings: dict[str, Wording], scenario: Scenario | None) -> Ask | None:
    if not top.has("ask"):
        for key in ("answer", "radius"):
            if top.has(key):
                raise top.fail(key, Phrase("{key} needs {ask} beside it", key=key, ask="ask"))
        return None
    ask = top.one_of("ask", ("choose", "rank", "place"))
    missing = next((tag for tag, wording in wordings.items() if not wording.question), "")
    if missing:
        raise top.fail(
            "ask", Phrase("the question is missing in the table [{language}]", language=missing)
        )
    counts = {tag: len(wording.choices) for tag, wording in wordings.items()}
    if ask == "place":
        return _place(top, scenario)
    if top.has("radius"):
        raise top.fail(
            "radius", Phrase("{key} needs {ask} beside it", key="radius", ask='ask = "place"')
        )
    if min(counts.values()) < 2 or len(set(counts.values())) > 1:
        told = ", ".join(f"[{tag}] {count}" for tag, count in counts.items())
        raise top.fail(
            "ask",
            Phrase(
                "every language needs the same number of choices, at least 2: {told}", told=told
            ),
        )
    count = next(iter(counts.values()))
    if ask == "choose":
        return Choose(top.whole("answer", 0, count - 1) if top.has("answer") else None)
    order = tuple(top.numbers("answer"))
    if sorted(order) != list(range(count)):
        raise top.fail(
            "answer",
            Phrase(
                "{key} must hold each number from 0 to {last} once", key="answer", last=count - 1
            ),
        )
    return Rank(tuple(int(one) for one in order))


def _place(top: Table, scenario: Scenario | None) -> Place:
    if scenario is None:
        raise top.fail(
            "ask", Phrase("a place can be asked for only where there is a {link}", link="link")
        )
    point = top.numbers("answer")
    if len(point) != 2:
        raise top.fail("answer", Phrase("{key} must be two numbers: [x, y]", key="answer"))
    radius = top.number("radius")
    if radius <= 0:
        raise top.fail("radius", Phrase("{key} must be above 0", key="radius"))
    return Place(float(point[0]), float(point[1]), radius)


def problem_of(error: Exception, name: str) -> Phrase:
    """What ``error``, met on reading the file ``name``, says."""
    phrase = getattr(error, "phrase", None)
    if isinstance(phrase, Phrase):
        return phrase
    return Phrase("{name} cannot be read.", name=name)
