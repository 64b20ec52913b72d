"""Outcomes in words."""

import dataclasses

import numpy as np
import pytest
import torch

from landscapes import Bounds, CriticalPoint, Surface, get_surface
from optim_core import Entry, Outcome, RowLabel, RunConfig, Scenario, Trajectories, trace
from pages.player import EntryStyle
from pages.ui.outcomes import tell
from pages.ui.writing import written_number, written_place

STYLE = EntryStyle(title="Somebody", colour="#000000", dash="solid", marker="circle")

WELLS = Surface(
    key="wells",
    title="Wells",
    function=lambda x, y: (x**2 - 1) ** 2 + y**2,
    bounds=Bounds(-2, 2, -2, 2),
    start=(0.5, 1.0),
    story="",
    source="",
    minima=(CriticalPoint(-1, 0, 0.0), CriticalPoint(1, 0, 0.5)),
    saddles=(CriticalPoint(0, 0, 1.0, kind="saddle"),),
)


def run(outcome, place, *, reached=-1, last=7, settled=-1, rows=1):
    positions = np.full((11, rows, 2), np.nan)
    positions[: last + 1] = place
    losses = np.full((11, rows), np.nan)
    losses[: last + 1] = 0.25
    return Trajectories(
        positions=positions,
        losses=losses,
        gradient_norms=losses,
        outcomes=(outcome,) * rows,
        stopped_at=np.full(rows, last),
        settled_at=np.full(rows, settled),
        reached=np.full(rows, reached),
        labels=tuple(RowLabel(0, 0, row) for row in range(rows)),
        steps=10,
        seconds=0.0,
    )


def story(*arguments, **named):
    return tell(WELLS, run(*arguments, **named), [STYLE])[0].story


def test_divergence_is_told_with_step_and_place():
    told = story(Outcome.DIVERGED, (3e6, -2.5), last=7)
    assert "Diverged" in told
    assert "step 7" in told
    assert "3.00e+06" in told
    assert "\u22122.5" in told


def test_leaving_the_domain_is_told_with_step_and_place():
    told = story(Outcome.LEFT_THE_DOMAIN, (0.5, 1.5), last=4)
    assert "Left the region" in told
    assert "step 4" in told
    assert "(0.5, 1.5)" in told


@pytest.mark.parametrize(
    ("reached", "words"), [(0, "deepest minimum (\u22121, 0)"), (1, "local minimum (1, 0)")]
)
def test_settling_names_the_minimum(reached, words):
    told = story(Outcome.CONVERGED, (0.99, 0.0), reached=reached, last=10, settled=6)
    assert "step 6" in told
    assert words in told


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Outcome.CONVERGED, "in the wide minimum"),
        (Outcome.RAN_OUT_OF_STEPS, "near the wide minimum"),
    ],
)
def test_a_minimum_with_a_name_is_called_by_it(outcome, words):
    wide = dataclasses.replace(WELLS.minima[1], name="wide")
    surface = dataclasses.replace(WELLS, minima=(WELLS.minima[0], wide))
    settled = 3 if outcome is Outcome.CONVERGED else -1
    ended = run(outcome, (0.99, 0.0), reached=1, settled=settled)
    assert f"{words} (1, 0)" in tell(surface, ended, [STYLE])[0].story


def test_resting_on_a_saddle_is_no_success():
    told = story(Outcome.CONVERGED, (0.01, 0.0), last=10, settled=3)
    assert "saddle (0, 0)" in told
    assert "no minimum" in told


def test_a_saddle_reaches_as_far_as_a_minimum_does():
    # The view is 4 wide, and 2 percent of it count.
    for x, told in ((0.079, "on the saddle"), (0.081, "where the ground is flat")):
        assert told in story(Outcome.CONVERGED, (x, 0.0), last=10, settled=3)


@pytest.mark.parametrize("outcome", [Outcome.CONVERGED, Outcome.RAN_OUT_OF_STEPS])
def test_in_a_valley_a_run_is_where_it_is_and_not_at_a_declared_point(outcome):
    surface = get_surface("two_weight_net")
    paths = run(outcome, (0.567, 1.762), reached=2, last=10, settled=6)
    (told,) = tell(surface, paths, [STYLE])
    assert "on the floor of the valley, at (0.567, 1.762)." in told.story
    (together,) = tell(surface, run(outcome, (0.567, 1.762), reached=2, rows=20), [STYLE])
    assert "20 reached the valley near (0.6, 1.667)" in together.story


