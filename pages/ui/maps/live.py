"""The map itself: what there is of it so far, asked for again until it is whole."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from optim_core import Scenario
from optim_core.maps import MapRequest
from pages.ui import state
from pages.ui.maps.endings import percent
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


@dataclass
class _Asked:
    """What one run of the page has asked for.

    Attributes:
        played: the click that the player shows.
        every: seconds between two looks; None when there will be nothing new.
        inline: whether the part is drawn within that run, and not by itself.
    """

    request: MapRequest
    played: int
    every: float | None
    inline: bool = True


def show_map(kind: MapKind, scenario: Scenario, settings: Settings) -> None:
    """Draw the map that is asked for; while it grows, this part of the page is drawn again."""
    try:
        request = kind.request(scenario, settings)
    except ValueError as error:
        workshop().leave(watcher())
        st.warning(plain(reason(error)), icon=":material/info:")
        return
    shown = workshop().look(request, watcher(), WAIT_SECONDS)
    asked = _Asked(request, playing(), None if shown.done else EVERY_SECONDS)
    with st.container(key="map"):
        st.fragment(_live, run_every=asked.every)(kind, scenario, settings, asked)
    asked.inline = False


def _live(kind: MapKind, scenario: Scenario, settings: Settings, asked: _Asked) -> None:
    shown = workshop().look(asked.request, watcher())
    # A click on the map has changed more than this part; and once all is there, nothing has to be
    # asked for any longer. Never from within the page's own run: what it has drawn so far may not
    # have left for the browser yet, which then shows sliders at their lowest values.
    clicked = state.open_link() != scenario or playing() != asked.played
    finished = asked.every is not None and shown.done
    if not asked.inline and (clicked or finished):
        st.rerun()
    if shown.problem is not None:
        st.error(plain(_reason(shown.problem)), icon=":material/error:")
    if shown.result is None:
        st.caption(_("The first picture is being computed."))
        return
    kind.draw(scenario, settings, shown.result)
    if not shown.done:
        told = _("{share} computed so far; the picture gets finer by itself.")
        st.caption(plain(told.format(share=percent(shown.result.share))))


def _reason(problem: Exception) -> str:
    if isinstance(problem, ValueError):
        return reason(problem)
    return _("This map could not be computed. Change a setting, or reload the page.")
