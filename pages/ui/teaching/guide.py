"""Guide: what a teacher adds to an experiment, all of it in the link.

Its texts may come from anybody. They are cut to a length that fits a page, rid of control and
direction marks, and shown as plain text wherever they are shown.
"""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from landscapes import Phrase, Refusal
from optim_core import Scenario
from optim_core.link_format import Problems

MOST_LETTERS = {"title": 80, "caption": 400, "ask": 200, "choice": 100, "why": 400}
"""Letters of each text, by its key in a link."""

MOST_CHOICES = 6

OF_SCENARIO = ("surface", "starts", "steps", "line_up", "rest")
"""The parts of a scenario that can be hidden or locked."""

OF_PAGES = ("map", "run", "data", "network", "length", "networks", "picture", "view", "settings")
"""Those of the other pages: the map; whose steps; the lab; pictures and measures of networks."""

PARTS = (*OF_SCENARIO, *OF_PAGES)
"""All of them. They stand in links."""

_LIST = "."


@dataclass(frozen=True)
class Guide:
    """What is shown and asked beside an experiment, and which of its parts stay as they are.

    Attributes:
        title, caption: above the picture.
        question, choices: asked before anything plays; both may be empty.
        right: index of the right choice; None: there is none, it is a poll.
        why: told once it has played.
        hidden: of PARTS, those that are not shown at all.
        locked: of PARTS, those that are shown and cannot be changed.
    """

    title: str = ""
    caption: str = ""
    question: str = ""
    choices: tuple[str, ...] = ()
    right: int | None = None
    why: str = ""
    hidden: tuple[str, ...] = ()
    locked: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != Guide()

    @property
    def fixed(self) -> tuple[str, ...]:
        """Of PARTS, those that cannot be changed."""
        return tuple(part for part in PARTS if part in self.hidden or part in self.locked)

    @property
    def asks(self) -> bool:
        """Whether there is something to choose before it plays."""
        return bool(self.question) and len(self.choices) >= 2

    def of_parts(self, parts: Collection[str]) -> Guide:
        """The same for a page that has only these parts."""
        hidden, locked = (
            tuple(part for part in named if part in parts) for named in (self.hidden, self.locked)
        )
        return dataclasses.replace(self, hidden=hidden, locked=locked)

    def to_parameters(self) -> dict[str, list[str]]:
        """Its part of a link; nothing for what is empty."""
        texts = {
            "title": [self.title],
            "caption": [self.caption],
            "ask": [self.question],
            "choice": list(self.choices),
            "answer": [] if self.right is None else [str(self.right + 1)],
            "why": [self.why],
            "hide": [_LIST.join(self.hidden)],
            "lock": [_LIST.join(self.locked)],
        }
        return {key: values for key, values in texts.items() if any(values)}


def tidy(text: str, most: int) -> str:
    """``text`` on one line, without control or direction marks, at most ``most`` letters long."""
    visible = "".join(
        letter if unicodedata.category(letter)[0] != "C" else " " for letter in text[: 4 * most]
    )
    return " ".join(visible.split())[:most].strip()


def read_guide(fields: Mapping[str, Sequence[str]]) -> Guide:
    """The guide that a link holds. Raises nothing: what makes no sense is left out."""

    def first(key: str) -> str:
        return tidy(next(iter(fields.get(key, ())), ""), MOST_LETTERS[key])

    given = list(fields.get("choice", ()))[:MOST_CHOICES]
    choices = tuple(filter(None, (tidy(text, MOST_LETTERS["choice"]) for text in given)))
    hidden = _parts(fields.get("hide", ()))
    return Guide(
        title=first("title"),
        caption=first("caption"),
        question=first("ask"),
        choices=choices,
        right=_place(next(iter(fields.get("answer", ())), ""), len(choices)),
        why=first("why"),
        hidden=hidden,
        locked=tuple(part for part in _parts(fields.get("lock", ())) if part not in hidden),
    )


def unreadable(fields: Mapping[str, Sequence[str]]) -> Problems:
    """Sentences about what :func:`read_guide` cuts or does not know."""
    problems = Problems()
    for key, most in MOST_LETTERS.items():
        if any(len(text) > most for text in list(fields.get(key, ()))[: MOST_CHOICES + 1]):
            problems.add(
                Phrase("A text of the lesson is longer than {most} letters and was cut.", most=most)
            )
    if len(fields.get("choice", ())) > MOST_CHOICES:
        problems.add(Phrase("A lesson's question has at most {most} choices.", most=MOST_CHOICES))
    named = [
        name for key in ("hide", "lock") for text in fields.get(key, ()) for name in _names(text)
    ]
    if any(name not in PARTS for name in named):
        problems.add(Phrase("The lesson hides or locks something that there is not."))
    return problems


def keep_fixed(guide: Guide, before: Scenario, after: Scenario) -> Scenario:
    """``after``, a change of ``before``, with everything that ``guide`` holds fixed as it was.

    Raises:
        Refusal: when nothing is left of the change.
    """
    if not guide.fixed or after == before:
        return after
    config = after.config
    if "rest" in guide.fixed:
        config = dataclasses.replace(before.config, steps=after.config.steps)
    if "steps" in guide.fixed:
        config = dataclasses.replace(config, steps=before.config.steps)
    of_surface = before if "surface" in guide.fixed else after
    kept = dataclasses.replace(
        after,
        surface=of_surface.surface,
        surface_settings=of_surface.surface_settings,
        starts=before.starts if "starts" in guide.fixed else after.starts,
        entries=before.entries if "line_up" in guide.fixed else after.entries,
        config=config,
    )
    if kept == before:
        raise Refusal("This lesson keeps that as it is.")
    return kept


def _names(text: str) -> list[str]:
    return [name for name in text[:200].split(_LIST)[:20] if name]


def _parts(texts: Sequence[str]) -> tuple[str, ...]:
    named = {name for text in list(texts)[:2] for name in _names(text)}
    return tuple(part for part in PARTS if part in named)


def _place(text: str, choices: int) -> int | None:
    """The index of the choice that a link counts from 1."""
    if len(text) == 1 and text.isascii() and text.isdigit() and 1 <= int(text) <= choices:
        return int(text) - 1
    return None
