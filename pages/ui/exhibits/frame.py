"""What all exhibits share: the theme, a figure with the sentence that says it, and caches."""

from __future__ import annotations

from collections.abc import Callable

import plotly.graph_objects as go
import streamlit as st

from pages.figures import DARK, LIGHT, FigureTheme
from pages.figures.themes import enlarged
from pages.player import show_figure
from pages.ui.projector import projecting
from pages.ui.words import _, current_language, plain

ON_THE_WALL = 1.4
"""How much larger a figure and its letters are in the projector mode."""

KEPT = 128
KEPT_SECONDS = 1800.0


def theme() -> FigureTheme:
    """The theme that the visitor sees."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def show(
    key: str, label: str, sentence: str, make: Callable[[], go.Figure], *options: object
) -> None:
    """A figure, and under it the sentence that says what it shows.

    Args:
        key: of the exhibit.
        label: what the figure is, for those who cannot see it.
        sentence: what there is to see, with its numbers; plain text.
        make: draws it in the present language and theme.
        options: what it depends on besides.
    """
    wall = projecting()
    told = repr((key, options, theme().ground, current_language(), wall))
    drawn = (lambda: enlarged(make(), ON_THE_WALL)) if wall else make
    show_figure(_figure(told, drawn), key=f"exhibit.{key}.figure", label=f"{label}. {sentence}")
    st.markdown(plain(sentence))


@st.cache_resource(max_entries=KEPT, ttl=KEPT_SECONDS, show_spinner=False)
def _figure(told: str, _make: Callable[[], go.Figure]) -> str:
    del told
    return str(_make().to_json())


def source(text: str) -> None:
    """Whose idea it is, small; ``text`` is a reference, the same in every language."""
    st.caption(plain(_("Source: {source}").format(source=text)))
