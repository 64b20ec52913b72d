"""What is told of a run: known stories, and that no story contradicts how its run ended."""

from __future__ import annotations

import copy
import dataclasses
import itertools

import numpy as np
import pytest
import torch

from landscapes import SURFACES, Bounds, Surface, get_surface
from optim_core import (
    DEFAULT_SCENARIO,
    OPTIMIZERS,
    Entry,
    Event,
    EventKind,
    Outcome,
    RunConfig,
    Scenario,
    narrate,
    trace,
)
from optim_core.narrating import FIRST_DROPPED, MAX_EVENTS

Kind = EventKind
ENDINGS = {
    Outcome.CONVERGED: {
        Kind.SETTLED_AT_MINIMUM,
        Kind.SETTLED_AT_NAMED_MINIMUM,
        Kind.SETTLED_IN_VALLEY,
        Kind.SETTLED_ON_SADDLE,
        Kind.SETTLED_ELSEWHERE,
    },
    Outcome.RAN_OUT_OF_STEPS: {
        Kind.OUT_OF_STEPS,
        Kind.OUT_OF_STEPS_AT_MINIMUM,
        Kind.OUT_OF_STEPS_AT_NAMED_MINIMUM,
    },
    Outcome.DIVERGED: {Kind.DIVERGED},
    Outcome.LEFT_THE_DOMAIN: {Kind.LEFT_THE_DOMAIN},
}


def story_of(
    surface: str,
    optimizer: str,
    rate: float,
    start: tuple[float, float] | None = None,
    steps: int = 300,
    **settings: float,
) -> tuple[Event, ...]:
    scenario = Scenario(
        surface=surface,
        entries=(Entry(optimizer, {"learning_rate": rate, **settings}),),
        starts=() if start is None else (start,),
        config=RunConfig(steps=steps),
    )
    return narrate(scenario.landscape(), trace(scenario), 0)


def own_story(
    function: object, optimizer: str, rate: float, start: tuple[float, float], **settings: float
) -> tuple[Event, ...]:
    """On a surface of one's own, of which no critical points are known."""
    surface = own_surface(function)
    scenario = Scenario(
        surface="booth",
        entries=(Entry(optimizer, {"learning_rate": rate, **settings}),),
        starts=(start,),
        config=RunConfig(steps=100),
    )
    return narrate(surface, trace(scenario, surface), 0)


def own_surface(function: object) -> Surface:
    return dataclasses.replace(
        get_surface("booth"),
        key="own",
        function=function,
        bounds=Bounds(-4, 4, -4, 4),
        start=(1.0, 1.0),
        minima=(),
    )


def kinds(story: tuple[Event, ...]) -> list[EventKind]:
    return [event.kind for event in story]


def only(story: tuple[Event, ...], kind: EventKind) -> Event:
    (found,) = [event for event in story if event.kind is kind]
    return found


# Known stories


def test_momentum_rolls_past_the_sharp_minimum_and_descent_does_not() -> None:
    runs = trace(DEFAULT_SCENARIO)
    surface = DEFAULT_SCENARIO.landscape()
    descent, momentum, nesterov, adam = (narrate(surface, runs, row) for row in range(4))
    for rolled, row in ((momentum, 1), (nesterov, 2)):
        crossing = only(rolled, Kind.CROSSED_RIDGE)
        assert crossing.told() == "crosses the ridge near (-0.47, 0)"
        assert (crossing.fields["before"], crossing.fields["after"]) == (0, 1)
        # At the top the loss is higher than on both sides of it.
        losses = runs.losses[:, row]
        assert losses[crossing.step] > losses[crossing.step - 3 : crossing.step].min()
        assert losses[crossing.step] > losses[crossing.step + 1]
        assert rolled[-1].told() == "settles at the flat minimum (2, 0)"
        assert rolled[-1].step == runs.settled_at[row]
    assert Kind.CROSSED_RIDGE not in kinds(descent) + kinds(adam)
    assert descent[-1].told() == "settles at the sharp minimum (-2, 0)"
    assert adam[-1].kind is Kind.OUT_OF_STEPS_AT_NAMED_MINIMUM
    assert adam[-1].fields["name"] == "sharp"


