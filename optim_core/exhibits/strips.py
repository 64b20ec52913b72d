"""The schedule strip: what a schedule asks for, and what a run makes of it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from landscapes import Value
from optim_core.pacing import learning_rates
from optim_core.scenario import Entry, RunConfig, Scenario, Schedule
from optim_core.schedules import SCHEDULES
from optim_core.tracing import trace
from optim_core.trajectories import Outcome

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Strip:
    """A schedule with the one setting that the handle moves, and the run it is shown on.

    Attributes:
        schedule: key of the schedule.
        handle: key of its setting that is moved.
        low, high, start: of the handle.
        scenario: what runs under it; its own schedule is replaced.
        rates: the learning rates to choose from; the scenario's own is one of them.
        fixed: the schedule's other settings, where they are not the defaults.
    """

    schedule: str
    handle: str
    low: float
    high: float
    start: float
    scenario: Scenario
    rates: tuple[float, ...]
    fixed: tuple[tuple[str, Value], ...] = ()

    def with_handle(self, value: float, rate: float) -> Scenario:
        """The scenario with the handle at ``value`` and the learning rate ``rate``."""
        knob = next(k for k in SCHEDULES[self.schedule].knobs if k.key == self.handle)
        put: Value = round(value) if knob.scale == "integer" else value
        chosen = Schedule(self.schedule, {**dict(self.fixed), self.handle: put})
        config = dataclasses.replace(self.scenario.config, schedule=chosen)
        entries = tuple(entry.changed(learning_rate=rate) for entry in self.scenario.entries)
        return dataclasses.replace(self.scenario, entries=entries, config=config)


def _run(
    surface: str, entry: Entry, start: tuple[float, float], steps: int, **settings: float
) -> Scenario:
    return Scenario(
        surface=surface,
        surface_settings=settings,
        entries=(entry,),
        starts=(start,),
        config=RunConfig(steps=steps),
    )


WELLS = _run("gaussian_wells", Entry("sgd", {"learning_rate": 0.4}), (-3.4, 1.2), 240, depth=3.0)
"""A shallow well first and a deep one behind it: what a restart or a peak may leave."""

VALLEY = _run("rosenbrock", Entry("momentum", {"learning_rate": 0.003}), (-1.5, 2.2), 300)
"""A start on a steep wall, where the rate that suits the valley is far too large."""

RAVINE = _run(
    "ravine", Entry("sgd", {"learning_rate": 0.02}), (-1.8, 0.6), 100, condition=100.0, rotation=0.0
)
"""Its steep side has curvature 100: rates from 0.02 on are too large."""

STRIPS = {
    "range_test": Strip(
        "range_test", "highest", 1.0, 50.0, 10.0, RAVINE, (0.02,), (("lowest", 0.01),)
    ),
    "cyclical": Strip(
        "cyclical", "up", 5, 60, 20, WELLS, (0.3, 0.35, 0.4), (("down", 20), ("base", 0.1))
    ),
    "sgdr": Strip("sgdr", "length", 10, 120, 40, WELLS, (0.3, 0.35, 0.4), (("growth", 2),)),
    "one_cycle": Strip("one_cycle", "rising_share", 0.05, 0.6, 0.3, VALLEY, (0.001, 0.003, 0.004)),
    "linear_warmup": Strip(
        "linear_warmup", "length", 1, 120, 1, VALLEY, (0.001, 0.002, 0.003), (("start", 0.02),)
    ),
}
"""By the schedule's key."""


@dataclass(frozen=True)
class StripRun:
    """What the strip shows.

    Attributes:
        rates: (T,) the learning rate at each step.
        momentum: (T,) or None where the schedule leaves it alone.
        losses: (T+1,) NaN after the run has left the surface.
        outcome: how it ended.
        end: the last point.
        reached: the index of the minimum where it ended, or -1.
    """

    rates: Floats
    momentum: Floats | None
    losses: Floats
    outcome: Outcome
    end: tuple[float, float]
    reached: int


@lru_cache(maxsize=128)
def strip_run(scenario: Scenario) -> StripRun:
    """The one run of ``scenario`` with its rates."""
    config, run = scenario.config, trace(scenario)
    told = SCHEDULES[config.schedule.key].factors(config.steps, dict(config.schedule.settings))
    momentum: NDArray[np.float64] | None = None
    if told.momentum is not None:
        momentum = np.array(told.momentum)
    last = run.positions[run.stopped_at[0], 0]
    return StripRun(
        rates=learning_rates(scenario)[:, 0],
        momentum=momentum,
        losses=run.losses[:, 0],
        outcome=run.outcomes[0],
        end=(float(last[0]), float(last[1])),
        reached=int(run.reached[0]),
    )
