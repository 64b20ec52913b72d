"""The settings that a race tries: as many for every entry, drawn alike from its declared ranges."""

from __future__ import annotations

import math
from zlib import crc32

import numpy as np

from landscapes import Knob, Surface, Value
from optim_core.scenario import Entry
from optim_core.settings import Floats
from optim_core.sweeping import numeric_knobs, with_setting

RATE = "learning_rate"


def draws(entry: Entry, trials: int, all_knobs: bool, seed: int) -> tuple[Entry, ...]:
    """``trials`` settings of ``entry``, in ascending order of the learning rate.

    A Latin hypercube: each knob takes one value from each of ``trials`` equal parts of its slider,
    in the slider's own scale. Knobs of one name get the same places on their sliders whichever
    entry they belong to, so nobody has the luckier draw.
    """
    knobs = numeric_knobs(entry)
    names = list(knobs) if all_knobs else [RATE]
    places = {name: _places(name, trials, seed) for name in names}
    order = np.argsort(places[RATE])
    made = []
    for trial in order.tolist():
        changed = entry
        for name in names:
            changed = with_setting(changed, name, _value_at(knobs[name], places[name][trial]))
        made.append(changed)
    return tuple(made)


def _places(name: str, trials: int, seed: int) -> Floats:
    """One number in each of ``trials`` equal parts of 0 to 1, in random order."""
    chance = np.random.default_rng((seed, crc32(name.encode())))
    placed: Floats = (chance.permutation(trials) + chance.random(trials)) / trials
    return placed


def _value_at(knob: Knob, place: float) -> Value:
    """The value at a share of the slider, as far as the knob accepts what the slider shows."""
    low, high = knob.slider_range
    low, high = max(low, knob.low), min(high, knob.high)
    if knob.scale == "log":
        return float(min(max(low * (high / low) ** place, low), high))
    if knob.scale == "integer":
        return int(min(low + math.floor(place * (high - low + 1)), high))
    return low + place * (high - low)


def starts_over(surface: Surface, count: int, seed: int) -> tuple[tuple[float, float], ...]:
    """``count`` starts all over the view: a Latin square, so no side is left out."""
    bounds = surface.bounds
    x = bounds.x_low + _places("x", count, seed) * (bounds.x_high - bounds.x_low)
    y = bounds.y_low + _places("y", count, seed) * (bounds.y_high - bounds.y_low)
    return tuple(zip(x.tolist(), y.tolist(), strict=True))
