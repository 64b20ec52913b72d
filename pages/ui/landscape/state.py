"""The durable things of a visit to the landscape page: what to draw, and which picture is open.

As on the other pages, widgets are views of the request and the address holds all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from landscapes import Knob
from optim_core.jobs.plain import RUN_ID
from optim_core.link import hold
from optim_core.training.landscape import LANDSCAPE_KNOBS, PICTURES, LandscapeRequest
from optim_core.training.landscape.request import Network, network_text, read_network
from pages.ui import state
from pages.ui.keeping import Notice, absolute
from pages.ui.language import language_parameters
from pages.ui.teaching import visits
from pages.ui.teaching.guide import Guide
from pages.ui.words import _, reason

KIND, NETWORK, PICTURE = "kind", "network", "picture"
"""Keys of an address, beside those of the settings."""

PAGE = "landscape"
"""What the visit keeps its guide by."""

LINE_POINTS = 61
"""Of a picture with one axis, to begin with: a tenth of what one with two has."""

PLAYGROUND = "surface opened in the playground"
"""Set where the page is to go over to the playground."""

_REQUEST = "landscape request"
_OPEN = "open landscape"
_WANTED = "landscape wanted"

_NOTICE = Notice("landscape notice")
tell, has_notice, notice = _NOTICE.tell, _NOTICE.waits, _NOTICE.take


def open_link() -> LandscapeRequest | None:
    """What the visit is to draw; None until it has a network. Its first run reads the address."""
    if _REQUEST not in st.session_state:
        given = {key: st.query_params.get_all(key) for key in st.query_params}
        st.session_state[_REQUEST] = _read(given)
        visits.open_guide(PAGE, given, tell)
        asked = next(iter(given.get(PICTURE, ())), "")
        st.session_state[_OPEN] = asked if RUN_ID.fullmatch(asked) else ""
    return st.session_state[_REQUEST]


def _read(given: Mapping[str, Sequence[str]]) -> LandscapeRequest | None:
    """The request of an address; what is wrong in it is replaced by defaults and told once."""
    texts = given.get(NETWORK, ())
    found = [network for text in texts if (network := read_network(text)) is not None]
    networks = tuple(dict.fromkeys(found))
    sound = len(networks) == len(texts)
    kind = next(iter(given.get(KIND, ())), "slice")
    settings: dict[str, Any] = {}
    for name, knob in LANDSCAPE_KNOBS.items():
        for text in given.get(name, ())[:1]:
            try:
                settings[name] = knob.parse(text)
            except ValueError:
                sound = False
    request = None
    if networks:
        try:
            request = LandscapeRequest(kind=kind, networks=networks, **settings)
        except ValueError:
            sound = False
            request = begun(networks)
    if not sound:
        tell(_("Parts of this link could not be used; the default stands in their place."))
    return request


def begun(networks: Sequence[Network], kind: str = "slice") -> LandscapeRequest:
    """A picture of a kind of the first of ``networks``, or of as many as that kind takes."""
    picture = PICTURES[kind]
    resolution = 25 if picture.flat else LINE_POINTS
    return LandscapeRequest(
        kind=kind, networks=tuple(networks[: picture.most]), resolution=resolution
    )


def apply(edit: Callable[..., Any], value: Any) -> None:
    """Change what is to be drawn; where that is impossible, say why and leave it as it is."""
    try:
        st.session_state[_REQUEST] = edit(st.session_state.get(_REQUEST), value)
    except ValueError as error:
        tell(reason(error))


def view(key: str, value: Any, edit: Callable[..., Any]) -> dict[str, Any]:
    """The arguments that make a widget a view of ``value``; see :func:`pages.ui.state.view`."""
    return state.view(key, value, edit, apply=apply)


def set_up(request: LandscapeRequest) -> None:
    """Draw this, next time somebody presses the button."""
    st.session_state[_REQUEST] = request


def want(networks: Sequence[Network], kind: str = "slice") -> None:
    """Begin a picture of these networks, on the landscape page: see :func:`wanted`."""
    set_up(begun(networks, kind))
    lay_open("")
    st.session_state[_WANTED] = True


def is_wanted() -> bool:
    """Whether somebody has asked for the landscape page and is not there yet."""
    return bool(st.session_state.get(_WANTED))


def arrived() -> None:
    """Whoever asked for the page is there."""
    st.session_state.pop(_WANTED, None)


def is_leaving() -> bool:
    """Whether somebody has opened a surface in the playground and is not there yet."""
    return bool(st.session_state.get(PLAYGROUND))


def goes_to_playground() -> bool:
    """The same, asked once by the page that takes people there."""
    return bool(st.session_state.pop(PLAYGROUND, False))


def opened() -> str:
    """The id of the picture that is laid open; empty for none."""
    return str(st.session_state.get(_OPEN, ""))


def lay_open(run: str) -> None:
    """Lay a picture open."""
    st.session_state[_OPEN] = run


def parameters(request: LandscapeRequest | None) -> dict[str, list[str]]:
    """All that an address has to say."""
    shown: dict[str, list[str]] = {}
    if request is not None:
        shown[KIND] = [request.kind]
        shown[NETWORK] = [network_text(network) for network in request.networks]
        shown |= {name: [_text(name, request)] for name in request.picture.settings}
    if opened():
        shown[PICTURE] = [opened()]
    return {**shown, **visits.guide_of(PAGE).to_parameters(), **language_parameters()}


def _text(name: str, request: LandscapeRequest) -> str:
    knob: Knob = LANDSCAPE_KNOBS[name]
    return knob.format(getattr(request, name)).replace("e+", "e")


def write_address(request: LandscapeRequest | None) -> None:
    """Bring the browser's address up to date."""
    wanted = parameters(request)
    # The other pages compare with the same: coming back, each writes its own address again.
    if st.session_state.get(state.WRITTEN) != wanted:
        if {key: st.query_params.get_all(key) for key in st.query_params} != wanted:
            st.query_params.from_dict(wanted)
        st.session_state[state.WRITTEN] = wanted


def link(request: LandscapeRequest | None) -> str:
    """The address that opens the visit for somebody else."""
    return absolute(parameters(request))


def lesson_link(request: LandscapeRequest | None, guide: Guide) -> str:
    """The address that opens the visit as the lesson that ``guide`` makes of it.

    Raises:
        ValueError: saying why, where it is too much for a link.
    """
    told = {**parameters(request), **guide.to_parameters()}
    hold(urlencode(told, doseq=True))
    return absolute(told)