def test_divergence_is_told_with_its_place() -> None:
    story = story_of("booth", "sgd", 2.0)
    assert kinds(story) == [
        Kind.STARTED,
        Kind.LEFT_PICTURE_FOR_GOOD,
        Kind.OVERSHOT,
        Kind.DIVERGED,
    ]
    assert abs(only(story, Kind.DIVERGED).fields["x"]) > 1e5


def test_a_rate_just_below_the_limit_zigzags_out_of_the_picture_and_back() -> None:
    """Booth's curvatures are 18 and 2: 0.108 is just below 2 / 18."""
    story = story_of("booth", "sgd", 0.108)
    assert kinds(story) == [
        Kind.STARTED,
        Kind.LEFT_PICTURE,
        Kind.ZIGZAGGED,
        Kind.CAME_BACK,
        Kind.UNDER_TOLERANCE,
        Kind.SETTLED_AT_MINIMUM,
    ]
    assert only(story, Kind.ZIGZAGGED).fields["count"] > 50
    assert story[-1].told() == "settles at the minimum (1, 3)"


def test_a_start_beside_a_saddle_lingers_there_and_leaves() -> None:
    story = story_of("bounded_saddle", "sgd", 0.1, (-1.6, 1e-4))
    assert story[0].told() == "starts at (-1.6, 0.0001), where the slope is 1.6"
    lingering = only(story, Kind.LINGERED_AT_SADDLE)
    assert (lingering.fields["x"], lingering.fields["y"]) == (0, 0)
    assert 10 < lingering.step < lingering.fields["until"] - 20
    assert lingering.fields["until"] < story[-1].step
    assert story[-1].told() == "settles at the minimum (0, 1)"


def test_a_start_above_a_saddle_settles_on_it() -> None:
    story = story_of("bounded_saddle", "sgd", 0.1, (-1.6, 0.0))
    assert story[-1].told() == "settles on the saddle (0, 0), which is no minimum"
    assert Kind.LINGERED_AT_SADDLE not in kinds(story)


def test_descent_makes_no_headway_on_a_plateau_and_adam_does() -> None:
    slow = story_of("plateau_drop", "sgd", 0.1)
    standing = only(slow, Kind.SLOWED_DOWN)
    assert standing.fields["until"] == 300
    assert 0.9 < standing.fields["loss"] < 1.1
    assert slow[-1].kind is Kind.OUT_OF_STEPS
    fast = story_of("plateau_drop", "adam", 0.1)
    assert Kind.SLOWED_DOWN not in kinds(fast)
    assert fast[-1].kind is Kind.SETTLED_AT_MINIMUM


def test_the_slow_tail_of_a_settled_run_is_no_plateau() -> None:
    """A local minimum high above the deepest one: the last steps towards it are no stand-still."""
    story = story_of("six_hump_camel", "sgd", 0.002, (1.6, 0.55), steps=2000)
    assert (story[-1].kind, story[-1].fields["x"]) == (Kind.SETTLED_AT_MINIMUM, 1.607)
    assert Kind.SLOWED_DOWN not in kinds(story)


def test_a_minimum_is_passed_on_the_way_to_another() -> None:
    """A ball with little friction along y = 0, over two wells."""
    story = story_of("sharp_flat", "momentum", 0.01, (-4.0, 0.0), momentum=0.95, steps=1000)
    passed = only(story, Kind.PASSED_NAMED_MINIMUM)
    assert passed.told() == "passes the sharp minimum (-2, 0) without stopping"
    assert passed.step < only(story, Kind.CROSSED_RIDGE).step
    assert story[-1].fields["name"] == "flat"


def test_ridges_crossed_to_and_fro_are_counted() -> None:
    """Sharp to flat, back, and to flat for good."""
    story = story_of("sharp_flat", "momentum", 0.02, (-4.0, 0.0), momentum=0.98, steps=1000)
    first, last = only(story, Kind.CROSSED_RIDGE), only(story, Kind.CROSSED_LAST_RIDGE)
    assert first.step < last.step
    assert last.fields["count"] % 2 == 1
    assert (first.fields["before"], last.fields["after"]) == (0, 1)
    assert story[-1].fields["name"] == "flat"


