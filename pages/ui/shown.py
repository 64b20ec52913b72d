"""What each part of the playground shows; see ``redrawing.py``."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from pages.ui import state
from pages.ui.cards import card_part, cards
from pages.ui.desk import PLAYGROUND
from pages.ui.entry_menu import menu_is_open
from pages.ui.folding import open_cards
from pages.ui.presets import belonging
from pages.ui.redrawing import REST
from pages.ui.room import most_entries, most_starts, most_streams
from pages.ui.starts import LIST
from pages.ui.styling import entry_styles
from pages.ui.surface_picker import PICTURES
from pages.ui.words import current_language

PICTURE = "picture"
"""The player with all that is told of the run around and under it."""

SETTING = "setting"
"""Surface, starts and steps in the sidebar."""


def shown_parts() -> dict[str, object]:
    """What depends on the experiment and on how it is shown, part by part."""
    scenario, present = state.open_link(), state.presentation()
    entries, config = scenario.entries, scenario.config
    around = (current_language(), present.guide, present.projector)
    known = cards(PLAYGROUND, len(entries))
    unfolded = open_cards(PLAYGROUND, known)
    styles = entry_styles(entries, present)
    preset = belonging(scenario)
    shows: dict[str, object] = {
        PICTURE: (around, scenario, present, state.wants_hints()),
        SETTING: (
            around,
            scenario.surface,
            scenario.surface_settings,
            scenario.starts,
            config.steps,
            most_starts(scenario),
        ),
    }
    for card, entry, style in zip(known, entries, styles, strict=True):
        if card in unfolded:
            titled = style if menu_is_open(card) else None
            shows[card_part(card)] = (around, entry, titled)
    shows[REST] = (
        around,
        preset,
        present.looks,
        known,
        tuple((entry.optimizer, entry.wrapper) for entry in entries),
        tuple(
            style.title for card, style in zip(known, styles, strict=True) if card not in unfolded
        ),
        dict(vars(config), steps=None),
        len(scenario.starts),
        most_entries(scenario),
        most_streams(scenario),
        state.notice_waits(),
        styled(unfolded),
    )
    return shows


def styled(unfolded: Iterable[int]) -> tuple[object, ...]:
    """What has a style sheet of its own while it is open.

    Style sheets and notices of the whole page stand in one list, in the order in which they were
    drawn. A part that would lengthen it has everything drawn, else it would overwrite another's.
    """
    lists = tuple(bool(st.session_state.get(key)) for key in (LIST, PICTURES))
    return lists, tuple(sorted(card for card in unfolded if menu_is_open(card)))
