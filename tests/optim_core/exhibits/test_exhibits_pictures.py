"""Exhibits of surfaces, schedules, networks and published curves: their numbers."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from optim_core import Outcome, trace
from optim_core.exhibits.curriculum import AMPLITUDE, WIDTHS, amplitude, curriculum, losses
from optim_core.exhibits.decaying import AMPLITUDES, decay
from optim_core.exhibits.noise_laws import STEPS, fading
from optim_core.exhibits.published_numbers import told
from optim_core.exhibits.shifted import section
from optim_core.exhibits.strips import STRIPS, strip_run
from optim_core.exhibits.vanishing import layer_gradients, two_weights
from optim_core.training.published import studies


@pytest.mark.parametrize("key", STRIPS)
def test_every_place_of_a_handle_runs(key):
    strip = STRIPS[key]
    assert strip.low <= strip.start <= strip.high
    for value in (strip.low, strip.start, strip.high):
        for rate in strip.rates:
            scenario = strip.with_handle(value, rate)
            assert scenario.config.schedule.key == key
            found = strip_run(scenario)
            assert found.rates.shape == (scenario.config.steps,)


def test_warm_up_saves_the_run_on_the_steep_wall():
    strip = STRIPS["linear_warmup"]
    assert strip_run(strip.with_handle(1, 0.003)).outcome is Outcome.DIVERGED
    warmed = strip_run(strip.with_handle(60, 0.003))
    assert warmed.outcome is not Outcome.DIVERGED
    assert warmed.losses[-1] < 1e-3


def test_restarts_leave_the_shallow_well_at_the_larger_rate_only():
    strip = STRIPS["sgdr"]
    assert strip_run(strip.with_handle(40, 0.4)).reached == 0
    assert strip_run(strip.with_handle(40, 0.3)).reached == 1


def test_one_cycle_needs_its_climb():
    strip = STRIPS["one_cycle"]
    assert strip_run(strip.with_handle(0.05, 0.003)).outcome is Outcome.DIVERGED
    whole = strip_run(strip.with_handle(0.3, 0.003))
    assert whole.momentum is not None and whole.losses[-1] < 0.05


def test_the_strip_shows_the_traced_run():
    scenario = STRIPS["cyclical"].with_handle(20, 0.4)
    np.testing.assert_array_equal(strip_run(scenario).losses, trace(scenario).losses[:, 0])


def test_sharp_and_flat_under_a_shift():
    wanted = {0.1: (0.1220, 0.0576), 0.2: (0.4137, 0.0795), 0.3: (0.7252, 0.1141)}
    for shift, (sharp, flat) in wanted.items():
        found = section(shift)
        assert found.train_at == pytest.approx((0.0, 0.05), abs=1e-12)
        assert found.test_at == pytest.approx((sharp, flat), abs=1e-4)
    assert section(0.0).test == pytest.approx(section(0.0).train)


def test_sigmoid_gradients_vanish_and_relu_gradients_do_not():
    sigmoid, relu = layer_gradients(10, "sigmoid"), layer_gradients(10, "relu")
    assert sigmoid[0] / sigmoid[-1] < 1e-4
    assert 0.1 < relu[0] / relu[-1] < 10
    # Each layer of sigmoids passes on at most a quarter times its weights' largest stretch.
    assert (sigmoid[1:] > sigmoid[:-1]).all()


def test_unknown_activations_and_depths_are_refused():
    with pytest.raises(ValueError, match="relu"):
        layer_gradients(3, "rleu")
    with pytest.raises(ValueError):
        layer_gradients(0, "relu")


def test_two_sigmoids_in_a_row():
    loss, first, second = two_weights(0.0, 0.0)
    assert loss == pytest.approx(0.045) and np.hypot(first, second) == pytest.approx(0.0375)
    assert np.hypot(*two_weights(-10.0, -10.0)[1:]) == pytest.approx(3.42e-5, rel=0.01)


def test_l2_inside_adam_spares_large_gradients_and_adamw_spares_none():
    found = decay(0.01)
    assert found.points["l2"][-1, 0] == pytest.approx(0.90174, abs=1e-5)
    assert found.points["decoupled"][-1, 0] == pytest.approx((1 - 1e-5) ** 100, abs=1e-12)
    inside = found.lost("l2")
    assert (np.diff(inside) < 0).all() and inside[0] / inside[-1] > 50
    for rule in ("decoupled", "sgd"):
        assert found.lost(rule) == pytest.approx(1e-3, rel=0.01)
    # Whatever the coefficient, a weight without a gradient of its own moves a rate a step.
    assert decay(0.1).lost("l2")[0] == pytest.approx(inside[0], rel=1e-3)
    assert len(inside) == len(AMPLITUDES)


def test_one_formula_two_noises():
    found = fading(4.0, 0.55)
    faded = 4.0 / (1 + np.arange(STEPS)) ** 0.55
    np.testing.assert_allclose(found.deviation["deviation"], faded)
    np.testing.assert_allclose(found.deviation["variance"], np.sqrt(faded))


def test_easy_first_reaches_the_middle_and_hard_at_once_does_not():
    found = curriculum()
    assert abs(found.eased[-1, 0]) < 1e-3 and found.eased[-1, 1] < 1e-3
    assert found.direct[-1] == pytest.approx((-3.97978, 15.91924), abs=1e-4)


def test_smoothing_is_a_lower_amplitude():
    # The average over Gaussian shifts of x, against the formula, up to the constant that it adds.
    x, width = np.array([0.0, 0.3, 1.5]), WIDTHS[2]
    shifts, weights = np.polynomial.hermite_e.hermegauss(60)
    smooth = np.array([(weights * losses(AMPLITUDE, at + width * shifts)).sum() for at in x])
    smooth /= weights.sum()
    flat = losses(amplitude(width), x)
    np.testing.assert_allclose(smooth - smooth[0], flat - flat[0], atol=1e-9)


def test_what_published_curves_say():
    numbers = {one.title: one for one in told(studies()["adabound_cifar10.ResNet-34"])}
    sgd, adam, bound = (numbers[name] for name in ("SGD with momentum", "Adam", "AdaBound"))
    assert (sgd.best, sgd.best_epoch, sgd.final) == (
        pytest.approx(94.64),
        159,
        pytest.approx(92.64),
    )
    assert sgd.best - adam.best == pytest.approx(1.7, abs=0.05)
    assert (sgd.spread, adam.spread, bound.spread) == pytest.approx((0.361, 0.133, 0.053), abs=5e-4)
    words = {one.title: one for one in told(studies()["adabelief_ptb.LSTM-1"])}
    assert words["SGD"].best == pytest.approx(85.07, abs=0.01)
    assert dataclasses.astuple(words["Adam"])[1] < words["SGD"].best
