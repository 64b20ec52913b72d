"""The durable things of a visit to the sharpness page: what to measure, and which runs are open.

As on the other pages, widgets are views of these values and the address holds all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from landscapes import Knob
from optim_core.jobs.plain import RUN_ID
from optim_core.link import hold
from optim_core.training.landscape.edge import EDGE_KNOBS, EdgeRecording
from optim_core.training.landscape.edge_presets import EDGE_PRESETS
from optim_core.training.landscape.request import Network, network_text, read_network
from optim_core.training.landscape.sharpness import (
    MOST_NETWORKS,
    SHARPNESS_KNOBS,
    SharpnessRequest,
)
from pages.ui import state
from pages.ui.keeping import Notice, absolute
from pages.ui.language import language_parameters
from pages.ui.teaching import visits
from pages.ui.teaching.guide import Guide
from pages.ui.words import _, reason

VIEWS = ("networks", "edge", "batches")
"""What the page shows: networks of trainings, the edge of stability, small against large batches.
Keys of addresses."""

RUNS = {
    "networks": ("measured",),
    "edge": ("recorded",),
    "batches": ("small", "large", "line", "sharp"),
}
"""The runs that each view lays open, as they are called in an address."""

KINDS = {
    "measured": "sharpness",
    "recorded": "edge",
    **{name: "fit" for name in ("small", "large")},
    "line": "landscape",
    "sharp": "sharpness",
}
"""The kind of job that each of them is."""

VIEW, NETWORK, PRESET = "view", "network", "recording"

PAGE = "sharpness"
"""What the visit keeps its guide by."""

_VISIT = "sharpness visit"
_NOTICE = Notice("sharpness notice")
tell, has_notice, notice = _NOTICE.tell, _NOTICE.waits, _NOTICE.take


@dataclass(frozen=True)
class Visit:
    """What somebody looks at here.

    Attributes:
        view: one of ``VIEWS``.
        request: the networks to measure; None until there are some.
        preset: key of the recording.
        recording: it, with the steps that were asked for.
        runs: the runs laid open, by their names in ``RUNS``.
    """

    view: str = "networks"
    request: SharpnessRequest | None = None
    preset: str = "descent"
    recording: EdgeRecording = EDGE_PRESETS["descent"].recording
    runs: tuple[tuple[str, str], ...] = ()

    def run(self, name: str) -> str:
        """The id of a run laid open; empty for none."""
        return dict(self.runs).get(name, "")


def visit() -> Visit:
    """What the visit looks at; its first run reads the address."""
    if _VISIT not in st.session_state:
        given = {key: st.query_params.get_all(key) for key in st.query_params}
        visits.open_guide(PAGE, given, tell)
        st.session_state[_VISIT] = _read(given)
    found: Visit = st.session_state[_VISIT]
    return found


def _read(given: Mapping[str, Sequence[str]]) -> Visit:
    """What an address asks for; what is wrong in it is replaced by defaults and told once."""
    found, sound = Visit(), True

    def first(key: str) -> str:
        return next(iter(given.get(key, ())), "")

    if view := first(VIEW):
        sound = view in VIEWS
        found = replace(found, view=view if sound else "networks")
    if preset := first(PRESET):
        if preset in EDGE_PRESETS:
            found = replace(found, preset=preset, recording=EDGE_PRESETS[preset].recording)
        else:
            sound = False
    texts = given.get(NETWORK, ())
    networks = tuple(dict.fromkeys(one for text in texts if (one := read_network(text))))
    sound = sound and len(networks) == len(texts) and len(networks) <= MOST_NETWORKS
    of_edge = found.view == "edge"
    settings, readable = _settings(EDGE_KNOBS if of_edge else SHARPNESS_KNOBS, given)
    sound = sound and readable
    try:
        if of_edge:
            found = replace(found, recording=replace(found.recording, **settings))
        if networks:
            own = {} if of_edge else settings
            request = SharpnessRequest(networks=networks[:MOST_NETWORKS], **own)
            found = replace(found, request=request)
    except ValueError:
        sound = False
    runs = {name: first(name) for names in RUNS.values() for name in names}
    kept = tuple((name, run) for name, run in runs.items() if RUN_ID.fullmatch(run))
    if not sound:
        tell(_("Parts of this link could not be used; the default stands in their place."))
    return replace(found, runs=kept)


def _settings(
    knobs: Mapping[str, Knob], given: Mapping[str, Sequence[str]]
) -> tuple[dict[str, Any], bool]:
    settings, sound = {}, True
    for name, knob in knobs.items():
        for text in given.get(name, ())[:1]:
            try:
                settings[name] = knob.parse(text)
            except ValueError:
                sound = False
    return settings, sound


def change(**fields: Any) -> None:
    """Look at something else."""
    st.session_state[_VISIT] = replace(visit(), **fields)


def lay_open(**runs: str) -> None:
    """Lay runs open under their names in ``RUNS``; an empty id takes one off the page."""
    held = {**dict(visit().runs), **runs}
    change(runs=tuple((name, run) for name, run in held.items() if run))


def want(networks: Sequence[Network]) -> None:
    """Set up these networks to be measured."""
    request = SharpnessRequest(networks=tuple(networks[:MOST_NETWORKS]))
    change(view="networks", request=request)
    lay_open(measured="")


def apply(edit: Callable[..., Visit], value: Any) -> None:
    """Change the visit; where that is impossible, say why and leave it as it is."""
    try:
        st.session_state[_VISIT] = edit(visit(), value)
    except ValueError as error:
        tell(reason(error))


def view(key: str, value: Any, edit: Callable[..., Any]) -> dict[str, Any]:
    """The arguments that make a widget a view of ``value``; see :func:`pages.ui.state.view`."""
    return state.view(key, value, edit, apply=apply)


def parameters() -> dict[str, list[str]]:
    """All that an address has to say."""
    own = visit()
    shown: dict[str, list[str]] = {VIEW: [own.view]}
    if own.view == "networks" and own.request is not None:
        shown[NETWORK] = [network_text(network) for network in own.request.networks]
        shown |= _texts(SHARPNESS_KNOBS, own.request)
    elif own.view == "edge":
        shown[PRESET] = [own.preset]
        shown |= _texts(EDGE_KNOBS, own.recording)
    shown |= {name: [own.run(name)] for name in RUNS[own.view] if own.run(name)}
    return {**shown, **visits.guide_of(PAGE).to_parameters(), **language_parameters()}


def _texts(knobs: Mapping[str, Knob], values: object) -> dict[str, list[str]]:
    return {
        name: [knob.format(getattr(values, name)).replace("e+", "e")]
        for name, knob in knobs.items()
    }


def write_address() -> None:
    """Bring the browser's address up to date."""
    wanted = parameters()
    # The other pages compare with the same: coming back, each writes its own address again.
    if st.session_state.get(state.WRITTEN) != wanted:
        if {key: st.query_params.get_all(key) for key in st.query_params} != wanted:
            st.query_params.from_dict(wanted)
        st.session_state[state.WRITTEN] = wanted


def link() -> str:
    """The address that opens the visit for somebody else."""
    return absolute(parameters())


def lesson_link(guide: Guide) -> str:
    """The address that opens the visit as the lesson that ``guide`` makes of it.

    Raises:
        ValueError: saying why, where it is too much for a link.
    """
    told = {**parameters(), **guide.to_parameters()}
    hold(urlencode(told, doseq=True))
    return absolute(told)
