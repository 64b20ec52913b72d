"""Basins of attraction: for each entry a panel, in which every point is a start."""

from __future__ import annotations

from functools import partial

import streamlit as st

from landscapes import Knob
from optim_core import Scenario
from optim_core.maps import BasinMap, BasinRequest, MapRequest
from optim_core.maps.tables import basin_table
from pages.player import EntryStyle, GridMap, Mark, Panel, show_grid_map
from pages.ui import state
from pages.ui.maps.endings import endings, numbers, told_shares
from pages.ui.maps.files import offer_table
from pages.ui.maps.inks import Palette, steps_range
from pages.ui.maps.kind import MapKind, Settings
from pages.ui.maps.legends import legend
from pages.ui.maps.plotting import tell_noise
from pages.ui.maps.settings import draw_settings, play
from pages.ui.starts import set_starts
from pages.ui.styling import entry_styles
from pages.ui.words import _


def choose(scenario: Scenario, settings: Settings) -> None:
    """How fine the maps are."""
    del scenario
    with st.container(key="map-controls", width=340):
        draw_settings(BASINS, settings)


def request(scenario: Scenario, settings: Settings) -> MapRequest:
    """The basins of the line-up, as fine as asked for."""
    return BasinRequest.of(scenario, int(settings["size"]))


def draw(scenario: Scenario, settings: Settings, found: BasinMap) -> None:
    """The panels with their shares; a click starts all of the line-up there."""
    del settings
    show_grid_map(grid(scenario, found), key="map.basins", on_pick=_start_there)
    tell_noise(scenario)
    offer_table(partial(basin_table, found, [style.title for style in _styles(scenario)]), "basins")


def grid(scenario: Scenario, found: BasinMap) -> GridMap:
    """What the map of ``found`` shows."""
    surface, cells = scenario.landscape(), found.cells
    palette = Palette.of(len(found.minima))
    quick, slow = steps_range(cells)
    sentences, which = endings(cells, surface, found.minima, found.steps)
    styles = _styles(scenario)
    panels = [
        Panel(
            style.title,
            style.colour,
            told_shares(found.shares(entry), surface, found.minima, palette),
        )
        for entry, style in enumerate(styles)
    ]
    return GridMap(
        panels=panels,
        x=("x", found.x),
        y=("y", found.y),
        inks=palette.inks,
        ink=palette.paint(cells, quick, slow),
        endings=sentences,
        ending=which,
        numbers=numbers(cells),
        marks=marks(scenario, found),
        legend=legend(surface, cells, palette, quick, slow),
        words={
            "pick": _("A click or Enter starts the line-up there; arrow keys move."),
            "picture": _("Save picture"),
            "place": _("start ({x}, {y})"),
        },
        name=f"basins-{scenario.surface}",
        label=_("Basins of attraction: which start ends where"),
    )


def _styles(scenario: Scenario) -> list[EntryStyle]:
    return entry_styles(scenario.entries, state.presentation())


def marks(scenario: Scenario, found: BasinMap) -> list[Mark]:
    """The minima, and the starts that the Scenario has now."""
    minima = [Mark("minimum", point.x, point.y) for point in found.minima]
    return [*minima, *(Mark("start", x, y) for x, y in scenario.starts)]


def _start_there(panel: int, x: float, y: float) -> None:
    del panel
    play(set_starts, ((x, y),))


BASINS = MapKind(
    key="basins",
    title="Basins of attraction",
    story="Every point is a start: its colour says which minimum the run ends in.",
    icon=":material/grid_on:",
    knobs=(
        Knob(
            key="size",
            title="Starts a side",
            default=100,
            low=32,
            high=400,
            scale="integer",
            help="How many starts there are along each side of a map.",
        ),
    ),
    choose=choose,
    request=request,
    draw=draw,
)
