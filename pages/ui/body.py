"""The body of a page: what a change on the page draws anew.

What surrounds every page (settings of the document, style sheet, logo, ways to the other pages, the
switch of the language) changes with none of its widgets, yet is a sixth of a rerun. So the body is
a fragment: a widget in it has the body run alone, the sidebar's part included.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import streamlit as st

from pages.ui.language import choose_language
from pages.ui.state import told_browser
from pages.ui.turns import turn


def body(draw: Callable[[], None]) -> Callable[[], None]:
    """``draw`` as the body of a page, which also runs without the router around it."""

    @functools.wraps(draw)
    def run() -> None:
        with turn():
            choose_language()
            draw()
            told_browser()

    alone = st.fragment(run)

    def shown() -> None:
        # The block that Streamlit puts a fragment into has no name that a style could go by.
        with st.container(key="body"):
            alone()

    return shown
