"""Per-step measures: against numbers worked out by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from landscapes import get_surface
from optim_core import (
    Entry,
    RunConfig,
    Scenario,
    Schedule,
    effective_step_sizes,
    learning_rates,
    step_lengths,
    trace,
)
from optim_core.grouping import groups_of


def booth(*entries: Entry, **config: object) -> Scenario:
    return Scenario(surface="booth", entries=entries, config=RunConfig(**config))


def test_a_step_of_gradient_descent_is_the_rate_times_the_gradient() -> None:
    scenario = booth(Entry("sgd", {"learning_rate": 0.03}), steps=20)
    runs = trace(scenario)
    lengths = step_lengths(runs)
    assert lengths.shape == (20, 1)
    np.testing.assert_allclose(lengths, 0.03 * runs.gradient_norms[:-1], rtol=1e-9)
    np.testing.assert_allclose(effective_step_sizes(runs), 0.03, rtol=1e-9)


def test_the_first_step_of_adam_has_the_rate_in_each_coordinate() -> None:
    runs = trace(booth(Entry("adam", {"learning_rate": 0.5}), steps=3))
    assert step_lengths(runs)[0, 0] == pytest.approx(0.5 * 2**0.5, rel=1e-9)


def test_there_is_no_pace_after_a_run_stopped() -> None:
    runs = trace(booth(Entry("sgd", {"learning_rate": 2.0}), Entry("sgd"), steps=40))
    stop = int(runs.stopped_at[0])
    assert 0 < stop < 40
    for measure in (step_lengths(runs), effective_step_sizes(runs)):
        assert np.isfinite(measure[:stop, 0]).all()
        assert np.isnan(measure[stop:, 0]).all()
        assert np.isfinite(measure[:, 1]).all()


def test_where_the_gradient_is_zero_there_is_no_effective_step() -> None:
    """Level ground: a run with momentum may still move, at no multiple of a gradient of 0."""
    surface = dataclasses.replace(
        get_surface("booth"), key="own", function=lambda x, y: torch.relu(x) ** 2 + 0 * y, minima=()
    )
    scenario = dataclasses.replace(
        booth(Entry("momentum", {"learning_rate": 0.4}), steps=6), starts=((1.0, 0.0),)
    )
    runs = trace(scenario, surface)
    lengths, sizes = step_lengths(runs), effective_step_sizes(runs)
    level = runs.gradient_norms[:-1] == 0
    assert level.any()
    assert (lengths[level] > 0).all()
    np.testing.assert_array_equal(np.isnan(sizes), level)


@pytest.mark.parametrize("schedule", ["constant", "cosine", "one_cycle"])
def test_the_rates_are_those_that_the_rules_get(schedule: str) -> None:
    scenario = booth(
        Entry("sgd", {"learning_rate": 0.03}),
        Entry("adam", {"learning_rate": 0.7}),
        steps=25,
        schedule=Schedule(schedule),
    )
    rates = learning_rates(scenario)
    assert rates.shape == (25, 2)
    for entry, group in enumerate(groups_of(scenario)):
        given = np.broadcast_to(group.settings.numbers["learning_rate"], (25, 1))
        np.testing.assert_array_equal(rates[:, entry : entry + 1], given)


def test_ends_alone_have_no_pace() -> None:
    runs = trace(booth(Entry("sgd"), steps=5), keep="ends")
    with pytest.raises(ValueError, match="whole paths"):
        step_lengths(runs)
    with pytest.raises(ValueError, match="whole paths"):
        effective_step_sizes(runs)
