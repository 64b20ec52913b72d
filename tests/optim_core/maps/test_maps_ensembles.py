"""Many noise seeds: stationary variances, fans, and who leaves a sharp well."""

import dataclasses
import math

import numpy as np
import pytest

from landscapes import get_surface
from optim_core import Entry, Noise, RunConfig, Scenario, trace
from optim_core.maps.ensembles import Ensemble, EnsembleRequest
from optim_core.maps.escaping import Escape, EscapeRequest, escape_knobs, wells_of
from optim_core.maps.intervals import order_statistics, wilson
from optim_core.theory import descent_variance, heavy_ball_variance

CONSTANT = {"decay": 0.0}
SGD = Entry("sgd", {"learning_rate": 0.1})
MOMENTUM = Entry("momentum", {"learning_rate": 0.1})
BOWL = Scenario(
    surface="ravine",
    surface_settings={"condition": 2.0},
    entries=(SGD, MOMENTUM),
    starts=((0.5, 0.5),),
    config=RunConfig(steps=150, noise=Noise("gaussian", CONSTANT)),
)
SHARP = Scenario(
    surface="sharp_flat",
    entries=(Entry("sgd", {"learning_rate": 0.03}),),
    starts=((-2.0, 0.0),),
    config=RunConfig(steps=5_000, noise=Noise("gaussian", CONSTANT)),
)

LONG = dataclasses.replace(SHARP, config=dataclasses.replace(SHARP.config, steps=20_000))


def last(request: EnsembleRequest | EscapeRequest) -> Ensemble | Escape:
    *_, whole = request.stages()
    return whole


@pytest.fixture(scope="module")
def bowl() -> Ensemble:
    return last(EnsembleRequest(scenario=BOWL, seeds=1_000))


def test_ends_have_the_stationary_variance_of_the_closed_form(bowl: Ensemble) -> None:
    for axis, curvature in enumerate((1.0, 2.0)):
        expected = (
            descent_variance(0.1, curvature, 1.0),
            heavy_ball_variance(0.1, 0.9, curvature, 1.0),
        )
        found = bowl.ends[:, :, axis].var(axis=1)
        # The relative error of a variance of 1,000 is 4.5 %; four times that.
        assert found == pytest.approx(expected, rel=0.18)


def test_the_fan_starts_at_one_loss_and_holds_four_runs_in_five(bowl: Ensemble) -> None:
    np.testing.assert_allclose(bowl.fan[:, 0], 0.375)
    low, middle, high = np.moveaxis(bowl.fan[:, 1:], -1, 0)
    assert (low < middle).all() and (middle < high).all()
    inside = (bowl.final >= bowl.fan[:, -1, :1]) & (bowl.final <= bowl.fan[:, -1, 2:])
    assert inside.mean() == pytest.approx(0.8, abs=0.005)


def test_the_first_picture_is_made_of_the_first_seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optim_core.maps.ensembles.AT_FIRST", 1)
    first, *_, whole = EnsembleRequest(scenario=BOWL, seeds=40).stages()
    assert first.seeds.tolist() == [16, 16] and whole.seeds.tolist() == [40, 40]
    np.testing.assert_array_equal(first.ends[:, :16], whole.ends[:, :16])
    assert np.isnan(first.ends[:, 16:]).all() and 0 < first.share < whole.share == 1
    config = dataclasses.replace(BOWL.config, noise_seeds=40)
    runs = trace(dataclasses.replace(BOWL, config=config))
    np.testing.assert_array_equal(whole.final.ravel(), runs.losses[-1])


def test_density_counts_every_end_once(bowl: Ensemble) -> None:
    surface = BOWL.landscape()
    for entry in (0, 1):
        counts, outside = bowl.density(entry, 20, surface)
        assert counts.shape == (20, 20) and counts.sum() + outside == 1_000
    x, y = bowl.ends[0, 0]
    cell = int((y + 2) / 0.2), int((x + 2) / 0.2)
    assert bowl.density(0, 20, surface)[0][cell] > 0


def test_diverged_runs_are_worse_than_any_number() -> None:
    wild = dataclasses.replace(BOWL, entries=(Entry("sgd", {"learning_rate": 3.0}),))
    found = last(EnsembleRequest(scenario=wild, seeds=4))
    assert np.isinf(found.final).all() and found.stopped.all()
    assert np.isinf(found.fan[0, -1]).all() and np.isfinite(found.ends).all()


