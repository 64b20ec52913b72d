"""Phase maps against closed forms on a quadratic, against trace(), and what they refuse."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from landscapes import Refusal, UnknownKeyError
from optim_core import OPTIMIZERS, WRAPPERS, Entry, RunConfig, Scenario, theory, trace
from optim_core.maps import DIVERGED, PhaseMap, PhaseRequest
from optim_core.maps.tables import phase_table
from optim_core.sweeping import numeric_knobs, with_setting

BOWL = Scenario(
    surface="ravine",
    surface_settings={"condition": 4.0},
    entries=(Entry("momentum"), Entry("nesterov"), Entry("adam")),
    starts=((-1.8, 0.9),),
    config=RunConfig(steps=400),
)
LONG = dataclasses.replace(BOWL, config=RunConfig(steps=20_000))
SIZE = 40


def whole(scenario: Scenario, entry: int, up: str = "momentum", size: int = SIZE) -> PhaseMap:
    *_earlier, last = PhaseRequest.of(scenario, entry, "learning_rate", up, size).stages()
    return last


@pytest.fixture(scope="module")
def heavy() -> PhaseMap:
    return whole(BOWL, 0)


@pytest.mark.parametrize(
    ("entry", "factor"), [(0, theory.heavy_ball_factor), (1, theory.nesterov_factor)]
)
def test_runs_grow_beyond_the_closed_form_and_shrink_within(entry: int, factor: object) -> None:
    found = whole(BOWL, entry)
    rate, momentum = np.meshgrid(found.x.array(), found.y.array())
    factors = np.maximum(factor(rate, momentum, 1.0), factor(rate, momentum, 4.0))
    start = trace(dataclasses.replace(BOWL, config=RunConfig(steps=1))).losses[0, 0]
    grown = (found.cells.where[0] == DIVERGED) | ~(found.cells.losses[0] < start)
    assert grown[factors > 1.02].all()
    assert not grown[factors < 0.98].any()
    # ... and the line that is drawn runs between the two.
    edge = next(one for one in found.edges if one.kind == "stability")
    at = np.interp(found.y.array(), edge.y, edge.x, left=np.nan, right=np.nan)
    cell = (found.x.high / found.x.low) ** (1 / SIZE)
    for row, limit in enumerate(at):
        assert not grown[row][found.x.array() < limit / cell**2].any()
        assert factors[row][found.x.array() > limit * 1.001].min(initial=1.1) > 1


def test_oscillation_begins_at_critical_damping() -> None:
    # One curvature: the run is that of one eigenvalue.
    strict = RunConfig(steps=400, tolerance=1e-9)
    round_bowl = dataclasses.replace(BOWL, surface_settings={"condition": 1.0}, config=strict)
    found = whole(round_bowl, 0)
    rate, momentum = np.meshgrid(found.x.array(), found.y.array())
    critical = theory.critical_rate(momentum, 1.0)
    turns, settled = found.cells.turns[0], found.cells.settled_at[0] >= 0
    assert (turns[rate < critical] == 0).all()
    clearly = (rate > 1.5 * critical) & settled
    assert clearly.sum() > 100
    assert (turns[clearly] > 0).all()
    edge = next(one for one in found.edges if one.kind == "critical")
    drawn = np.isfinite(edge.x)
    assert edge.x[drawn] == pytest.approx(theory.critical_rate(edge.y[drawn], 1.0))


@pytest.mark.parametrize(
    "entry",
    [Entry(key) for key in OPTIMIZERS]
    + [Entry("adam", wrapper=key) for key in WRAPPERS]
    + [Entry("momentum", {"variant": "lecture"})],
    ids=lambda entry: f"{entry.wrapper or ''}{entry.optimizer}",
)
def test_every_cell_is_the_run_of_trace(entry: Entry) -> None:
    race = dataclasses.replace(BOWL, entries=(entry,), config=RunConfig(steps=60))
    *_others, up = (name for name in numeric_knobs(entry) if name != "learning_rate")
    found = whole(race, 0, up, size=10)
    picked = np.random.default_rng(1).integers(0, (len(found.x), len(found.y)), (20, 2))
    entries = []
    for column, row in picked:
        one = with_setting(entry, "learning_rate", found.x.values[column])
        value = found.y.values[row]
        whole_number = numeric_knobs(entry)[up].scale == "integer"
        entries.append(with_setting(one, up, int(value) if whole_number else value))
    runs = trace(dataclasses.replace(race, entries=tuple(entries)))
    column, row = picked.T
    last = runs.losses[runs.stopped_at, np.arange(20)]
    assert np.array_equal(found.cells.losses[0, row, column], last)
    assert np.array_equal(found.cells.settled_at[0, row, column], runs.settled_at)


def test_two_over_lambda_at_the_sharp_minimum() -> None:
    race = Scenario(surface="sharp_flat", entries=(Entry("sgd"),), config=RunConfig(steps=50))
    found = whole(race, 0, "weight_decay", size=8)
    sharp = found.edges[0]
    # Weight decay adds to the curvature: at the low end of its slider hardly anything.
    assert sharp.x[0] == pytest.approx(2 / 25.795580535, rel=1e-4)
    assert sharp.x[-1] == pytest.approx(2 / (25.795580535 + sharp.y[-1]), rel=1e-6)


def test_no_edge_where_no_closed_form_holds() -> None:
    clipped = dataclasses.replace(BOWL, config=RunConfig(steps=5, clip_norm=1.0))
    assert whole(clipped, 0, size=8).edges == ()
    assert whole(BOWL, 2, "beta1", size=8).edges == ()


def test_the_sliders_of_the_two_sides_do_not_count() -> None:
    other = dataclasses.replace(
        BOWL,
        entries=(Entry("momentum", {"learning_rate": 0.3, "momentum": 0.1}), *BOWL.entries[1:]),
    )
    asked = [PhaseRequest.of(one, 0, "learning_rate", "momentum", 40) for one in (BOWL, other)]
    assert asked[0] == asked[1]
    assert hash(asked[0]) == hash(asked[1])


def test_refusals() -> None:
    with pytest.raises(Refusal, match="two different"):
        PhaseRequest.of(BOWL, 0, "momentum", "momentum", 40)
    with pytest.raises(UnknownKeyError, match="momentum"):
        PhaseRequest.of(BOWL, 0, "learning_rate", "momentun", 40)
    with pytest.raises(Refusal, match="seconds"):
        PhaseRequest.of(LONG, 0, "learning_rate", "momentum", 400)


def test_the_table_has_both_settings(heavy: PhaseMap) -> None:
    lines = phase_table(heavy).splitlines()
    assert len(lines) == 1 + SIZE * SIZE
    assert lines[0].startswith("learning_rate,momentum,ending")
    assert lines[0].endswith(",turns")