def test_running_out_of_steps_says_where():
    assert "Still moving after 10 steps, at (1.5, 1)" in story(
        Outcome.RAN_OUT_OF_STEPS, (1.5, 1.0), last=10
    )
    assert "outside the picture" in story(Outcome.RAN_OUT_OF_STEPS, (5.0, 1.0), last=10)


def test_many_runs_are_counted():
    (together,) = tell(WELLS, run(Outcome.DIVERGED, (9.0, 9.0), rows=20), [STYLE])
    assert together.story == "Of 20 runs: 20 diverged."
    assert together.loss == "0.25 (median)"


def test_several_noises_are_numbered():
    assert [
        row.title for row in tell(WELLS, run(Outcome.DIVERGED, (9.0, 9.0), rows=2), [STYLE])
    ] == [
        "Somebody, run 1",
        "Somebody, run 2",
    ]


def several(ends, *, streams=1):
    """One entry from a start for each of ``ends``: the minimum reached, or an outcome."""
    runs = run(Outcome.RAN_OUT_OF_STEPS, (0.0, 0.0), last=10, rows=len(ends) * streams)
    repeated = [end for end in ends for _ in range(streams)]
    return dataclasses.replace(
        runs,
        outcomes=tuple(end if isinstance(end, Outcome) else Outcome.CONVERGED for end in repeated),
        reached=np.array([-1 if isinstance(end, Outcome) else end for end in repeated]),
        labels=tuple(
            RowLabel(0, start, stream) for start in range(len(ends)) for stream in range(streams)
        ),
    )


def test_several_starts_are_counted_by_where_they_ended():
    (told,) = tell(WELLS, several([1, 0, 1, Outcome.DIVERGED, Outcome.CONVERGED]), [STYLE])
    assert told.title == "Somebody"
    for part in (
        "Of 5 starts: ",
        "1 reached the deepest minimum (\u22121, 0)",
        "2 reached the local minimum (1, 0)",
        "1 settled at no minimum",
        "1 diverged",
    ):
        assert part in told.story
    (told,) = tell(WELLS, several([1, 1], streams=4), [STYLE])
    assert told.story == "Of 8 runs from 2 starts: 8 reached the local minimum (1, 0)."


def test_a_named_minimum_has_its_name():
    scenario = Scenario(
        surface="sharp_flat",
        entries=(Entry("sgd", {"learning_rate": 0.06}),),
        starts=((-3.0, 0.5), (1.5, 0.5), (2.5, 0.5), (3.0, -0.5)),
        config=RunConfig(steps=300),
    )
    (told,) = tell(get_surface("sharp_flat"), trace(scenario), [STYLE])
    assert "1 reached the sharp minimum" in told.story
    assert "3 reached the flat minimum (2, 0)" in told.story


def test_three_starts_are_told_one_by_one():
    told = tell(WELLS, several([1, 0, 1]), [STYLE])
    assert [row.title for row in told] == [f"Somebody, start {number}" for number in (1, 2, 3)]


def test_a_real_divergence_is_told():
    scenario = Scenario(
        surface="rosenbrock",
        entries=(Entry("sgd", {"learning_rate": 1.0}),),
        config=RunConfig(steps=50),
    )
    (told,) = tell(get_surface("rosenbrock"), trace(scenario), [STYLE])
    assert told.story.startswith("Diverged")


def test_numbers_are_written_for_people():
    assert written_number(0.000012345) == "1.234e\u22125"
    assert written_number(float("nan")) == "not a number"
    assert written_place(0.99996, -1e-9) == "(1, 0)"


def test_a_test_surface_is_told_of_at_the_end_point():
    shifted = get_surface("sharp_flat", shift=0.5)
    (told,) = tell(shifted, run(Outcome.RAN_OUT_OF_STEPS, (2.0, 0.0)), [STYLE])
    x, y = torch.tensor([1.5], dtype=torch.float64), torch.zeros(1, dtype=torch.float64)
    assert told.test_loss == written_number(shifted.value(x, y).item())
    many = tell(shifted, run(Outcome.RAN_OUT_OF_STEPS, (2.0, 0.0), rows=20), [STYLE])
    assert many[0].test_loss == f"{told.test_loss} (median)"
    assert tell(WELLS, run(Outcome.RAN_OUT_OF_STEPS, (0.3, 0.4)), [STYLE])[0].test_loss == ""


def test_the_steps_of_those_that_settled_are_told():
    (told,) = tell(WELLS, run(Outcome.CONVERGED, (9.0, 9.0), last=10, settled=6, rows=20), [STYLE])
    assert "those that settled did so at step 6 (median)" in told.story
    (told,) = tell(WELLS, run(Outcome.DIVERGED, (9.0, 9.0), rows=20), [STYLE])
    assert "(median)" not in told.story
