"""A landscape as a lesson: the parts that a teacher can fix, in words, and the lesson's link."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import streamlit as st

from optim_core.training.landscape import LANDSCAPE_KNOBS, LandscapeRequest
from pages.ui.landscape import state
from pages.ui.landscape.networks import Training
from pages.ui.landscape.set_up import (
    choose_networks,
    choose_picture,
    choose_settings,
    name_of,
    subjects,
)
from pages.ui.sharing import Sharing
from pages.ui.styling import told_value
from pages.ui.teaching.guide import Guide
from pages.ui.teaching.making import Making
from pages.ui.teaching.parts import draw_part, tell
from pages.ui.words import _, listed


def choose_parts(request: LandscapeRequest, known: Mapping[str, Training], guide: Guide) -> None:
    """Draw every part of ``request`` as ``guide`` has it."""
    drawn = {
        "picture": (choose_picture, _tell_picture),
        "networks": (choose_networks, _tell_networks),
        "settings": (_choose_settings, _tell_settings),
    }
    for part, (choose, told) in drawn.items():
        draw_part(guide, part, partial(choose, request, known), partial(told, request, known))


def about_request(request: LandscapeRequest, known: Mapping[str, Training], guide: Guide) -> str:
    """What ``request`` is a picture of, without what ``guide`` hides; empty where that is all."""
    shown = {"picture": [_(request.picture.title)], "networks": subjects(request, known)}
    return listed([one for part, told in shown.items() if part not in guide.hidden for one in told])


def of_landscape(request: LandscapeRequest | None) -> Making:
    """Lessons that show the present picture."""
    return Making(
        about=_(
            "The lesson is the picture that is set up and the one that is laid open. It travels in"
            " its link; of networks and pictures the link holds the names."
        ),
        parts={
            "picture": _("Picture"),
            "networks": _("Networks"),
            "settings": _("Settings of the picture"),
        },
        share=partial(_share, request),
    )


def _share(request: LandscapeRequest | None, guide: Guide, presented: bool) -> Sharing:
    del presented  # the page has no projector mode
    link = state.lesson_link(request, guide)
    return Sharing(link, link)


def _choose_settings(request: LandscapeRequest, known: Mapping[str, Training]) -> None:
    st.subheader(_("Picture"))
    choose_settings(request, known)


def _tell_picture(request: LandscapeRequest, known: Mapping[str, Training]) -> None:
    del known
    tell(_("Picture"), [_(request.picture.title)])


def _tell_networks(request: LandscapeRequest, known: Mapping[str, Training]) -> None:
    tell(_("Networks"), [name_of(network, known) for network in request.networks])


def _tell_settings(request: LandscapeRequest, known: Mapping[str, Training]) -> None:
    del known
    names = [name for name in request.picture.settings if name != "centre"]
    knobs = [LANDSCAPE_KNOBS[name] for name in names]
    values = [f"{_(knob.title)} {told_value(knob, getattr(request, knob.key))}" for knob in knobs]
    tell(_("Settings of the picture"), values)
