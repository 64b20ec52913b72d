"""Where Adam goes the wrong way: Reddi, Kale and Kumar, ICLR 2018, arXiv 1904.09237, section 3.

The loss of one number x in [-1, 1] is 1010 x at every 101st step and -10 x at all the others: on
average it falls towards -1, by 10 a cycle.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from optim_core.exhibits.trouble import Ground
from optim_core.grouping import varied_group
from optim_core.scenario import Entry, Schedule
from optim_core.stepping import Stepper

Floats = NDArray[np.float64]

RARE, COMMON, PERIOD = 1010.0, -10.0, 101

BETAS = (0.9, 0.99, 0.999, 0.9995, 0.9996, 0.9997, 0.9999)
"""Of the slider; Adam turns round between the fifth and the sixth."""

RATE, CYCLES = 0.03, 240


def cycle() -> Floats:
    """The gradients of one cycle, (101,): the rare one comes first."""
    gradients = np.full(PERIOD, COMMON)
    gradients[0] = RARE
    return gradients


def drift(beta2: float) -> float:
    """By how many learning rates Adam moves x *down* in a cycle once its averages repeat.

    The sum over a cycle of ``g / sqrt(v)``, with v the second moment that a cycle leaves as it
    found it; beta 1 only spreads each movement over later steps. Negative: up, the wrong way.
    """
    gradients = cycle()
    after = np.arange(1, PERIOD + 1)
    # A full cycle of history weighs beta**101 of what it was, and so on: a geometric sum.
    whole = (1 - beta2) * np.sum(beta2 ** (PERIOD - after) * gradients**2) / (1 - beta2**PERIOD)
    second, moved = whole, 0.0
    for gradient in gradients:
        second = beta2 * second + (1 - beta2) * gradient**2
        moved += gradient / second**0.5
    return float(moved)


@lru_cache(maxsize=1)
def critical_beta2() -> float:
    """Below it Adam moves the wrong way, above it the right way; by bisection."""
    low, high = 0.999, 0.9999
    for _halving in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if drift(middle) < 0 else (low, middle)
    return (low + high) / 2


@dataclass(frozen=True)
class Race:
    """Where x stands at the end of every cycle, from 0 on.

    Attributes:
        steps: (C+1,) the number of steps by then.
        adam, amsgrad: (C+1, B), one column for each of ``BETAS``.
    """

    steps: Floats
    adam: Floats
    amsgrad: Floats


@lru_cache(maxsize=1)
def race() -> Race:
    """Adam and the paper's AMSGrad (beta 1 = 0.9, rate 0.03), put back into [-1, 1] if they leave.

    Projection is part of the paper's algorithms.
    """
    adam = _run(Entry("adam", {"learning_rate": RATE}))
    amsgrad = _run(Entry("amsgrad", {"learning_rate": RATE, "variant": "paper"}))
    return Race(np.arange(CYCLES + 1.0) * PERIOD, adam, amsgrad)


def _run(entry: Entry) -> Floats:
    steps = CYCLES * PERIOD
    group = varied_group(entry, {"beta2": np.array(BETAS)}, Schedule(), steps)
    given = np.tile(cycle(), CYCLES)[:, None, None]
    stepper = Stepper(Ground(), [group], np.zeros((1, len(BETAS))), noise=given)
    points, ends = stepper.points, np.zeros((CYCLES + 1, len(BETAS)))

    def keep(step: int) -> None:
        # A group that is alone steps on these very columns.
        np.clip(points, -1.0, 1.0, out=points)
        if step % PERIOD == 0:
            ends[step // PERIOD] = points[0]

    stepper.run(steps, keep)
    ends.flags.writeable = False
    return ends
