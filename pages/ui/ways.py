"""Ways from page to page that take the experiment along, also into a new tab."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import streamlit as st

from optim_core import Scenario
from optim_core.link import to_parameters
from pages.ui import state
from pages.ui.language import language_parameters

PAGES = Path(__file__).parents[1]


@lru_cache(maxsize=16)
def _page(name: str) -> st.Page:
    # Given a path instead, Streamlit resolves it on the disk in every rerun.
    return st.Page(PAGES / name, default=name == "playground.py")


def show_way(page: str, label: str, icon: str, scenario: Scenario) -> None:
    """A link to ``page`` (the file's name) with ``scenario`` in its address.

    In this tab the visit goes on; opened in another one, the address alone has to tell.
    """
    try:
        told = {**to_parameters(scenario), **state.presentation().to_parameters()}
    except ValueError:  # more starts than a link holds
        told = {}
    st.page_link(
        _page(page),
        label=label,
        icon=icon,
        query_params={**told, **language_parameters()},
    )
