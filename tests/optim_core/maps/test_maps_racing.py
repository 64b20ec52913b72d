"""A race is fair, reproducible, and right where mathematics knows the answer."""

import dataclasses
import itertools
import math

import numpy as np
import pytest

from landscapes import get_surface
from optim_core import Entry, Noise, RunConfig, Scenario
from optim_core.maps.budgets import best_of
from optim_core.maps.racing import Mode, Race, RaceRequest
from optim_core.maps.trial_draws import draws, starts_over
from optim_core.sweeping import numeric_knobs, setting_of
from optim_core.theory import descent_path

SGD, NESTEROV, ADAM = Entry("sgd"), Entry("nesterov"), Entry("adam")
RAVINE = Scenario(
    surface="ravine",
    surface_settings={"condition": 10.0},
    entries=(SGD, NESTEROV, ADAM),
    starts=((-1.8, 0.9), (1.0, 1.0)),
    config=RunConfig(steps=100),
)
REQUEST = RaceRequest(scenario=RAVINE, trials=20, same_rate=0.16)


def run(request: RaceRequest) -> Race:
    *_, whole = request.stages()
    return whole


@pytest.fixture(scope="module")
def race() -> Race:
    return run(REQUEST)


def test_every_entry_has_the_same_trials_at_the_same_places_of_its_slider() -> None:
    tried = [draws(entry, 16, True, 3) for entry in (SGD, NESTEROV, ADAM)]
    rates = np.array([[float(entry["learning_rate"]) for entry in row] for row in tried])
    np.testing.assert_array_equal(rates[0], rates[1])
    np.testing.assert_array_equal(rates[0], rates[2])
    low, high = numeric_knobs(SGD)["learning_rate"].slider_range
    places = np.log(rates[0] / low) / math.log(high / low)
    np.testing.assert_array_equal((places * 16).astype(int), np.arange(16))  # one in each part
    momenta = sorted(float(entry["momentum"]) for entry in tried[1])
    top = numeric_knobs(NESTEROV)["momentum"].slider_range[1]
    assert [int(16 * value / top) for value in momenta] == list(range(16))


def test_only_the_rate_is_tuned_unless_all_knobs_are_asked_for() -> None:
    changed = {
        name
        for entry in draws(ADAM, 8, False, 0)
        for name in numeric_knobs(entry)
        if setting_of(entry, name) != setting_of(ADAM, name)
    }
    assert changed == {"learning_rate"}


def test_the_sensitivity_curve_of_descent_is_the_closed_form(race: Race) -> None:
    for trial, rate in enumerate(race.rates[0]):
        for run_number, (x, y) in enumerate(RAVINE.starts):
            ends = [descent_path(rate, h, z, 100)[-1] for h, z in ((1.0, x), (10.0, y))]
            expected = 0.5 * (ends[0] ** 2 + 10 * ends[1] ** 2)
            found = race.losses[0, trial, run_number]
            if rate < 0.2:  # 2 over the largest curvature
                assert found == pytest.approx(expected, rel=1e-9)
            elif rate > 0.35:
                assert math.isinf(found)


def test_the_ranking_changes_with_how_rates_are_chosen(race: Race) -> None:
    # At rate 0.16 times curvature 10 Nesterov (limit 1.357) diverges and descent (2) does not.
    bands, ranks = race.standing(Mode.SAME)
    assert math.isinf(bands[1, 1]) and ranks[1] == 3
    best, by_best = race.standing(Mode.BEST)
    assert np.isfinite(best[:, 1]).all() and by_best[1] < 3
    assert [e["learning_rate"] for e in race.compared[Mode.SAME]] == [0.16] * 3
    defaults = [float(e["learning_rate"]) for e in race.compared[Mode.DEFAULT]]
    assert defaults == [float(e["learning_rate"]) for e in (SGD, NESTEROV, ADAM)]


def test_without_noise_the_best_trial_repeats_its_losses(race: Race) -> None:
    for entry, trial in enumerate(race.best):
        np.testing.assert_array_equal(race.results[Mode.BEST][entry], race.losses[entry, trial])


def test_the_same_request_gives_the_same_race(race: Race) -> None:
    again = run(REQUEST)
    np.testing.assert_array_equal(again.losses, race.losses)
    assert again.compared == race.compared
    other = dataclasses.replace(RAVINE, config=dataclasses.replace(RAVINE.config, seed=1))
    assert not np.array_equal(run(dataclasses.replace(REQUEST, scenario=other)).rates, race.rates)


