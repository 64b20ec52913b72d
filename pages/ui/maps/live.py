"""The map itself: what there is of it so far, asked for again until it is whole."""

from __future__ import annotations

import streamlit as st

from optim_core import Scenario
from optim_core.maps import MapRequest
from pages.ui import state
from pages.ui.maps.kind import MapKind, Settings
from pages.ui.maps.settings import playing, watcher
from pages.ui.maps.workshop import Workshop
from pages.ui.words import _, plain, reason

EVERY_SECONDS = 0.4
"""How often the page asks for a finer picture."""

WAIT_SECONDS = 0.35
"""How long a rerun waits for the coarse picture, so that the page does not come without any."""


@st.cache_resource(show_spinner=False)
def workshop() -> Workshop:
    """The one thread of this server that computes maps."""
    return Workshop()


def show_map(kind: MapKind, scenario: Scenario, settings: Settings) -> None:
    """Draw the map that is asked for; while it grows, this part of the page is drawn again."""
    try:
        request = kind.request(scenario, settings)
    except ValueError as error:
        workshop().leave(watcher())
        st.warning(plain(reason(error)), icon=":material/info:")
        return
    shown = workshop().look(request, watcher(), WAIT_SECONDS)
    every = None if shown.done else EVERY_SECONDS
    with st.container(key="map"):
        st.fragment(_live, run_every=every)(kind, scenario, settings, request, every, playing())


def _live(
    kind: MapKind,
    scenario: Scenario,
    settings: Settings,
    request: MapRequest,
    every: float | None,
    played: int,
) -> None:
    shown = workshop().look(request, watcher())
    if shown.problem is not None:
        st.error(plain(_reason(shown.problem)), icon=":material/error:")
    kind.draw(scenario, settings, shown)
    # A click on the map has changed more than this part; and once all is there, nothing has to be
    # asked for any longer.
    clicked = state.open_link() != scenario or playing() != played
    if clicked or (every is not None and shown.done):
        st.rerun()


def _reason(problem: Exception) -> str:
    if isinstance(problem, ValueError):
        return reason(problem)
    return _("This map could not be computed. Change a setting, or reload the page.")
