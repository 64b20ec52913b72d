"""Random mixed line-ups, and the corners where batching could go wrong."""

from __future__ import annotations

import dataclasses
import random

import numpy as np
import pytest
import torch
from eager_settings import autograd_of, run_eager

from landscapes import Bounds, Surface, UnknownKeyError, get_surface
from optim_core import (
    OPTIMIZERS,
    SCHEDULES,
    WRAPPERS,
    Entry,
    Outcome,
    RunConfig,
    Scenario,
    Schedule,
    Trajectories,
    trace,
)

STEPS = 60
MIXES = 24


def some_entry(chance: random.Random) -> Entry:
    """An optimizer with settings from all over its sliders, perhaps inside Lookahead."""
    key = chance.choice(list(OPTIMIZERS))
    settings: dict[str, object] = {}
    for knob in OPTIMIZERS[key].knobs:
        low, high = knob.slider_range
        if knob.scale == "choice":
            settings[knob.key] = chance.choice([choice.key for choice in knob.choices])
        elif knob.scale == "switch":
            settings[knob.key] = chance.random() < 0.5
        elif knob.key == "learning_rate":
            settings[knob.key] = 10 ** chance.uniform(-4, -1)
        elif knob.scale == "integer":
            settings[knob.key] = chance.randint(1, 40)
        elif chance.random() < 0.5:
            part = chance.random()
            log = knob.scale == "log"
            settings[knob.key] = low * (high / low) ** part if log else low + part * (high - low)
    if chance.random() < 0.7:
        return Entry(key, settings)
    around = {"steps": chance.randint(1, 7), "alpha": chance.uniform(0.05, 1)}
    return Entry(key, settings, "lookahead", around)


def some_scenario(seed: int) -> Scenario:
    chance = random.Random(seed)
    entries = tuple(some_entry(chance) for _ in range(chance.choice([1, 2, 5, 8, 20])))
    if chance.random() < 0.3:
        rates = [10 ** chance.uniform(-3, -1) for _ in entries]
        entries = tuple(entries[0].changed(learning_rate=rate) for rate in rates)
    schedules = (
        Schedule("constant"),
        Schedule("cosine"),
        Schedule("one_cycle"),
        Schedule("cyclical", {"cycle_momentum": True}),
    )
    config = RunConfig(
        steps=STEPS,
        seed=seed,
        schedule=chance.choice(schedules),
        noise=chance.choice(["none", "none", "gaussian", "minibatch"]),
        noise_seeds=chance.choice([1, 3]),
        clip_norm=chance.choice([None, None, 1.0]),
        clip_value=chance.choice([None, None, 0.5]),
    )
    starts = [(chance.uniform(-2, 2), chance.uniform(-2, 2)) for _ in range(chance.randint(1, 3))]
    surface = chance.choice(["sharp_flat", "himmelblau", "rastrigin", "ackley", "rosenbrock"])
    return Scenario(surface=surface, entries=entries, starts=tuple(starts), config=config)


def assert_same_ends(paths: Trajectories, ends: Trajectories) -> None:
    last = paths.positions[paths.stopped_at, np.arange(paths.rows)]
    np.testing.assert_array_equal(ends.positions[-1], last)
    np.testing.assert_array_equal(ends.stopped_at, paths.stopped_at)
    np.testing.assert_array_equal(ends.settled_at, paths.settled_at)
    np.testing.assert_array_equal(ends.reached, paths.reached)
    assert ends.outcomes == paths.outcomes


@pytest.mark.parametrize("seed", range(MIXES))
def test_a_random_mix_is_the_same_by_paths_ends_and_plain_loops(seed: int) -> None:
    scenario = some_scenario(seed)
    paths = trace(scenario)
    assert_same_ends(paths, trace(scenario, keep="ends"))
    config = scenario.config
    if config.noise.key != "none" or config.clip_norm or config.clip_value:
        return
    spec = SCHEDULES[config.schedule.key]
    factors = spec.factors(STEPS, dict(config.schedule.settings))
    gradient = autograd_of(scenario.landscape().value)
    starts = torch.tensor(scenario.starts, dtype=torch.float64)
    for index, entry in enumerate(scenario.entries):
        row = dict(entry.settings) | {f"lookahead_{k}": v for k, v in entry.wrapper_settings}
        moved = None
        if factors.momentum is not None:
            course = factors.momentum
            names = [name for name in ("momentum", "beta1") if name in row]
            moved = dict.fromkeys(names, lambda step, course=course: course[max(step, 1) - 1])
        expected = run_eager(
            OPTIMIZERS[entry.optimizer],
            [row] * len(starts),
            starts,
            gradient,
            STEPS,
            wrapper=WRAPPERS[entry.wrapper] if entry.wrapper else None,
            multiplier=lambda step: factors.learning_rate[max(step, 1) - 1],
            moved=moved,
        ).numpy()
        rows_per_entry = len(starts) * config.noise_seeds
        first = index * rows_per_entry
        got = paths.positions[:, first : first + rows_per_entry : config.noise_seeds]
        alive = np.isfinite(got)
        np.testing.assert_array_equal(got[alive], expected[alive])


