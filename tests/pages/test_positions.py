"""The stops of sliders."""

from itertools import pairwise

import pytest

from landscapes import SURFACES, Knob
from optim_core import NOISES, OPTIMIZERS, SCHEDULES, WRAPPERS
from optim_core.run_knobs import RUN_KNOBS
from pages.ui.positions import nearest, positions, written

RATE = Knob(
    key="r", title="R", default=0.01, low=0, high=100, scale="log", slider_low=1e-4, slider_high=2
)
DECAY = Knob(key="d", title="D", default=0.9, high=0.9999, slider_high=0.999)

DECLARED = [
    knob
    for registry in (SURFACES, OPTIMIZERS, WRAPPERS, SCHEDULES, NOISES)
    for spec in registry.values()
    for knob in spec.knobs
    if knob.is_number
] + list(RUN_KNOBS.values())


@pytest.mark.parametrize("knob", DECLARED, ids=lambda knob: knob.key)
def test_every_declared_knob_has_a_usable_slider(knob):
    stops = positions(knob)
    low, high = knob.slider_range
    assert 2 <= len(stops) <= 400
    assert stops[-1] == high
    assert stops[0] in (low, 0)
    assert all(left < right for left, right in pairwise(stops))
    assert all(knob.check(stop) == stop for stop in stops)
    assert len({written(stop) for stop in stops}) == len(stops)
    assert knob.default in stops or not low <= knob.default <= high


def test_a_rate_moves_by_equal_ratios():
    stops = positions(RATE)
    assert {1e-4, 1e-3, 5e-3, 0.01, 0.02, 0.05, 0.1, 1.0, 2.0} <= set(stops)
    assert max(right / left for left, right in pairwise(stops)) < 1.21
    assert 0.0 not in stops


def test_a_rate_that_is_off_by_default_can_be_put_back_off():
    off = Knob(key="w", title="W", default=0.0, low=0, high=1, scale="log", slider_low=1e-5)
    assert positions(off)[:2] == (0.0, 1e-5)


def test_a_decay_is_fine_near_one():
    stops = positions(DECAY)
    assert {0.0, 0.5, 0.9, 0.95, 0.99, 0.995, 0.999} <= set(stops)
    assert stops[-1] == 0.999


def test_whole_numbers_stay_whole():
    assert all(isinstance(stop, int) for stop in positions(RUN_KNOBS["steps"]))


def test_nearest_stop():
    assert nearest((0.0, 1.0, 2.0), 1.4) == 1.0
    assert nearest((0.0, 1.0, 2.0), -7.0) == 0.0
    assert nearest((0.0, 1.0, 2.0), 1e9) == 2.0