def test_winners_are_judged_under_fresh_noise() -> None:
    noisy = dataclasses.replace(
        RAVINE, config=RunConfig(steps=30, noise=Noise("gaussian", {"decay": 0.0}), noise_seeds=3)
    )
    found = run(dataclasses.replace(REQUEST, scenario=noisy, trials=4))
    assert found.losses.shape == (3, 4, 6)
    for entry, trial in enumerate(found.best):
        fresh, tuned = found.results[Mode.BEST][entry], found.losses[entry, trial]
        assert not np.isin(fresh[np.isfinite(fresh)], tuned).any()


def test_stages_are_races_with_ever_more_trials(
    race: Race, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("optim_core.maps.racing.AT_FIRST", 1)
    monkeypatch.setattr("optim_core.maps.racing.AT_A_TIME", 10 * 3 * 2 * 100)
    stages = list(REQUEST.stages())
    assert [stage.trials for stage in stages] == [4, 14, 20]
    assert stages[0].share == 0.2 and stages[-1].share == 1.0
    np.testing.assert_array_equal(stages[-1].losses, race.losses)
    gaps = np.diff(np.log(stages[0].rates[0]))
    assert gaps.max() < 2.5 * gaps.min()  # even the first four are spread over the slider


def test_the_best_of_a_few_trials_is_counted_out() -> None:
    scores = np.array([3.0, 1.0, np.inf, 1.0, 2.0, 5.0])
    values = np.unique(scores)
    for count in range(1, 7):
        bests = [min(chosen) for chosen in itertools.combinations(scores, count)]
        expected = [np.mean(np.array(bests) <= value) for value in values]
        assert best_of(scores, count, values) == pytest.approx(expected)
    with pytest.raises(ValueError, match="between 1 and"):
        best_of(scores, 7, values)


def test_who_would_have_won_with_fewer_trials_is_counted_out(race: Race) -> None:
    scores = np.array([[1.0, 4.0, 6.0, np.inf], [2.0, 2.0, 4.0, np.inf], [np.inf] * 4])
    made = dataclasses.replace(race, losses=scores[..., None], height=1.0)
    for count in (1, 2, 4):
        pairs = list(
            itertools.product(
                *([min(chosen) for chosen in itertools.combinations(row, count)] for row in scores)
            )
        )
        expected = [
            np.mean([math.isfinite(bests[e]) and bests[e] == min(bests) for bests in pairs])
            for e in range(3)
        ]
        assert made.winners_with(count) == pytest.approx(expected)
    assert made.best_within(4)[:2, 1].tolist() == [1.0, 2.0]
    assert made.best_within(1)[0].tolist() == [1.0, 4.0, np.inf]


def test_differences_that_do_not_count_are_ties(race: Race) -> None:
    made = dataclasses.replace(
        race, height=1.0, results={**race.results, Mode.BEST: np.array([[1e-12], [3e-30], [0.5]])}
    )
    assert made.standing(Mode.BEST)[1].tolist() == [1, 1, 3]


def test_starts_over_the_view_leave_no_side_out() -> None:
    surface = get_surface("sharp_flat")
    places = np.array(starts_over(surface, 20, 0))
    parts = (places - [-4.5, -2.5]) / [9.0, 5.0] * 20
    for axis in (0, 1):
        assert sorted(parts[:, axis].astype(int).tolist()) == list(range(20))
    raced = RaceRequest(scenario=RAVINE, starts=20).raced()
    assert len(raced.starts) == 20 and RaceRequest(scenario=RAVINE, starts=20).runs == 20


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"trials": 3}, "4 to 512 trials"),
        ({"trials": 513}, "4 to 512 trials"),
        ({"starts": 101}, "at most 100 starts"),
        ({"same_rate": math.nan}, "must be finite"),
        ({"same_rate": 1e9}, "between"),
        ({"trials": 512, "starts": 100, "scenario": dataclasses.replace(
            RAVINE, config=RunConfig(steps=20_000))}, "3 entries x 512 trials x 100 runs"),
    ],
)  # fmt: skip
def test_what_cannot_be_raced_is_refused_in_words(changes: dict, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        dataclasses.replace(REQUEST, **changes)
