"""What only one optimizer has: AdaBound's funnel, RAdam's factor, SWATS's estimate of a rate."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray

from optim_core.exhibits.feeding import feed
from optim_core.optimizers.refined import average_length, rectification
from optim_core.scenario import Entry, RunConfig, Scenario
from optim_core.tracing import trace

Floats = NDArray[np.float64]

GRADIENT_SIZES = (0.001, 0.1, 10.0)
"""Of three parameters: what Adam gives them differs ten-thousandfold."""

MOST_FUNNEL_STEPS = 1_000


@dataclass(frozen=True)
class Funnel:
    """AdaBound's rates and their bounds over T steps.

    Attributes:
        lower, upper: (T,) the bounds.
        rates: (T, 3) what each parameter of ``GRADIENT_SIZES`` gets.
        adam: (T, 3) what Adam would give it.
    """

    lower: Floats
    upper: Floats
    rates: Floats
    adam: Floats


@lru_cache(maxsize=64)
def funnel(steps: int, learning_rate: float, final: float, gamma: float) -> Funnel:
    """The funnel of the authors' code, for three parameters whose gradients keep their size.

    A rate here is what multiplies the running average of the gradient in a step. AdaBound's rule
    names it with its bounds; Adam's is its movement divided by that average.
    """
    gradients = np.tile(GRADIENT_SIZES, (steps, 1))
    settings = {"learning_rate": learning_rate}
    bounded = feed(
        Entry("adabound", {**settings, "final_learning_rate": final, "gamma": gamma}), gradients
    )
    free = feed(Entry("adam", settings), gradients)
    return Funnel(
        lower=bounded.quantity("lower")[:, 0],
        upper=bounded.quantity("upper")[:, 0],
        rates=bounded.quantity("bounded"),
        adam=-free.movements / free.course("first_moment"),
    )


@dataclass(frozen=True)
class Warming:
    """RAdam's start at one beta 2.

    Attributes:
        steps: (N,) step numbers, denser at the beginning.
        lengths: (N,) rho, how many gradients the average covers.
        factors: (N,) r, or NaN at the steps that are not adapted.
        first_paper, first_torch: the first adapted step in either form; None if there is none.
    """

    steps: Floats
    lengths: Floats
    factors: Floats
    first_paper: int | None
    first_torch: int | None


@lru_cache(maxsize=64)
def warming(beta2: float, last: int = 5_000) -> Warming:
    """RAdam's rho and factor up to step ``last``."""
    numbers = sorted({*range(1, 41), *np.geomspace(40, last, 120).astype(int).tolist()})
    lengths = [average_length(beta2, number) for number in numbers]
    first = {
        threshold: next(
            (n for n, rho in zip(numbers, lengths, strict=True) if rho > threshold), None
        )
        for threshold in (4.0, 5.0)
    }
    factors = [
        rectification(beta2, number) if length > 4.0 else np.nan
        for number, length in zip(numbers, lengths, strict=True)
    ]
    return Warming(
        steps=np.array(numbers, dtype=np.float64),
        lengths=np.array(lengths),
        factors=np.array(factors),
        first_paper=first[4.0],
        first_torch=first[5.0],
    )


SWITCHING = Scenario(
    surface="ravine",
    surface_settings={"condition": 10.0, "rotation": 30.0},
    entries=tuple(Entry(key, {"learning_rate": 0.05, "beta2": 0.99}) for key in ("swats", "adam")),
    starts=((-1.8, 0.9),),
    config=RunConfig(steps=300),
)


@dataclass(frozen=True)
class Switch:
    """A run of SWATS.

    Attributes:
        needed: (T,) the rate with which SGD's step, projected on Adam's, would be Adam's; NaN
            after the switch.
        average: (T,) its bias-corrected running average, which SGD takes over; NaN after.
        switched_at: the step after which SGD steps, or None.
        rate: the rate it steps with, or None.
        losses: (T+1, 2) of SWATS and Adam.
    """

    needed: Floats
    average: Floats
    switched_at: int | None
    rate: float | None
    losses: Floats


@lru_cache(maxsize=64)
def switch(tolerance: float, earliest: int, paper: bool = False) -> Switch:
    """SWATS beside Adam on a ravine.

    The gradients of the traced run are fed to the rule once more, for what it names on its way.
    """
    entry = SWITCHING.entries[0].changed(
        switch_tolerance=tolerance,
        minimum_switch_step=earliest,
        variant="paper" if paper else "relative",
    )
    scenario = Scenario(
        surface=SWITCHING.surface,
        surface_settings=SWITCHING.surface_settings,
        entries=(entry, SWITCHING.entries[1]),
        starts=SWITCHING.starts,
        config=SWITCHING.config,
    )
    run = trace(scenario)
    path = run.positions[:, 0]
    gradients = _gradients(scenario, path[:-1])
    fed = feed(entry, gradients, start=tuple(path[0]))
    done = fed.course("switched")[:, 0] > 0
    at = int(np.argmax(done)) + 1 if done.any() else None
    needed = fed.quantity("needed")[:, 0].copy()
    average = fed.quantity("corrected")[:, 0].copy()
    beyond = slice(at, None) if at is not None else slice(0, 0)
    needed[beyond] = average[beyond] = np.nan
    rate = float(fed.course("rate")[at - 1, 0]) if at is not None else None
    return Switch(needed, average, at, rate, run.losses)


def _gradients(scenario: Scenario, points: Floats) -> Floats:
    """The gradient of the scenario's surface at ``points`` (N, 2)."""
    leaf = torch.from_numpy(points.copy()).requires_grad_(True)
    value = scenario.landscape().value(leaf[:, 0], leaf[:, 1])
    (gradient,) = torch.autograd.grad(value.sum(), leaf)
    found: Floats = gradient.numpy()
    return found
