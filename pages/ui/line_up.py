"""The line-up: 1 to 8 entries, each an optimizer with its knobs and perhaps a wrapper around it."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from optim_core import OPTIMIZERS, WRAPPERS, Entry
from pages.player import EntryStyle
from pages.ui.body import draw_alone
from pages.ui.cards import card_part, cards, on_card, place_of, rearrange
from pages.ui.choosing import choose
from pages.ui.controls import draw_knobs
from pages.ui.desk import Desk
from pages.ui.entry_menu import draw_menu
from pages.ui.folding import open_card, open_cards
from pages.ui.line_up_edits import (
    add_entry,
    set_optimizer,
    set_setting,
    set_wrapper,
    set_wrapper_setting,
)
from pages.ui.presentation import Look
from pages.ui.redrawing import nothing, then_redrawn
from pages.ui.styling import entry_styles
from pages.ui.swatches import paint_cards
from pages.ui.words import _, once_a_language, plain

ALWAYS_SHOWN = "learning_rate"

_titles = once_a_language(lambda: {key: _(spec.title) for key, spec in OPTIMIZERS.items()})


def paint_line_up(desk: Desk[Any]) -> None:
    """Give the card of every entry the colour and the swatch of its path."""
    entries, present = desk.value().entries, desk.presentation()
    hidden = [present.look(index).hidden for index in range(len(entries))]
    paint_cards(cards(desk, len(entries)), entry_styles(entries, present), hidden, desk.ink)


def choose_line_up(desk: Desk[Any]) -> None:
    """Draw the card of every entry and the button that adds one.

    What paints the cards is :func:`paint_line_up`.
    """
    contest, present = desk.value(), desk.presentation()
    entries = contest.entries
    known = cards(desk, len(entries))
    styles = entry_styles(entries, present)
    looks = [present.look(index) for index in range(len(known))]
    unfolded = open_cards(desk, known)
    for index, card in enumerate(known):
        if card in unfolded:
            draw_alone(card_part(card), partial(_draw_card, desk, card))
        else:  # nothing around it: each block more is a message more in every rerun
            _draw_folded(desk, card, styles[index], looks[index])
    full = len(entries) >= desk.most(contest)
    st.button(
        _("Add an optimizer"),
        key="entry.add",
        icon=":material/add:",
        width="stretch",
        disabled=full,
        help=plain(desk.full(contest)) if full else None,
        on_click=rearrange,
        args=(desk, partial(add_entry, desk)),
    )


def _draw_card(desk: Desk[Any], card: int) -> None:
    # Asked anew: the card may be drawn long after the line-up was.
    entries, present = desk.value().entries, desk.presentation()
    index = place_of(desk, card)
    entry, look = entries[index], present.look(index)
    style = entry_styles(entries, present)[index]
    with st.container(key=f"card-{card}", gap=None):
        if look.name or look.hidden:
            _draw_name(card, style, look)
        # Side by side by the card's own grid (cards.css): each block more costs as a widget does.
        choose(
            _("Optimizer {number}").format(number=index + 1),
            _titles(),
            f"entry.{card}.optimizer",
            entry.optimizer,
            on_card(desk, card, partial(set_optimizer, desk)),
            desk.view,
            label_visibility="collapsed",
        )
        draw_menu(desk, card, index, len(entries), style, look)
        _choose_settings(desk, card, entry)


def _choose_settings(desk: Desk[Any], card: int, entry: Entry) -> None:
    spec, values = OPTIMIZERS[entry.optimizer], dict(entry.settings)
    change = on_card(desk, card, set_setting)
    shown = [knob for knob in spec.knobs if knob.key == ALWAYS_SHOWN]
    rest = [knob for knob in spec.knobs if knob.key != ALWAYS_SHOWN]
    draw_knobs(shown, values, f"entry.{card}", change, desk.view, rows=False)
    # Closed cards are not even drawn: eight line-ups of knobs would triple the work of a rerun.
    more = st.expander(
        _("More settings"),
        key=f"entry.{card}.more",
        type="compact",
        on_change=then_redrawn(nothing),
    )
    if more.open:
        with more:
            st.caption(plain(_(spec.story)))
            draw_knobs(rest, values, f"entry.{card}.{spec.key}", change, desk.view)
            _choose_wrapper(desk, card, entry)


def _draw_folded(desk: Desk[Any], card: int, style: EntryStyle, look: Look) -> None:
    """One line that says who it is and opens the card."""
    hidden = f":material/visibility_off: {plain(_('Hidden'))}" if look.hidden else ""
    st.button(
        f"{plain(style.title)} {hidden}".strip(),
        key=f"entry.{card}.open",
        icon=":material/expand_more:",
        icon_position="right",
        type="tertiary",
        width="stretch",
        on_click=open_card,
        args=(desk, card),
    )


def _draw_name(card: int, style: EntryStyle, look: Look) -> None:
    """The entry's own name over its optimizer, and whether it is out of sight."""
    name = f"**{plain(style.title)}**" if look.name else ""
    hidden = f":material/visibility_off: {plain(_('Hidden'))}" if look.hidden else ""
    with st.container(key=f"name-of-card-{card}"):
        st.markdown("  \n".join(part for part in (name, hidden) if part))


def _choose_wrapper(desk: Desk[Any], card: int, entry: Entry) -> None:
    if not WRAPPERS:
        return
    titles = {"": _("Nothing"), **{key: _(spec.title) for key, spec in WRAPPERS.items()}}
    key, swap = f"entry.{card}.wrapper", on_card(desk, card, set_wrapper)
    choose(_("Around it"), titles, key, entry.wrapper or "", swap, desk.view)
    if entry.wrapper is not None:
        spec = WRAPPERS[entry.wrapper]
        st.caption(plain(_(spec.story)))
        prefix = f"entry.{card}.{spec.key}"
        change = on_card(desk, card, set_wrapper_setting)
        draw_knobs(spec.knobs, dict(entry.wrapper_settings), prefix, change, desk.view)