def test_small_batches_leave_the_sharp_well_as_the_lecture_says() -> None:
    """200 runs in the specification: none up to 2.5; at 4, 33 % flat and 42 % still sharp."""
    found = last(EscapeRequest(scenario=SHARP, knob="noise_scale", values=(2.5, 4.0), seeds=100))
    assert found.well == 0
    share, low, high = found.shares()
    assert found.left[0, 0] == 0 and low[0, 0] == 0 and 0.03 < high[0, 0] < 0.04
    # In transit counts for the well whose minimum it flows to.
    assert low[0, 1] < 0.58 and high[0, 1] > 0.33 and 0.2 < share[0, 1] < 0.7
    assert found.elsewhere[0, 1] == found.left[0, 1] and not found.diverged.any()


def test_only_entries_with_the_knob_have_a_curve() -> None:
    short = dataclasses.replace(
        SHARP,
        entries=(*SHARP.entries, Entry("momentum", {"learning_rate": 0.03})),
        config=RunConfig(steps=60, noise=Noise("gaussian", {"decay": 0.0, "scale": 6.0})),
    )
    found = last(EscapeRequest(scenario=short, knob="momentum", values=(0.0, 0.9), seeds=10))
    share, low, high = found.shares()
    assert np.isnan([share[0], low[0], high[0]]).all()
    assert share[1, 1] > share[1, 0] and found.share == 1.0
    assert "noise_scale" in escape_knobs(short) and "learning_rate" in escape_knobs(short)


def test_stages_of_an_escape_are_spread_over_the_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optim_core.maps.escaping.AT_FIRST", 1)
    monkeypatch.setattr("optim_core.maps.escaping.QUENCH_STEPS", 2)
    config = dataclasses.replace(SHARP.config, steps=5)
    request = EscapeRequest(
        scenario=dataclasses.replace(SHARP, config=config), knob="learning_rate", seeds=2
    )
    stages = list(request.stages())
    done = [np.flatnonzero(stage.left[0] >= 0).tolist() for stage in stages]
    assert done[2] == [0, 4, 8] and done[-1] == list(range(len(request.values)))


def test_a_well_is_what_flows_to_its_minimum() -> None:
    surface = get_surface("sharp_flat")
    points = np.array([[-0.52, 0.0], [-0.42, 0.0], [-4.0, 0.5], [3.0, -2.0], [1e7, 0.0]])
    assert wells_of(surface, points).tolist() == [0, 1, 0, 1, -1]


def test_wilson_is_the_textbooks() -> None:
    low, high = wilson([0, 10, 200], [200, 100, 200])
    assert low == pytest.approx([0.0, 0.0552, 0.98115], abs=1e-4)
    assert high == pytest.approx([0.01885, 0.1744, 1.0], abs=1e-4)
    with pytest.raises(ValueError, match="successes"):
        wilson(3, 2)


def test_order_statistics_are_values_that_occurred() -> None:
    values = np.array([5.0, 1.0, math.inf, 2.0, 3.0, 4.0, 6.0, 7.0, 8.0, 9.0])
    assert order_statistics(values).tolist() == [1.0, 5.0, 9.0]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"seeds": 1}, "2 to 1,000 noise seeds"),
        ({"scenario": dataclasses.replace(BOWL, config=RunConfig())}, "Without noise"),
        ({"scenario": SHARP, "seeds": 1_000}, "1,000 runs of 5,000 steps"),
    ],
)
def test_ensembles_that_cannot_be_made_are_refused(changes: dict, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        dataclasses.replace(EnsembleRequest(scenario=BOWL), **changes)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"knob": "momentun"}, "momentum"),
        ({"values": (1.0, 1.0)}, "ascending"),
        ({"knob": "learning_rate", "values": (-1.0,)}, "between"),
        ({"seeds": 1_000, "scenario": LONG, "knob": "noise_scale"}, "points; at most"),
    ],
)
def test_escapes_that_cannot_be_computed_are_refused(changes: dict, words: str) -> None:
    request = EscapeRequest(scenario=BOWL, knob="momentum", values=(0.0, 0.5))
    with pytest.raises(ValueError, match=words):
        dataclasses.replace(request, **{"values": (), **changes})


def test_a_start_in_no_declared_well_is_told() -> None:
    far = dataclasses.replace(SHARP, surface="saddle", surface_settings={}, starts=((0.5, 0.5),))
    with pytest.raises(ValueError, match="well of a known minimum"):
        next(EscapeRequest(scenario=far, knob="learning_rate", values=(0.1,), seeds=2).stages())
