"""The engine against plain loops: the same bits, however the runs are batched."""

from __future__ import annotations

import dataclasses
import itertools
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from eager_settings import autograd_of, run_eager

from landscapes import SURFACES, Bounds, Surface, get_surface
from optim_core import (
    OPTIMIZERS,
    WRAPPERS,
    Entry,
    Noise,
    Outcome,
    RunConfig,
    Scenario,
    Schedule,
    trace,
)
from optim_core.gradients import checked_recording
from optim_core.grouping import groups_of
from optim_core.tracing import OverBudgetError

STARTS = ((-1.5, 2.2), (0.7, -0.4))


def choices_of(key: str) -> list[dict[str, object]]:
    """Every combination of an optimizer's choices and switches."""
    options = [
        [(knob.key, value) for value in (False, True)]
        if knob.scale == "switch"
        else [(knob.key, choice.key) for choice in knob.choices]
        for knob in OPTIMIZERS[key].knobs
        if not knob.is_number
    ]
    return [dict(combination) for combination in itertools.product(*options)]


CASES = [
    (key, choices, wrapper)
    for key in OPTIMIZERS
    for choices in choices_of(key)
    for wrapper in (None, *WRAPPERS)
]


@pytest.mark.parametrize(
    ("key", "choices", "wrapper"),
    CASES,
    ids=[f"{k}-{'-'.join(map(str, c.values())) or 'plain'}-{w or 'bare'}" for k, c, w in CASES],
)
def test_replay_equals_the_rule_called_step_by_step(
    key: str, choices: dict[str, object], wrapper: str | None
) -> None:
    """Two entries with different rates and decay, two starts, all in one batch."""
    decays = "weight_decay" in {knob.key for knob in OPTIMIZERS[key].knobs}
    rows = [{**choices, "learning_rate": 0.013}, {**choices, "learning_rate": 0.04}]
    if decays:
        rows[1]["weight_decay"] = 0.01
    entries = tuple(Entry(key, row, wrapper) for row in rows)
    scenario = Scenario(
        surface="sharp_flat", entries=entries, starts=STARTS, config=RunConfig(steps=60)
    )
    settings = [row for row in rows for _ in STARTS]
    expected = run_eager(
        OPTIMIZERS[key],
        settings,
        torch.tensor(STARTS * 2, dtype=torch.float64),
        autograd_of(get_surface("sharp_flat").value),
        60,
        wrapper=None if wrapper is None else WRAPPERS[wrapper],
    )
    np.testing.assert_array_equal(trace(scenario).positions, expected.numpy())


def line_up() -> tuple[Entry, ...]:
    return (
        Entry("adam", {"learning_rate": 0.05}),
        Entry("sgd", {"learning_rate": 0.01}),
        Entry("rmsprop", {"learning_rate": 0.01}),
        Entry("adam", {"learning_rate": 0.2, "beta1": 0.5}),
        Entry("momentum", {"learning_rate": 0.01}, "lookahead"),
        Entry("swats", {"learning_rate": 0.02}),
        Entry("radam", {"learning_rate": 0.01}),
        Entry("adagrad", {"learning_rate": 0.3}),
    )


def test_a_mixed_batch_equals_its_rows_run_alone() -> None:
    together = trace(
        Scenario(surface="himmelblau", entries=line_up(), starts=STARTS, config=RunConfig(steps=80))
    )
    for row, label in enumerate(together.labels):
        alone = trace(
            Scenario(
                surface="himmelblau",
                entries=(line_up()[label.entry],),
                starts=(STARTS[label.start],),
                config=RunConfig(steps=80),
            )
        )
        np.testing.assert_array_equal(together.positions[:, row], alone.positions[:, 0])
        np.testing.assert_array_equal(together.losses[:, row], alone.losses[:, 0])
        assert together.outcomes[row] is alone.outcomes[0]


TWINS = [key for key, spec in OPTIMIZERS.items() if spec.torch_twin is not None]