def test_a_valley_is_told_by_where_the_run_rests() -> None:
    story = story_of("two_weight_net", "sgd", 0.1)
    assert story[-1].kind is Kind.SETTLED_IN_VALLEY
    x, y = story[-1].fields["x"], story[-1].fields["y"]
    assert x * y == pytest.approx(1, abs=0.01)


def test_momentum_overshoots_where_descent_does_not() -> None:
    overshot = only(story_of("booth", "momentum", 0.02), Kind.OVERSHOT)
    assert overshot.fields["high"] > 2 * overshot.fields["low"]
    assert Kind.OVERSHOT not in kinds(story_of("booth", "sgd", 0.02))


def test_the_edge_of_the_domain_is_told() -> None:
    story = own_story(lambda x, y: torch.sqrt(x) + y**2, "sgd", 0.5, (1.0, 1.0))
    assert story[-1].kind is Kind.LEFT_THE_DOMAIN
    assert story[-1].fields["x"] > 0


def test_a_start_outside_the_domain_has_a_short_story() -> None:
    story = own_story(lambda x, y: torch.sqrt(x) + y**2, "sgd", 0.5, (-1.0, 1.0))
    assert kinds(story) == [Kind.LEFT_THE_DOMAIN]
    assert story[0].step == 0


def test_a_run_that_settles_outside_the_picture_comes_to_that() -> None:
    away = own_story(lambda x, y: (x - 6) ** 2 + y**2, "sgd", 0.1, (1.0, 1.0))
    assert Kind.LEFT_PICTURE_FOR_GOOD in kinds(away)
    assert away[-1].told() == "settles at (6, 0), which is none of the known minima"
    home = own_story(lambda x, y: x**2 + y**2, "sgd", 0.1, (6.0, 1.0))
    assert Kind.CAME_INTO_PICTURE in kinds(home)
    assert Kind.CAME_BACK not in kinds(home)


def test_numbers_beyond_floating_point_are_told_too() -> None:
    story = own_story(lambda x, y: torch.exp(torch.exp(x**2)) + y**2, "sgd", 10.0, (2.4, 1.0))
    assert story[-1].kind is Kind.DIVERGED
    assert all(event.told() for event in story)


# What holds for all of them

RATES = {"sgd": (1e-3, 0.3), "momentum": (0.01, 5.0), "adam": (0.05, 3.0), "rmsprop": (0.02, 0.5)}


@pytest.mark.parametrize("surface", list(SURFACES))
@pytest.mark.parametrize("noise", ["none", "gaussian"])
def test_no_story_contradicts_its_outcome(surface: str, noise: str) -> None:
    landscape = get_surface(surface)
    bounds = landscape.bounds
    starts = [landscape.start, *((p.x, p.y) for p in landscape.critical_points()[:3])]
    starts += [(bounds.x_high + 1, bounds.y_low), (bounds.x_low, bounds.y_high)]
    entries = [Entry(key, {"learning_rate": r}) for key, rates in RATES.items() for r in rates]
    scenario = Scenario(
        surface=surface,
        entries=tuple(entries),
        starts=tuple(starts),
        config=RunConfig(steps=120, noise=noise),
    )
    runs = trace(scenario)
    for row in range(runs.rows):
        story = narrate(landscape, runs, row)
        assert narrate(landscape, runs, row) == story
        assert 1 <= len(story) <= MAX_EVENTS
        steps = [event.step for event in story]
        assert steps == sorted(steps)
        assert steps[-1] <= runs.stopped_at[row]
        outcome = runs.outcomes[row]
        assert story[-1].kind in ENDINGS[outcome]
        for other in set(Outcome) - {outcome}:
            assert not ENDINGS[other] & set(kinds(story))
        reached = int(runs.reached[row])
        if outcome in (Outcome.CONVERGED, Outcome.RAN_OUT_OF_STEPS):
            assert story[-1].fields["index"] == reached
        assert (Kind.UNDER_TOLERANCE in kinds(story)) == (outcome is Outcome.CONVERGED)
        for event in story:
            text = event.told()
            assert "nan" not in text
            assert "(-0," not in text
            assert "-0)" not in text.replace("e-0", "")
            if event.kind in (Kind.PASSED_MINIMUM, Kind.PASSED_NAMED_MINIMUM):
                assert event.fields["index"] != reached
            if event.kind in (Kind.CROSSED_RIDGE, Kind.CROSSED_LAST_RIDGE):
                assert event.fields["before"] != event.fields["after"]
            if "until" in event.fields:
                assert event.step < event.fields["until"] <= steps[-1]
        crossed = [e for e in story if e.kind in (Kind.CROSSED_RIDGE, Kind.CROSSED_LAST_RIDGE)]
        if (
            crossed
            and reached >= 0
            and not landscape.declared(landscape.minima)[reached].degenerate
        ):
            assert crossed[-1].fields["after"] == reached
        end_x, end_y = runs.positions[runs.stopped_at[row], row]
        if Kind.LEFT_PICTURE_FOR_GOOD in kinds(story):
            assert not bounds.contains(end_x, end_y)
        if {Kind.LEFT_PICTURE, Kind.CAME_BACK, Kind.CAME_INTO_PICTURE} & set(kinds(story)):
            assert bounds.contains(end_x, end_y)


