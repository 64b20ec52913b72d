"""Runs of which only the end is kept: a million rows in the memory of a few thousand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from optim_core.gradients import Formula, gradient_calls
from optim_core.measuring import Endings, lasting
from optim_core.noise import NoiseStreams
from optim_core.scenario import RunConfig
from optim_core.settings import Floats
from optim_core.stepping import Group, Stepper

Flags = NDArray[np.bool_]

LARGEST = float(np.finfo(np.float64).max)


class Watch:
    """Follows N runs without keeping their paths.

    The gradient at a point is known one step later, so each point is judged then.

    Args:
        stepper: whose points are watched, before its first step.
        formula: the surface.
        far: a point further out than this has run away.
        tolerance: of the gradient norm.
        gradient_is_true: whether the stepper's gradients are those of the surface at the points
            before the step; otherwise they are computed here once more.

    Attributes:
        last: (2, N) the last point that was near, with a finite gradient.
        stopped_at: (N,) its step.
        undefined: (N,) whether the run stopped at a near point without a gradient.
        settled_at: (N,) the first step from which the gradient stayed within the tolerance; known
            once the last points have been judged.
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
        self._far, self._limit = far, tolerance
        # A square further from the limit's than this is on the same side of it as its root.
        square = tolerance * tolerance
        self._bounds = (square * (1 - 1e-12), square * (1 + 1e-12)) if square > 1e-290 else (-1, 0)
        rows = self._points.shape[1]
        self.last = self._points.copy()
        self.stopped_at = np.zeros(rows, dtype=np.int64)
        self.settled_at = np.zeros(rows, dtype=np.int64)
        self.undefined = np.zeros(rows, dtype=np.bool_)
        self._before = self._points.copy()
        self._earlier = self._points.copy()
        self._alive = np.ones(rows, dtype=np.bool_)
        self._going = rows
        self._size, self._sum = np.empty_like(self._points), np.empty(rows)
        self._each = np.empty(self._points.shape, dtype=np.bool_)
        self._was_steep = np.zeros(rows, dtype=np.bool_)
        self._finite, self._near, self._steep, self._large, self._doubtful = (
            np.empty(rows, dtype=np.bool_) for _ in range(5)
        )
        self._own_gradients = np.zeros_like(self._points)
        self._measured_at = np.empty_like(self._points)
        self._calls = gradient_calls(formula, self._measured_at, self._own_gradients)
        self._given = stepper.gradients if gradient_is_true else None

    def __call__(self, step: int) -> None:
        """Judge the points before ``step``, which has just been taken."""
        gradients = self._given
        if gradients is None:
            gradients = self._measured()
        self._judge(step - 1, gradients)
        self._before, self._earlier = self._earlier, self._before
        np.copyto(self._before, self._points)

    def finish(self, steps: int) -> None:
        """Judge the points after the last of ``steps`` steps."""
        with torch.inference_mode(), np.errstate(all="ignore"):
            self._judge(steps, self._measured())
        self.settled_at[self._was_steep] = steps + 1
        np.copyto(self.last, self._before, where=self._alive)
        np.copyto(self.stopped_at, steps, where=self._alive)

    def _measured(self) -> Floats:
        np.copyto(self._measured_at, self._before)
        for call in self._calls:
            call()
        return self._own_gradients

    def _judge(self, step: int, gradients: Floats) -> None:
        if not self._all_go_on(step, gradients):
            self._judge_each(step, gradients)

    def _all_go_on(self, step: int, gradients: Floats) -> bool:
        """Judge all at once, if no run has stopped before or stops now and no norm is too close.

        Most steps are such, and three numbers tell: a sum of squares is finite only where both
        components are, and unlike a norm it needs no root.
        """
        each = np.multiply(gradients, gradients, out=self._size)
        squares = np.add(each[0], each[1], out=self._sum)
        if self._going < len(squares) or not np.maximum.reduce(squares) <= LARGEST:
            return False
        before = self._before.ravel()
        if not (np.maximum.reduce(before) <= self._far and np.minimum.reduce(before) >= -self._far):
            return False
        at_least, at_most = self._bounds
        steep = np.greater(squares, at_most, out=self._steep)
        surely = np.count_nonzero(steep)
        if surely != np.count_nonzero(np.greater(squares, at_least, out=self._large)):
            return False
        self._note(step, steep)
        return True

    def _note(self, step: int, steep: Flags) -> None:
        """Write down where the gradient has come within the tolerance.

        It does so in few runs at a time: where it stays steep nothing need be written.
        """
        fresh = np.greater(self._was_steep, steep, out=self._doubtful)
        if np.count_nonzero(fresh):
            self.settled_at[fresh] = step
        self._was_steep, self._steep = steep, self._was_steep

    def _judge_each(self, step: int, gradients: Floats) -> None:
        size = np.abs(gradients, out=self._size)
        finite = self._both(np.less_equal(size, LARGEST, out=self._each), self._finite)
        self._note(step, self._too_steep(size, gradients, finite))
        np.abs(self._before, out=size)
        near = self._both(np.less_equal(size, self._far, out=self._each), self._near)
        np.logical_and(near, finite, out=finite)
        np.logical_and(self._alive, finite, out=finite)
        count = int(np.count_nonzero(finite))
        if count < self._going:
            self._going = count
            gone = np.flatnonzero(self._alive & ~finite)
            self.undefined[gone] = near[gone] & np.isnan(np.hypot(*gradients[:, gone]))
            if step > 0:
                self.last[:, gone] = self._earlier[:, gone]
                self.stopped_at[gone] = step - 1
            self._alive[gone] = False

    def _too_steep(self, size: Floats, gradients: Floats, finite: Flags) -> Flags:
        """Where the gradient norm is not within the tolerance.

        A norm lies between the larger component and the sum of both: mostly these tell already.
        """
        total = np.add(size[0], size[1], out=self._sum)
        steep: Flags = np.greater(total, self._limit, out=self._steep)
        large = np.greater(size, self._limit, out=self._each)
        np.logical_or(large[0], large[1], out=self._large)
        np.greater(steep, self._large, out=self._doubtful)
        np.logical_and(self._doubtful, finite, out=self._doubtful)
        doubtful = np.flatnonzero(self._doubtful)
        if doubtful.size:
            steep[doubtful] = np.hypot(*gradients[:, doubtful]) > self._limit
        np.logical_or(steep, ~finite, out=steep)
        return steep

    @staticmethod
    def _both(each: Flags, out: Flags) -> Flags:
        np.logical_and(each[0], each[1], out=out)
        return out


