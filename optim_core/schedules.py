"""Schedules of the learning rate: pure functions of the step.

A schedule multiplies: step t runs at ``multiplier[t] x`` the entry's own learning rate, so one
schedule serves a whole line-up. The schedules themselves are in ``optim_core/decays.py`` and
``optim_core/cycles.py``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from landscapes import Knob, Registry, Value

Settings = Mapping[str, Value]
"""A schedule's settings by key, complete (as ``Schedule.settings`` keeps them)."""


@dataclass(frozen=True, kw_only=True)
class ScheduleSteps:
    """What a schedule says for the steps t = 1..T.

    Attributes:
        learning_rate: T factors, finite and not negative, of each entry's own learning rate.
        momentum: T values that take the place of ``momentum`` or ``beta1`` in the optimizers that
            have one; None when the schedule leaves it alone.
    """

    learning_rate: tuple[float, ...]
    momentum: tuple[float, ...] | None = None


Factors = Callable[[int, Settings], ScheduleSteps]
"""``(number of steps T, settings) -> what to do at each of them``."""


@dataclass(frozen=True, kw_only=True)
class ScheduleSpec:
    """A declared schedule. Lengths among its knobs are counted in steps."""

    key: str
    title: str
    knobs: tuple[Knob, ...]
    story: str
    source: str
    maths: str
    factors: Factors


SCHEDULES: Registry[ScheduleSpec] = Registry("schedule")
"""Every declared schedule by key."""


def schedule(
    *, key: str, title: str, story: str, source: str, maths: str, knobs: tuple[Knob, ...] = ()
) -> Callable[[Factors], Factors]:
    """Declare the decorated function as a schedule; the arguments are ScheduleSpec's fields."""

    def declare(factors: Factors) -> Factors:
        spec = ScheduleSpec(
            key=key,
            title=title,
            knobs=knobs,
            story=story,
            source=source,
            maths=maths,
            factors=factors,
        )
        SCHEDULES.add(key, spec)
        return factors

    return declare


def length_knob(default: int, help: str, *, key: str = "length", title: str = "Length") -> Knob:
    """A number of steps, at least 1."""
    return Knob(
        key=key,
        title=title,
        default=default,
        low=1,
        high=20_000,
        scale="integer",
        slider_high=1_000,
        unit="steps",
        help=help,
    )


def run_length_knob(help: str) -> Knob:
    """A number of steps where 0, the default, stands for the length of the run."""
    return Knob(
        key="length",
        title="Length",
        default=0,
        low=0,
        high=20_000,
        scale="integer",
        slider_high=2_000,
        unit="steps",
        help=f"{help} 0: as long as the run.",
    )


def final_knob() -> Knob:
    """The factor that a falling schedule ends at."""
    return Knob(
        key="final",
        title="Final factor",
        default=0.0,
        help="The share of the learning rate that is left at the end.",
    )


def run_length(steps: int, settings: Settings) -> int:
    """The length that a :func:`run_length_knob` stands for in a run of ``steps``."""
    return int(settings["length"]) or steps


def half_cosine(start: float, end: float, share: float) -> float:
    """From ``start`` (share 0) to ``end`` (share 1) along half a cosine wave."""
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2


def straight(start: float, end: float, share: float) -> float:
    """From ``start`` (share 0) to ``end`` (share 1) along a straight line."""
    return start + (end - start) * share
