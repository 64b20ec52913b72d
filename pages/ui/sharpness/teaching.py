"""Sharpness as a lesson: the parts that a teacher can fix, in words, and the lesson's link."""

from __future__ import annotations

from collections.abc import Mapping

from optim_core.training.landscape.edge import EDGE_KNOBS
from optim_core.training.landscape.edge_presets import EDGE_PRESETS
from optim_core.training.landscape.sharpness import SHARPNESS_KNOBS
from pages.ui.landscape.networks import Training
from pages.ui.landscape.set_up import name_of
from pages.ui.sharing import Sharing
from pages.ui.sharpness import state
from pages.ui.sharpness.set_up import (
    choose_batches,
    choose_edge,
    choose_networks,
    view_titles,
)
from pages.ui.sharpness.state import Visit
from pages.ui.teaching.guide import Guide
from pages.ui.teaching.making import Making
from pages.ui.teaching.parts import tell, tell_settings
from pages.ui.words import _


def tell_view(visit: Visit) -> None:
    """What is looked at, in words."""
    tell(_("What to look at"), [view_titles()[visit.view]])


def choose_settings(visit: Visit, known: Mapping[str, Training]) -> None:
    """What the present view can be set to."""
    if visit.view == "networks" and visit.request is not None:
        choose_networks(visit.request, known)
    elif visit.view == "edge":
        choose_edge(visit)
    elif visit.view == "batches":
        choose_batches()


def tell_view_settings(visit: Visit, known: Mapping[str, Training]) -> None:
    """The same in words."""
    if visit.view == "networks" and visit.request is not None:
        tell(_("Networks"), [name_of(network, known) for network in visit.request.networks])
        values = {name: getattr(visit.request, name) for name in SHARPNESS_KNOBS}
        tell_settings(SHARPNESS_KNOBS.values(), values)
    elif visit.view == "edge":
        tell(_("Recording"), [_(EDGE_PRESETS[visit.preset].title)])
        values = {name: getattr(visit.recording, name) for name in EDGE_KNOBS}
        tell_settings(EDGE_KNOBS.values(), values)
    elif visit.view == "batches":
        choose_batches()


def of_sharpness() -> Making:
    """Lessons that show what the page shows."""
    return Making(
        about=_(
            "The lesson is what is set up here and what is laid open. It travels in its link; of"
            " networks and measurements the link holds the names."
        ),
        parts={"view": _("What to look at"), "settings": _("Settings")},
        share=_share,
    )


def _share(guide: Guide, presented: bool) -> Sharing:
    del presented  # the page has no projector mode
    link = state.lesson_link(guide)
    return Sharing(link, link)
