"""Desk: what the cards of a line-up need to know of the page that they lie on.

A card shows an entry of whatever has entries: the playground's Scenario, the lab's Experiment. What
differs between them (where the value is kept, which rates suit it, how many entries it has room
for) is here, so that there is one kind of card.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from optim_core import Entry, Scenario
from pages.ui import state
from pages.ui.presentation import Presentation
from pages.ui.rates import suited_entries
from pages.ui.room import full_line_up, most_entries
from pages.ui.state import Apply
from pages.ui.swatches import Ink, visible


class HasEntries(Protocol):
    """Anything with a line-up; a frozen dataclass, since edits replace its field."""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The contestants."""


Contest = TypeVar("Contest", bound=HasEntries)


@dataclass(frozen=True, kw_only=True)
class Desk(Generic[Contest]):
    """A page's one durable value, as its cards see it.

    Attributes:
        cards: where the session keeps which card is which.
        value: the present contest.
        apply: makes a change of it, or says in words why that cannot be.
        undoable: makes a change so that it can be taken back, where much would be lost.
        presentation, show: how it is shown, and to show it otherwise.
        suited: entries with learning rates that suit a contest.
        most: how many entries it has room for.
        full: why there is no entry to add once there are so many.
        ink: the colour that an entry's line has in the picture.
    """

    cards: str
    value: Callable[[], Contest]
    apply: Apply
    undoable: Callable[[Callable[[], None]], None]
    presentation: Callable[[], Presentation]
    show: Callable[[Presentation], None]
    suited: Callable[[Contest, tuple[Entry, ...]], tuple[Entry, ...]]
    most: Callable[[Contest], int]
    full: Callable[[Contest], str]
    ink: Ink

    def view(self, key: str, value: Any, edit: Callable[..., Any]) -> dict[str, Any]:
        """The arguments that make a widget a view of ``value``; see :func:`pages.ui.state.view`."""
        return state.view(key, value, edit, apply=self.apply)


PLAYGROUND: Desk[Scenario] = Desk(
    cards=state.CARDS,
    value=state.open_link,
    apply=state.apply,
    undoable=state.replace,
    presentation=state.presentation,
    show=state.show,
    suited=suited_entries,
    most=most_entries,
    full=full_line_up,
    ink=visible,
)
