"""The menu of a card: what an entry is called, how it looks, where it stands."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from pages.player import EntryStyle
from pages.ui import state
from pages.ui.cards import on_card, rearrange, restyle
from pages.ui.desk import Desk
from pages.ui.line_up_edits import copy_entry, move_entry, remove_entry, reset_entry
from pages.ui.presentation import MAX_NAME, Look, tidy_colour, tidy_name
from pages.ui.redrawing import nothing, then_redrawn
from pages.ui.stylesheet import show_styles
from pages.ui.words import _


def palette() -> dict[str, str]:
    """Colours that stay apart for the colour-blind, by name.

    Seven of M. Okabe and K. Ito, Color Universal Design, 2008; olive, wine and indigo of P. Tol,
    Colour Schemes, SRON/EPS/TN/09-002.
    """
    return {
        "#0072b2": _("Blue"),
        "#56b4e9": _("Sky blue"),
        "#009e73": _("Green"),
        "#999933": _("Olive"),
        "#f0e442": _("Yellow"),
        "#e69f00": _("Orange"),
        "#d55e00": _("Vermilion"),
        "#882255": _("Wine"),
        "#cc79a7": _("Pink"),
        "#332288": _("Indigo"),
    }


def menu_is_open(card: int) -> bool:
    """Whether the menu of the entry ``card`` is open."""
    return bool(st.session_state.get(f"entry.{card}.menu"))


def draw_menu(
    desk: Desk[Any], card: int, index: int, entries: int, style: EntryStyle, look: Look
) -> None:
    """A button that opens the menu of the entry ``card``, which stands at ``index``."""
    # Its words stay the same, name or no name: Streamlit closes a menu whose label changes.
    menu = st.popover(
        _("Name, colour, place"),
        key=f"entry.{card}.menu",
        icon=":material/more_vert:",
        type="tertiary",
        help=_("Name, colour, place"),
        on_change=then_redrawn(nothing),
    )
    # Closed, a menu is not even drawn: eight of them would triple the work of a rerun.
    if not menu.open:
        return
    with menu, st.container(key=f"menu-of-card-{card}", gap="small"):
        _choose_name(desk, card, style, look)
        _choose_colour(desk, card, style, look)
        with st.container(horizontal=True, gap="small"):
            _choose_place(desk, card, index, entries)
            _choose_rest(desk, card, entries, look)


def _choose_name(desk: Desk[Any], card: int, style: EntryStyle, look: Look) -> None:
    st.text_input(
        _("Name"),
        look.name,
        max_chars=MAX_NAME,
        placeholder=style.title,
        help=_("Shown in the picture and in the table; empty for the optimizer's own name."),
        **_look_view(desk, f"entry.{card}.name", card, "name", look.name, tidy_name),
    )


def _choose_colour(desk: Desk[Any], card: int, style: EntryStyle, look: Look) -> None:
    st.caption(_("Colour"))
    colours = palette()
    rules = (
        f".st-key-entry-{card}-colour-{colour.lstrip('#')} {{ --palette-colour: {colour}; }}"
        for colour in colours
    )
    show_styles("menu", (card,), " ".join(rules))
    with st.container(key=f"palette-of-card-{card}", horizontal=True, gap="xsmall"):
        for colour, name in colours.items():
            st.button(
                name,
                key=f"entry.{card}.colour.{colour.lstrip('#')}",
                type="primary" if colour == look.colour else "secondary",
                help=name,
                on_click=then_redrawn(restyle),
                args=(desk, card),
                kwargs={"colour": colour},
            )
        st.color_picker(
            _("Any other colour"),
            style.colour,
            label_visibility="collapsed",
            **_look_view(desk, f"entry.{card}.colour", card, "colour", style.colour, tidy_colour),
        )
    if look.colour:
        st.button(
            _("The optimizer's own colour"),
            key=f"entry.{card}.colour.own",
            icon=":material/format_color_reset:",
            type="tertiary",
            on_click=then_redrawn(restyle),
            args=(desk, card),
            kwargs={"colour": ""},
        )


def _choose_place(desk: Desk[Any], card: int, index: int, entries: int) -> None:
    move = on_card(desk, card, move_entry)
    for name, label, icon, by, possible in (
        ("up", _("Move up"), ":material/arrow_upward:", -1, index > 0),
        ("down", _("Move down"), ":material/arrow_downward:", 1, index < entries - 1),
    ):
        st.button(
            label,
            key=f"entry.{card}.{name}",
            icon=icon,
            type="tertiary",
            disabled=not possible,
            on_click=then_redrawn(rearrange),
            args=(desk, move, by),
        )


def _choose_rest(desk: Desk[Any], card: int, entries: int, look: Look) -> None:
    def button(name: str, label: str, icon: str, act: Callable[[], None], possible: bool) -> None:
        st.button(
            label,
            key=f"entry.{card}.{name}",
            icon=f":material/{icon}:",
            type="tertiary",
            disabled=not possible,
            on_click=then_redrawn(_and_close),
            args=(card, act),
        )

    button(
        "hide",
        _("Show") if look.hidden else _("Hide"),
        "visibility" if look.hidden else "visibility_off",
        lambda: restyle(desk, card, hidden=not look.hidden),
        True,
    )
    button(
        "copy",
        _("Duplicate"),
        "content_copy",
        lambda: rearrange(desk, on_card(desk, card, copy_entry)),
        entries < desk.most(desk.value()),
    )
    button(
        "reset",
        _("Back to its default settings"),
        "restart_alt",
        lambda: desk.undoable(
            lambda: desk.apply(on_card(desk, card, partial(reset_entry, desk)), None)
        ),
        True,
    )
    button(
        "remove",
        _("Remove"),
        "delete",
        lambda: desk.undoable(lambda: rearrange(desk, on_card(desk, card, remove_entry))),
        entries > 1,
    )


def _and_close(card: int, act: Callable[[], None]) -> None:
    """Do what was chosen; then the menu has served."""
    st.session_state[f"entry.{card}.menu"] = False
    act()


def _look_view(
    desk: Desk[Any], key: str, card: int, field: str, value: str, tidy: Callable[[str], str]
) -> dict[str, Any]:
    """The arguments that make a widget a view of one field of the entry's look."""

    def restyled(tidy: Callable[[str], str], text: object) -> None:
        restyle(desk, card, **{field: tidy(str(text))})

    return state.view(key, value, tidy, apply=restyled)
