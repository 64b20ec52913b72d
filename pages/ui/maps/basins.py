"""Basins of attraction: for each entry, which start ends where."""

from __future__ import annotations

import streamlit as st

from landscapes import Knob
from optim_core import Scenario
from optim_core.maps import MapRequest
from pages.ui.maps.kind import MapKind, Settings
from pages.ui.maps.workshop import Shown


def choose(scenario: Scenario, settings: Settings) -> None:
    """The controls over the map."""


def request(scenario: Scenario, settings: Settings) -> MapRequest:
    """What is to be computed."""
    raise ValueError("to come")


def draw(scenario: Scenario, settings: Settings, shown: Shown) -> None:
    """Draw what there is."""
    st.write(shown)


BASINS = MapKind(
    key="basins",
    title="Basins of attraction",
    story="Every point of the map is a start; its colour says where it ends.",
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