@pytest.mark.parametrize("key", TWINS)
@pytest.mark.parametrize("surface", ["rosenbrock", "beale", "sharp_flat", "rastrigin"])
def test_trace_equals_torch_optim_bit_for_bit(key: str, surface: str) -> None:
    landscape, spec = get_surface(surface), OPTIMIZERS[key]
    # RAdam's first steps are un-adapted: they need a rate as small as SGD's.
    rate = 1e-4 if spec.family == "SGD" or key == "radam" else 0.03
    entry = Entry(key, {"learning_rate": rate})
    scenario = Scenario(surface=surface, entries=(entry,), config=RunConfig(steps=200))
    point = torch.tensor(landscape.start, dtype=torch.float64, requires_grad=True)
    assert spec.torch_twin is not None
    twin = spec.torch_twin([point], dict(entry.settings))
    path = [point.detach().clone()]
    for _ in range(200):
        twin.zero_grad()
        landscape.value(point[0], point[1]).backward()
        twin.step()
        path.append(point.detach().clone())
    np.testing.assert_array_equal(trace(scenario).positions[:, 0], torch.stack(path).numpy())


@pytest.mark.parametrize("surface", list(SURFACES))
def test_every_surface_is_replayed_not_differentiated_at_each_step(surface: str) -> None:
    """A surface that fell back to autograd would be right, but ten times slower."""
    assert checked_recording(get_surface(surface).value, 37) is not None


def test_only_the_ends_are_the_ends_of_the_paths() -> None:
    scenario = Scenario(
        surface="himmelblau",
        entries=(*line_up()[:6], Entry("sgd", {"learning_rate": 0.5})),
        starts=((-4.0, 4.0), (1.0, 1.0), (0.0, 0.0)),
        config=RunConfig(steps=120, tolerance=0.01),
    )
    paths, ends = trace(scenario), trace(scenario, keep="ends")
    rows = np.arange(scenario.rows)
    np.testing.assert_array_equal(ends.positions[0], paths.positions[0])
    last = paths.positions[paths.stopped_at, rows]
    np.testing.assert_array_equal(ends.positions[-1], last)
    np.testing.assert_array_equal(ends.stopped_at, paths.stopped_at)
    np.testing.assert_array_equal(ends.settled_at, paths.settled_at)
    np.testing.assert_array_equal(ends.reached, paths.reached)
    assert ends.outcomes == paths.outcomes
    assert Outcome.DIVERGED in ends.outcomes
    assert Outcome.CONVERGED in ends.outcomes


@pytest.mark.parametrize("noise", ["gaussian", "minibatch"])
def test_ends_under_noise_and_clipping_are_the_ends_of_the_paths(noise: str) -> None:
    scenario = Scenario(
        surface="sharp_flat",
        entries=line_up()[:3],
        starts=STARTS,
        config=RunConfig(
            steps=60, noise=Noise(noise), noise_seeds=3, clip_norm=1.0, clip_value=0.9
        ),
    )
    paths, ends = trace(scenario), trace(scenario, keep="ends")
    np.testing.assert_array_equal(ends.positions[-1], paths.positions[-1])
    np.testing.assert_array_equal(ends.settled_at, paths.settled_at)


def test_divergence_is_an_outcome_with_its_step() -> None:
    """On ``x^2 - y^2``-free ground: Booth has curvature 18, so a rate of 2 diverges."""
    scenario = Scenario(
        surface="booth",
        entries=(Entry("sgd", {"learning_rate": 2.0}), Entry("sgd", {"learning_rate": 0.05})),
        config=RunConfig(steps=300),
    )
    result = trace(scenario)
    assert result.outcomes == (Outcome.DIVERGED, Outcome.CONVERGED)
    stop = int(result.stopped_at[0])
    assert 0 < stop < 30
    assert np.isfinite(result.positions[: stop + 1, 0]).all()
    assert np.isnan(result.positions[stop + 1 :, 0]).all()
    assert np.isnan(result.losses[stop + 1 :, 0]).all()
    assert np.abs(result.positions[stop, 0]).max() <= 1e6 * get_surface("booth").bounds.size
    assert result.settled_at[0] == -1
    settled = int(result.settled_at[1])
    assert (result.gradient_norms[settled:, 1] <= scenario.config.tolerance).all()
    assert result.gradient_norms[settled - 1, 1] > scenario.config.tolerance


