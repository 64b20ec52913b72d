"""The sidebar of the landscape page: which picture, of which networks, how fine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from optim_core.training.landscape import LANDSCAPE_KNOBS, PICTURES, LandscapeRequest
from optim_core.training.landscape.request import Network
from pages.ui.controls import draw_knob
from pages.ui.landscape import state
from pages.ui.landscape.networks import Training, alike
from pages.ui.words import _, plain

SLOTS = {"interpolation": ("first", "second"), "plane": ("first", "second", "third")}


def choose_picture(request: LandscapeRequest, known: Mapping[str, Training]) -> None:
    """The kind of picture; it takes as many networks as it needs from those there are."""
    titles = {key: _(picture.title) for key, picture in PICTURES.items()}
    st.selectbox(
        _("Picture"),
        list(titles),
        list(titles).index(request.kind),
        format_func=lambda key: titles[key],
        **state.view("landscape.kind", request.kind, partial(set_kind, known)),
    )
    st.caption(plain(_(request.picture.help)))


def choose_networks(request: LandscapeRequest, known: Mapping[str, Training]) -> None:
    """Which networks it is of."""
    if request.kind == "paths":
        _choose_trainings(request, known)
        return
    first = known.get(request.networks[0][0])
    options = _options(first, known) or list(request.networks)
    names = {network: name_of(network, known) for network in (*options, *request.networks)}
    labels = {"first": _("First network"), "second": _("Second network")}
    labels |= {"third": _("Third network")}
    for place, network in enumerate(request.networks):
        slots = SLOTS.get(request.kind, ())
        offered = list(names) if place == 0 else _beside(first, known, names)
        options = offered if network in offered else [*offered, network]
        st.selectbox(
            labels[slots[place]] if slots else _("Network"),
            options,
            options.index(network),
            format_func=lambda one: names[one],
            **state.view(f"landscape.network.{place}", network, partial(set_network, place, known)),
        )


def _options(first: Training | None, known: Mapping[str, Training]) -> list[Network]:
    """All networks, those of the training that is shown first."""
    rest = [one for one in known.values() if one is not first]
    ordered = [*([first] if first else []), *rest]
    return [network for training in ordered for network in training.networks]


def _beside(
    first: Training | None, known: Mapping[str, Training], names: Mapping[Network, str]
) -> list[Network]:
    """The networks that can be in one picture with those of a training."""
    if first is None:
        return list(names)
    fits = {key for key, one in known.items() if alike(first.experiment, one.experiment)}
    return [network for network in names if network[0] in fits]


def name_of(network: Network, known: Mapping[str, Training]) -> str:
    """What a network is called; may hold anything that a visitor wrote."""
    training = known.get(network[0])
    if training is None or network[1] >= training.experiment.rows:
        return _("a network that is not here any more")
    when = training.run.id[:4]
    return f"{training.title(network[1])} ({training.name}, {when})"


def subjects(request: LandscapeRequest, known: Mapping[str, Training]) -> list[str]:
    """What a picture is of, in a few words: the trainings, and the network where it is one."""
    runs = dict.fromkeys(run for run, _row in request.networks)
    found = [known[run].name for run in runs if run in known]
    if len(request.networks) == 1 and found:
        run, row = request.networks[0]
        found.append(known[run].title(row) if row < known[run].experiment.rows else "")
    return list(dict.fromkeys(found))


def _choose_trainings(request: LandscapeRequest, known: Mapping[str, Training]) -> None:
    """Whose paths are drawn: of whole trainings, all that can be in one picture."""
    chosen = list(dict.fromkeys(run for run, _row in request.networks))
    first = known.get(chosen[0])
    offered = [
        key
        for key, one in known.items()
        if one.experiment.record_every and (not first or alike(first.experiment, one.experiment))
    ]
    titles = {
        key: f"{known[key].name} ({key[:4]})" if key in known else key[:8]
        for key in dict.fromkeys((*offered, *chosen))
    }
    st.multiselect(
        _("Paths of"),
        list(titles),
        chosen,
        format_func=lambda key: titles[key],
        **state.view("landscape.trainings", chosen, partial(set_trainings, known)),
    )
    if first is not None and not first.experiment.record_every:
        st.warning(
            plain(
                _(
                    "The weights of this training were not recorded. Train again with “Record the"
                    " weights every” above 0: it is in the lab, under seeds and schedule."
                )
            ),
            icon=":material/info:",
        )


def choose_settings(request: LandscapeRequest, known: Mapping[str, Training]) -> None:
    """The settings of the kind of picture."""
    first = known.get(request.networks[0][0])
    for name in request.picture.settings:
        if name == "centre":
            _choose_centre(request, known)
        elif name != "statistics" or _has_batch_norm(first):
            draw_knob(
                LANDSCAPE_KNOBS[name],
                getattr(request, name),
                f"landscape.{name}",
                partial(set_field, name),
                state.view,
            )
    if _has_batch_norm(first) and request.recomputed:
        told = _(
            "Batch norms are recomputed at every point: each batch of up to 500 pictures has its"
            " own mean and variance."
        )
        st.caption(plain(told))


def _has_batch_norm(training: Training | None) -> bool:
    if training is None:
        return False
    return bool(training.experiment.built_network().layers.normalised())


def _choose_centre(request: LandscapeRequest, known: Mapping[str, Training]) -> None:
    titles = {-1: _("the mean of all points")}
    for place, network in enumerate(request.networks):
        titles[place] = _("the end of {network}").format(network=name_of(network, known))
    knob = LANDSCAPE_KNOBS["centre"]
    st.selectbox(
        _("Centre on"),
        list(titles),
        list(titles).index(request.centre),
        format_func=lambda place: titles[place],
        help=plain(
            _(
                "The plane goes through this point exactly, so its loss is true; all others are"
                " shown by their shadows. Centre on another one and the hills move: that is the"
                " known illusion of such pictures."
            )
        ),
        **state.view(f"landscape.{knob.key}", request.centre, partial(set_field, knob.key)),
    )


def set_kind(
    known: Mapping[str, Training], request: LandscapeRequest, kind: str
) -> LandscapeRequest:
    """Another kind of picture of the same networks, and of others beside them if it needs more."""
    picture, networks = PICTURES[kind], list(request.networks)
    if kind == "paths":
        run = networks[0][0]
        return state.begun(known[run].networks if run in known else networks, kind)
    first = known.get(networks[0][0])
    others = _options(first, known)
    if first is not None:
        others = [one for one in others if alike(first.experiment, known[one[0]].experiment)]
    for one in others:
        if len(networks) < picture.fewest and one not in networks:
            networks.append(one)
    return state.begun(networks, kind)


def set_network(
    place: int, known: Mapping[str, Training], request: LandscapeRequest, network: Network
) -> LandscapeRequest:
    """Another network in one place; it changes places where it is in the picture already."""
    networks = list(request.networks)
    if network in networks:
        other = networks.index(network)
        networks[other] = networks[place]
    networks[place] = network
    first = known.get(networks[0][0])
    if first is not None:
        unlike = [
            one
            for one in networks
            if one[0] in known and not alike(first.experiment, known[one[0]].experiment)
        ]
        if unlike:
            return set_kind(known, state.begun([network]), request.kind)
    return request.changed(networks=tuple(networks))


def set_trainings(
    known: Mapping[str, Training], request: LandscapeRequest, runs: Sequence[str]
) -> LandscapeRequest:
    """The paths of all networks of some trainings."""
    networks = [network for run in runs if run in known for network in known[run].networks]
    return request.changed(networks=tuple(networks), centre=-1) if networks else request


def set_field(name: str, request: LandscapeRequest, value: Any) -> LandscapeRequest:
    """One setting changed."""
    return request.changed(**{name: value})
