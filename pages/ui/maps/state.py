"""Which kind of map the visit shows, and the address that holds it.

The Scenario is the playground's own (``pages.ui.state``): whoever changes page takes it along. The
address has one part more than the playground's, ``map=basins~size~100``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from optim_core import Scenario
from optim_core.link import hold, to_parameters, to_query
from optim_core.link_format import MAP, SEPARATOR, Problems, pairs_text, read_settings, split_value
from pages.ui import state
from pages.ui.keeping import absolute
from pages.ui.language import language_parameters
from pages.ui.maps.kind import MapKind
from pages.ui.maps.kinds import KINDS
from pages.ui.maps.settings import NOTICE, keep, settings_of, stop_playing
from pages.ui.presentation import Presentation
from pages.ui.teaching.guide import Guide
from pages.ui.words import _, phrased

_KIND = "map kind"
_FIRST = next(iter(KINDS.values()))
notice = NOTICE.take


def open_link() -> Scenario:
    """The visit's Scenario; on the first run of a visit the map that the address names, too."""
    if _KIND not in st.session_state:
        _read(st.query_params.get(MAP, ""))
    return state.open_link()


def _read(text: str) -> None:
    """Take over what a link says of the map; what is wrong in it becomes the default."""
    problems = Problems()
    key, texts = split_value(text, problems) if text else (_FIRST.key, {})
    found = KINDS.get(key)
    st.session_state[_KIND] = (found or _FIRST).key
    if found is None:
        NOTICE.tell(_("There is no such kind of map; the first one is shown."))
        return
    keep(found, read_settings(found.knobs, texts, found.key, problems))
    if told := [phrased(one) for one in problems.phrases()]:
        NOTICE.tell(" ".join(told[: state.MOST_PROBLEMS]))


def present_kind() -> MapKind:
    """The kind of map that is shown."""
    return KINDS[st.session_state.get(_KIND, _FIRST.key)]


def choose_kind() -> None:
    """Draw the choice among the kinds of maps."""
    titles = {one.key: _(one.title) for one in KINDS.values()}
    icons = {one.key: one.icon for one in KINDS.values()}
    st.segmented_control(
        _("Kind of map"),
        list(titles),
        format_func=lambda key: f"{icons[key]} {titles[key]}",
        default=present_kind().key,
        label_visibility="collapsed",
        required=True,
        **state.view("map.kind", present_kind().key, lambda _old, new: new, apply=_show_kind),
    )


def _show_kind(edit: Callable[..., Any], value: Any) -> None:
    key = edit(None, value)
    # A browser may send anything, and a control that is not there yet sends nothing.
    if key in KINDS:
        st.session_state[_KIND] = key
        stop_playing()


def parameters(scenario: Scenario, shown: Presentation | None = None) -> dict[str, list[str]]:
    """The visit as an address holds it; ``shown`` otherwise than it is, if given.

    Raises:
        ValueError: saying why, for a scenario too large for a link.
    """
    to_query(scenario)  # knows how long a link may be
    kind = present_kind()
    text = SEPARATOR.join((kind.key, *pairs_text(kind.knobs, settings_of(kind))))
    return {
        MAP: [text],
        **to_parameters(scenario),
        **(state.presentation() if shown is None else shown).to_parameters(),
        **language_parameters(),
    }


def write_address(scenario: Scenario) -> None:
    """Bring the browser's address up to date."""
    try:
        wanted = parameters(scenario)
    except ValueError:
        # Too large for any link: the address keeps the last one that fitted, and Share says why.
        return
    # The playground compares with the same: coming back to it, it writes its own address again.
    if st.session_state.get(state.WRITTEN) != wanted:
        if {key: st.query_params.get_all(key) for key in st.query_params} != wanted:
            st.query_params.from_dict(wanted)
        st.session_state[state.WRITTEN] = wanted


def link(scenario: Scenario) -> str:
    """The address that opens this map for somebody else.

    Raises:
        ValueError: saying why, for a scenario too large for a link.
    """
    return absolute(parameters(scenario))


def lesson_link(scenario: Scenario, guide: Guide) -> str:
    """The address that opens this map as the lesson that ``guide`` makes of it.

    Raises:
        ValueError: saying why, where it is too much for a link.
    """
    shown = dataclasses.replace(state.presentation(), guide=guide, projector=False)
    told = parameters(scenario, shown)
    hold(urlencode(told, doseq=True))
    return absolute(told)
