"""What the kinds of maps that are charts have in common."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from optim_core import Scenario
from pages.figures import DARK, LIGHT, FigureTheme
from pages.player import EntryStyle
from pages.ui import state
from pages.ui.styling import entry_styles
from pages.ui.words import _, plain

SMALLEST = 1e-9
"""Share of the starts' height below which a loss counts as arrived; a chart ends there."""


def theme() -> FigureTheme:
    """The colours of the present theme."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def styles_of(scenario: Scenario) -> list[EntryStyle]:
    """How each entry looks."""
    return entry_styles(scenario.entries, state.presentation())


def titles_of(scenario: Scenario) -> list[str]:
    """The names of the entries."""
    return [style.title for style in styles_of(scenario)]


def tell_noise(scenario: Scenario) -> None:
    """Which noise the runs of a map meet, where there is any."""
    if scenario.config.noise.key != "none":
        told = _("All runs meet the same noise, step by step: another seed gives another map.")
        st.caption(plain(told))


def show_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A small table; everything in it is shown as it is."""
    lines = [heads, ["---"] * len(heads), *rows]
    told = [
        "| " + " | ".join(cell if cell == "---" else plain(cell) for cell in line) + " |"
        for line in lines
    ]
    st.markdown("\n".join(told))


def number(value: float) -> str:
    """Three digits, or the word for a run that has none."""
    return f"{value:.3g}" if np.isfinite(value) else _("diverged")
