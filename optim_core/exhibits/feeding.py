"""A rule fed with given gradients: no surface, so that each movement is told by its cause alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from landscapes import Refusal
from optim_core.optimizers import knobs
from optim_core.rules import Rule, mapped
from optim_core.scenario import Entry
from optim_core.spec import OPTIMIZERS, PerStep

Floats = NDArray[np.float64]

LONG_AGO = 100_000
"""How many steps of one gradient stand for "as long as you like"."""

MOST_STEPS = 2_000
"""That are fed one by one; some 50 microseconds each."""


class SettingsAtStep:
    """``optim_core.spec.Settings`` of one run of ``entry`` at the step that ``number`` says.

    Args:
        entry: whose settings.
        before: how many steps were taken before the first.
        steps: how many follow.
    """

    def __init__(self, entry: Entry, before: int, steps: int) -> None:
        self.number = before + 1
        self._before = before
        self._numbers = range(before + 1, before + steps + 1)
        self._courses: dict[tuple[PerStep, str], Sequence[float]] = {}
        spec = OPTIMIZERS[entry.optimizer]
        given = dict(entry.settings)
        is_number = {knob.key: knob.is_number for knob in spec.knobs}
        self._statics = {key: value for key, value in given.items() if not is_number[key]}
        numbers = {key: float(value) for key, value in given.items() if is_number[key]}
        numbers["base_learning_rate"] = numbers["learning_rate"]
        self._floats = numbers
        self._tensors = {key: _scalar(value) for key, value in numbers.items()}
        self.noted: dict[str, Tensor] = {}

    def __getattr__(self, name: str) -> Tensor:
        tensors = self.__dict__.get("_tensors", {})
        if name not in tensors:
            raise AttributeError(f"no numeric setting {name!r}")
        tensor: Tensor = tensors[name]
        return tensor

    def note(self, **quantities: Tensor) -> None:
        """Keep what the rule names on its way."""
        self.noted.update(quantities)

    @property
    def step(self) -> Tensor:
        """The number of the step."""
        return _scalar(float(self.number))

    def choice(self, name: str) -> str:
        """The value of a choice knob."""
        return str(self._statics[name])

    def switch(self, name: str) -> bool:
        """The value of a switch knob."""
        return bool(self._statics[name])

    def uses(self, name: str) -> bool:
        """Whether the value is not zero."""
        return self._floats[name] != 0

    def over_steps(self, function: PerStep, name: str) -> Tensor:
        """``function`` of a setting and the step.

        Raises:
            ValueError: where it adds up over the steps, and those of the past are not known.
        """
        course = self._courses.get((function, name))
        if course is None:
            value, numbers = self._floats[name], self._numbers
            course = function([value] * len(numbers), numbers)
            if self._before and function([value], numbers[-1:])[0] != course[-1]:
                raise ValueError("a rule that counts from its first step has to begin afresh")
            self._courses[function, name] = course
        return _scalar(course[self.number - self._before - 1])


@dataclass(frozen=True)
class Fed:
    """What came of it.

    Attributes:
        points: (T+1, D) from the start on.
        states: T states, one after each step; their tensors are (1, D) or (1, 1).
        noted: T mappings of what the rule named on its way, by name.
    """

    points: Floats
    states: tuple[Any, ...]
    noted: tuple[Mapping[str, Tensor], ...]

    @property
    def movements(self) -> Floats:
        """(T, D) what each step moved."""
        return np.diff(self.points, axis=0)

    def course(self, name: str) -> Floats:
        """(T, D or 1) of the state's tensor ``name``."""
        return np.stack([getattr(state, name)[0].numpy() for state in self.states])

    def quantity(self, name: str) -> Floats:
        """(T, D or 1) of what the rule names ``name``."""
        return np.stack([noted[name][0].numpy() for noted in self.noted])


def feed(
    entry: Entry,
    gradients: Sequence[float] | Floats,
    *,
    start: Sequence[float] | float = 0.0,
    history: float | None = None,
) -> Fed:
    """Step ``entry``'s rule over ``gradients``.

    Args:
        entry: an optimizer without wrapper, whose rule asks for no other gradient than the given.
        gradients: (T,) or (T, D).
        start: where it begins, (D,) or one number for all.
        history: begin as after ``LONG_AGO`` steps of this gradient: running averages stand at it
            and its square, and bias corrections have faded. None begins afresh.

    Raises:
        ValueError: for a rule that has no such history, or more than ``MOST_STEPS``.
    """
    given = np.asarray(gradients, dtype=np.float64)
    given = given[:, None] if given.ndim == 1 else given
    if len(given) > MOST_STEPS:
        raise Refusal("at most {most:,} gradients", most=MOST_STEPS)
    before = 0 if history is None else LONG_AGO
    rule, settings = Rule(entry.optimizer), SettingsAtStep(entry, before, len(given))
    point = torch.from_numpy(np.broadcast_to(start, given.shape[1:]).astype(np.float64)[None])
    state = rule.init(point, settings)
    if history is not None:
        state = mapped(state, _settled_at(history))
    points, states, told = [point], [], []
    with torch.inference_mode():
        for number, gradient in enumerate(torch.from_numpy(given), start=before + 1):
            settings.number, settings.noted = number, {}
            point, state = rule.step(point, gradient[None], state, settings)
            points.append(point)
            states.append(state)
            told.append(settings.noted)
    return Fed(torch.cat(points).numpy(), tuple(states), tuple(told))


SETTLED = {
    "first_moment": 1,
    "second_moment": 2,
    "largest_second_moment": 2,
    "largest_gradient": 1,
}
"""Which power of a gradient that never changed each tensor of a state has come to."""


def _settled_at(gradient: float) -> Any:
    def settled(path: tuple[str, ...], tensor: Tensor) -> Tensor:
        if path[-1] not in SETTLED:
            raise ValueError(f"no history is known for the state {path[-1]!r}")
        return torch.full_like(tensor, gradient ** SETTLED[path[-1]])

    return settled


def _scalar(value: float) -> Tensor:
    return torch.tensor([[value]], dtype=torch.float64, device="cpu")


AMSGRADS = ("paper", knobs.PYTORCH, "unbiased")
"""AMSGrad's three published forms, the lecture's first."""
