"""Exhibits of given gradients: the lecture's numbers, out of the rules themselves."""

from __future__ import annotations

import numpy as np
import pytest

from optim_core import OPTIMIZERS, Entry, RunConfig, Scenario, trace
from optim_core.exhibits.counterexample import (
    BETAS,
    critical_beta2,
    cycle,
    drift,
    race,
)
from optim_core.exhibits.feeding import LONG_AGO, MOST_STEPS, feed
from optim_core.exhibits.inner_rates import SWITCHING, funnel, switch, warming
from optim_core.exhibits.trouble import (
    AFRESH,
    LECTURE,
    bound,
    contestants,
    movements,
    read_gradients,
    recovery,
)

SIMPLE = [key for key, spec in OPTIMIZERS.items() if spec.probe is None]


@pytest.mark.parametrize("key", SIMPLE)
def test_feeding_is_what_the_traced_run_does(key):
    # On a bowl of curvature 1 and 4 the gradients of a path are known, and can be fed again.
    scenario = Scenario(
        surface="ravine",
        surface_settings={"condition": 4.0, "rotation": 0.0},
        entries=(Entry(key, {"learning_rate": 0.05}),),
        starts=((-1.5, 0.8),),
        config=RunConfig(steps=60),
    )
    path = trace(scenario).positions[:, 0]
    fed = feed(scenario.entries[0], path[:-1] * [1.0, 4.0], start=path[0])
    np.testing.assert_allclose(fed.points, path, rtol=0, atol=1e-12)


def test_a_long_history_is_where_the_rule_would_have_come_to():
    entry = Entry("adam", {"learning_rate": 1.0, "beta1": 0.5, "beta2": 0.9})
    slow = feed(entry, [2.0] * 400 + [30.0, 2.0])
    quick = feed(entry, [30.0, 2.0], history=2.0)
    np.testing.assert_allclose(slow.movements[-2:], quick.movements, rtol=1e-12)
    assert LONG_AGO > 10_000


def test_no_history_is_made_up():
    with pytest.raises(ValueError, match="velocity"):
        feed(Entry("momentum"), [1.0], history=1.0)
    with pytest.raises(ValueError, match="afresh"):
        feed(Entry("nadam"), [1.0, 1.0], history=1.0)
    with pytest.raises(ValueError, match="at most"):
        feed(Entry("sgd"), [1.0] * (MOST_STEPS + 1))


def test_the_table_of_the_lecture():
    adam = -movements(LECTURE, 0.0, 0.999, True)["adam"].movements[:, 0]
    np.testing.assert_allclose(adam[:3], 1.0, rtol=1e-6)
    np.testing.assert_allclose(adam[3:], [31.62277, 3.163860e-4, 3.165443e-4], rtol=2e-6)
    assert adam[3] < bound(0.0, 0.999) == pytest.approx(31.6228, abs=1e-4)


def test_amsgrad_stays_small_after_the_spike():
    moved = -movements((*LECTURE, *[1.0] * 40), 0.0, 0.999, True)["amsgrad paper"].movements
    np.testing.assert_allclose(moved[4:, 0], 3.1622775e-4, rtol=1e-5)


def test_three_amsgrads_on_one_sequence():
    fed = movements(AFRESH, 0.9, 0.999, False)
    ends = {name: 0.1 * float(one.points[-1, 0]) for name, one in fed.items()}
    assert ends["amsgrad torch"] == pytest.approx(-1.0990914013732678, rel=1e-7)
    assert ends["amsgrad paper"] == pytest.approx(-6.368251562402952, rel=1e-7)
    assert ends["amsgrad unbiased"] == pytest.approx(-0.4704685113786356, rel=1e-7)
    assert set(contestants(0.9, 0.999)) == set(fed)


def test_fifteen_thousand_steps_until_half_a_rate():
    found = recovery()
    assert found.half_after == 15_012
    assert found.adam[found.half_after - 2] < 0.5 <= found.adam[found.half_after - 1]
    assert found.adam[0] == pytest.approx(3.16386e-4, rel=1e-5)
    np.testing.assert_allclose(found.amsgrad, 3.16228e-4, rtol=1e-5)


