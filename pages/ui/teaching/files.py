"""A lesson that was written in the app, as the file of a lesson."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlencode

from optim_core import Scenario
from optim_core.lessons import Choose, Lesson, Wording, write_lesson
from pages.ui import state
from pages.ui.teaching.guide import Guide
from pages.ui.words import _, current_language, plain

_HARMLESS = re.compile(r"\\(['\"])|(?<=[^\d\s\\])\\([.!-])(?=\s|$)")
"""Of what ``plain`` escapes: quotes anywhere, and what ends a word."""


def file_name(guide: Guide) -> str:
    """A name that a lesson's file may have, from its title."""
    plain_letters = unicodedata.normalize("NFKD", guide.title).encode("ascii", "ignore").decode()
    key = re.sub(r"[^a-z0-9]+", "_", plain_letters.lower()).strip("_")[:40].strip("_")
    return f"{key if key and key[0].isalpha() else 'my_lesson'}.md"


def file_text(scenario: Scenario, guide: Guide, link: str) -> str:
    """The Markdown file of the lesson that ``link`` opens."""
    title = guide.title or _(scenario.landscape().title)
    wording = Wording(
        title=title,
        question=guide.question,
        choices=guide.choices,
        before=_markdown(guide.caption),
        after=_markdown(guide.why),
    )
    lesson = Lesson(
        key=file_name(guide).removesuffix(".md"),
        order=1_000,
        minutes=3,
        ask=Choose(guide.right) if guide.asks else None,
        link=urlencode(state.shown_parameters(scenario), doseq=True),
        wordings={current_language(): wording},
    )
    return write_lesson(lesson, comment=link)


def _markdown(text: str) -> str:
    """Plain ``text`` as Markdown that shows it as it is, and can still be read."""
    return _HARMLESS.sub(lambda found: found[1] or found[2], plain(text))