@dataclass(frozen=True)
class Ends:
    """How N runs ended, whose paths were not kept; see :class:`Watch` for the arrays."""

    last: Floats
    stopped_at: NDArray[np.int64]
    undefined: NDArray[np.bool_]
    settled_at: NDArray[np.int64]

    @classmethod
    def of(cls, starts: Floats) -> Ends:
        """Room for the ends of the runs that start at ``starts`` (2, N)."""
        numbers = np.zeros(starts.shape[1], dtype=np.int64)
        return cls(starts.copy(), numbers, numbers.astype(np.bool_), numbers.copy())

    def take(self, columns: NDArray[np.int64], found: Ends) -> None:
        """Put in the ends that were found for some of the columns."""
        self.last[:, columns] = found.last
        self.stopped_at[columns] = found.stopped_at
        self.undefined[columns] = found.undefined
        self.settled_at[columns] = found.settled_at

    def endings(self, losses: Floats, norms: Floats, config: RunConfig) -> Endings:
        """What :func:`endings_of` says of whole paths, given loss and gradient norm at the ends."""
        fine = np.isfinite(losses) & np.isfinite(norms)
        small = (norms[-1] <= config.tolerance) & (self.stopped_at == config.steps)
        small &= config.steps - self.settled_at >= lasting(config.steps)
        return Endings(
            alive=fine,
            stopped_at=self.stopped_at,
            undefined=self.undefined,
            settled_at=np.where(small, self.settled_at, -1),
        )


def run_to_end(
    formula: Formula,
    groups: Sequence[Group],
    starts: Floats,
    config: RunConfig,
    streams: NoiseStreams,
    far: float,
    stream_of_column: NDArray[np.int64] | None = None,
    observe: Callable[[Stepper], Callable[[int], object]] | None = None,
) -> Ends:
    """The ends of N runs that step together.

    Args:
        formula: the surface.
        groups: whose ``rows`` together are each column of ``starts`` once.
        starts: (2, N).
        config: steps, clipping and tolerance.
        streams: noise, as many streams as ``stream_of_column`` tells apart.
        far: as in :class:`Watch`.
        stream_of_column: (N,) which stream each column meets; ``c % S`` if not given.
        observe: given the stepper before its first step, returns what is called after each.
    """
    shifts, noise = by_parameter(streams.shift), by_parameter(streams.gradient)
    stepper = Stepper(
        formula,
        groups,
        starts,
        shifts=shifts,
        noise=noise,
        stream_of_column=stream_of_column,
        clip_norm=config.clip_norm,
        clip_value=config.clip_value,
    )
    disturbed = (shifts, noise, config.clip_norm, config.clip_value)
    probes = [group.rule.probe for group in groups]
    watch = Watch(
        stepper,
        formula,
        far,
        config.tolerance,
        gradient_is_true=all(part is None for part in (*disturbed, *probes)),
    )
    after_step: Callable[[int], object] = watch
    if observe is not None:
        seen = observe(stepper)

        def after_step(step: int) -> None:
            watch(step)
            seen(step)

    stepper.run(config.steps, after_step)
    watch.finish(config.steps)
    return Ends(watch.last, watch.stopped_at, watch.undefined, watch.settled_at)


def by_parameter(streams: Floats | None) -> Floats | None:
    """(T, S, D) noise as (T, D, S), so that each step's is laid out like the columns."""
    return None if streams is None else np.ascontiguousarray(streams.transpose(0, 2, 1))
