"""Which card is which: every entry of the line-up has an identity that stays with it.

An entry's place changes when another is moved or removed. What belongs to the entry and not to its
place (its look, the widgets of its card and whether they are open, the sweep of one of its knobs)
goes by the identity. Identities belong to the session: a link knows places only.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

import streamlit as st

from optim_core import Scenario
from pages.ui import state
from pages.ui.words import _

Given = ParamSpec("Given")
Result = TypeVar("Result")

_MADE = "cards made"


@dataclass(frozen=True)
class Arranged:
    """A scenario with another line-up: its entry i was entry ``places[i]``, or is new."""

    scenario: Scenario
    places: tuple[int | None, ...]


def cards(entries: int) -> tuple[int, ...]:
    """The identities of a line-up of ``entries``, in its order; new ones where there are more."""
    known: tuple[int, ...] = st.session_state.get(state.CARDS, ())
    if len(known) != entries:
        known = (*known[:entries], *(_new() for _card in range(entries - len(known))))
        st.session_state[state.CARDS] = known
    return known


def _new() -> int:
    """An identity that this visit has not had: what is left of a removed entry stays gone."""
    made = int(st.session_state.get(_MADE, 0))
    st.session_state[_MADE] = made + 1
    return made


def place_of(card: int) -> int:
    """Where in the line-up the entry ``card`` stands now.

    Raises:
        ValueError: when it is no longer there.
    """
    known: tuple[int, ...] = st.session_state.get(state.CARDS, ())
    if card not in known:
        raise ValueError(_("This optimizer is no longer in the line-up."))
    return known.index(card)


def on_card(
    card: int, edit: Callable[Concatenate[int, Scenario, Given], Result]
) -> Callable[Concatenate[Scenario, Given], Result]:
    """``edit(place, scenario, ...)`` for the place where ``card`` stands when the edit is made.

    A button that is pressed may have been drawn for the line-up before the last one.
    """

    def placed(scenario: Scenario, /, *given: Given.args, **named: Given.kwargs) -> Result:
        return edit(place_of(card), scenario, *given, **named)

    return placed


def rearrange(edit: Callable[..., Arranged], *given: Any) -> None:
    """Make an edit ``edit(scenario, *given)`` that adds, removes or moves entries.

    Looks and identities follow their entries. Where the edit is impossible nothing changes and the
    visit is told why.
    """

    def arranged(scenario: Scenario, given: Sequence[Any]) -> Scenario:
        known = cards(len(scenario.entries))
        done = edit(scenario, *given)
        state.show(state.presentation().arranged(done.places))
        st.session_state[state.CARDS] = tuple(
            _new() if place is None else known[place] for place in done.places
        )
        return done.scenario

    state.apply(arranged, given)


def restyle(card: int, **changes: Any) -> None:
    """Change fields of the entry's :class:`~pages.ui.presentation.Look`; what is run stays."""
    state.dismiss_hints()
    present = state.presentation()
    try:
        place = place_of(card)
    except ValueError:
        return
    state.show(present.with_look(place, dataclasses.replace(present.look(place), **changes)))
