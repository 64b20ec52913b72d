"""How much the picture has room for: starts, noise streams and entries, and the sentences why."""

from __future__ import annotations

import dataclasses

import streamlit as st

from optim_core import Scenario
from optim_core.run_knobs import RUN_KNOBS
from optim_core.scenario import MAX_LINE_UP
from pages.player import MOST_ROWS
from pages.ui.controls import draw_knob
from pages.ui.words import _, plain, plural

MOST_STARTS = 16
"""What a page holds: as many as a map can show apart."""


def most_starts(scenario: Scenario) -> int:
    """How many starts the page offers: 16, or as many as the picture has paths for; at least 1."""
    runs = len(scenario.entries) * scenario.config.noise_seeds
    return max(1, min(MOST_STARTS, MOST_ROWS // runs))


def most_streams(scenario: Scenario) -> int:
    """How many noise streams the picture has paths for; at least 1."""
    return max(1, MOST_ROWS // (len(scenario.entries) * len(scenario.starts)))


def most_entries(scenario: Scenario) -> int:
    """How many entries the page offers: 8, or as many as the picture has paths for; at least 1."""
    runs = len(scenario.starts) * scenario.config.noise_seeds
    return max(1, min(MAX_LINE_UP, MOST_ROWS // runs))


def full_line_up(scenario: Scenario) -> str:
    """Why there is no entry to add where :func:`most_entries` is reached."""
    most = most_entries(scenario)
    if most == MAX_LINE_UP:
        return _("A line-up has at most {number} entries.").format(number=most)
    sentence = _(
        "The picture has room for {paths} paths, and each entry has {runs}: take fewer starts or"
        " noise streams to add another."
    )
    return sentence.format(paths=MOST_ROWS, runs=len(scenario.starts) * scenario.config.noise_seeds)


def full_starts(scenario: Scenario) -> str:
    """Why there is no start to add where :func:`most_starts` is reached."""
    most = most_starts(scenario)
    if most == MOST_STARTS:
        return _("{most} starts are the most that the map can tell apart.").format(most=most)
    sentence = plural(
        "The picture has room for {most} start: {entries} x {streams} paths each, {paths} in all.",
        "The picture has room for {most} starts: {entries} x {streams} paths each, {paths} in all.",
        most,
    )
    return sentence.format(
        most=most,
        entries=len(scenario.entries),
        streams=scenario.config.noise_seeds,
        paths=MOST_ROWS,
    )


def choose_streams(scenario: Scenario) -> None:
    """How many noise streams, of those the picture has paths for."""
    knob, present, most = (
        RUN_KNOBS["noise_seeds"],
        scenario.config.noise_seeds,
        most_streams(scenario),
    )
    low, slider_high = knob.slider_range
    top = max(most, present)
    if top > low:
        knob = dataclasses.replace(knob, high=float(top), slider_high=min(slider_high, top))
        draw_knob(knob, present, "config.noise_seeds", set_streams)
    if most < slider_high:
        entries, starts = len(scenario.entries), len(scenario.starts)
        sentence = plural(
            "At most {most} noise stream: {entries} optimizers x {starts} starts, and the picture"
            " has room for {paths} paths.",
            "At most {most} noise streams: {entries} optimizers x {starts} starts, and the picture"
            " has room for {paths} paths.",
            most,
        )
        told = sentence.format(most=most, entries=entries, starts=starts, paths=MOST_ROWS)
        st.caption(plain(told))


def set_streams(scenario: Scenario, number: int) -> Scenario:
    """Another number of noise streams."""
    config = dataclasses.replace(scenario.config, noise_seeds=number)
    return dataclasses.replace(scenario, config=config)
