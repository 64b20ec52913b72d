"""The body of a page: what a change on the page draws anew.

What surrounds every page (settings of the document, style sheet, logo, ways to the other pages, the
switch of the language) changes with none of its widgets, yet takes its share of a rerun. So the
body is a fragment: a widget in it has the body run alone, the sidebar's part included. Its parts
are fragments within it; which of them a change draws is in ``redrawing.py``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache

import streamlit as st

from pages.ui.language import choose_language
from pages.ui.redrawing import BODY, DRAWING, REST, Part
from pages.ui.state import told_browser
from pages.ui.turns import turn

Draw = Callable[[], None]


def body(shows: Callable[[], Mapping[str, object]]) -> Callable[[Draw], Draw]:
    """What is decorated as the body of a page, which also runs without the router around it.

    Args:
        shows: what each of its parts shows, and under :data:`~pages.ui.redrawing.REST` the rest.
    """
    whole = Part(REST, shows)

    def decorated(draw: Draw) -> Draw:
        @functools.wraps(draw)
        def run() -> None:
            with turn():
                choose_language()
                with _drawing(whole):
                    draw()
                told_browser()

        alone = st.fragment(run, key=BODY)

        def shown() -> None:
            # The block that Streamlit puts a fragment into has no name that a style could go by.
            with st.container(key="body"):
                alone()

        return shown

    return decorated


def draw_alone(key: str, draw: Draw, *, at_once: bool = False) -> None:
    """Draw a part of a body, which also runs without the rest of it once it was touched.

    With ``at_once`` it does from the beginning: Streamlit keeps what is large in the browser for as
    long as it comes in messages that are the same, and those of a fragment are others.
    """
    page = DRAWING.get()
    if page is None:  # on a page whose body has no parts
        draw()
        return
    part = Part(key, page.shows)
    if at_once:
        part.touch({key})
    if part.is_touched():
        _fragment(key)(part, draw)
        return
    with st.container(), _within(part):  # a fragment has a block of its own
        draw()


# Made once for each name: making one takes Streamlit as long as drawing what is small.
@lru_cache(maxsize=64)
def _fragment(key: str) -> Callable[[Part, Draw], None]:
    def run(part: Part, draw: Draw) -> None:
        if DRAWING.get() is not None:  # as a part of the whole, which knows that all of it is new
            with _within(part):
                draw()
            return
        with turn():
            choose_language()
            if not part.suffices():
                st.rerun()
            with _drawing(part):
                draw()
            told_browser()
            if not part.suffices():  # drawing it has changed something, or left a notice
                st.rerun()

    alone: Callable[[Part, Draw], None] = st.fragment(run, key=key)
    return alone


@contextmanager
def _within(part: Part) -> Iterator[None]:
    mark = DRAWING.set(part)
    try:
        yield
    finally:
        DRAWING.reset(mark)


@contextmanager
def _drawing(part: Part) -> Iterator[None]:
    part.begin()
    with _within(part):
        yield
    part.note()
