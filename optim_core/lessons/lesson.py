"""Lesson: a question asked first, an experiment that answers it, and what it is meant to teach."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from optim_core.presets.claims import Claim
from optim_core.scenario import Scenario

Status = Literal["fact", "hypothesis", "folklore"]
"""What a lesson says is proved or measured, is somebody's guess, or is only often repeated."""

STATUSES: tuple[Status, ...] = get_args(Status)


@dataclass(frozen=True)
class Choose:
    """One of the choices is right; None: the question has no right answer, it is a poll."""

    right: int | None


@dataclass(frozen=True)
class Rank:
    """The choices in their right order, counted from 0: the first comes first."""

    order: tuple[int, ...]


@dataclass(frozen=True)
class Place:
    """Where the first entry ends, and how far from it a guess may be and still be right."""

    x: float
    y: float
    radius: float


Ask = Choose | Rank | Place
Guess = int | tuple[int, ...] | tuple[float, float]
"""A choice, an order of the choices, or a place: as the kind of question wants it."""


@dataclass(frozen=True, kw_only=True)
class Wording:
    """A lesson's texts in one language. ``before`` and ``after`` are Markdown, the others plain."""

    title: str
    question: str = ""
    choices: tuple[str, ...] = ()
    misconception: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """What ``assets/lessons/<key>.md`` says.

    Attributes:
        key: the file's name; it stands in links and never changes.
        order: its place in the list.
        minutes: how long it takes in class.
        topics: rows of the lecture that it covers (``B5``).
        source: who showed it.
        status: how well its point is established.
        ask: what is asked before anything plays; None for a lesson that only shows.
        link: the experiment in the app's own link text; empty where the exhibit is all.
        scenario: the experiment itself, or None.
        exhibit: key of an exhibit that is shown, or empty.
        claims: what its texts say of the experiment; the tests hold them against the run.
        wordings: its texts by language tag; at least one.
    """

    key: str
    order: int = 0
    minutes: int = 1
    topics: tuple[str, ...] = ()
    source: str = ""
    status: Status = "fact"
    ask: Ask | None = None
    link: str = ""
    scenario: Scenario | None = None
    exhibit: str = ""
    claims: tuple[Claim, ...] = ()
    wordings: Mapping[str, Wording] = field(default_factory=dict)

    def wording(self, language: str) -> Wording:
        """Its texts in ``language``, or in the first that it has."""
        return self.wordings.get(language) or next(iter(self.wordings.values()))


def is_right(ask: Ask, guess: Guess) -> bool | None:
    """Whether ``guess`` answers ``ask``; None where there is no right answer."""
    if isinstance(ask, Place):
        if not isinstance(guess, tuple) or len(guess) != 2:
            return False
        return math.hypot(guess[0] - ask.x, guess[1] - ask.y) <= ask.radius
    if isinstance(ask, Rank):
        return guess == ask.order
    return None if ask.right is None else guess == ask.right
