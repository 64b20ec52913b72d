"""Maps as lessons: the part that a teacher can fix, and the link of the lesson."""

from __future__ import annotations

from functools import partial

import streamlit as st

from optim_core import Scenario
from pages.ui.maps import state as maps
from pages.ui.maps.kind import MapKind, Settings
from pages.ui.sharing import Sharing
from pages.ui.teaching.guide import Guide
from pages.ui.teaching.making import Making, scenario_parts
from pages.ui.teaching.parts import tell, tell_settings
from pages.ui.words import _


def choose_map(kind: MapKind, scenario: Scenario, settings: Settings) -> None:
    """The kind of map and its settings."""
    with st.container(key="map-choice", horizontal=True, vertical_alignment="bottom", gap="medium"):
        maps.choose_kind()
        kind.choose(scenario, settings)


def tell_map(kind: MapKind, settings: Settings) -> None:
    """The same in words."""
    tell(_("Kind of map"), [_(kind.title)])
    tell_settings(kind.knobs, settings)


def of_maps(scenario: Scenario) -> Making:
    """Lessons that show the present map."""
    return Making(
        about=_(
            "The lesson is the map that you see now, with its line-up. It travels in its link;"
            " nothing is kept on the server."
        ),
        parts={"map": _("Kind of map and its settings"), **scenario_parts()},
        share=partial(_share, scenario),
    )


def _share(scenario: Scenario, guide: Guide, presented: bool) -> Sharing:
    del presented  # maps have no projector mode
    link = maps.lesson_link(scenario, guide)
    return Sharing(link, link)