def own_surface(function: object) -> Surface:
    template = get_surface("rosenbrock")
    return dataclasses.replace(
        template, key="own", function=function, bounds=Bounds(-4, 4, -4, 4), start=(1.0, 1.0)
    )


def test_leaving_the_domain_is_told_from_diverging() -> None:
    """Descending ``sqrt(x)`` steps over the edge at x = 0, where it has no value."""
    surface = own_surface(lambda x, y: torch.sqrt(x) + y**2)
    scenario = Scenario(
        surface="rosenbrock",
        entries=(Entry("sgd", {"learning_rate": 0.5}),),
        starts=((1.0, 1.0),),
        config=RunConfig(steps=50),
    )
    for keep in ("path", "ends"):
        assert trace(scenario, surface, keep=keep).outcomes == (Outcome.LEFT_THE_DOMAIN,)


def test_numbers_beyond_floating_point_do_no_harm() -> None:
    surface = own_surface(lambda x, y: torch.exp(torch.exp(x**2)) + y**2)
    scenario = Scenario(
        surface="rosenbrock",
        entries=(Entry("sgd", {"learning_rate": 10.0}), Entry("adam", {})),
        starts=((3.9, 1.0),),
        config=RunConfig(steps=20),
    )
    assert trace(scenario, surface).outcomes[0] is Outcome.DIVERGED


