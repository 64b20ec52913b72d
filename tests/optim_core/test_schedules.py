"""Every schedule against torch's scheduler, or against its own formula where torch has none."""

import itertools
import math
import random
import warnings

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.optim import lr_scheduler

from landscapes import complete_settings
from optim_core import SCHEDULES, Schedule

STEPS = 200


def factors(key, steps=STEPS, **given_settings):
    schedule = Schedule(key, given_settings)
    return SCHEDULES[key].factors(steps, dict(schedule.settings))


def torch_steps(make, rate=1.0, steps=STEPS, momentum=0.9):
    """The learning rate and the momentum that torch uses at each step."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=rate, momentum=momentum)
    scheduler = make(optimizer)
    rates, momenta = [], []
    for step in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        momenta.append(optimizer.param_groups[0]["momentum"])
        optimizer.step()
        if step < steps - 1:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                scheduler.step()
    return rates, momenta


def assert_same(ours, theirs):
    assert list(ours) == pytest.approx(list(theirs), rel=1e-12, abs=0)


def drawn(seed):
    return random.Random(seed)


@pytest.mark.parametrize("seed", range(4))
def test_step_equals_torch(seed):
    draw = drawn(seed)
    length, factor = draw.randint(1, 80), draw.uniform(0.05, 1)
    theirs, _ = torch_steps(lambda o: lr_scheduler.StepLR(o, length, factor))
    assert_same(factors("step", length=length, factor=factor).learning_rate, theirs)


@pytest.mark.parametrize("seed", range(4))
def test_exponential_equals_torch(seed):
    factor = drawn(seed).uniform(0.8, 1)
    theirs, _ = torch_steps(lambda o: lr_scheduler.ExponentialLR(o, factor))
    assert_same(factors("exponential", factor=factor).learning_rate, theirs)


def test_inverse_sqrt_is_the_lectures():
    theirs, _ = torch_steps(lambda o: lr_scheduler.LambdaLR(o, lambda t: 1 / math.sqrt(t + 1)))
    assert_same(factors("inverse_sqrt").learning_rate, theirs)
    assert factors("inverse_sqrt").learning_rate[:4:3] == (1.0, 0.5)


@pytest.mark.parametrize("seed", range(4))
def test_linear_warmup_equals_torch(seed):
    draw = drawn(seed)
    length, start = draw.randint(1, 150), draw.uniform(0.001, 1)
    theirs, _ = torch_steps(
        lambda o: lr_scheduler.LinearLR(o, start_factor=start, total_iters=length)
    )
    assert_same(factors("linear_warmup", length=length, start=start).learning_rate, theirs)


def test_linear_warmup_at_torchs_defaults():
    ours = factors("linear_warmup", 6, length=5, start=1 / 3).learning_rate
    assert ours == pytest.approx((1 / 3, 7 / 15, 0.6, 11 / 15, 13 / 15, 1.0), rel=1e-15)


@pytest.mark.parametrize("seed", range(6))
def test_cosine_equals_torch_even_past_its_length(seed):
    draw = drawn(seed)
    length, final = draw.randint(10, 250), draw.choice((0.0, draw.uniform(0, 0.9)))
    theirs, _ = torch_steps(lambda o: lr_scheduler.CosineAnnealingLR(o, length, eta_min=final))
    assert_same(factors("cosine", length=length, final=final).learning_rate, theirs)


def test_cosine_can_stay_at_its_end():
    ours = factors("cosine", 30, length=10, final=0.25, afterwards="stay").learning_rate
    assert ours[0] == 1.0
    assert ours[10:] == (0.25,) * 20
    assert factors("cosine", 30, length=10, final=0.25).learning_rate[20] == pytest.approx(1.0)


@pytest.mark.parametrize("seed", range(6))
def test_sgdr_equals_torch(seed):
    draw = drawn(seed)
    length, growth, final = draw.randint(1, 60), draw.randint(1, 3), draw.uniform(0, 0.5)
    theirs, _ = torch_steps(
        lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, length, growth, eta_min=final)
    )
    assert_same(factors("sgdr", length=length, growth=growth, final=final).learning_rate, theirs)


def test_sgdr_reference_values():
    expected = (1, 0.853553, 0.5, 0.146447, 1, 0.96194, 0.853553, 0.691342)
    expected += (0.5, 0.308658, 0.146447, 0.03806, 1)
    ours = factors("sgdr", 13, length=4, growth=2, final=0.0).learning_rate
    assert ours == pytest.approx(expected, abs=5e-7)


@pytest.mark.parametrize("mode", ["triangular", "triangular2", "exp_range"])
@pytest.mark.parametrize("seed", range(3))
def test_cyclical_equals_torch_in_rate_and_momentum(mode, seed):
    draw = drawn(seed)
    up, down, base = draw.randint(1, 60), draw.randint(1, 60), draw.uniform(0.01, 0.9)
    factor, low, high = draw.uniform(0.9, 1), draw.uniform(0, 0.8), draw.uniform(0.8, 0.99)
    theirs, momenta = torch_steps(
        lambda o: lr_scheduler.CyclicLR(
            o, base, 1.0, up, down, mode, factor, base_momentum=low, max_momentum=high
        )
    )
    ours = factors(
        "cyclical", up=up, down=down, base=base, mode=mode, factor=factor,
        cycle_momentum=True, low_momentum=low, high_momentum=high,
    )  # fmt: skip
    assert_same(ours.learning_rate, theirs)
    assert_same(ours.momentum, momenta)


def test_cyclical_reference_values():
    ours = factors("cyclical", 17, up=4, down=4, base=1 / 6, mode="triangular2").learning_rate
    rates = [0.006 * factor for factor in ours]
    expected = [0.001, 0.00225, 0.0035, 0.00475, 0.006, 0.00475, 0.0035, 0.00225]
    expected += [0.001, 0.001625, 0.00225, 0.002875, 0.0035, 0.002875, 0.00225, 0.001625, 0.001]
    assert rates == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("phases", ["two", "three"])
@pytest.mark.parametrize("shape", ["cosine", "linear"])
@pytest.mark.parametrize("seed", range(3))
def test_one_cycle_equals_torch_in_rate_and_momentum(phases, shape, seed):
    draw = drawn(seed)
    total, share = draw.randint(STEPS, 400), draw.uniform(0.05, 0.5)
    divisor, final = draw.uniform(1, 100), draw.uniform(1, 1e4)
    low, high = draw.uniform(0, 0.9), draw.uniform(0.9, 0.99)
    theirs, momenta = torch_steps(
        lambda o: lr_scheduler.OneCycleLR(
            o, 1.0, total, pct_start=share,
            anneal_strategy={"cosine": "cos"}.get(shape, shape),
            base_momentum=low, max_momentum=high, div_factor=divisor, final_div_factor=final,
            three_phase=phases == "three",
        )
    )  # fmt: skip
    ours = factors(
        "one_cycle", length=total, rising_share=share, divisor=divisor, final_divisor=final,
        phases=phases, shape=shape, low_momentum=low, high_momentum=high,
    )  # fmt: skip
    assert_same(ours.learning_rate, theirs)
    assert_same(ours.momentum, momenta)


def test_one_cycle_reference_values():
    ours = factors("one_cycle", 100)
    at = {0: 0.04, 10: 0.295164, 29: 1.0, 60: 0.589280, 99: 4e-6}
    assert {t: ours.learning_rate[t] for t in at} == pytest.approx(at, abs=5e-7)
    assert max(ours.learning_rate) == ours.learning_rate[29] == 1.0
    assert [ours.momentum[t] for t in (0, 29, 99)] == pytest.approx([0.95, 0.85, 0.95])


def test_one_cycle_without_momentum_leaves_it_alone():
    assert factors("one_cycle", cycle_momentum=False).momentum is None


@pytest.mark.parametrize("warmup", [1, 7, 100, 4000])
def test_noam_is_the_papers_formula_over_its_peak(warmup):
    width = 512

    def paper(t):
        return width**-0.5 * min((t + 1) ** -0.5, (t + 1) * warmup**-1.5)

    theirs, _ = torch_steps(lambda o: lr_scheduler.LambdaLR(o, paper))
    peak = width**-0.5 * warmup**-0.5
    assert_same(factors("noam", warmup=warmup).learning_rate, [rate / peak for rate in theirs])
    longer = factors("noam", 5000, warmup=warmup).learning_rate
    assert max(longer) == longer[warmup - 1] == 1.0


@pytest.mark.parametrize("ramp", ["exponential", "linear"])
def test_range_test_runs_from_the_lowest_to_the_highest(ramp):
    ours = factors("range_test", 101, lowest=1e-4, highest=10.0, ramp=ramp).learning_rate
    assert ours[0] == pytest.approx(1e-4, rel=1e-14)
    assert ours[-1] == pytest.approx(10.0, rel=1e-14)
    middle = 1e-4 * (10.0 / 1e-4) ** 0.5 if ramp == "exponential" else (1e-4 + 10.0) / 2
    assert ours[50] == pytest.approx(middle, rel=1e-12)
    ratios = [b / a for a, b in itertools.pairwise(ours)]
    rises = [b - a for a, b in itertools.pairwise(ours)]
    even = ratios if ramp == "exponential" else rises
    assert even == pytest.approx([even[0]] * 100, rel=1e-9)


def test_range_test_stays_at_the_highest_after_its_length():
    ours = factors("range_test", 20, length=10, highest=3.0).learning_rate
    assert ours[9:] == pytest.approx([3.0] * 11)
    assert ours[8] < 2.9


@pytest.mark.parametrize("key", ["cosine", "one_cycle", "range_test"])
def test_length_zero_stands_for_the_run(key):
    assert factors(key, 77, length=0) == factors(key, 77, length=77)
    assert factors(key, 77, length=0) != factors(key, 77, length=50)


def knob_values(knob):
    if knob.scale == "choice":
        return st.sampled_from([choice.key for choice in knob.choices])
    if knob.scale == "switch":
        return st.booleans()
    if knob.scale == "integer":
        return st.integers(math.ceil(knob.low), math.floor(knob.high))
    return st.floats(knob.low, knob.high)


@pytest.mark.parametrize("key", list(SCHEDULES))
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_setting_gives_one_finite_factor_a_step(key, data):
    spec = SCHEDULES[key]
    chosen = {knob.key: data.draw(knob_values(knob), knob.key) for knob in spec.knobs}
    steps = data.draw(st.integers(1, 60), "steps")
    made = spec.factors(steps, dict(complete_settings(spec.knobs, chosen, key)))
    assert len(made.learning_rate) == steps
    assert all(math.isfinite(factor) and factor >= 0 for factor in made.learning_rate)
    if made.momentum is not None:
        assert len(made.momentum) == steps
        assert all(0 <= value < 1 for value in made.momentum)


@pytest.mark.parametrize("key", list(SCHEDULES))
def test_defaults_start_within_the_entrys_own_rate(key):
    made = factors(key, 300)
    assert made.learning_rate[0] > 0
    assert key == "range_test" or max(made.learning_rate) == pytest.approx(1.0)


@pytest.mark.parametrize("key", list(SCHEDULES))
def test_every_schedule_is_fully_declared(key):
    spec = SCHEDULES[key]
    assert spec.key == key
    assert all((spec.title, spec.story.endswith("."), spec.source, spec.maths))


def test_the_lectures_schedules_are_all_here():
    assert set(SCHEDULES) >= {
        "constant", "step", "exponential", "inverse_sqrt", "linear_warmup", "cosine", "sgdr",
        "cyclical", "one_cycle", "noam", "range_test",
    }  # fmt: skip
