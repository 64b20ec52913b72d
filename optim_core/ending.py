"""Runs of which only the end is kept: a million rows in the memory of a few thousand."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from optim_core.gradients import Formula, gradient_calls
from optim_core.noise import NoiseStreams
from optim_core.scenario import RunConfig
from optim_core.settings import Floats
from optim_core.stepping import Group, Stepper


class Watch:
    """Follows N runs without keeping their paths.

    Args:
        stepper: whose points are watched, before its first step.
        formula: the surface.
        far: a point further out than this has run away.
        tolerance: of the gradient norm.
        gradient_is_true: whether the stepper's gradients are those of the surface at the points
            before the step; otherwise they are computed here once more.

    Attributes:
        last: (2, N) the last point that was near and finite.
        stopped_at: (N,) its step.
        settled_at: (N,) the first step from which the gradient stayed within the tolerance, as far
            as the steps before the last tell.
    """

    def __init__(
        self,
        stepper: Stepper,
        formula: Formula,
        far: float,
        tolerance: float,
        gradient_is_true: bool,
    ) -> None:
        self._points = stepper.points
        self._far, self._limit = far, tolerance * tolerance
        rows = self._points.shape[1]
        self.last = self._points.copy()
        self.stopped_at = np.zeros(rows, dtype=np.int64)
        self.settled_at = np.zeros(rows, dtype=np.int64)
        self._alive = np.ones(rows, dtype=np.bool_)
        self._size = np.empty_like(self._points)
        self._near = np.empty(self._points.shape, dtype=np.bool_)
        self._mask = np.empty(rows, dtype=np.bool_)
        self._gradients = stepper.gradients
        self._calls = []
        if not gradient_is_true:
            self._gradients = np.zeros_like(self._points)
            self._before = self._points.copy()
            self._calls = gradient_calls(formula, self._before, self._gradients)

    def __call__(self, step: int) -> None:
        """Look at the runs after ``step``."""
        for call in self._calls:
            call()
        if self._calls:
            np.copyto(self._before, self._points)
        self._note_large_gradients(step - 1)
        np.abs(self._points, out=self._size)
        np.less_equal(self._size, self._far, out=self._near)
        np.logical_and(self._near[0], self._near[1], out=self._mask)
        np.logical_and(self._alive, self._mask, out=self._alive)
        np.copyto(self.last, self._points, where=self._alive)
        np.add(self.stopped_at, self._alive, out=self.stopped_at)

    def _note_large_gradients(self, step: int) -> None:
        """The runs whose gradient at ``step`` is not small have settled after it at the soonest."""
        squares = np.multiply(self._gradients, self._gradients, out=self._size)
        np.add(squares[0], squares[1], out=squares[0])
        np.less_equal(squares[0], self._limit, out=self._mask)
        np.logical_not(self._mask, out=self._mask)
        np.copyto(self.settled_at, step + 1, where=self._mask)


def run_to_end(
    formula: Formula,
    group: Group,
    starts: Floats,
    config: RunConfig,
    streams: NoiseStreams,
    far: float,
) -> tuple[Floats, NDArray[np.int64], NDArray[np.int64]]:
    """The last point (2, R), its step and the settling step of each row of ``group``.

    Args:
        formula: the surface.
        group: whose ``rows`` index the columns of ``starts``.
        starts: (2, N).
        config: steps, clipping and tolerance.
        streams: noise for ``config.noise_seeds`` streams.
        far: as in :class:`Watch`.
    """
    own = np.ascontiguousarray(starts[:, group.rows])
    stream_of_row = group.rows % config.noise_seeds
    shifts, noise = (
        None if kind is None else np.ascontiguousarray(kind.transpose(0, 2, 1)[:, :, stream_of_row])
        for kind in (streams.shift, streams.gradient)
    )
    stepper = Stepper(
        formula,
        [_alone(group)],
        own,
        shifts=shifts,
        noise=noise,
        clip_norm=config.clip_norm,
        clip_value=config.clip_value,
    )
    plain = (shifts, noise, config.clip_norm, config.clip_value, group.rule.probe)
    watch = Watch(stepper, formula, far, config.tolerance, all(part is None for part in plain))
    stepper.run(config.steps, watch)
    return watch.last, watch.stopped_at, watch.settled_at


def _alone(group: Group) -> Group:
    """The group as the only one: its rows are the columns."""
    return dataclasses.replace(group, rows=np.arange(len(group.rows)))
