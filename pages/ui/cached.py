"""The caches of the pages. Keys are frozen values; every cache is bounded in number and in time."""

from __future__ import annotations

from functools import lru_cache

import streamlit as st

from optim_core import Event, Scenario, Trajectories, narrate, trace
from optim_core.inside import Inside, take_apart
from pages.player import MOST_ROWS
from pages.ui import allowance
from pages.ui.words import _

KEPT_TRACES = 128
KEPT_LARGE = 8

LARGE = 20_000
"""Steps of all rows together from which a trace takes half a megabyte, and up to eighty: of those
few are kept, whatever a class does with its sliders."""

KEPT_INSIDE = 32

KEPT_SECONDS = 1800.0
"""A lecture's half hour: a class that follows one link shares one trace."""


def trajectories(scenario: Scenario) -> Trajectories:
    """The trajectories of ``scenario``, computed once for all the visitors who ask.

    Raises:
        ValueError: saying what to change, when there is too much to compute or to draw.
    """
    if scenario.rows > MOST_ROWS:
        raise ValueError(
            _(
                "This picture would have {rows:,} paths, and more than {most:,} are a smear: "
                "take fewer starts, runs or optimizers."
            ).format(rows=scenario.rows, most=MOST_ROWS)
        )
    large = scenario.rows * scenario.config.steps > LARGE
    return (_large if large else _small)(told(scenario), scenario)


@lru_cache(maxsize=KEPT_TRACES)
def told(scenario: Scenario) -> str:
    """``scenario`` as a text that no other has: Streamlit takes longer to hash the object."""
    return repr(scenario)


# All visitors share the very object: its arrays are read-only, and a copy a rerun costs more.
@st.cache_resource(max_entries=KEPT_TRACES, ttl=KEPT_SECONDS, show_spinner=False)
def _small(told: str, _scenario: Scenario) -> Trajectories:
    del told
    with allowance.spending():
        return trace(_scenario)


@st.cache_resource(max_entries=KEPT_LARGE, ttl=KEPT_SECONDS, show_spinner=False)
def _large(told: str, _scenario: Scenario) -> Trajectories:
    del told
    with allowance.spending():
        return trace(_scenario)


def inside(scenario: Scenario, row: int) -> Inside | None:
    """The run ``row`` of ``scenario`` taken apart; None where it takes no step."""
    return _inside(told(scenario), row, scenario)


# Shared like the traces: read-only, and up to a megabyte each.
@st.cache_resource(max_entries=KEPT_INSIDE, ttl=KEPT_SECONDS, show_spinner=False)
def _inside(told: str, row: int, _scenario: Scenario) -> Inside | None:
    del told
    last = int(trajectories(_scenario).stopped_at[row])
    with allowance.spending():
        return take_apart(_scenario, row, last)


def narrations(scenario: Scenario, rows: tuple[int, ...]) -> tuple[tuple[Event, ...], ...]:
    """What happened in each of ``rows`` of the trajectories of ``scenario``."""
    return _narrations(told(scenario), rows, scenario)


@st.cache_data(max_entries=KEPT_TRACES, ttl=KEPT_SECONDS, show_spinner=False)
def _narrations(
    told: str, rows: tuple[int, ...], _scenario: Scenario
) -> tuple[tuple[Event, ...], ...]:
    del told
    surface, paths = _scenario.landscape(), trajectories(_scenario)
    return tuple(narrate(surface, paths, row) for row in rows)
