"""What lessons say of exhibits and of trainings, held against the numbers themselves."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import numpy as np
import pytest

from optim_core import Outcome
from optim_core.exhibits.curriculum import curriculum
from optim_core.exhibits.decaying import decay
from optim_core.exhibits.noise_laws import fading
from optim_core.exhibits.published_numbers import told
from optim_core.exhibits.strips import STRIPS, strip_run
from optim_core.exhibits.vanishing import layer_gradients
from optim_core.optimizers.refined import rectification
from optim_core.training.presets import TRAINING_PRESETS
from optim_core.training.published import studies

ROOT = Path(__file__).parents[3]
LESSONS = ROOT / "assets" / "lessons"


def after(key: str) -> str:
    """What the English lesson ``key`` tells after the answer, on one line."""
    body = (LESSONS / f"{key}.md").read_text(encoding="utf-8").split("## en: after")[1]
    return " ".join(body.split("## zh-TW")[0].split())


def right(key: str) -> str:
    """The right choice of the English lesson ``key``."""
    text = (LESSONS / f"{key}.md").read_text(encoding="utf-8").split("+++")[1]
    front = tomllib.loads(text)
    return str(front["en"]["choices"][front["answer"]])


def test_how_long_a_warm_up_has_to_be() -> None:
    assert "About 30" in after("warm_up") and "With 25 it still runs away" in after("warm_up")
    strip = STRIPS["linear_warmup"]
    for length in (1, 5, 25):
        assert strip_run(strip.with_handle(length, 0.003)).outcome is Outcome.DIVERGED
    ends = [strip_run(strip.with_handle(length, 0.003)).losses[-1] for length in (31, 60, 120)]
    assert all(end < 2e-4 for end in ends)


def test_which_peaks_leave_the_shallow_well() -> None:
    assert right("cyclical") == "Only peaks of 0.4, at some places of the handle"
    strip = STRIPS["cyclical"]
    places = range(5, 61)
    at = {
        rate: {strip_run(strip.with_handle(up, rate)).reached for up in places}
        for rate in (0.3, 0.4)
    }
    assert at[0.3] == {1}
    assert {0, 1} <= at[0.4]


def test_the_range_test_is_lowest_where_a_constant_rate_runs_away() -> None:
    assert "a rate of about 0.1" in after("range_test")
    strip = STRIPS["range_test"]
    run = strip_run(strip.with_handle(strip.start, 0.02))
    lowest = int(np.nanargmin(run.losses))
    assert run.rates[lowest - 1] == pytest.approx(0.107, abs=0.002)
    assert run.outcome is Outcome.DIVERGED
    # Two over the largest curvature.
    assert strip.scenario.surface_settings[0] == ("condition", 100.0)


def test_a_climb_of_a_twentieth_is_too_short() -> None:
    assert right("one_cycle") == "The run is thrown out"
    run = strip_run(STRIPS["one_cycle"].with_handle(0.05, 0.003))
    assert run.outcome is Outcome.DIVERGED


def test_when_radams_factor_passes_a_half() -> None:
    assert "only after some 550 steps" in after("radam")
    assert rectification(0.999, 540) < 0.5 < rectification(0.999, 560)


def test_a_millionth_through_ten_sigmoids() -> None:
    assert right("vanishing_gradient") == "About a millionth"
    norms = layer_gradients(10, "sigmoid")
    assert norms[0] / norms[-1] == pytest.approx(1e-6, rel=0.1)
    assert (norms[0] / norms[-1]) ** (1 / 9) == pytest.approx(0.2, abs=0.03)


def test_how_much_l2_and_decay_take() -> None:
    text, found = after("l2_or_decay"), decay(0.01)
    assert "lost 0.098" in text and "only 0.001" in text
    assert found.lost("l2")[[0, -1]] == pytest.approx([0.098, 0.001], abs=5e-4)


def test_noise_under_both_readings() -> None:
    assert "0.19 against 0.04" in after("gradient_noise")
    last = {law: values[-1] for law, values in fading(1.0, 0.55).deviation.items()}
    assert last == pytest.approx({"deviation": 0.037, "variance": 0.193}, abs=5e-4)


def test_where_the_direct_run_stays() -> None:
    assert "x = -3.98" in after("curriculum")
    assert curriculum().direct[-1, 0] == pytest.approx(-3.98, abs=0.005)


def test_what_published_curves_say() -> None:
    text = after("published_curves")
    numbers = {one.title: one for one in told(studies()["adabound_cifar10.ResNet-34"])}
    sgd, adam, bound = (numbers[name] for name in ("SGD with momentum", "Adam", "AdaBound"))
    spreads = f"{sgd.spread:.2f} for SGDM, {adam.spread:.2f} for Adam and {bound.spread:.2f} for"
    assert spreads in text
    assert f"({sgd.best:.1f} %)" in text and f"({adam.best:.1f} %)" in text
    assert f"only {sgd.final - adam.final:.1f} points" in text


@pytest.mark.parametrize(
    ("lesson", "preset", "numbers"),
    [
        ("warm_up_in_networks", "warm_up", ("44.6", "74.0", "80.2")),
        ("depth", "depth", ("2.2", "0.7")),
        ("language_model", "char_lstm", ("7.2", "7.6", "8.6", "5.4", "5.6", "5.7")),
    ],
)
def test_trainings_are_told_as_their_presets_tell_them(
    lesson: str, preset: str, numbers: tuple[str, ...]
) -> None:
    for number in numbers:
        assert number in after(lesson)
        assert number in TRAINING_PRESETS[preset].answer


def test_cats_and_dogs_as_they_were_measured() -> None:
    file = ROOT / "benchmarks" / "results" / "lessons_of_training.json"
    found, text = json.loads(file.read_text(encoding="utf-8"))["pets"], after("cats_and_dogs")
    jump = "mean_jump_of_validation_in_the_last_epochs"
    assert f"all {found['adam_fits_better_in_epochs']} epochs" in text
    assert f"{found['adam'][jump]:.3f} from epoch to epoch" in text
    assert f"{found['momentum'][jump]:.3f} for momentum" in text
    assert found["momentum_ends_higher_on_validation_in_seeds"] == 1
    assert "in one seed of five" in text
