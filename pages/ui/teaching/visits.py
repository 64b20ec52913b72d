"""The guide of a page that shows no scenario: read from its link once, kept, and written back.

A guide belongs to the page that its link names. On the other pages of a visit there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from pages.ui.teaching.guide import Guide, read_guide, unreadable
from pages.ui.words import phrased

_KEPT = "guide of {page}"


def open_guide(
    page: str, given: Mapping[str, Sequence[str]], tell: Callable[[str], object]
) -> None:
    """Take over the guide that the address of ``page`` holds, on the first run of a visit there.

    What makes no sense in it is left out, and the first of it is told.
    """
    st.session_state[_KEPT.format(page=page)] = read_guide(given)
    for problem in unreadable(given).phrases()[:1]:
        tell(phrased(problem))


def guide_of(page: str) -> Guide:
    """The guide of the visit to ``page``."""
    return st.session_state.get(_KEPT.format(page=page), Guide())
