"""Claims: what a preset's sentences promise, in a form that a test can hold against a run.

Entries are counted from 0 in the order of the line-up. Where a scenario has several starts,
``start`` counts them from 0 too. Steps are inclusive.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from optim_core.scenario import Scenario
from optim_core.trajectories import Outcome, Trajectories


class Claim(Protocol):
    """Something that either holds of a run or does not."""

    @property
    def entry(self) -> int:
        """Which entry the claim is about."""
        ...

    def __call__(self, scenario: Scenario, run: Trajectories) -> bool:
        """Whether ``run``, the trace of ``scenario``, keeps the promise."""
        ...


def row_of(scenario: Scenario, entry: int, start: int = 0) -> int:
    """The row of ``entry`` from ``start`` with the first noise stream."""
    return (entry * len(scenario.starts) + start) * scenario.config.noise_seeds


def path_of(scenario: Scenario, run: Trajectories, entry: int) -> NDArray[np.float64]:
    """The points of ``entry`` from the first start up to where it stopped, (steps + 1, 2)."""
    row = row_of(scenario, entry)
    return run.positions[: run.stopped_at[row] + 1, row]


def outside_view(scenario: Scenario, run: Trajectories, entry: int) -> NDArray[np.bool_]:
    """Whether each point of the path lies outside the drawn part."""
    bounds, path = scenario.landscape().bounds, path_of(scenario, run, entry)
    low, high = (bounds.x_low, bounds.y_low), (bounds.x_high, bounds.y_high)
    return np.asarray(((path < low) | (path > high)).any(axis=1), dtype=np.bool_)


@dataclass(frozen=True)
class Reaches:
    """The entry ends at this declared minimum (its index); None: at none of them."""

    entry: int
    minimum: int | None
    start: int = 0

    def __call__(self, scenario: Scenario, run: Trajectories) -> bool:
        """Whether it does in ``run``."""
        expected = -1 if self.minimum is None else self.minimum
        return int(run.reached[row_of(scenario, self.entry, self.start)]) == expected


@dataclass(frozen=True)
class Settles:
    """The entry converges, and from a step between ``first`` and ``last`` on."""

    entry: int
    first: int
    last: int

    def __call__(self, scenario: Scenario, run: Trajectories) -> bool:
        """Whether it does in ``run``."""
        settled = int(run.settled_at[row_of(scenario, self.entry)])
        return settled >= 0 and self.first <= settled <= self.last


@dataclass(frozen=True)
class Crosses:
    """The entry gets from its start's side of ``level`` to the other, first at ``first``..``last``.

    ``level`` is a value of the coordinate ``axis``.
    """

    entry: int
    axis: Literal["x", "y"]
    level: float
    first: int
    last: int

    def __call__(self, scenario: Scenario, run: Trajectories) -> bool:
        """Whether it does in ``run``."""
        path = path_of(scenario, run, self.entry)[:, "xy".index(self.axis)]
        across = (path - self.level) * (path[0] - self.level) < 0
        return bool(across.any()) and self.first <= int(np.argmax(across)) <= self.last


@dataclass(frozen=True)
class NeverCrosses:
    """The entry stays on its start's side of ``level`` of the coordinate ``axis``."""

    entry: int
    axis: Literal["x", "y"]
    level: float

    def __call__(self, scenario: Scenario, run: Trajectories) -> bool:
        """Whether it does in ``run``."""
        path = path_of(scenario, run, self.entry)[:, "xy".index(self.axis)]
        return bool(((path - self.level) * (path[0] - self.level) > 0).all())


@dataclass(frozen=True)
class LeavesView:
    """The entry is first outside the drawn part at a step from ``first`` to ``last``."""

    entry: int
    first: int
    last: int

    def __call__(self, scenario: Scenario, run: Trajectories) -> bool:
        """Whether it does in ``run``."""
        outside = outside_view(scenario, run, self.entry)
        return bool(outside.any()) and self.first <= int(np.argmax(outside)) <= self.last


