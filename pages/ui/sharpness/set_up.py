"""The sidebar of the sharpness page: which view, which networks, how fine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from optim_core.training.landscape.edge import EDGE_KNOBS
from optim_core.training.landscape.edge_presets import EDGE_PRESETS, batch_pair
from optim_core.training.landscape.request import Network
from optim_core.training.landscape.sharpness import (
    MOST_NETWORKS,
    SHARPNESS_KNOBS,
    SharpnessRequest,
)
from pages.ui.controls import draw_knob
from pages.ui.landscape.networks import Training, alike
from pages.ui.landscape.set_up import name_of
from pages.ui.sharpness import state
from pages.ui.sharpness.state import Visit
from pages.ui.training.titles import subject
from pages.ui.words import _, plain


def view_titles() -> dict[str, str]:
    """What the views are called."""
    return {
        "networks": _("Networks beside each other"),
        "edge": _("Edge of stability"),
        "batches": _("Small against large batches"),
    }


def choose_view(visit: Visit) -> None:
    """What to look at."""
    titles = view_titles()
    st.segmented_control(
        _("What to look at"),
        list(titles),
        format_func=lambda key: titles[key],
        default=visit.view,
        label_visibility="collapsed",
        required=True,
        **state.view("sharpness.view", visit.view, _set_view),
    )


def _set_view(visit: Visit, view: str) -> Visit:
    return replace(visit, view=view)


def choose_networks(request: SharpnessRequest, known: Mapping[str, Training]) -> None:
    """Which networks are measured, and how."""
    first = known.get(request.networks[0][0])
    fits = [
        one
        for training in known.values()
        if first is None or alike(first.experiment, training.experiment)
        for one in training.networks
    ]
    offered = list(dict.fromkeys((*request.networks, *fits)))
    names = {network: name_of(network, known) for network in offered}
    st.multiselect(
        _("Networks"),
        offered,
        list(request.networks),
        format_func=lambda one: names[one],
        max_selections=MOST_NETWORKS,
        help=_("Only networks that are alike can stand in one table."),
        **state.view("sharpness.networks", list(request.networks), _set_networks),
    )
    others = {
        key: f"{training.name} ({key[:4]})"
        for key, training in known.items()
        if training is not first
    }
    if others and first is not None:
        titles = {first.run.id: f"{first.name} ({first.run.id[:4]})", **others}
        st.selectbox(
            _("All networks of"),
            list(titles),
            list(titles).index(first.run.id),
            format_func=lambda key: titles[key],
            **state.view("sharpness.training", first.run.id, partial(_set_training, known)),
        )
    for name, knob in SHARPNESS_KNOBS.items():
        edit = partial(_set_field, name)
        draw_knob(knob, getattr(request, name), f"sharpness.{name}", edit, state.view)


def _set_networks(visit: Visit, networks: Sequence[Network]) -> Visit:
    if visit.request is None or not networks:
        return visit
    return replace(visit, request=visit.request.changed(networks=tuple(networks)))


def _set_training(known: Mapping[str, Training], visit: Visit, run: str) -> Visit:
    if visit.request is None or run not in known:
        return visit
    networks = tuple(known[run].networks[:MOST_NETWORKS])
    return replace(visit, request=visit.request.changed(networks=networks))


def _set_field(name: str, visit: Visit, value: Any) -> Visit:
    if visit.request is None:
        return visit
    return replace(visit, request=visit.request.changed(**{name: value}))


def choose_edge(visit: Visit) -> None:
    """Which recording, and how long."""
    titles = {key: _(preset.title) for key, preset in EDGE_PRESETS.items()}
    st.selectbox(
        _("Recording"),
        list(titles),
        list(titles).index(visit.preset),
        format_func=lambda key: titles[key],
        **state.view("edge.preset", visit.preset, _set_preset),
    )
    st.caption(plain(_(EDGE_PRESETS[visit.preset].sentence)))
    for name, knob in EDGE_KNOBS.items():
        edit = partial(_set_step, name)
        draw_knob(knob, getattr(visit.recording, name), f"edge.{name}", edit, state.view)
    st.caption(plain(subject(visit.recording.experiment)))


def _set_preset(visit: Visit, key: str) -> Visit:
    return replace(visit, preset=key, recording=EDGE_PRESETS[key].recording)


def _set_step(name: str, visit: Visit, value: Any) -> Visit:
    return replace(visit, recording=replace(visit.recording, **{name: value}))


def choose_batches() -> None:
    """What the pair is: nothing to set, but to be told."""
    small, large = batch_pair()
    told = _(
        "{subject}, Adam on both sides: {first} epochs in batches of {small} pictures, {second} in"
        " batches of {large}."
    )
    st.caption(
        plain(
            told.format(
                subject=subject(small),
                first=small.epochs,
                small=small.batch_size,
                second=large.epochs,
                large=large.batch_size,
            )
        )
    )
