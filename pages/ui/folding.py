"""Which cards of a long line-up are open: the ones used last, so that all of them stay in sight.

Eight open cards are three screens of sliders, and drawing them is most of the work of a rerun.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from pages.ui.desk import Desk

SHORT = 3
"""A line-up of so many has no folded card."""

MOST_OPEN = 2
"""Of a longer one: what is being compared."""


def open_cards(desk: Desk[Any], cards: Sequence[int]) -> frozenset[int]:
    """Those of ``cards``, the identities of the desk's line-up, that are open.

    A card made since the last time is open, and whichever was opened longest ago makes room for it.
    """
    before, seen = _kept(desk)
    made = [card for card in cards if card > seen]
    kept = [card for card in before if card in cards]
    latest = (*kept, *made) if kept else tuple(reversed(cards[:MOST_OPEN]))
    latest = tuple(cards) if len(cards) <= SHORT else latest[-MOST_OPEN:]
    st.session_state[_place(desk)] = (latest, max(seen, *cards))
    return frozenset(latest)


def open_card(desk: Desk[Any], card: int) -> None:
    """Open ``card``; the one that was opened longest ago is folded when it is drawn."""
    before, seen = _kept(desk)
    others = tuple(other for other in before if other != card)
    st.session_state[_place(desk)] = ((*others, card), seen)


def _kept(desk: Desk[Any]) -> tuple[tuple[int, ...], int]:
    """The open cards, the latest last, and the highest identity that was ever drawn."""
    kept: tuple[tuple[int, ...], int] = st.session_state.get(_place(desk), ((), -1))
    return kept


def _place(desk: Desk[Any]) -> str:
    return f"open {desk.cards}"
