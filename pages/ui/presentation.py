"""How an experiment is shown, kept apart from what is run: view, trails, names, colours.

None of it is part of the Scenario: a new colour must not trace anything again. It stands in the
link beside the Scenario, so that the other person sees the same picture.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from optim_core import Entry, numeric_knobs
from optim_core.link_format import Problems, unusable
from optim_core.scenario import MAX_LINE_UP
from pages.player import TRAILS, VIEWS, Present
from pages.ui.teaching import guide as guides
from pages.ui.teaching.guide import Guide, read_guide, tidy

MAX_NAME = 40
"""Letters of an entry's own name: more do not fit a panel of eight."""

SWEEP = "sweep"
"""The query key of what the player sweeps: the place of an entry and a knob, ``2~momentum``."""

_COLOUR = re.compile(r"[0-9a-f]{6}")
_KNOB = re.compile(r"[a-z][a-z0-9_]{0,39}")
_SEPARATOR = "~"
_LIST = "."


@dataclass(frozen=True)
class Look:
    """What somebody has chosen for one entry; empty texts leave it to the app."""

    name: str = ""
    colour: str = ""
    hidden: bool = False


@dataclass(frozen=True)
class SweptKnob:
    """What the player has a slider for: ``knob`` of the entry at place ``entry``."""

    entry: int
    knob: str

    def is_in(self, entries: Sequence[Entry]) -> bool:
        """Whether ``entries`` have it, and it can be swept."""
        return 0 <= self.entry < len(entries) and self.knob in numeric_knobs(entries[self.entry])


@dataclass(frozen=True)
class Presentation:
    """How the present experiment is shown. ``looks`` may be shorter than the line-up.

    ``sweep`` is what the player has a slider for, if for anything. ``guide`` is what a teacher has
    added, for the visits that follow the teacher's link.
    """

    view: str = VIEWS[0]
    trails: str = TRAILS[0]
    projector: bool = False
    looks: tuple[Look, ...] = ()
    sweep: SweptKnob | None = None
    guide: Guide = field(default_factory=Guide)

    def look(self, index: int) -> Look:
        """How entry ``index`` looks."""
        return self.looks[index] if index < len(self.looks) else Look()

    def with_look(self, index: int, look: Look) -> Presentation:
        """The same with another look for entry ``index``."""
        looks = [self.look(place) for place in range(max(index + 1, len(self.looks)))]
        looks[index] = look
        return dataclasses.replace(self, looks=_trimmed(looks))

    def arranged(self, places: Sequence[int | None]) -> Presentation:
        """The same for a new line-up, whose entry i was entry ``places[i]``, or is new."""
        looks = [Look() if place is None else self.look(place) for place in places]
        sweep = self.sweep
        if sweep is not None:
            at = places.index(sweep.entry) if sweep.entry in places else None
            sweep = None if at is None else dataclasses.replace(sweep, entry=at)
        return dataclasses.replace(self, looks=_trimmed(looks), sweep=sweep)

    def of_others(self) -> Presentation:
        """The same for other entries: looks and a sweep were chosen for those of before."""
        return dataclasses.replace(self, looks=(), sweep=None)

    def hiding(self, hidden: Sequence[int]) -> Presentation:
        """The same with just the entries ``hidden`` out of sight."""
        count = max([len(self.looks), *(index + 1 for index in hidden)])
        looks = [
            dataclasses.replace(self.look(index), hidden=index in hidden) for index in range(count)
        ]
        return dataclasses.replace(self, looks=_trimmed(looks))

    def present(self, entries: int) -> Present:
        """What the player is told, for a line-up of ``entries``."""
        hidden = tuple(index for index in range(entries) if self.look(index).hidden)
        return Present(view=self.view, trails=self.trails, projector=self.projector, hidden=hidden)

    def to_parameters(self) -> dict[str, list[str]]:
        """Its part of a link; nothing for what is as it is without one."""
        parameters: dict[str, list[str]] = {}
        if self.view != VIEWS[0]:
            parameters["view"] = [self.view]
        if self.trails != TRAILS[0]:
            parameters["trails"] = [self.trails]
        if self.projector:
            parameters["projector"] = ["1"]
        if hidden := [str(index + 1) for index, look in enumerate(self.looks) if look.hidden]:
            parameters["hidden"] = [_LIST.join(hidden)]
        if self.sweep is not None:
            parameters[SWEEP] = [f"{self.sweep.entry + 1}{_SEPARATOR}{self.sweep.knob}"]
        texts = {
            "name": [look.name for look in self.looks],
            "colour": [look.colour.removeprefix("#") for look in self.looks],
        }
        for key, chosen in texts.items():
            if any(chosen):
                parameters[key] = [
                    f"{index + 1}{_SEPARATOR}{text}" for index, text in enumerate(chosen) if text
                ]
        return {**parameters, **self.guide.to_parameters()}


def _trimmed(looks: Sequence[Look]) -> tuple[Look, ...]:
    """``looks`` without plain ones at the end: two that mean the same are equal."""
    kept = list(looks)
    while kept and kept[-1] == Look():
        kept.pop()
    return tuple(kept)


def tidy_name(text: str) -> str:
    """``text`` as a name: one line, no control or direction marks, not too long.

    A name may come from a link, hence from anybody. It is shown as plain text everywhere.
    """
    return tidy(text, MAX_NAME)


def tidy_colour(text: str) -> str:
    """``text`` as ``#rrggbb``, or the empty string for anything else."""
    digits = text.strip().lower().removeprefix("#")
    return f"#{digits}" if _COLOUR.fullmatch(digits) else ""


def read_presentation(fields: Mapping[str, Sequence[str]]) -> Presentation:
    """The presentation that a link asks for. Raises nothing: what makes no sense is left out."""

    def first(key: str) -> str:
        return next(iter(fields.get(key, ())), "")

    view, trails = first("view"), first("trails")
    result = Presentation(
        view=view if view in VIEWS else VIEWS[0],
        trails=trails if trails in TRAILS else TRAILS[0],
        projector=first("projector") == "1",
        sweep=_swept(first(SWEEP)),
        guide=read_guide(fields),
    )
    hidden = [_place(part) for part in first("hidden").split(_LIST)[:MAX_LINE_UP]]
    result = result.hiding([place for place in hidden if place is not None])
    for key, tidied in (("name", tidy_name), ("colour", tidy_colour)):
        for text in list(fields.get(key, ()))[:MAX_LINE_UP]:
            place_text, _, value = text.partition(_SEPARATOR)
            place, chosen = _place(place_text), tidied(value)
            if place is not None and chosen:
                look = dataclasses.asdict(result.look(place))
                result = result.with_look(place, Look(**{**look, key: chosen}))
    return result


def unreadable(fields: Mapping[str, Sequence[str]]) -> Problems:
    """Sentences about what :func:`read_presentation` does not know or cuts."""
    problems = guides.unreadable(fields)
    for key, known in (("view", VIEWS), ("trails", TRAILS)):
        text = next(iter(fields.get(key, ())), known[0])
        if text not in known:
            problems.add(unusable(key, text, known[0]))
    return problems


def _swept(text: str) -> SweptKnob | None:
    """The knob that a link sweeps, whether or not there is one; None for what makes no sense."""
    number, _, knob = text.partition(_SEPARATOR)
    place = _place(number)
    return None if place is None or not _KNOB.fullmatch(knob) else SweptKnob(place, knob)


def _place(text: str) -> int | None:
    """The index of the entry that a link counts from 1."""
    if len(text) == 1 and text.isascii() and text.isdigit() and 1 <= int(text) <= MAX_LINE_UP:
        return int(text) - 1
    return None
