"""The map itself: what there is of it so far, asked for again until it is whole."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from optim_core import Scenario
from optim_core.maps import MapRequest
from pages.ui import allowance, state
from pages.ui.maps.endings import percent
from pages.ui.maps.kind import MapKind, Settings
from pages.ui.maps.settings import playing, watcher
from pages.ui.maps.workshop import Workshop
from pages.ui.words import _, plain, reason

PAUSE_MILLISECONDS = 300
"""Between a picture and the question for a finer one."""

WAIT_SECONDS = 0.35
"""How long a rerun waits for the coarse picture, so that the page does not come without any."""

# The browser asks when it has drawn what there was. A part that reruns by the clock can only be
# stopped by a run of the whole page; and where such a run overtakes the first one in a busy
# browser, sliders come up at their lowest values.
SCRIPT = """
export default function ({ data, setTriggerValue }) {
  if (!data.pause) return;
  const timer = setTimeout(() => setTriggerValue("asked", data.look), data.pause);
  return () => clearTimeout(timer);
}
"""

_asker = st.components.v2.component("downhill_asker", js=SCRIPT)


@st.cache_resource(show_spinner=False)
def workshop() -> Workshop:
    """The one thread of this server that computes maps."""
    return Workshop()


@dataclass
class _Asked:
    """What one run of the page has asked for.

    Attributes:
        request: it.
        played: the click that the player shows.
        looks: how often it has been looked at.
        paid: seconds of its computing that this visitor has been charged for.
    """

    request: MapRequest
    played: int
    looks: int = 0
    paid: float = 0.0


def show_map(kind: MapKind, scenario: Scenario, settings: Settings) -> None:
    """Draw the map that is asked for; while it grows, this part of the page is drawn again."""
    try:
        request = kind.request(scenario, settings)
        if not workshop().has(request):
            allowance.check()
    except ValueError as error:
        workshop().leave(watcher())
        st.warning(plain(reason(error)), icon=":material/info:")
        return
    with st.container(key="map"):
        st.fragment(_live)(kind, scenario, settings, _Asked(request, playing()))


def _live(kind: MapKind, scenario: Scenario, settings: Settings, asked: _Asked) -> None:
    if state.open_link() != scenario or playing() != asked.played:
        # A click on the map has changed more than this part.
        st.rerun()
    asked.looks += 1
    wait = WAIT_SECONDS if asked.looks == 1 else 0.0
    known = workshop().has(asked.request)
    shown = workshop().look(asked.request, watcher(), wait)
    if known and asked.looks == 1:
        asked.paid = shown.seconds  # others had it computed
    allowance.spend(shown.seconds - asked.paid)
    asked.paid = shown.seconds
    if shown.problem is not None:
        st.error(plain(_reason(shown.problem)), icon=":material/error:")
    if shown.result is not None:
        kind.draw(scenario, settings, shown.result)
    elif shown.problem is None:
        st.caption(_("The first picture is being computed."))
    if shown.result is not None and not shown.done:
        told = _("{share} computed so far; the picture gets finer by itself.")
        st.caption(plain(told.format(share=percent(shown.result.share))))
    pause = None if shown.done else PAUSE_MILLISECONDS
    data = {"pause": pause, "look": asked.looks}
    _asker(key="map.asker", data=data, on_asked_change=_look_again, height=0)


def _look_again() -> None:
    """Nothing to do: that the part is drawn again is all that was asked for."""


def _reason(problem: Exception) -> str:
    if isinstance(problem, ValueError):
        return reason(problem)
    return _("This map could not be computed. Change a setting, or reload the page.")