def test_many_rules_with_probes_keep_their_own_settings() -> None:
    """Each probe is bound by itself, so its numbers must not outlive or replace another's."""
    lecture = {"variant": "lecture", "learning_rate": 0.05}
    entries = (
        Entry("nesterov", {**lecture, "momentum": 0.9}),
        Entry("nesterov", {**lecture, "momentum": 0.5}),
        Entry("nesterov", {**lecture, "momentum": 0.7}, "lookahead"),
        Entry("nesterov", {**lecture, "momentum": 0.3}, "lookahead", {"steps": 3}),
    )
    config = RunConfig(steps=30)
    alone = [
        trace(Scenario(surface="sharp_flat", entries=(entry,), config=config)).positions[:, 0]
        for entry in entries
    ]
    for _ in range(40):
        together = trace(Scenario(surface="sharp_flat", entries=entries, config=config))
        for row, expected in enumerate(alone):
            np.testing.assert_array_equal(together.positions[:, row], expected)


TWINS = [key for key, spec in OPTIMIZERS.items() if spec.torch_twin is not None]


def test_one_cycle_moves_rate_and_momentum_as_torch_would() -> None:
    """All twins in one batch; torch's groups are set to the same numbers before each step."""
    landscape, steps = get_surface("beale"), 200
    entries = tuple(Entry(key, {"learning_rate": 1e-3}) for key in TWINS)
    config = RunConfig(steps=steps, schedule=Schedule("one_cycle"))
    result = trace(Scenario(surface="beale", entries=entries, config=config))
    factors = SCHEDULES["one_cycle"].factors(steps, dict(config.schedule.settings))
    assert factors.momentum is not None
    for row, entry in enumerate(entries):
        point = torch.tensor(landscape.start, dtype=torch.float64, requires_grad=True)
        make = OPTIMIZERS[entry.optimizer].torch_twin
        assert make is not None
        moves = {"momentum", "beta1"} & set(dict(entry.settings))
        given = dict(entry.settings)
        if "momentum" in moves:
            given["momentum"] = factors.momentum[0]  # torch keeps a buffer only if there is some
        twin = make([point], given)
        for rate, momentum in zip(factors.learning_rate, factors.momentum, strict=True):
            for group in twin.param_groups:
                group["lr"] = 1e-3 * rate
                if "beta1" in moves:
                    group["betas"] = (momentum, group["betas"][1])
                elif "momentum" in moves:
                    group["momentum"] = momentum
            twin.zero_grad()
            landscape.value(point[0], point[1]).backward()
            twin.step()
        np.testing.assert_array_equal(result.positions[-1, row], point.detach().numpy())


@pytest.mark.parametrize("clips", [{"clip_value": 0.5}, {"clip_norm": 1.0, "clip_value": 0.9}])
def test_clipping_is_by_value_and_then_by_norm(clips: dict[str, float]) -> None:
    config = RunConfig(steps=100, **clips)
    entry = Entry("adam", {"learning_rate": 0.05})
    result = trace(Scenario(surface="beale", entries=(entry,), config=config))
    landscape = get_surface("beale")
    point = torch.tensor(landscape.start, dtype=torch.float64, requires_grad=True)
    twin = torch.optim.Adam([point], lr=0.05)
    for _ in range(100):
        twin.zero_grad()
        landscape.value(point[0], point[1]).backward()
        torch.nn.utils.clip_grad_value_([point], clips["clip_value"])
        if "clip_norm" in clips:
            torch.nn.utils.clip_grad_norm_([point], clips["clip_norm"])
        twin.step()
    # The norm may be summed in another order: one unit in the last place, over a hundred steps.
    np.testing.assert_allclose(result.positions[-1, 0], point.detach().numpy(), rtol=1e-10)


