"""Which lesson the visit has open, and the address that holds it: ``?lesson=saddle``."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from optim_core import Scenario
from optim_core.lessons import Lesson, library
from pages.ui import state
from pages.ui.keeping import Notice, absolute
from pages.ui.language import language_parameters
from pages.ui.words import _

PARAMETER = "lesson"
_OPEN = "open lesson"
_GOING = "lesson goes to the playground"
_NOTICE = Notice("notice of lessons")
notice = _NOTICE.take


def open_lesson() -> Lesson | None:
    """The lesson that is open; on a visit's first run the one that the address names."""
    state.open_link()
    if _OPEN not in st.session_state:
        asked = st.query_params.get(PARAMETER, "")
        found = library().find(asked)
        st.session_state[_OPEN] = found.key if found else ""
        if asked and found is None:
            _NOTICE.tell(_("There is no lesson of that name; here are all of them."))
    return library().find(st.session_state[_OPEN])


def show(key: str) -> None:
    """Open the lesson ``key``; the empty text: the list of them all."""
    st.session_state[_OPEN] = key if library().find(key) else ""


def row_of(lesson: Lesson) -> Sequence[Lesson]:
    """The lessons, or the cases, that ``lesson`` stands among."""
    found = library()
    return tuple((found.cases if lesson.key in found.cases else found.lessons).values())


def neighbour(lesson: Lesson, way: int) -> Lesson | None:
    """The next lesson for ``way`` 1, the one before for -1; None at either end."""
    row = row_of(lesson)
    place = [one.key for one in row].index(lesson.key) + way
    return row[place] if 0 <= place < len(row) else None


def go_to_playground(scenario: Scenario) -> None:
    """Take ``scenario`` to the playground, where everything can be changed."""

    def taken() -> None:
        state.show(state.presentation().of_others())
        state.apply(_taken, scenario)

    state.replace(taken)
    st.session_state[_GOING] = True


def _taken(before: Scenario, scenario: Scenario) -> Scenario:
    del before
    return scenario


def goes_to_playground() -> bool:
    """Whether somebody is on the way there; asked once."""
    return bool(st.session_state.pop(_GOING, False))


def parameters() -> dict[str, list[str]]:
    """The visit as an address holds it."""
    opened = open_lesson()
    named = {PARAMETER: [opened.key]} if opened else {}
    projector = {"projector": ["1"]} if state.presentation().projector else {}
    return {**named, **projector, **language_parameters()}


def link() -> str:
    """The address that opens what is shown for somebody else, hence without the projector."""
    return absolute({key: value for key, value in parameters().items() if key != "projector"})


def write_address() -> None:
    """Bring the browser's address up to date."""
    wanted = parameters()
    if st.session_state.get(state.WRITTEN) != wanted:
        if {key: st.query_params.get_all(key) for key in st.query_params} != wanted:
            st.query_params.from_dict(wanted)
        st.session_state[state.WRITTEN] = wanted
