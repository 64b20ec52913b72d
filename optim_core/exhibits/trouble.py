"""Adam's trouble with rare large gradients: the sequence of the lecture, and how long it lasts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from landscapes import Refusal
from optim_core.exhibits.feeding import AMSGRADS, Fed, feed
from optim_core.gradients import Field
from optim_core.grouping import groups_of_entries
from optim_core.scenario import Entry, Schedule
from optim_core.stepping import Stepper

Floats = NDArray[np.float64]

LECTURE = (1.0, 1.0, 1.0, 100_000.0, 1.0, 1.0)
"""Gradients after a long history of ones: the lecture's steps 100,996 to 101,001."""

AFRESH = (10.0, *(1.0 for _ in range(20)))
"""A large first gradient and twenty small ones, which tell AMSGrad's forms apart."""

MOST_GRADIENTS = 60
LARGEST = 1e9


def read_gradients(text: str) -> tuple[float, ...]:
    """The numbers in ``text``, parted by commas or spaces; ``5x1`` stands for five ones.

    Raises:
        ValueError: naming the part that is no such number.
    """
    found: list[float] = []
    for part in text.replace(",", " ").replace("，", " ").split():
        times, cross, number = part.partition("x")
        if not cross:
            times, number = "1", part
        try:
            count, value = int(times), float(number)
        except ValueError:
            raise Refusal(
                "“{part}” is no number: write for instance 3x1 100000 1", part=part
            ) from None
        if not (np.isfinite(value) and abs(value) <= LARGEST):
            raise Refusal("“{part}” is too large: at most {most:,.0f}", part=part, most=LARGEST)
        if not 1 <= count <= MOST_GRADIENTS or len(found) + count > MOST_GRADIENTS:
            raise Refusal("at most {most:,} gradients", most=MOST_GRADIENTS)
        found += [value] * count
    if not found:
        raise Refusal("There is no gradient: write for instance 3x1 100000 1")
    return tuple(found)


def contestants(beta1: float, beta2: float) -> dict[str, Entry]:
    """Adam and AMSGrad's three forms with rate 1, so that a movement counts in learning rates."""
    averages = {"learning_rate": 1.0, "beta1": beta1, "beta2": beta2}
    forms = {
        f"amsgrad {form}": Entry("amsgrad", {**averages, "variant": form}) for form in AMSGRADS
    }
    return {"adam": Entry("adam", averages), **forms}


@lru_cache(maxsize=256)
def movements(
    gradients: tuple[float, ...], beta1: float, beta2: float, history: bool
) -> dict[str, Fed]:
    """What each contestant does with ``gradients``, after a long history of ones or afresh."""
    past = 1.0 if history else None
    return {
        name: feed(entry, gradients, history=past)
        for name, entry in contestants(beta1, beta2).items()
    }


def bound(beta1: float, beta2: float) -> float:
    """The most learning rates that one step of Adam moves: ``(1 - beta1) / sqrt(1 - beta2)``.

    Kingma and Ba 2015, section 2.1; at least 1, which a steady gradient reaches.
    """
    return max(1.0, (1 - beta1) / float(np.sqrt(1 - beta2)))


class Ground(Field):
    """A level loss: all the gradient that a rule meets is what it is given."""

    def value(self, points: Floats) -> Floats:
        """Nothing, everywhere."""
        return np.zeros(points.shape[1])

    def gradient(self, points: Floats, out: Floats) -> None:
        """Nothing, everywhere."""
        out[...] = 0.0


@dataclass(frozen=True)
class Recovery:
    """Movements, in learning rates, of the steps after the one large gradient.

    Attributes:
        adam, amsgrad: (T,), of the first step after it on.
        half_after: how many steps it takes until Adam moves half a rate again.
    """

    adam: Floats
    amsgrad: Floats
    half_after: int


SETTLING, AFTER = 12_000, 17_000


@lru_cache(maxsize=1)
def recovery() -> Recovery:
    """The lecture's spike (beta 1 = 0, beta 2 = 0.999) among ones, for 17,000 steps after it.

    The ones before it are taken step by step: after 12,000 of them the running average of their
    square is 1 to within 7e-6.
    """
    named = contestants(0.0, 0.999)
    entries = [named["adam"], named["amsgrad paper"]]
    steps = SETTLING + 1 + AFTER
    given = np.ones((steps, 1, 1))
    given[SETTLING] = LECTURE[3]
    groups = groups_of_entries(entries, 1, Schedule(), steps)
    stepper = Stepper(Ground(), groups, np.zeros((1, 2)), noise=given)
    path = np.zeros((AFTER + 1, 2))

    def note(step: int) -> None:
        if step > SETTLING:
            path[step - SETTLING - 1] = stepper.points[0]

    stepper.run(steps, note)
    lengths = np.abs(np.diff(path, axis=0))
    adam, amsgrad = lengths.T
    for course in (adam, amsgrad):
        course.flags.writeable = False
    return Recovery(adam, amsgrad, int(np.argmax(adam >= 0.5)) + 1)
