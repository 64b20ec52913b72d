"""What is drawn of trajectories: which steps of each row, from where losses are measured, the pace.

A run and a sweep send the same things, each in its own precision.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landscapes import Surface
from optim_core import Trajectories, effective_step_sizes, step_lengths
from pages.player.decimation import kept_steps
from pages.player.digits import Codes, digits_of
from pages.player.packing import drawable
from pages.player.stage import surface_scale

MANTISSA = 12
"""Bits of a loss that are sent, unless its three digits need more: a 4,000th of itself."""


@dataclass(frozen=True)
class Vertices:
    """The steps that are drawn of each of R rows, as many as V.

    Attributes:
        steps: (R, V) uint16, ascending; 0 where a row has no more.
        there: (R, V) whether there is a vertex.
        counts: (R,) how many each row has.
    """

    steps: NDArray[np.uint16]
    there: NDArray[np.bool_]
    counts: NDArray[np.int64]

    @property
    def thinned(self) -> bool:
        """Whether some step that was taken is not drawn."""
        last = np.maximum(self.counts - 1, 0)
        return bool((self.steps[np.arange(len(last)), last] != last).any())

    def of(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """``values`` (T+1, R, ...) at the vertices, (R, V, ...); NaN where there is none."""
        taken = values[self.steps, np.arange(len(self.steps))[:, None]].astype(np.float64)
        taken[~self.there] = np.nan
        return taken


@dataclass(frozen=True)
class Pace:
    """Per vertex (R, V), to three digits: see :mod:`pages.player.digits`.

    Attributes:
        norms: of the gradient at the vertex.
        lengths: of the step that led to it; none at the start.
        sizes: that length over the norm of the gradient where that step began.
    """

    norms: Codes
    lengths: Codes
    sizes: Codes


def vertices_of(surface: Surface, trajectories: Trajectories, budget: int) -> Vertices:
    """At most ``budget`` vertices of each row."""
    chosen = [drawn_steps(surface, trajectories, row, budget) for row in range(trajectories.rows)]
    counts = np.array([len(steps) for steps in chosen], dtype=np.int64)
    width = int(counts.max(initial=0))
    steps = np.zeros((len(chosen), width), dtype=np.uint16)
    for row, kept in enumerate(chosen):
        steps[row, : len(kept)] = kept
    return Vertices(steps, np.arange(width) < counts[:, None], counts)


def pace_of(trajectories: Trajectories, vertices: Vertices) -> Pace:
    """How steep the ground was and how far the steps went at each vertex."""
    before_any = np.full((1, trajectories.rows), np.nan)
    lengths = np.concatenate([before_any, step_lengths(trajectories)])
    sizes = np.concatenate([before_any, effective_step_sizes(trajectories)])
    measures = (trajectories.gradient_norms, lengths, sizes)
    return Pace(*(digits_of(vertices.of(measure)) for measure in measures))


def short_losses(losses: NDArray[np.float64], floor: float) -> NDArray[np.float32]:
    """``losses`` above ``floor`` as float32 with few bits, as many as keep the digits shown.

    Drawing needs no more than ``MANTISSA`` bits. A loss whose digits as written by ``formatLoss``
    (``marks.js``) would change keeps all of its bits.
    """
    above = drawable(losses - floor)
    dropped = 23 - MANTISSA
    rounded = (above.view(np.uint32) + np.uint32(1 << (dropped - 1))) >> np.uint32(dropped)
    short = (rounded << np.uint32(dropped)).view(np.float32)
    same = _digits(floor + short.astype(np.float64)) == _digits(losses)
    return np.where(same.all(axis=0) | np.isnan(above), short, above)


def _digits(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The last digit shown of each value and the whole number of such, (2, ...)."""
    size = np.abs(values)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        power = np.floor(np.log10(size))
        quantum = 10.0 ** np.where((size >= 1e3) & (size < 1e5), 0, power - 2)
        whole = np.where(size > 0, np.floor(values / quantum + 0.5), 0.0)
    return np.stack([np.where(size > 0, quantum, 0.0), whole])


def lowest_loss(surface: Surface, trajectories: Trajectories) -> float:
    """What losses are measured from: the lowest declared minimum, or lower if a run got lower.

    A surface without a floor is measured from 0: one run on its way to minus infinity would take
    the digits of all the others.
    """
    if surface.unbounded_below:
        return 0.0
    losses = np.asarray(trajectories.losses, dtype=np.float64)
    sound = losses[np.isfinite(drawable(losses))]
    lows = [float(point.value) for point in surface.declared(surface.minima)]
    if sound.size:
        lows.append(float(sound.min()))
    return min((low for low in lows if np.isfinite(low)), default=0.0)


def drawn_steps(
    surface: Surface, trajectories: Trajectories, row: int, budget: int
) -> NDArray[np.int64]:
    """The steps of ``row`` to draw, up to where it stopped."""
    last = int(np.clip(trajectories.stopped_at[row], 0, trajectories.steps))
    if last + 1 <= budget:
        return np.arange(last + 1)
    bounds = surface.bounds
    x, y = trajectories.positions[: last + 1, row].T
    width, depth = bounds.x_high - bounds.x_low, bounds.y_high - bounds.y_low
    height = surface_scale(surface).drawn(trajectories.losses[: last + 1, row])
    tallest = np.ptp(height[np.isfinite(height)]) if np.isfinite(height).any() else 0.0
    points = np.stack([x / width, y / depth, height / (tallest or 1.0)], axis=1)
    inside = (x >= bounds.x_low) & (x <= bounds.x_high) & (y >= bounds.y_low) & (y <= bounds.y_high)
    return kept_steps(np.nan_to_num(points, posinf=0.0, neginf=0.0), inside, budget)
