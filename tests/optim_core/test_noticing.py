"""Patterns in numbers: against slow and obvious ways to find them."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from landscapes import get_surface
from optim_core.noticing import (
    Stretch,
    distances_to_path,
    flips,
    longest,
    passing_step,
    quiet_stretch,
    sides,
    turning_points,
)

COURSES = st.lists(st.floats(-10, 10), min_size=1, max_size=40).map(np.array)


def test_the_longest_stretch_is_the_first_of_equals() -> None:
    assert longest(np.array([False, False])) is None
    assert longest(np.array([True, True, False, True, True])) == Stretch(0, 1)
    assert longest(np.array([True, False, True, True])) == Stretch(2, 3)


@given(COURSES, st.integers(1, 12), st.floats(0, 1))
def test_quiet_windows_are_those_of_a_plain_loop(
    losses: np.ndarray, width: int, share: float
) -> None:
    floor = -10.0
    quiet = []
    for first in range(len(losses) - width + 1):
        window = losses[first : first + width]
        height = losses[first] - floor
        quiet.append(height > 0 and window.max() - window.min() <= share * height)
    found = longest(np.array(quiet, dtype=bool))
    expected = None if found is None else Stretch(found.first, found.last + width - 1)
    assert quiet_stretch(losses, floor, width, share, 0.0) == expected


@given(COURSES, st.floats(0.01, 5))
def test_turning_points_alternate_and_leave_out_wiggles(losses: np.ndarray, least: float) -> None:
    lows, highs = turning_points(losses, least)
    assert len(lows) - len(highs) in (0, 1)
    turns = [0] * (len(lows) + len(highs))
    turns[::2], turns[1::2] = lows, highs
    assert turns == sorted(turns)
    heights = losses[turns]
    for index, change in enumerate(np.diff(heights)):
        assert change > least if index % 2 == 0 else change < -least
    assert losses.min() in losses[lows]
    # Between two turns nothing moves against the trend by more than a wiggle.
    for first, last in itertools.pairwise(turns):
        piece = losses[first : last + 1] * (1 if losses[last] > losses[first] else -1)
        assert (np.maximum.accumulate(piece) - piece).max() <= least


def test_flips_count_only_moves_that_show() -> None:
    gradients = np.array([1.0, -1.0, 1.0, -1.0, 1.0, 2.0])
    positions = np.array([0.0, 1.0, 0.0, 1.0, 0.999, 0.5])
    assert flips(gradients, positions, 0.5) == Stretch(1, 3)
    assert flips(gradients, positions, 0.0005) == Stretch(1, 4)
    assert flips(np.ones(6), positions, 0.5) is None


def test_distance_is_to_the_line_not_to_its_ends() -> None:
    path = np.array([[-1.0, 1.0], [1.0, 1.0], [1.0, 1.0], [4.0, 1.0]])
    gaps = distances_to_path(path, 0.0, 0.0)
    np.testing.assert_allclose(gaps, [1.0, 2**0.5, 2**0.5])


def test_passing_is_neither_starting_nor_ending_nor_staying_nor_leaping() -> None:
    def step(xs: list[float], stay: int = 3) -> int | None:
        path = np.array([(x, 0.0) for x in xs])
        return passing_step(path, 0.0, 0.0, reach=0.1, view=4.0, stay=stay)

    assert step([-1.0, -0.4, 0.5, 1.0]) == 2
    assert step([0.05, 0.5, 1.0]) is None
    assert step([-1.0, -0.5, 0.05]) is None
    assert step([-0.5, 0.0, 0.01, 0.02, 0.0, 0.5]) is None
    assert step([-0.5, 0.0, 0.01, 0.02, 0.0, 0.5], stay=5) == 1
    assert step([-1.0, 1.0]) is None


def test_a_place_is_on_the_side_it_can_roll_down_to() -> None:
    """The saddle of the sharp and the flat minimum lies at x = -0.47, nearer to neither."""
    surface = get_surface("sharp_flat")
    points = np.array([[-3.0, 0.4], [-0.8, 0.0], [-0.2, 0.0], [1.0, 1.0]])
    minima = surface.declared(surface.minima)
    assert sides(surface, points, minima, 1e-3) == [0, 0, 1, 1]
    # Beyond a ridge from every minimum that is offered.
    assert sides(surface, points, minima[:1], 1e-3) == [0, 0, -1, -1]
