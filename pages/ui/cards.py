"""Which card is which: every entry of the line-up has an identity that stays with it.

An entry's place changes when another is moved or removed. What belongs to the entry and not to its
place (the widgets of its card and whether they are open) goes by the identity; its look and a sweep
of its knobs are moved with it (:func:`rearrange`). Identities belong to the session: a
link knows places only.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

import streamlit as st

from pages.ui import state
from pages.ui.desk import Contest, Desk
from pages.ui.words import _

Given = ParamSpec("Given")
Result = TypeVar("Result")

_MADE = "cards made"


@dataclass(frozen=True)
class Arranged(Generic[Contest]):
    """A contest with another line-up: its entry i was entry ``places[i]``, or is new."""

    contest: Contest
    places: tuple[int | None, ...]


def cards(desk: Desk[Any], entries: int) -> tuple[int, ...]:
    """The identities of a line-up of ``entries``, in its order; new ones where there are more."""
    known: tuple[int, ...] = st.session_state.get(desk.cards, ())
    if len(known) != entries:
        known = (*known[:entries], *(_new() for _card in range(entries - len(known))))
        st.session_state[desk.cards] = known
    return known


def _new() -> int:
    """An identity that this visit has not had: what is left of a removed entry stays gone."""
    made = int(st.session_state.get(_MADE, 0))
    st.session_state[_MADE] = made + 1
    return made


def card_part(card: int) -> str:
    """The name of a card as a part of the page."""
    return f"card.{card}"


def place_of(desk: Desk[Any], card: int) -> int:
    """Where in the line-up the entry ``card`` stands now.

    Raises:
        ValueError: when it is no longer there.
    """
    known: tuple[int, ...] = st.session_state.get(desk.cards, ())
    if card not in known:
        raise ValueError(_("This optimizer is no longer in the line-up."))
    return known.index(card)


def on_card(
    desk: Desk[Any], card: int, edit: Callable[Concatenate[int, Contest, Given], Result]
) -> Callable[Concatenate[Contest, Given], Result]:
    """``edit(place, contest, ...)`` for the place where ``card`` stands when the edit is made.

    A button that is pressed may have been drawn for the line-up before the last one.
    """

    def placed(contest: Contest, /, *given: Given.args, **named: Given.kwargs) -> Result:
        return edit(place_of(desk, card), contest, *given, **named)

    return placed


def rearrange(desk: Desk[Contest], edit: Callable[..., Arranged[Contest]], *given: Any) -> None:
    """Make an edit ``edit(contest, *given)`` that adds, removes or moves entries.

    Looks and identities follow their entries. Where the edit is impossible nothing changes and the
    visit is told why.
    """

    def arranged(contest: Contest, given: Sequence[Any]) -> Contest:
        known = cards(desk, len(contest.entries))
        done = edit(contest, *given)
        desk.show(desk.presentation().arranged(done.places))
        st.session_state[desk.cards] = tuple(
            _new() if place is None else known[place] for place in done.places
        )
        return done.contest

    desk.apply(arranged, given)


def restyle(desk: Desk[Any], card: int, **changes: Any) -> None:
    """Change fields of the entry's :class:`~pages.ui.presentation.Look`; what is run stays."""
    state.dismiss_hints()
    present = desk.presentation()
    try:
        place = place_of(desk, card)
    except ValueError:
        return
    desk.show(present.with_look(place, dataclasses.replace(present.look(place), **changes)))
