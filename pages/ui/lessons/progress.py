"""What is asked, and how far a visit has got with it: asked, playing, told."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from optim_core.lessons import Ask, Choose, Guess, Lesson, is_right
from pages.ui.teaching.guide import Guide
from pages.ui.words import current_language, plain

Stage = Literal["asked", "played", "told"]
"""Nothing is shown yet; it plays and nothing is said; right or wrong, and why."""

LINK = "link"
"""The key of what a teacher's link asks; no file of a lesson has such a name."""

_PROGRESS = "progress of lessons"


@dataclass(frozen=True)
class Asked:
    """A question with what belongs to it, from a lesson's file or from a link.

    Attributes:
        key: under which the visit keeps its answer.
        question, choices, misconception: plain text.
        ask: its kind and answer; None: nothing is asked.
        after: Markdown that is safe to show.
    """

    key: str
    question: str
    choices: tuple[str, ...]
    ask: Ask | None
    after: str
    misconception: str = ""


def of_lesson(lesson: Lesson) -> Asked:
    """What ``lesson`` asks, in the visitor's language."""
    wording = lesson.wording(current_language())
    return Asked(
        lesson.key,
        wording.question,
        wording.choices,
        lesson.ask,
        wording.after,
        wording.misconception,
    )


def of_guide(guide: Guide) -> Asked:
    """What a teacher's link asks; anybody may have written it."""
    ask = Choose(guide.right) if guide.asks else None
    # A file's name has no space: no lesson shares this key.
    return Asked(f"{LINK} {hash(guide)}", guide.question, guide.choices, ask, plain(guide.why))


@dataclass(frozen=True)
class Progress:
    """How far a visit has got with one question.

    Attributes:
        stage: what is shown.
        guess: what was answered; None where somebody just let it play.
        ranked: the choices put in order so far.
        marked: the place pointed at so far.
    """

    stage: Stage = "asked"
    guess: Guess | None = None
    ranked: tuple[int, ...] = ()
    marked: tuple[float, float] | None = None

    def right(self, ask: Ask) -> bool | None:
        """Whether the guess is right; None without one, or where no answer is right."""
        return None if self.guess is None else is_right(ask, self.guess)


def progress(asked: Asked) -> Progress:
    """How far the visit has got with ``asked``; without a question there is nothing to wait for."""
    kept = _kept().get(asked.key)
    return kept or Progress("asked" if asked.ask is not None else "told")


def answered(key: str) -> bool:
    """Whether the visit has seen the answer to the question ``key``."""
    kept = _kept().get(key)
    return kept is not None and kept.stage == "told"


def keep(asked: Asked, **changes: object) -> None:
    """Change how far the visit has got with ``asked``."""
    changed = dataclasses.replace(progress(asked), **changes)  # type: ignore[arg-type]
    st.session_state[_PROGRESS] = {**_kept(), asked.key: changed}


def guess(asked: Asked, answer: Guess | None) -> None:
    """Answer, or with None just let it play."""
    keep(asked, stage="played", guess=answer)


def tell(asked: Asked) -> None:
    """Say what is right, and why."""
    keep(asked, stage="told")


def ask_again(asked: Asked) -> None:
    """Forget the answer."""
    st.session_state[_PROGRESS] = {key: kept for key, kept in _kept().items() if key != asked.key}


def turn(asked: Asked, way: int) -> bool:
    """Go on (1) or back (-1) within one question; False where that leaves it."""
    stage = progress(asked).stage
    if way > 0 and stage == "asked":
        guess(asked, None)
    elif way > 0 and stage == "played":
        tell(asked)
    elif way < 0 and stage != "asked" and asked.ask is not None:
        ask_again(asked)
    else:
        return False
    return True


def _kept() -> dict[str, Progress]:
    return st.session_state.get(_PROGRESS, {})
