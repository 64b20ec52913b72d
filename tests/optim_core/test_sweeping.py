"""A sweep: which values it takes, and that its rows are the plain runs."""

from __future__ import annotations

import dataclasses
import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landscapes import Knob, get_surface
from optim_core import (
    DEFAULT_SCENARIO,
    OPTIMIZERS,
    Entry,
    Outcome,
    RunConfig,
    Scenario,
    Schedule,
    numeric_knobs,
    sweep,
    trace,
)
from optim_core.sweeping import swept_values, with_setting
from optim_core.tracing import OverBudgetError

STARTS = ((-3.8, 0.5), (1.0, 1.4))

CASES = [
    (key, knob, wrapper)
    for key in OPTIMIZERS
    for wrapper in (None, "lookahead")
    for knob in numeric_knobs(Entry(key, {}, wrapper))
    if wrapper is None or knob.startswith("lookahead_") or knob == "learning_rate"
]


def line_up(*entries: Entry, **config: object) -> Scenario:
    return Scenario(
        surface="sharp_flat", entries=entries, starts=STARTS, config=RunConfig(steps=30, **config)
    )


@pytest.mark.parametrize(("key", "knob", "wrapper"), CASES)
def test_the_row_at_the_present_value_is_the_plain_run(
    key: str, knob: str, wrapper: str | None
) -> None:
    scenario = line_up(Entry("sgd", {}), Entry(key, {}, wrapper))
    swept = sweep(scenario, 1, knob)
    plain = trace(scenario)
    rows = swept.rows_of(swept.present)
    here = list(rows)
    for name in ("positions", "losses", "gradient_norms"):
        expected = getattr(plain, name)[:, 2:]
        np.testing.assert_array_equal(getattr(swept.trajectories, name)[:, here], expected)
    assert swept.trajectories.outcomes[rows.start : rows.stop] == plain.outcomes[2:]


@pytest.mark.parametrize("knob", ["learning_rate", "momentum", "lookahead_steps"])
def test_every_row_is_the_run_with_that_value(knob: str) -> None:
    """Also under noise, a schedule and clipping."""
    entry = Entry("momentum", {"learning_rate": 0.05}, "lookahead", {"alpha": 0.4})
    scenario = line_up(
        entry, noise="gaussian", noise_seeds=2, schedule=Schedule("cosine"), clip_norm=1.0, seed=3
    )
    swept = sweep(scenario, 0, knob, 7)
    assert swept.trajectories.rows == len(swept.values) * len(STARTS) * 2
    for index, value in enumerate(swept.values):
        changed = with_setting(entry, knob, value)
        alone = trace(dataclasses.replace(scenario, entries=(changed,)))
        rows = list(swept.rows_of(index))
        np.testing.assert_array_equal(swept.trajectories.positions[:, rows], alone.positions)


def test_the_strip_shows_the_threshold() -> None:
    """Booth's largest curvature is 18: gradient descent diverges from a rate of 2/18 on."""
    scenario = Scenario(
        surface="booth",
        entries=(Entry("sgd", {"learning_rate": 0.05}),),
        starts=((-8.0, -5.0), (4.0, 4.0)),
        config=RunConfig(steps=2000),
    )
    swept = sweep(scenario, 0, "learning_rate")
    strip = swept.outcome_strip()
    assert [len(ends) for ends in strip] == [2] * len(swept.values)
    for value, ends in zip(swept.values, strip, strict=True):
        assert [end.start for end in ends] == [0, 1]
        for end in ends:
            assert (end.outcome is Outcome.DIVERGED) == (value > 2 / 18)
            if end.outcome is Outcome.CONVERGED:
                assert end.minimum == 0
    assert Outcome.CONVERGED in {end.outcome for ends in strip for end in ends}


def test_the_strip_tells_which_minimum_momentum_reaches() -> None:
    swept = sweep(DEFAULT_SCENARIO, 1, "momentum")
    names = [point.name for point in get_surface("sharp_flat").minima]
    reached = {names[ends[0].minimum] for ends in swept.outcome_strip() if ends[0].minimum >= 0}
    assert reached == {"sharp", "flat"}
    assert swept.outcome_strip()[swept.present][0].minimum == names.index("flat")


# Which values


KNOBS = st.sampled_from(
    [knob for spec in OPTIMIZERS.values() for knob in spec.knobs if knob.is_number]
    + list(numeric_knobs(Entry("sgd", {}, "lookahead")).values())
)