def own(function: object) -> Surface:
    template = get_surface("rosenbrock")
    return dataclasses.replace(
        template, key="own", function=function, bounds=Bounds(-4, 4, -4, 4), start=(1.0, 1.0)
    )


def one_run(rate: float, steps: int = 50) -> Scenario:
    return Scenario(
        surface="rosenbrock",
        entries=(Entry("sgd", {"learning_rate": rate}),),
        starts=((1.0, 1.0),),
        config=RunConfig(steps=steps),
    )


def test_ends_know_of_a_surface_that_stops_being_defined() -> None:
    edge = own(lambda x, y: torch.sqrt(x) + y**2)
    paths, ends = trace(one_run(0.5), edge), trace(one_run(0.5), edge, keep="ends")
    assert paths.outcomes == (Outcome.LEFT_THE_DOMAIN,)
    assert np.isfinite(ends.positions).all()
    assert_same_ends(paths, ends)


def test_ends_of_a_run_that_was_small_and_then_flew_away() -> None:
    scenario = Scenario(
        surface="easom",
        entries=(Entry("sgd", {"learning_rate": 100.0}),),
        config=RunConfig(steps=60, noise="gaussian", seed=3),
    )
    loud = dataclasses.replace(scenario.config.noise, settings={"scale": 1e5})
    scenario = dataclasses.replace(
        scenario, config=dataclasses.replace(scenario.config, noise=loud)
    )
    assert_same_ends(trace(scenario), trace(scenario, keep="ends"))


def test_more_rows_than_a_chunk_are_the_same_rows() -> None:
    rng = np.random.default_rng(5)
    starts = tuple(map(tuple, rng.uniform(-2, 2, (20_000, 2)).tolist()))
    entries = (Entry("adam", {"learning_rate": 0.1}), Entry("sgd", {"learning_rate": 0.01}))
    config = RunConfig(steps=5, noise="gaussian")
    scenario = Scenario(surface="himmelblau", entries=entries, starts=starts, config=config)
    assert_same_ends(trace(scenario), trace(scenario, keep="ends"))


def test_the_longest_run_is_taken_to_its_end() -> None:
    result = trace(dataclasses.replace(one_run(1e-3), config=RunConfig(steps=20_000)))
    assert result.positions.shape == (20_001, 1, 2)
    assert np.isfinite(result.positions).all()


def test_a_formula_must_give_one_value_a_point() -> None:
    for formula in (lambda x, y: (x**2 + y**2).sum(), lambda x, y: 1.0):
        with pytest.raises(ValueError, match="one value a point"):
            trace(one_run(0.1), own(formula))


def test_a_formula_in_single_precision_is_not_replayed_in_double() -> None:
    single = own(lambda x, y: ((x.float() - 0.3) ** 2 + y.float() ** 2).double())
    result = trace(one_run(0.1), single)
    x, y = torch.from_numpy(result.positions[-1, 0].copy())
    assert result.losses[-1, 0] == single.value(x, y).item()


def test_a_misspelt_keep_is_refused() -> None:
    with pytest.raises(UnknownKeyError, match="path"):
        trace(one_run(0.1), keep="paths")  # type: ignore[arg-type]


def test_numbers_of_numpy_are_numbers() -> None:
    assert Entry("adam", {"learning_rate": np.float64(0.1)}) == Entry(
        "adam", {"learning_rate": 0.1}
    )
    assert RunConfig(steps=np.int64(5)) == RunConfig(steps=5)


def test_a_flat_spot_crossed_on_the_last_step_is_not_a_place_to_settle() -> None:
    """The ball at 0.9 turns around on the flat minimum's slopes: slow there, but not at rest."""
    entry = Entry("momentum", {"learning_rate": 0.06, "momentum": 0.9})
    settled = []
    for steps in range(135, 185):
        config = RunConfig(steps=steps)
        scenario = Scenario(
            surface="sharp_flat", entries=(entry,), starts=((-3.8, 0.5),), config=config
        )
        paths = trace(scenario)
        assert_same_ends(paths, trace(scenario, keep="ends"))
        settled.append(paths.outcomes[0] is Outcome.CONVERGED)
    first = settled.index(True)
    assert first > 20, "turning points were taken for rest"
    assert all(settled[first:]), "once at rest, a longer run is at rest too"
