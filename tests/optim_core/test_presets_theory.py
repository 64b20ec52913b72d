"""What the answers of the presets explain, checked against mathematics or a changed setting."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from preset_runs import run_of, scenario_of, step_lengths, with_config

from optim_core import Schedule, theory, trace


def test_speed_comes_from_rate_and_momentum_together() -> None:
    """At twice the rate, momentum 0.8 escapes too."""
    scenario = scenario_of("momentum_escapes")
    doubled = tuple(entry.changed(learning_rate=0.04) for entry in scenario.entries)
    assert list(trace(dataclasses.replace(scenario, entries=doubled)).reached) == [1, 0, 0]


def test_the_first_dents_floor_and_pass_are_where_the_claims_look() -> None:
    surface = scenario_of("momentum_escapes").landscape()
    (deep, dent), (gap,) = surface.declared(surface.minima), surface.declared(surface.saddles)
    assert (dent.x, deep.x) == pytest.approx((-1.382, 1.321), abs=1e-3)
    assert -0.75 < gap.x < -0.5


def test_sharp_or_flat_depends_on_momentum_and_on_the_start() -> None:
    scenario = scenario_of("sharp_or_flat")
    sgd, momentum, adam = scenario.entries
    less = dataclasses.replace(scenario, entries=(sgd, momentum.changed(momentum=0.8), adam))
    nearer = dataclasses.replace(scenario, starts=((-3.0, 0.5),))
    assert list(trace(less).reached) == [0, 0, 0]
    assert list(trace(nearer).reached) == [0, 0, 0]


def test_noise_shakes_the_sharp_minimum_three_times_as_far_and_costs_it_more() -> None:
    """Over many noise streams, because one seed would prove nothing; the shown one is the first."""
    run = trace(with_config(scenario_of("quiet_in_the_flat"), noise_seeds=60))
    squares = ((run.positions - run.positions[0]) ** 2).sum(axis=2).mean(axis=0)
    risen = (run.losses - run.losses[0]).mean(axis=0)
    (sharp, flat), (cost, little) = squares.reshape(2, 60) ** 0.5, risen.reshape(2, 60)
    assert 2.5 <= np.median(sharp / flat) <= 3.5
    assert (sharp > 2 * flat).all()
    assert 80 <= np.median(cost / little) <= 160
    assert (cost > 50 * little).all()
    assert 2.5 <= sharp[0] / flat[0] <= 4 and 80 <= cost[0] / little[0] <= 200


def test_sgd_leaves_the_saddle_as_late_as_its_growth_says() -> None:
    """The offset grows by 1 + rate a step: from 0.0001 to 0.5 in 175, a little more in the end,
    where the walls of the valley brake it."""
    run = run_of("saddle_escape")
    growth = run.positions[1:100, 0, 1] / run.positions[:99, 0, 1]
    np.testing.assert_allclose(growth, 1.05, rtol=1e-3)
    left = int(np.argmax(run.positions[:, 0, 1] > 0.5))
    assert 0 <= left - math.log(0.5 / 1e-4) / math.log(1.05) <= 6


def test_a_single_cosine_leaves_both_in_the_dent() -> None:
    scenario = scenario_of("warm_restarts")
    once = Schedule("cosine", {"length": 40, "afterwards": "stay"})
    alone, restarted = trace(with_config(scenario, schedule=once)), trace(scenario)
    np.testing.assert_array_equal(alone.positions[:41], restarted.positions[:41])
    assert list(alone.reached) == [1, 1]
    assert list(restarted.reached) == [1, 0]
    # The smaller rate hardly stirs after the restart.
    assert np.abs(restarted.positions[40:, 0] - restarted.positions[40, 0]).max() < 1e-6


def test_momentum_makes_at_most_ten_times_sgds_steps_on_the_plateau() -> None:
    """1 / (1 - 0.9) = 10 where the gradient hardly changes; along x, where the plateau slopes."""
    run = run_of("plateau")
    along = np.diff(run.positions[:, :2, 0], axis=0)
    assert along[40, 1] / along[40, 0] == pytest.approx(10, rel=0.15)


def test_gradients_on_the_plateau_are_as_small_as_epsilon() -> None:
    run = run_of("epsilon_on_plateau")
    assert 5e-4 < run.gradient_norms[100, 2] < 5e-3


def test_the_walls_gradient_is_about_fifteen_times_the_slopes() -> None:
    run = run_of("cliff_unclipped")
    assert run.gradient_norms[5, 0] / run.gradient_norms[0, 0] == pytest.approx(15, rel=0.15)
    assert step_lengths(run, 0)[5] > 5


def test_clipping_bounds_sgds_steps() -> None:
    lengths = step_lengths(run_of("cliff_clipped"), 0)
    assert lengths.max() <= 0.2 * (1 + 1e-12)
    assert lengths[0] == pytest.approx(0.2)


def test_clipping_makes_the_way_to_the_wall_longer() -> None:
    arrivals = [
        np.argmax(run_of(key).positions[:, :, 0] < 0, axis=0)
        for key in ("cliff_unclipped", "cliff_clipped")
    ]
    assert (arrivals[1] > arrivals[0]).all()


def test_adagrad_and_rmsprop_begin_alike_and_adagrad_crawls() -> None:
    run = run_of("adagrad_stops")
    np.testing.assert_allclose(run.positions[1, 0], run.positions[1, 1], rtol=1e-6)
    adagrad = step_lengths(run, 0)
    assert 0 < adagrad[-1] < adagrad[0] / 50
    assert run.losses[-1, 0] > 1e6 * run.losses[-1, 1]


def test_turning_the_ravine_turns_the_paths_of_sgd_and_momentum_only() -> None:
    plain, turned = run_of("ravine"), run_of("rotated_ravine")
    half = math.sqrt(0.5)
    rotation = np.array([[half, -half], [half, half]])
    expected = plain.positions @ rotation.T
    # The turned start is rounded to the last bit, and 120 stable steps do not amplify that.
    np.testing.assert_allclose(turned.positions[:, :2], expected[:, :2], atol=1e-12)
    assert np.abs(turned.positions[:, 2] - expected[:, 2]).max() > 0.5
    assert turned.losses[-1, 2] > 1000 * plain.losses[-1, 2]
    assert turned.losses[-1, 2] > 1000 * turned.losses[-1, 1]


def test_the_walls_of_the_ravine_allow_sgd_no_more_than_two_hundredths() -> None:
    assert theory.descent_limit(100.0) == 0.02
    assert float(scenario_of("ravine").entries[0]["learning_rate"]) < 0.02


def test_three_rates_shrink_keep_and_grow_the_bounces() -> None:
    across = run_of("rate_limit").positions[:, :, 1]
    for row, factor in enumerate((-0.9, -1.0, -1.1)):
        np.testing.assert_allclose(across[1:, row] / across[:-1, row], factor, rtol=1e-9)


def test_nesterovs_limit_lies_below_the_rate_and_the_others_above() -> None:
    rate = float(scenario_of("nesterov_limit").entries[0]["learning_rate"])
    assert rate * 20 == pytest.approx(1.4)
    assert theory.nesterov_limit(0.9, 20.0) * 20 == pytest.approx(1.357, abs=1e-3)
    assert theory.heavy_ball_limit(0.9, 20.0) * 20 == pytest.approx(3.8)
    assert theory.nesterov_limit(0.9, 20.0) < rate < theory.descent_limit(20.0)
    losses = run_of("nesterov_limit").losses
    assert losses[-1, 2] > 100 * losses[0, 2]
    assert (losses[-1, :2] < losses[0, :2] / 50).all()


def test_a_rate_rests_only_where_the_valley_is_flat_enough() -> None:
    """The curvature across the valley is 2 (x^2 + y^2), and must be below 2 / rate."""
    scenario, run = scenario_of("valley_large_rate"), run_of("valley_large_rate")
    curvatures = 2 * (run.positions[-1] ** 2).sum(axis=1)
    rates = np.array([float(entry["learning_rate"]) for entry in scenario.entries])
    assert (curvatures < 2 / rates).all()
    assert curvatures[0] > 2 / rates[1] > curvatures[1] > 2 / rates[2] > curvatures[2]
    assert curvatures[2] == pytest.approx(4, abs=0.01)  # the least there is, at (1, 1)


@pytest.mark.parametrize("seed", range(5))
def test_noise_carries_the_larger_rate_to_the_bend_first(seed: int) -> None:
    run = trace(with_config(scenario_of("valley_noise"), seed=seed))
    fast, slow = (run.positions[300:, :] ** 2).sum(axis=2).mean(axis=0)
    start = 0.5**2 + 1.9**2
    # At the bend x^2 + y^2 is 2; the noise keeps the point within a tenth or two of it.
    assert 1.8 <= fast <= 2.4
    assert fast + 0.3 < slow < start


def test_adam_jumps_when_it_reaches_the_edge_of_stability() -> None:
    """Rate times the largest curvature of the scaled bowl passes 38 shortly before the loss rises;
    scaled as Adam scales it, by the root of its own second moment (Cohen et al. 2022)."""
    scenario, run = scenario_of("adam_late_jump"), run_of("adam_late_jump")
    cosine, sine = math.cos(math.radians(30)), math.sin(math.radians(30))
    basis = np.array([[cosine, sine], [-sine, cosine]])
    hessian = basis.T @ np.diag([1.0, 10.0]) @ basis
    edges, jumps = [], []
    for row, beta in enumerate((0.98, 0.999)):
        rate = float(scenario.entries[row]["learning_rate"])
        gradients = run.positions[:, row] @ hessian
        second, products = np.zeros(2), []
        for step, gradient in enumerate(gradients, start=1):
            second = beta * second + (1 - beta) * gradient**2
            scale = (second / (1 - beta**step)) ** -0.25
            products.append(rate * np.linalg.eigvalsh(np.outer(scale, scale) * hessian)[-1])
        edges.append(int(np.argmax(np.array(products) > 38)))
        lowest = np.minimum.accumulate(run.losses[:, row])
        jumps.append(int(np.argmax(run.losses[:, row] > 1e6 * lowest)))
    assert jumps[0] > edges[0] > 250
    assert jumps[0] - edges[0] < 60
    assert (edges[1], jumps[1]) == (0, 0)  # neither happens


def test_amsgrads_divisor_never_falls_so_it_does_not_jump() -> None:
    losses = run_of("adam_late_jump").losses
    assert losses[300:, 0].max() > 1e6 * losses[300, 0]
    assert losses[300:, 2].max() < 1e3 * losses[300, 2]


def test_the_default_beta_2_jumps_as_well_only_later() -> None:
    longer = with_config(scenario_of("adam_late_jump"), steps=4000)
    losses = trace(longer).losses[:, 1]
    lowest = np.minimum.accumulate(losses)
    assert int(np.argmax(losses > 1e30 * lowest)) > 3000
