"""Exhibits: interactive pieces of a lesson that are not a run on a surface.

Each is a function that draws itself and needs nothing from the page but a place; add one by writing
it in a module of this package and giving it a key here. Keys stand in lessons and never change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import streamlit as st

from landscapes import unknown
from optim_core.exhibits.strips import STRIPS
from pages.ui.exhibits.counterexample import show_counterexample
from pages.ui.exhibits.curriculum import show_curriculum
from pages.ui.exhibits.decay import show_decay
from pages.ui.exhibits.diagnosis import show_diagnosis
from pages.ui.exhibits.family import show_family, show_teams
from pages.ui.exhibits.funnel import show_funnel
from pages.ui.exhibits.lab import LAB, show_lab
from pages.ui.exhibits.noise import show_noise
from pages.ui.exhibits.published import show_published
from pages.ui.exhibits.rectifier import show_rectifier
from pages.ui.exhibits.sequence import show_sequence
from pages.ui.exhibits.shift import show_shift
from pages.ui.exhibits.strip import show_strip, show_strips
from pages.ui.exhibits.switch import show_switch
from pages.ui.exhibits.vanishing import show_vanishing
from pages.ui.words import plain, reason

__all__ = ["EXHIBITS", "Exhibit", "show_exhibit"]


@dataclass(frozen=True)
class Exhibit:
    """One interactive piece: its key, and what draws it where the script stands."""

    key: str
    show: Callable[[], None]


_SHOWN: dict[str, Callable[[], None]] = {
    "gradient_sequence": show_sequence,
    "counterexample": show_counterexample,
    "schedule_strip": show_strips,
    **{f"strip_{key}": partial(show_strip, key) for key in STRIPS},
    "funnel": show_funnel,
    "rectifier": show_rectifier,
    "switch": show_switch,
    "shift": show_shift,
    "vanishing_gradient": show_vanishing,
    "decay": show_decay,
    "gradient_noise": show_noise,
    "curriculum": show_curriculum,
    "family_tree": show_family,
    "two_teams": show_teams,
    "published_curves": show_published,
    "diagnosis": show_diagnosis,
    **{f"lab_{key}": partial(show_lab, key) for key in LAB},
}

EXHIBITS = {key: Exhibit(key, show) for key, show in _SHOWN.items()}
"""Every exhibit by key."""


def show_exhibit(key: str) -> None:
    """Draw the exhibit ``key``, in a part of the page that runs again by itself.

    A key may come from a visitor's file: of an unknown one a sentence says so.
    """
    if key in EXHIBITS:
        _drawn(key)
    else:
        st.error(plain(reason(unknown("exhibit", key, EXHIBITS))), icon=":material/error:")


@st.fragment
def _drawn(key: str) -> None:
    with st.container(key=f"exhibit-{key}"):
        EXHIBITS[key].show()
