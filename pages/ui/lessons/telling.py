"""Right or wrong, and why; and the belief that the lesson is about."""

from __future__ import annotations

import streamlit as st

from optim_core.lessons import Ask, Choose, Place, Rank
from pages.ui.lessons.progress import Asked, Progress
from pages.ui.words import _, following, listed, plain
from pages.ui.writing import written_place


def show_verdict(asked: Asked, now: Progress) -> None:
    """What is right, whether the guess was, and why."""
    if asked.ask is None:
        return
    right = now.right(asked.ask)
    verdict = _verdict(asked, asked.ask, now, right)
    said = f"**{plain(verdict)}**\n\n{asked.after}".strip()
    if right:
        st.success(said, icon=":material/check_circle:")
    else:
        st.info(said, icon=":material/lightbulb:")


def show_belief(asked: Asked) -> None:
    """What many believe about it, and what it has just shown to be wrong."""
    if asked.misconception:
        belief = _("Often believed, and not so: “{belief}”").format(belief=asked.misconception)
        st.markdown(f":material/block: {plain(belief)}", width="content")


def _verdict(asked: Asked, ask: Ask, now: Progress, right: bool | None) -> str:
    answer = _answer(asked, ask)
    if right:
        return following(_("Right."), answer) if isinstance(ask, Place) else _("Right.")
    guessed = ""
    if now.guess is not None:
        guessed = _("Your guess: {guess}.").format(guess=_told(asked, ask, now.guess))
    if right is None:
        return following(*filter(None, (guessed, answer))) if guessed or answer else ""
    return following(_("Not quite."), guessed, answer)


def _answer(asked: Asked, ask: Ask) -> str:
    if isinstance(ask, Choose):
        if ask.right is None:
            return ""
        return _("The answer: {answer}.").format(answer=_told(asked, ask, ask.right))
    if isinstance(ask, Rank):
        return _("The order: {answer}.").format(answer=_told(asked, ask, ask.order))
    return _("It ends at {place}.").format(place=written_place(ask.x, ask.y))


def _told(asked: Asked, ask: Ask, answer: object) -> str:
    if isinstance(answer, int):
        return asked.choices[answer].rstrip(".。")
    values = tuple(answer) if isinstance(answer, tuple) else ()
    if isinstance(ask, Rank):
        return listed([asked.choices[int(one)] for one in values])
    return written_place(*values)