@dataclass(frozen=True)
class StaysInView:
    """Every point of the entry's path lies in the drawn part."""

    entry: int

    def __call__(self, scenario: Scenario, run: Trajectories) -> bool:
        """Whether it does in ``run``."""
        return not outside_view(scenario, run, self.entry).any()


@dataclass(frozen=True)
class LossBetween:
    """The entry's loss after ``step`` is from ``low`` to ``high``."""

    entry: int
    step: int
    low: float
    high: float

    def __call__(self, scenario: Scenario, run: Trajectories) -> bool:
        """Whether it does in ``run``."""
        loss = run.losses[self.step, row_of(scenario, self.entry)]
        return bool(self.low <= loss <= self.high)


@dataclass(frozen=True)
class Moves:
    """The entry's step number ``step`` moves it this far along each axis, within 0.1 percent."""

    entry: int
    step: int
    x: float
    y: float

    def __call__(self, scenario: Scenario, run: Trajectories) -> bool:
        """Whether it does in ``run``."""
        path = path_of(scenario, run, self.entry)
        # Epsilon in a denominator shortens a first step by less than this.
        return bool(np.allclose(path[self.step] - path[self.step - 1], (self.x, self.y), rtol=1e-3))


@dataclass(frozen=True)
class Diverges:
    """The entry is stopped because it runs away."""

    entry: int

    def __call__(self, scenario: Scenario, run: Trajectories) -> bool:
        """Whether it does in ``run``."""
        return run.outcomes[row_of(scenario, self.entry)] is Outcome.DIVERGED


@dataclass(frozen=True)
class EndsNear:
    """The last point of the entry's path is within ``radius`` of (x, y)."""

    entry: int
    x: float
    y: float
    radius: float
    start: int = 0

    def __call__(self, scenario: Scenario, run: Trajectories) -> bool:
        """Whether it is in ``run``."""
        row = row_of(scenario, self.entry, self.start)
        x, y = run.positions[run.stopped_at[row], row]
        return bool(np.hypot(x - self.x, y - self.y) <= self.radius)


@dataclass(frozen=True)
class GradientBetween:
    """The entry's gradient norm after every step from ``first`` to ``last`` is within bounds."""

    entry: int
    first: int
    last: int
    low: float
    high: float

    def __call__(self, scenario: Scenario, run: Trajectories) -> bool:
        """Whether it is in ``run``."""
        norms = run.gradient_norms[self.first : self.last + 1, row_of(scenario, self.entry)]
        return bool(((norms >= self.low) & (norms <= self.high)).all())


@dataclass(frozen=True)
class StepBetween:
    """The entry's steps number ``first`` to ``last`` are all from ``low`` to ``high`` long."""

    entry: int
    first: int
    last: int
    low: float
    high: float

    def __call__(self, scenario: Scenario, run: Trajectories) -> bool:
        """Whether they are in ``run``."""
        path = run.positions[self.first - 1 : self.last + 1, row_of(scenario, self.entry)]
        lengths = np.hypot(*np.diff(path, axis=0).T)
        return bool(((lengths >= self.low) & (lengths <= self.high)).all())


@dataclass(frozen=True)
class LowerLoss:
    """After ``step`` the entry's loss is below that of entry ``than``, ``times`` times at least."""

    entry: int
    than: int
    step: int
    times: float = 1.0

    def __call__(self, scenario: Scenario, run: Trajectories) -> bool:
        """Whether it is in ``run``; a run that was stopped has no loss."""
        mine, other = (
            run.losses[self.step, row_of(scenario, one)] for one in (self.entry, self.than)
        )
        return bool(mine * self.times < other)


@dataclass(frozen=True)
class LossRises:
    """At a step from ``first`` to ``last`` the loss is ``times`` the least before, or more."""

    entry: int
    first: int
    last: int
    times: float

    def __call__(self, scenario: Scenario, run: Trajectories) -> bool:
        """Whether it is in ``run``."""
        losses = run.losses[: self.last + 1, row_of(scenario, self.entry)]
        return bool(losses[self.first :].max() >= self.times * losses[: self.first].min())
