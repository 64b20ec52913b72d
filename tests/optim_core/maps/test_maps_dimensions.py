"""One recipe in many dimensions: who leaves saddles, and where runs settle among wells."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from optim_core import Entry, RunConfig
from optim_core.maps.fields import Quadratics, mixed
from optim_core.maps.leaving import Leaving, LeavingRequest
from optim_core.maps.recipe import Recipe
from optim_core.maps.settling import Settling, SettlingRequest
from optim_core.theory import descent_path, heavy_ball_path

SGD, MOMENTUM, ADAM = (Entry(key, {"learning_rate": 0.06}) for key in ("sgd", "momentum", "adam"))
RECIPE = Recipe(entries=(SGD, MOMENTUM, ADAM), dimensions=(2, 10, 60), runs=50)


def last(stages: Iterator[Any]) -> Any:
    *_, whole = stages
    return whole


@pytest.fixture(scope="module")
def leaving() -> Leaving:
    return last(LeavingRequest(recipe=RECIPE).stages())


@pytest.fixture(scope="module")
def settling() -> Settling:
    return last(SettlingRequest(recipe=RECIPE).stages())


@pytest.mark.parametrize("turned", [False, True])
def test_runs_follow_the_closed_form_along_every_eigenvector(turned: bool) -> None:
    chance, size = np.random.default_rng(8), 5
    curvatures = chance.uniform(-0.5, 1.5, (size, 1))
    signs = np.sign(chance.standard_normal((size, 1))) if turned else None
    starts = chance.standard_normal((size, 1))
    recipe = dataclasses.replace(RECIPE, runs=1, config=RunConfig(steps=40))
    for column, path in ((0, descent_path), (1, lambda r, *a: heavy_ball_path(r, 0.9, *a))):
        points = recipe.stepped(column, Quadratics(curvatures, None, signs), starts.copy())
        here, there = (p if signs is None else mixed(p, signs) for p in (starts, points))
        expected = [
            path(0.06, h, z, 40)[-1] for h, z in zip(curvatures[:, 0], here[:, 0], strict=True)
        ]
        np.testing.assert_allclose(there[:, 0], expected, rtol=1e-9)


def test_nobody_leaves_a_minimum_and_in_time_everybody_a_saddle(leaving: Leaving) -> None:
    np.testing.assert_array_equal(leaving.at_minimum, np.tile(leaving.minima[:, None], 3))
    np.testing.assert_array_equal(leaving.at_saddle, 0)
    np.testing.assert_array_equal(leaving.thrown, 0)
    np.testing.assert_array_equal(leaving.left + leaving.at_minimum, RECIPE.runs)


def test_stuck_fades_as_the_chance_of_a_minimum_does(leaving: Leaving) -> None:
    expected = leaving.critical.independent[:, 0] * RECIPE.runs
    spread = 4 * np.sqrt(expected * (1 - expected / RECIPE.runs)) + 1e-9
    assert np.all(np.abs(leaving.minima - expected) <= spread)
    assert leaving.minima[0] > leaving.minima[1] >= leaving.minima[2] == 0


def test_momentum_leaves_sooner(leaving: Leaving) -> None:
    median = leaving.steps[-1, :, 1]
    assert median[1] < median[0] / 2


def test_few_steps_leave_runs_at_saddles() -> None:
    short = dataclasses.replace(RECIPE, config=RunConfig(steps=10), entries=(SGD,))
    found = last(LeavingRequest(recipe=short, symmetric=True).stages())
    assert (found.at_saddle > 0).any() and (found.left == 0).all()
    assert np.isinf(found.steps[..., 1]).all()


def test_a_rate_too_large_throws_runs_out_of_a_minimum() -> None:
    wild = dataclasses.replace(
        RECIPE, dimensions=(2,), entries=(Entry("sgd", {"learning_rate": 5.0}),)
    )
    found = last(LeavingRequest(recipe=wild, negative_share=0.0).stages())
    assert found.minima[0] == found.thrown[0, 0] == RECIPE.runs


def test_descent_does_not_notice_a_turn_but_adam_does(settling: Settling) -> None:
    plain = last(SettlingRequest(recipe=dataclasses.replace(RECIPE, mixed=False)).stages())
    # The signs of the turn come before the starts: so the starts differ, their law does not.
    assert plain.upper[-1, 0] == pytest.approx(settling.upper[-1, 0], abs=0.05)
    np.testing.assert_array_equal(plain.settled, RECIPE.runs)


def test_all_find_a_minimum_and_hardly_one_the_lowest(settling: Settling) -> None:
    assert (settling.settled[:, 0] == RECIPE.runs).all()
    assert settling.best[0, 0] > 0 and settling.best[-1].max() == 0
    assert settling.expected_best()[-1].max() < 1e-9


def test_luck_fades_with_the_root_of_the_dimension(settling: Settling) -> None:
    width = settling.excess[..., 2] - settling.excess[..., 0]
    expected = 2 * 1.2816 * settling.expected_deviation()
    assert width[-1, 0] == pytest.approx(expected[-1, 0], rel=0.4)
    assert width[-1, 0] < width[1, 0] < width[0, 0]
    # And yet the typical run is as far above the lowest minimum as ever.
    assert settling.excess[-1, 0, 1] == pytest.approx(
        settling.gap * settling.upper[-1, 0], rel=0.05
    )


def test_every_entry_meets_the_same_losses_whatever_the_line_up(leaving: Leaving) -> None:
    alone = last(LeavingRequest(recipe=dataclasses.replace(RECIPE, entries=(ADAM,))).stages())
    np.testing.assert_array_equal(alone.minima, leaving.minima)
    np.testing.assert_array_equal(alone.steps[:, 0], leaving.steps[:, 2])


def test_stages_grow_and_cannot_be_written_to() -> None:
    small = dataclasses.replace(RECIPE, dimensions=(2, 3), runs=4, config=RunConfig(steps=5))
    stages = list(LeavingRequest(recipe=small).stages())
    assert [stage.share for stage in stages] == pytest.approx(
        [2 / 15, 4 / 15, 6 / 15, 9 / 15, 12 / 15, 1.0]
    )
    assert (stages[0].left == -1).sum() == 5 and (stages[-1].left >= 0).all()
    with pytest.raises(ValueError, match="read-only"):
        stages[0].left[0, 0] = 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"entries": ()}, "1 to 8 entries"),
        ({"entries": (SGD,) * 9}, "1 to 8 entries"),
        ({"runs": 0}, "1 to 500 runs"),
        ({"dimensions": (3, 2)}, "ascend"),
        ({"dimensions": (1_000,), "runs": 500, "config": RunConfig(steps=2_000)}, "numbers; at"),
    ],
)
def test_what_cannot_be_run_is_refused_in_words(changes: dict, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        dataclasses.replace(RECIPE, **changes)