def test_a_formula_that_cannot_be_recorded_is_differentiated_plainly() -> None:
    """``if`` on a value and in-place changes are outside a flat program."""

    def branching(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        total = x * 2
        total += y**2
        return total**2 if float(x.detach().sum()) > -1e9 else x

    scenario = Scenario(surface="rosenbrock", entries=(Entry("adam", {}),), starts=((1.0, 1.0),))
    plain = own_surface(lambda x, y: (x * 2 + y**2) ** 2)
    np.testing.assert_array_equal(
        trace(scenario, own_surface(branching)).positions, trace(scenario, plain).positions
    )


def test_a_surface_flat_in_one_direction_has_a_zero_gradient_there() -> None:
    scenario = Scenario(surface="rosenbrock", entries=(Entry("sgd", {}),), starts=((1.0, 1.5),))
    result = trace(scenario, own_surface(lambda x, y: x**2))
    assert (result.positions[:, 0, 1] == 1.5).all()


@pytest.mark.parametrize(("keep", "starts"), [("path", 30_000), ("ends", 900_000)])
def test_too_much_is_refused_before_anything_is_computed(
    keep: str, starts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = Scenario(
        surface="booth",
        entries=(Entry("sgd", {}),),
        starts=((1.0, 1.0),) * starts,
        config=RunConfig(steps=20_000),
    )
    monkeypatch.setattr("optim_core.tracing.groups_of", lambda *_: pytest.fail("it was started"))
    with pytest.raises(OverBudgetError, match="fewer steps"):
        trace(scenario, keep=keep)


def test_every_entry_and_start_meets_the_same_noise() -> None:
    """SGD's first step is the gradient plus noise: take the gradient away and compare."""
    scenario = Scenario(
        surface="booth",
        entries=(Entry("sgd", {"learning_rate": 0.01}), Entry("sgd", {"learning_rate": 0.02})),
        starts=((1.0, 1.0), (2.0, -1.0)),
        config=RunConfig(steps=3, noise=Noise("gaussian", {"scale": 2.0}), noise_seeds=2, seed=7),
    )
    result = trace(scenario)
    landscape = get_surface("booth")
    rates = np.array([0.01] * 4 + [0.02] * 4)[:, None]
    first = landscape.gradient(torch.from_numpy(result.positions[0].copy())).numpy()
    noise = (result.positions[0] - result.positions[1]) / rates - first
    np.testing.assert_allclose(noise, np.tile(noise[:2], (4, 1)), atol=1e-9)
    assert np.abs(noise[0] - noise[1]).min() > 1e-3
    other = trace(
        dataclasses.replace(scenario, config=RunConfig(steps=3, noise="gaussian", seed=8))
    )
    assert not np.array_equal(other.positions[1, 0], result.positions[1, 0])


def test_clipping_is_per_run_and_as_torch_does_it() -> None:
    starts = ((9.0, 9.0), (1.0, 3.1))
    config = RunConfig(steps=1, clip_norm=1.0)
    entry = Entry("sgd", {"learning_rate": 1.0})
    result = trace(Scenario(surface="booth", entries=(entry,), starts=starts, config=config))
    for row, start in enumerate(starts):
        point = torch.tensor(start, dtype=torch.float64, requires_grad=True)
        get_surface("booth").value(point[0], point[1]).backward()
        torch.nn.utils.clip_grad_norm_([point], 1.0)
        assert point.grad is not None
        moved = result.positions[0, row] - result.positions[1, row]
        np.testing.assert_allclose(moved, point.grad.numpy(), rtol=1e-12)


def test_a_schedule_moves_the_rate_as_torch_does() -> None:
    config = RunConfig(steps=60, schedule=Schedule("cosine", {}))
    factors = groups_of(
        Scenario(surface="booth", entries=(Entry("sgd", {"learning_rate": 0.01}),), config=config)
    )[0].settings.numbers["learning_rate"][:, 0]
    point = torch.tensor(get_surface("booth").start, dtype=torch.float64, requires_grad=True)
    twin = torch.optim.SGD([point], lr=0.01)
    for factor in factors:
        for group in twin.param_groups:
            group["lr"] = float(factor)
        twin.zero_grad()
        get_surface("booth").value(point[0], point[1]).backward()
        twin.step()
    result = trace(
        Scenario(surface="booth", entries=(Entry("sgd", {"learning_rate": 0.01}),), config=config)
    )
    np.testing.assert_array_equal(result.positions[-1, 0], point.detach().numpy())


def test_long_runs_lay_out_their_coefficients_piece_by_piece(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scenario = Scenario(
        surface="booth",
        entries=line_up(),
        config=RunConfig(steps=50, schedule=Schedule("cosine", {})),
    )
    whole = trace(scenario)
    monkeypatch.setattr("optim_core.stepping.Stepper.BANK_LIMIT", 64)
    np.testing.assert_array_equal(trace(scenario).positions, whole.positions)


def test_rows_are_entries_then_starts_then_noise_seeds() -> None:
    scenario = Scenario(
        surface="booth",
        entries=(Entry("sgd", {}), Entry("adam", {})),
        starts=((0.0, 0.0), (1.0, 1.0), (2.0, 2.0)),
        config=RunConfig(steps=2, noise="gaussian", noise_seeds=2),
    )
    result = trace(scenario)
    assert result.positions.shape == (3, 12, 2)
    assert [(label.entry, label.start, label.noise_seed) for label in result.labels[:4]] == [
        (0, 0, 0),
        (0, 0, 1),
        (0, 1, 0),
        (0, 1, 1),
    ]
    assert result.labels[-1].entry == 1
    for row, label in enumerate(result.labels):
        assert tuple(result.positions[0, row]) == scenario.starts[label.start]
    with pytest.raises(ValueError, match="read-only"):
        result.positions[0, 0, 0] = 1.0


def test_threads_do_not_disturb_each_other() -> None:
    scenarios = [
        Scenario(surface=surface, entries=line_up(), starts=STARTS, config=RunConfig(steps=40))
        for surface in ("sharp_flat", "himmelblau", "beale", "rastrigin")
    ]
    expected = [trace(scenario).positions for scenario in scenarios]
    with ThreadPoolExecutor(4) as pool:
        for _ in range(3):
            for result, positions in zip(pool.map(trace, scenarios), expected, strict=True):
                np.testing.assert_array_equal(result.positions, positions)
