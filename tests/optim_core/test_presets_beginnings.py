"""Lookahead's pulls and the first steps of the adaptive rules: what those presets explain."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from preset_runs import run_of, scenario_of, step_lengths

from optim_core import trace


def test_lookahead_goes_half_the_way_back_at_every_fifth_step() -> None:
    """Up to its first pull it is the same run; then it stands in the middle of start and end."""
    run = run_of("lookahead_slow_weights")
    np.testing.assert_allclose(run.positions[:5, 1], run.positions[:5, 0], rtol=1e-12)
    middle = (run.positions[0, 0] + run.positions[5, 0]) / 2
    np.testing.assert_allclose(run.positions[5, 1], middle, rtol=1e-12)


def test_where_nothing_overshoots_lookahead_is_slower() -> None:
    scenario = scenario_of("lookahead_slow_weights")
    calm = tuple(entry.changed(momentum=0.0) for entry in scenario.entries)
    losses = trace(dataclasses.replace(scenario, entries=calm)).losses[-1]
    assert losses[1] > losses[0]


@pytest.mark.parametrize(("row", "steps"), [(1, 5), (2, 4)])
def test_an_odd_number_of_overshoots_is_pulled_to_the_middle(row: int, steps: int) -> None:
    """A cycle multiplies the distance across by (1 + q^k) / 2, q = 1 - rate x curvature."""
    across = run_of("lookahead_rescue").positions[::steps, row, 1]
    factor = (1 + (1 - 0.108 * 20) ** steps) / 2
    np.testing.assert_allclose(across[1:] / across[:-1], factor, rtol=1e-9)
    assert (abs(factor) < 1) == (steps == 5)


def test_rmsprops_first_step_is_ten_times_the_lectures() -> None:
    run = run_of("rmsprop_kick")
    first = [step_lengths(run, row)[0] for row in range(3)]
    assert first[0] / first[1] == pytest.approx(10, rel=1e-6)
    assert first[2] == pytest.approx(first[1], rel=1e-6)
    assert scenario_of("rmsprop_kick").entries[0]["alpha"] == 0.99


def test_radams_first_five_steps_are_long_or_none_and_then_tiny() -> None:
    run = run_of("radam_start")
    adam, torch_form, author = (step_lengths(run, row) for row in range(3))
    assert (author[:5] == 0).all() and author[5] > 0
    assert torch_form[0] > 10 * adam[0]
    assert run.positions[1, 1, 1] == pytest.approx(-1.2)  # past the floor at 0, and higher up
    assert torch_form[5] < 0.05 * adam[5]
    assert author[5] < 0.05 * adam[5]


def test_three_amsgrads_differ_from_the_first_step_on() -> None:
    run = run_of("three_amsgrads")
    first = [step_lengths(run, row)[0] for row in range(3)]
    assert first[1] / first[0] == pytest.approx((1 - 0.9) / math.sqrt(1 - 0.999), rel=1e-5)
    assert first[2] == pytest.approx(first[0], rel=1e-9)
    assert len({tuple(point) for point in run.positions[10].round(2)}) == 3