def test_gradients_are_read():
    assert read_gradients("3x1, 1e5 -2") == (1.0, 1.0, 1.0, 100_000.0, -2.0)
    assert read_gradients("1，2") == (1.0, 2.0)


@pytest.mark.parametrize("text", ["", "1 a", "x", "nan", "1e12", "0x1", "99x1", "40x1 40x1", "2x"])
def test_what_is_no_gradient_is_refused_by_name(text):
    with pytest.raises(ValueError):
        read_gradients(text)


def test_drift_per_cycle_and_where_it_turns():
    for beta2, wanted in {0.9: -44.26, 0.99: -2.2798, 0.999: -0.1492, 0.9995: -0.0255}.items():
        assert drift(beta2) == pytest.approx(wanted, abs=0.005)
    assert drift(0.9999) == pytest.approx(0.0740, abs=1e-4)
    assert critical_beta2() == pytest.approx(0.99960277, abs=1e-7)
    assert cycle().sum() == 10


@pytest.mark.parametrize("beta2", [0.9, 0.99])
def test_drift_is_what_the_rule_does_once_its_averages_repeat(beta2):
    entry = Entry("adam", {"learning_rate": 1.0, "beta1": 0.0, "beta2": beta2, "epsilon": 0.0})
    fed = feed(entry, np.tile(cycle(), 19), history=100.0)
    assert fed.points[-1, 0] - fed.points[-102, 0] == pytest.approx(-drift(beta2), rel=1e-3)


def test_the_race_turns_with_beta2():
    found = race()
    adam, amsgrad = dict(zip(BETAS, found.adam.T, strict=True)), found.amsgrad
    assert adam[0.9][-1] > 0.9 and adam[0.99][-1] > 0.9
    assert adam[0.999][-1] > adam[0.999][40] > 0
    # From cycle to cycle above the mark it goes down, below it up.
    assert adam[0.9999][-1] < adam[0.9999][120] and adam[0.9999][-1] < -0.2
    assert (np.abs(found.adam) <= 1).all() and (np.abs(amsgrad) <= 1).all()
    # AMSGrad goes down at every beta 2, once its largest gradient is in.
    assert (amsgrad[-1] < amsgrad[60]).all()


def test_the_funnel_holds_every_rate_and_closes():
    found = funnel(300, 0.02, 0.1, 0.05)
    assert (np.diff(found.lower) > 0).all() and (np.diff(found.upper) < 0).all()
    assert (found.rates >= found.lower[:, None] * (1 - 1e-9)).all()
    assert (found.rates <= found.upper[:, None] * (1 + 1e-9)).all()
    assert found.adam[-1] == pytest.approx([20.0, 0.2, 0.002], rel=0.02)
    assert np.ptp(found.rates[-1]) < 0.015


def test_radam_waits_for_five_gradients():
    found = warming(0.999)
    assert (found.first_paper, found.first_torch) == (5, 6)
    told = dict(zip(found.steps.tolist(), found.factors.tolist(), strict=True))
    assert told[5.0] == pytest.approx(0.0173115, abs=1e-6)
    assert told[10.0] == pytest.approx(0.048998, abs=1e-6)
    assert np.isnan(told[4.0])
    never = warming(0.6)
    assert never.first_paper is None and np.isnan(never.factors).all()


def test_swats_switches_where_estimate_and_average_meet():
    found = switch(0.05, 50)
    assert found.switched_at == 118
    assert found.rate == pytest.approx(0.0289, abs=1e-4)
    at = found.switched_at - 1
    assert abs(found.average[at] - found.needed[at]) < 0.05 * found.average[at]
    before = slice(50, at)
    apart = np.abs(found.average[before] - found.needed[before])
    assert (apart >= 0.05 * found.average[before]).all()
    assert np.isnan(found.needed[at + 1 :]).all()
    assert found.losses.shape == (SWITCHING.config.steps + 1, 2)


def test_the_papers_tolerance_never_fires_here():
    assert switch(0.05, 50, paper=True).switched_at is None
