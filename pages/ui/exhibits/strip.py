"""Schedules on a strip whose handle can be dragged, and the run under each of its places."""

from __future__ import annotations

from functools import partial

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from optim_core import SCHEDULES, Outcome
from optim_core.exhibits.strips import STRIPS, Strip, StripRun, strip_run
from pages.figures.exhibits import schedule_strip
from pages.ui.choosing import worded
from pages.ui.exhibits.frame import show, source, theme
from pages.ui.words import _, following, listed

PLACES = 21


def show_strips() -> None:
    """One of the schedules, to choose."""
    titles = {key: _(SCHEDULES[key].title) for key in STRIPS}
    chosen = st.selectbox(
        _("Schedule"),
        list(titles),
        format_func=lambda key: titles[key],
        key=worded("exhibit.strip.schedule"),
    )
    show_strip(chosen)


def show_strip(key: str) -> None:
    """The strip of the schedule ``key``."""
    strip = STRIPS[key]
    rate = float(strip.scenario.entries[0]["learning_rate"])
    if len(strip.rates) > 1:
        chosen = st.select_slider(
            _("Highest learning rate"), strip.rates, rate, key=f"exhibit.strip.{key}.rate"
        )
        rate = float(chosen)
    runs = [strip_run(strip.with_handle(place, rate)) for place in places(strip)]
    show(
        f"strip.{key}",
        _(SCHEDULES[key].title),
        _told(strip, runs),
        partial(_figure, strip, rate),
        key,
        rate,
    )
    source(SCHEDULES[key].source)


def places(strip: Strip) -> list[float]:
    """Where the handle of ``strip`` may stand; its start is one of them."""
    found = {strip.start}
    for place in np.linspace(strip.low, strip.high, PLACES):
        found.add(float(round(place)) if _whole(strip) else round(float(place), 3))
    return sorted(found)


def _whole(strip: Strip) -> bool:
    knobs = SCHEDULES[strip.schedule].knobs
    return next(knob for knob in knobs if knob.key == strip.handle).scale == "integer"


def _title(strip: Strip) -> str:
    knobs = SCHEDULES[strip.schedule].knobs
    return _(next(knob for knob in knobs if knob.key == strip.handle).title)


def _figure(strip: Strip, rate: float) -> go.Figure:
    at = places(strip)
    surface = strip.scenario.landscape()
    words = {
        "rate": _("Learning rate"),
        "momentum": _("Momentum"),
        "above": _("Loss above the lowest"),
        "step": _("Step"),
        "handle": _title(strip),
    }
    return schedule_strip(
        [strip_run(strip.with_handle(place, rate)) for place in at],
        [f"{place:g}" for place in at],
        at.index(strip.start),
        words,
        theme(),
        floor=min(point.value for point in surface.declared(surface.minima)),
        logarithmic=strip.schedule == "range_test",
        revision=f"{strip.schedule} {rate}",
    )


def _told(strip: Strip, runs: list[StripRun]) -> str:
    """Where the handle may stand without throwing the run out, and where it ends at its start."""
    at = places(strip)
    title, surface = _title(strip), _(strip.scenario.landscape().title)
    gone = [p for p, run in zip(at, runs, strict=True) if run.outcome is Outcome.DIVERGED]
    parts = [
        _("One run on the surface “{surface}” for each place of the handle ({handle}).").format(
            surface=surface, handle=title
        )
    ]
    if strip.schedule == "range_test":
        run = runs[at.index(strip.start)]
        best = int(np.nanargmin(run.losses))
        told = _(
            "With the handle at {place:g} the loss is lowest at step {step}, at a learning rate "
            "of {rate:.3f}, and then it explodes. Yet here every constant rate over 0.02 runs away "
            "in time: the ramp passed it too quickly for that to show. Choose well below."
        )
        rate = float(run.rates[max(best - 1, 0)])
        parts.append(told.format(place=strip.start, step=best, rate=rate))
    elif gone:
        told = _("It runs away at: {places}.")
        parts.append(told.format(places=listed([f"{place:g}" for place in gone])))
    else:
        parts.append(_("It runs away nowhere."))
    deep = [p for p, run in zip(at, runs, strict=True) if run.reached == 0]
    if strip.scenario.surface == "gaussian_wells":
        told = _("It leaves the shallow well for the deep one at: {places}.")
        none = _("At this rate it stays in the shallow well wherever the handle stands.")
        every = _("At this rate it reaches the deep well wherever the handle stands.")
        deeper = listed([f"{place:g}" for place in deep])
        some = told.format(places=deeper)
        parts.append(every if len(deep) == len(at) else some if deep else none)
    return following(*parts)
