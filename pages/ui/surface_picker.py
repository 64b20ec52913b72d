"""The surface: picked by its name or by its picture, and its settings."""

from __future__ import annotations

import dataclasses
from functools import partial

import streamlit as st

from landscapes import SURFACES, Surface, Value
from optim_core import Scenario
from pages.ui import state
from pages.ui.choosing import choose
from pages.ui.controls import draw_knobs
from pages.ui.rates import suited
from pages.ui.redrawing import nothing, then_redrawn
from pages.ui.stylesheet import show_styles
from pages.ui.thumbnails import pictures
from pages.ui.words import _, plain

PICTURES = "surfaces"
"""The key of the list of pictures."""


def choose_surface(scenario: Scenario) -> None:
    """Pick a surface and turn its knobs."""
    titles = {key: _(surface.title) for key, surface in SURFACES.items()}
    if scenario.surface not in titles:
        titles[scenario.surface] = _(scenario.landscape().title)
    with st.container(
        key="surface-row", horizontal=True, wrap=False, vertical_alignment="bottom", gap="xsmall"
    ):
        view = partial(state.view, replaces=True)
        choose(_("Surface"), titles, "surface", scenario.surface, set_surface, view)
        _choose_by_picture(scenario.surface)
    surface = scenario.landscape()
    draw_knobs(surface.knobs, dict(surface.settings), f"surface.{surface.key}", set_surface_knob)


def _choose_by_picture(chosen: str) -> None:
    """A button that opens a picture and a sentence of every surface."""
    picker = st.popover(
        _("Pictures of the surfaces"),
        key=PICTURES,
        icon=":material/grid_view:",
        help=_("Pictures of the surfaces"),
        on_change=then_redrawn(nothing),
    )
    # Closed, none of it is drawn: 28 tiles are ten times as much as all the rest of the sidebar.
    if not picker.open:
        return
    with picker, st.container(key="surface-tiles", gap="small"):
        _paint()
        for family, members in families().items():
            st.markdown(f"**{plain(_titles().get(family, family))}**")
            with st.container(key=f"surface-family-{family}", gap=None):
                for surface in members:
                    _draw_tile(surface, surface.key == chosen)


def families() -> dict[str, list[Surface]]:
    """All surfaces by the module that declares them, in the order of the registry."""
    found: dict[str, list[Surface]] = {family: [] for family in _titles()}
    for surface in SURFACES.values():
        found.setdefault(surface.function.__module__.rpartition(".")[2], []).append(surface)
    return {family: members for family, members in found.items() if members}


def _titles() -> dict[str, str]:
    return {
        "quadratics": _("Bowls and ravines"),
        "wells": _("Wells side by side"),
        "hazards": _("Saddles, plateaus and cliffs"),
        "networks": _("Small networks"),
        "classics": _("Classic test functions"),
        "multimodal": _("Many minima"),
    }


def _paint() -> None:
    """Give each tile its picture, in the colours that the theme has for the map."""
    dark = st.context.theme.type == "dark"
    rules = (
        f'.st-key-surface-tile-{key} {{ --picture: url("{address}"); }}'
        for key, address in pictures(dark).items()
    )
    show_styles("families", families())
    show_styles("tiles", SURFACES, " ".join(rules))


def _draw_tile(surface: Surface, chosen: bool) -> None:
    with st.container(key=f"surface-tile-{surface.key}", gap=None):
        st.button(
            f"**{plain(_(surface.title))}**",
            key=f"surface.pick.{surface.key}",
            type="tertiary",
            icon=":material/check:" if chosen else None,
            on_click=pick_surface,
            args=(surface.key,),
        )
        st.caption(plain(_(surface.story)))


def pick_surface(key: str) -> None:
    """Go to the surface ``key`` and close its pictures."""
    st.session_state[PICTURES] = False
    state.replace(lambda: state.apply(set_surface, key))


def set_surface(scenario: Scenario, key: str) -> Scenario:
    """Another surface with its own settings and start; the line-up stays, at rates that suit it."""
    return suited(dataclasses.replace(scenario, surface=key, surface_settings=(), starts=()))


def set_surface_knob(scenario: Scenario, key: str, value: Value) -> Scenario:
    """The same surface with one of its settings changed."""
    settings = {**dict(scenario.surface_settings), key: value}
    return dataclasses.replace(scenario, surface_settings=settings)