def test_many_starts_and_streams_are_told_row_by_row() -> None:
    scenario = dataclasses.replace(
        DEFAULT_SCENARIO,
        starts=((-3.8, 0.5), (3.0, 1.0)),
        config=RunConfig(steps=80, noise="gaussian", noise_seeds=2),
    )
    runs = trace(scenario)
    for row, label in enumerate(runs.labels):
        first = narrate(scenario.landscape(), runs, row)[0]
        assert (first.fields["x"], first.fields["y"]) == scenario.starts[label.start]
    with pytest.raises(IndexError):
        narrate(scenario.landscape(), runs, runs.rows)


def test_what_can_be_dropped_leaves_room_for_the_rest() -> None:
    """Kept kinds: a start, a word on the picture, two ridges, a stand-still, the tolerance."""
    kept = set(Kind) - set().union(*FIRST_DROPPED) - set().union(*ENDINGS.values())
    at_once = {
        Kind.STARTED: 1,
        Kind.LEFT_PICTURE_FOR_GOOD: 1,
        Kind.CAME_INTO_PICTURE: 0,  # in place of the one before
        Kind.CROSSED_RIDGE: 2,
        Kind.CROSSED_LAST_RIDGE: 0,  # in place of the second
        Kind.LINGERED_AT_SADDLE: 1,
        Kind.SLOWED_DOWN: 0,  # in place of the one before
        Kind.UNDER_TOLERANCE: 1,
    }
    assert kept == set(at_once)
    assert sum(at_once.values()) + 1 <= MAX_EVENTS


def test_a_story_travels_and_is_told_in_other_words() -> None:
    story = narrate(DEFAULT_SCENARIO.landscape(), trace(DEFAULT_SCENARIO), 1)
    assert copy.deepcopy(story) == story
    asked: list[str] = []

    def shout(text: str) -> str:
        asked.append(text)
        return text.replace("settles at", "RESTS AT").replace("flat", "FLAT")

    assert story[-1].told(shout) == "RESTS AT the FLAT minimum (2, 0)"
    assert asked == ["flat", Kind.SETTLED_AT_NAMED_MINIMUM.value]


def test_ends_alone_tell_no_story() -> None:
    runs = trace(DEFAULT_SCENARIO, keep="ends")
    with pytest.raises(ValueError, match="whole paths"):
        narrate(DEFAULT_SCENARIO.landscape(), runs, 0)


@pytest.mark.parametrize("optimizer", list(OPTIMIZERS))
def test_every_optimizer_has_a_story(optimizer: str) -> None:
    story = story_of("himmelblau", optimizer, 0.01, steps=100)
    assert story[0].kind is Kind.STARTED
    assert all(a.step <= b.step for a, b in itertools.pairwise(story))
    assert np.isfinite([event.fields.get("slope", 0.0) for event in story]).all()
