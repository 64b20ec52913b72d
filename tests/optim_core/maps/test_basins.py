"""Basins of attraction: the lecture's shares, one loop with trace(), coarse first, refusals."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
import pytest

from landscapes import Refusal, get_surface
from optim_core import Entry, RunConfig, Scenario, trace
from optim_core.grouping import groups_of_entries
from optim_core.maps import BasinMap, BasinRequest, cost
from optim_core.maps.cells import NOT_YET
from optim_core.maps.minima import Minima
from optim_core.maps.runs import ended, noise_of
from optim_core.maps.tables import basin_table

FLAT = {"sgd": 0.0, "adam": 0.0, "rmsprop": 0.0, "nesterov": 0.61, "momentum": 0.91}
"""Lecture, 3.18: the share of 651 starts left of the sharp minimum that end in the flat one."""

ENTRIES = tuple(Entry(key, {"learning_rate": 0.06}) for key in FLAT)
RACE = Scenario(
    surface="sharp_flat", entries=ENTRIES[3:], starts=((-3.8, 0.5),), config=RunConfig(steps=120)
)


@pytest.fixture(scope="module")
def stages() -> Iterator[list[BasinMap]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cost, "FIRST", 100_000)
        yield list(BasinRequest.of(RACE, 60).stages())


def test_the_shares_of_the_lecture() -> None:
    x, y = np.meshgrid(np.linspace(-4.5, -3, 31), np.linspace(-1, 1, 21))
    starts = np.stack([x.ravel(), y.ravel()])
    assert starts.shape[1] == 651
    config, surface = RunConfig(steps=400), get_surface("sharp_flat")
    groups = groups_of_entries(ENTRIES, 651, config.schedule, config.steps)
    runs = ended(
        surface, groups, np.tile(starts, len(FLAT)), config, noise_of(config), Minima(surface)
    )
    shares = (runs.where.reshape(len(FLAT), 651) == 1).mean(axis=1)
    assert shares == pytest.approx(list(FLAT.values()), abs=0.02)


def test_every_cell_is_the_run_of_trace(stages: list[BasinMap]) -> None:
    found = stages[-1]
    assert found.share == 1.0
    picked = np.random.default_rng(0).integers(0, 60, (40, 2))
    starts = tuple((found.x.values[i], found.y.values[j]) for i, j in picked)
    runs = trace(
        Scenario(surface="sharp_flat", entries=RACE.entries, starts=starts, config=RACE.config)
    )
    column, row = picked.T
    for entry in range(2):
        own = slice(40 * entry, 40 * entry + 40)
        ends = runs.losses[runs.stopped_at[own], np.arange(80)[own]]
        assert np.array_equal(found.cells.losses[entry, row, column], ends)
        assert np.array_equal(found.cells.settled_at[entry, row, column], runs.settled_at[own])
        where = found.cells.where[entry, row, column]
        assert np.array_equal(np.maximum(where, -1), runs.reached[own])


def test_a_coarse_picture_comes_first_and_stays_true(stages: list[BasinMap]) -> None:
    first, last = stages[0], stages[-1]
    assert 0 < first.share < 0.2
    assert (first.cells.where > -5).all()
    known = first.cells.computed
    assert np.array_equal(first.cells.where[known], last.cells.where[known])
    shares = [stage.share for stage in stages]
    assert shares == sorted(shares)
    with pytest.raises(ValueError, match="read-only"):
        first.cells.where[0, 0, 0] = 3


def test_shares_add_up_and_name_the_minima(stages: list[BasinMap]) -> None:
    found = stages[-1]
    for entry in range(2):
        assert sum(found.shares(entry).values()) == pytest.approx(1)
    assert [point.name for point in found.minima] == ["sharp", "flat"]
    assert found.declared == 2


def test_minima_are_found_where_a_surface_declares_none() -> None:
    surface = get_surface("himmelblau")
    nameless = Minima(dataclasses.replace(surface, minima=()))
    ends = np.array([(p.x, p.y) for p in surface.declared(surface.minima)] * 3)
    losses = np.zeros(len(ends))
    # The saddle between two of them is no minimum, however many runs rest there.
    saddle = surface.declared(surface.saddles)[0]
    ends, losses = np.vstack([ends, [saddle.x, saddle.y]]), np.append(losses, saddle.value)
    found = nameless.reached(ends, losses, np.ones(len(ends), dtype=bool))
    assert len(nameless.points) == 4
    assert found[-1] == -1
    assert np.array_equal(found[:4], found[4:8])
    assert sorted(found[:4]) == [0, 1, 2, 3]


def test_a_plateau_has_no_minima() -> None:
    flat = dataclasses.replace(
        get_surface("booth"), function=lambda x, y: (x * 1e-5).tanh() + 0 * y
    )
    minima = Minima(dataclasses.replace(flat, minima=()))
    places = np.random.default_rng(0).uniform(-9, 9, (500, 2))
    assert (minima.reached(places, np.zeros(500), np.ones(500, dtype=bool)) == -1).all()
    assert minima.points == ()


def test_what_costs_too_much_is_refused_in_words() -> None:
    with pytest.raises(Refusal, match=r"about [\d,]+ seconds"):
        BasinRequest.of(
            Scenario(surface="sharp_flat", entries=ENTRIES, config=RunConfig(steps=20_000)), 400
        )
    with pytest.raises(Refusal, match="8 to 400"):
        BasinRequest.of(RACE, 401)


def test_equal_requests_are_one_and_starts_do_not_count() -> None:
    moved = Scenario(
        surface="sharp_flat", entries=RACE.entries, starts=((1, 1),), config=RACE.config
    )
    assert BasinRequest.of(RACE, 60) == BasinRequest.of(moved, 60)
    assert hash(BasinRequest.of(RACE, 60)) == hash(BasinRequest.of(moved, 60))


def test_hardly_any_steps_arrive_nowhere() -> None:
    short = Scenario(surface="sharp_flat", entries=ENTRIES[:1], config=RunConfig(steps=1))
    last = list(BasinRequest.of(short, 20).stages())[-1]
    assert last.shares(0)[NOT_YET] > 0.9


def test_the_table_has_a_line_a_run(stages: list[BasinMap]) -> None:
    lines = basin_table(stages[-1], ["=NAG()", "SGDM"]).splitlines()
    assert len(lines) == 1 + 2 * 60 * 60
    assert lines[0].startswith("entry,start_x,start_y,ending,minimum_x")
    assert lines[1].startswith("'=NAG(),-4.42")


@pytest.mark.parametrize(("surface", "rate"), [("sharp_flat", 0.06), ("rosenbrock", 0.002)])
def test_judging_all_at_once_is_judging_each(
    monkeypatch: pytest.MonkeyPatch, surface: str, rate: float
) -> None:
    """Runs that settle, at different steps, and (on the banana) runs that diverge."""
    scenario = Scenario(
        surface=surface,
        entries=(Entry("momentum", {"learning_rate": rate}),),
        config=RunConfig(steps=200, tolerance=1e-3),
    )
    quick = list(BasinRequest.of(scenario, 24).stages())[-1]
    monkeypatch.setattr("optim_core.ending.Watch._all_go_on", lambda *_given: False)
    each = list(BasinRequest.of(scenario, 24).stages())[-1]
    assert (each.cells.settled_at >= 0).any() or surface == "rosenbrock"
    for name in ("where", "settled_at", "stopped_at", "losses"):
        assert np.array_equal(getattr(quick.cells, name), getattr(each.cells, name), equal_nan=True)
