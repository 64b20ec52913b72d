"""Noticing patterns in one run's numbers: ridges crossed, plateaus, zigzags, minima passed by.

Plain functions of arrays over the S points of a run, start included. They return step indices, and
know nothing of sentences.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from landscapes import CriticalPoint, Surface

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SEGMENT_POINTS = 33
"""Points on a straight line between two places; a ridge narrower than 1/32 of it may be missed."""

CANDIDATES = 4
"""How many of the nearest minima a place may belong to."""

LEAP = 0.25
"""A step longer than this share of the view leaps; it does not pass what lies under it."""


@dataclass(frozen=True)
class Stretch:
    """Consecutive points, both ends included."""

    first: int
    last: int


def longest(flags: Flags) -> Stretch | None:
    """The longest stretch of true values, the first of equally long ones."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]])))
    if not len(edges):
        return None
    firsts, ends = edges[::2], edges[1::2]
    best = int(np.argmax(ends - firsts))
    return Stretch(int(firsts[best]), int(ends[best]) - 1)


def quiet_stretch(
    losses: Floats, floor: float, width: int, share: float, least: float
) -> Stretch | None:
    """The longest stretch in which the loss hardly changes although it could.

    In every window of ``width`` points within it, the loss varies by at most ``share`` of its
    height above ``floor``, which is at least ``least``.
    """
    if len(losses) < width:
        return None
    variation = _windowed(losses, width, np.maximum) - _windowed(losses, width, np.minimum)
    height = losses[: len(variation)] - floor
    found = longest((variation <= share * height) & (height >= least) & (height > 0))
    return None if found is None else Stretch(found.first, found.last + width - 1)


def _windowed(values: Floats, width: int, better: Callable[..., Floats]) -> Floats:
    """The extreme of each window of ``width`` values, by doubling."""
    span = 1
    while span < width:
        shift = min(span, width - span)
        values = better(values[:-shift], values[shift:])
        span += shift
    return values


def flips(gradients: Floats, positions: Floats, visible: float) -> Stretch | None:
    """The longest run of steps at which one gradient component (S,) changes sign each time.

    Only steps of at least ``visible`` along its axis (``positions``, (S,)) count.
    """
    signs = np.sign(gradients)
    moved = np.abs(np.diff(positions)) >= visible
    found = longest((signs[1:] * signs[:-1] < 0) & moved)
    return None if found is None else Stretch(found.first + 1, found.last + 1)


def turning_points(losses: Floats, least: float) -> tuple[list[int], list[int]]:
    """Lows and highs of a course, taken in turn, leaving out wiggles smaller than ``least``.

    The first is a low; each high stands between two lows, but perhaps the last.
    """
    lows: list[int] = []
    highs: list[int] = []
    best, falling = 0, True
    values = losses.tolist()
    for index, value in enumerate(values):
        ahead = values[best] - value if falling else value - values[best]
        if ahead > 0:
            best = index
        elif -ahead > least:
            (lows if falling else highs).append(best)
            best, falling = index, not falling
    (lows if falling else highs).append(best)
    return lows, highs


def sides(
    surface: Surface, points: Floats, minima: Sequence[CriticalPoint], least: float
) -> list[int]:
    """Which minimum each point lies on the side of.

    It is the nearest one, of a few, that can be walked to in a straight line without climbing by
    more than ``least``; -1 if there is none. Points (P, 2).
    """
    found = np.full(len(points), -1)
    places = np.array([(minimum.x, minimum.y) for minimum in minima]).reshape(-1, 2)
    distances = np.linalg.norm(points[:, None] - places, axis=2)
    along = np.linspace(0.0, 1.0, SEGMENT_POINTS)[:, None, None]
    for nearest in np.argsort(distances, axis=1, kind="stable")[:, :CANDIDATES].T:
        walk = torch.from_numpy(points + along * (places[nearest] - points))
        with torch.no_grad():
            heights = surface.value(walk[..., 0], walk[..., 1]).numpy()
        climbs = (heights - np.minimum.accumulate(heights, axis=0)).max(axis=0)
        found = np.where((found < 0) & (climbs <= least), nearest, found)
    return [int(index) for index in found]


def distances_to_path(positions: Floats, x: float, y: float) -> Floats:
    """How near each step, as a straight line, comes to a place: (S - 1,) for positions (S, 2)."""
    begin, move = positions[:-1], np.diff(positions, axis=0)
    to_place = np.array([x, y]) - begin
    square = (move**2).sum(axis=1)
    share = np.divide(
        (to_place * move).sum(axis=1), square, out=np.zeros_like(square), where=square > 0
    )
    nearest = begin + np.clip(share, 0.0, 1.0)[:, None] * move
    gap: Floats = np.hypot(nearest[:, 0] - x, nearest[:, 1] - y)
    return gap


def passing_step(
    positions: Floats, x: float, y: float, *, reach: float, view: float, stay: int
) -> int | None:
    """The first step that passes within ``reach`` of a place, if the run does not end or stay.

    None where the run starts or ends there, remains there for more than ``stay`` points together,
    or comes by only in leaps.
    """
    near = np.hypot(positions[:, 0] - x, positions[:, 1] - y) <= reach
    stays = longest(near)
    if near[0] or near[-1] or (stays is not None and stays.last - stays.first >= stay):
        return None
    lengths = np.linalg.norm(np.diff(positions, axis=0), axis=1)
    passing = (distances_to_path(positions, x, y) <= reach) & (lengths <= LEAP * view)
    return int(np.argmax(passing)) + 1 if passing.any() else None