@given(KNOBS, st.integers(2, 64), st.floats(0, 1))
def test_values_ascend_through_the_present_one(knob: Knob, count: int, share: float) -> None:
    low, high = knob.slider_range
    between = low + share * (high - low)
    present = knob.check(round(between) if knob.scale == "integer" else between)
    values, left_out = swept_values(knob, present, count)
    assert all(earlier < later for earlier, later in itertools.pairwise(values))
    assert present in values
    assert not left_out
    assert len(values) == count or knob.scale == "integer"
    assert values[0] in (low, present)
    assert values[-1] in (high, present)
    # Even in the knob's own scale, but for the one that was moved onto the present value.
    if knob.scale != "integer":
        places = [math.log(v) if knob.scale == "log" else v for v in values if v != present]
        even = np.linspace(*(math.log(v) if knob.scale == "log" else v for v in (low, high)), count)
        gap = even[1] - even[0]
        assert all(np.abs(even - place).min() < 0.06 * gap for place in places)


def test_whole_numbers_come_once_each() -> None:
    knob = numeric_knobs(Entry("sgd", {}, "lookahead"))["lookahead_steps"]
    values, _ = swept_values(knob, 5, 41)
    assert values == tuple(range(1, 21))
    assert all(isinstance(value, int) for value in values)
    few, _ = swept_values(knob, 6, 4)
    assert few == (1, 6, 14, 20)  # 1, 7.33, 13.67, 20


def test_values_can_be_read_out() -> None:
    knob = numeric_knobs(Entry("sgd"))["learning_rate"]
    values, _ = swept_values(knob, 0.06, 41)
    assert max(len(f"{value:.3g}") for value in values) <= 8
    assert all(float(f"{value:.3g}") == value for value in values)


@pytest.mark.parametrize(
    ("present", "first", "last"), [(0.0, 0.0, 2.0), (50.0, 1e-4, 50.0), (1e-9, 1e-9, 2.0)]
)
def test_a_value_beyond_the_slider_moves_the_end(present: float, first: float, last: float) -> None:
    knob = numeric_knobs(Entry("sgd"))["learning_rate"]
    values, _ = swept_values(knob, present, 41)
    assert (values[0], values[-1], len(values)) == (first, last, 41)


def test_values_that_the_knob_refuses_are_left_out_and_named() -> None:
    knob = Knob(
        key="rate", title="Rate", default=0.1, low=0.05, high=1, scale="log", slider_low=0.01
    )
    values, left_out = swept_values(knob, 0.1, 5)
    assert left_out == (0.01, 0.032)
    assert values == (0.1, 0.32, 1.0)


# Refusals


def test_what_cannot_be_swept_is_said_in_words() -> None:
    scenario = line_up(Entry("adam"), Entry("rmsprop"))
    with pytest.raises(ValueError, match="did you mean beta2, beta1"):
        sweep(scenario, 0, "beta3")
    with pytest.raises(ValueError, match="unknown knob"):
        sweep(scenario, 0, "lookahead_steps")
    with pytest.raises(ValueError, match="centered is a switch, not a number"):
        sweep(scenario, 1, "centered")
    with pytest.raises(ValueError, match="variant is a choice, not a number"):
        sweep(line_up(Entry("momentum")), 0, "variant")
    with pytest.raises(ValueError, match="2 to 64 values"):
        sweep(scenario, 0, "beta1", 65)
    with pytest.raises(IndexError):
        sweep(scenario, 2, "beta1")
    with pytest.raises(IndexError):
        sweep(scenario, -1, "beta1")


def test_a_sweep_over_budget_is_refused_before_it_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optim_core.tracing.groups_of", lambda *_: pytest.fail("it was started"))
    scenario = Scenario(
        surface="booth",
        entries=(Entry("sgd"),),
        starts=((1.0, 1.0),) * 16,
        config=RunConfig(steps=20_000),
    )
    with pytest.raises(OverBudgetError, match="fewer steps"):
        sweep(scenario, 0, "learning_rate")


def test_a_surface_of_ones_own_is_swept_in_place_of_the_declared_one() -> None:
    own = get_surface("booth")
    swept = sweep(line_up(Entry("sgd", {"learning_rate": 0.01})), 0, "learning_rate", 5, own)
    row = swept.rows_of(swept.present)[0]
    expected = own.value(*np_point(swept.trajectories.positions[0, row])).item()
    assert swept.trajectories.losses[0, row] == expected


def np_point(point: np.ndarray) -> tuple:
    import torch

    return tuple(torch.tensor([float(value)], dtype=torch.float64) for value in point)
