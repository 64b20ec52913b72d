"""A slow, plain way to drive a rule: the oracle that the engine is compared with.

Every step calls the rule's own Python on tensors, with nothing recorded, hoisted or replayed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import torch
from torch import Tensor

from landscapes import complete_settings
from optim_core.spec import OptimizerSpec, PerStep, WrapperSpec

GradientFunction = Callable[[Tensor], Tensor]
Multiplier = Callable[[int], float]


@lru_cache(maxsize=4096)
def _table(function: PerStep, value: float, horizon: int) -> tuple[float, ...]:
    """``function`` of a setting that stays at ``value``, at steps 1 to ``horizon``."""
    return tuple(function([value] * horizon, range(1, horizon + 1)))


class RowSettings:
    """The settings of R runs at one step: ``optim_core.spec.Settings`` without any engine.

    ``values`` holds one number a row for each number, and one common string or bool for each choice
    or switch. ``multiplier`` is a schedule: what the learning rate is multiplied by at a step.
    ``moved`` gives the value at a step of numbers that a schedule moves (one-cycle's momentum).
    """

    def __init__(
        self,
        values: Mapping[str, list[float] | str | bool],
        step: int,
        multiplier: Multiplier = lambda step: 1.0,
        moved: Mapping[str, Multiplier] | None = None,
    ) -> None:
        self._moved = moved or {}
        self._values = dict(values)
        self._step = step
        self._multiplier = multiplier

    def _column(self, numbers: Sequence[float]) -> Tensor:
        return torch.tensor([[number] for number in numbers], dtype=torch.float64)

    def __getattr__(self, name: str) -> Tensor:
        if name.startswith("_") or name not in self._values:
            raise AttributeError(name)
        if name in self._moved:
            return self._column([self._moved[name](self._step)] * len(self._values[name]))
        column = self._column(self._values[name])
        return column * self._multiplier(self._step) if name == "learning_rate" else column

    @property
    def base_learning_rate(self) -> Tensor:
        return self._column(self._values["learning_rate"])

    @property
    def step(self) -> Tensor:
        return torch.tensor([[float(self._step)]], dtype=torch.float64)

    def choice(self, name: str) -> str:
        value = self._values[name]
        assert isinstance(value, str)
        return value

    def switch(self, name: str) -> bool:
        value = self._values[name]
        assert isinstance(value, bool)
        return value

    def uses(self, name: str) -> bool:
        return name in self._moved or any(value != 0 for value in self._values[name])

    def note(self, **quantities: Tensor) -> None:
        pass

    def over_steps(self, function: PerStep, name: str) -> Tensor:
        assert name != "learning_rate", "a rule takes powers of the betas, not of the rate"
        if name in self._moved:
            steps = range(1, self._step + 1)
            now = function([self._moved[name](step) for step in steps], steps)[-1]
            return self._column([now] * len(self._values[name]))
        horizon = max(256, 1 << max(self._step - 1, 0).bit_length())
        rows = [_table(function, value, horizon)[self._step - 1] for value in self._values[name]]
        return self._column(rows)


def row_values(
    spec: OptimizerSpec,
    rows: Sequence[Mapping[str, object]],
    wrapper: WrapperSpec | None = None,
) -> dict[str, list[float] | str | bool]:
    """Rows of (incomplete) settings as what :class:`RowSettings` takes.

    The wrapper's settings are given among the rule's, as ``lookahead_steps`` and so on. A choice or
    a switch must be the same in all rows.
    """
    columns: dict[str, list[float] | str | bool] = {}
    prefix = f"{wrapper.key}_" if wrapper else None
    completed = []
    for row in rows:
        inner = {k: v for k, v in row.items() if prefix is None or not k.startswith(prefix)}
        values = dict(complete_settings(spec.knobs, inner, spec.key))
        if wrapper and prefix:
            outer = {k.removeprefix(prefix): v for k, v in row.items() if k.startswith(prefix)}
            for key, value in complete_settings(wrapper.knobs, outer, wrapper.key):
                values[prefix + key] = value
        completed.append(values)
    for key, first in completed[0].items():
        if isinstance(first, (str, bool)):
            assert all(values[key] == first for values in completed), f"{key} differs between rows"
            columns[key] = first
        else:
            columns[key] = [float(values[key]) for values in completed]
    return columns


def run_eager(
    spec: OptimizerSpec,
    settings_rows: Sequence[Mapping[str, object]],
    start_points: Tensor,
    gradient_function: GradientFunction,
    steps: int,
    wrapper: WrapperSpec | None = None,
    multiplier: Multiplier = lambda step: 1.0,
    moved: Mapping[str, Multiplier] | None = None,
) -> Tensor:
    """The paths (T+1, R, D) of R runs of a rule, row r under ``settings_rows[r]``.

    ``gradient_function`` maps points (R, D) to gradients (R, D).
    """
    values = row_values(spec, settings_rows, wrapper)
    init, step, probe = (
        (spec.init, spec.step, spec.probe) if wrapper is None else wrapper.wrap(spec)
    )
    points = start_points.clone()
    state = init(points, RowSettings(values, 0, multiplier, moved))
    path = [points]
    for number in range(1, steps + 1):
        settings = RowSettings(values, number, multiplier, moved)
        asked = points if probe is None else probe(points, state, settings)
        points, state = step(points, gradient_function(asked), state, settings)
        path.append(points)
    return torch.stack(path)


class Replayed:
    """A gradient function that gives recorded gradients (T, R, D) in turn, whatever the points."""

    def __init__(self, gradients: Tensor) -> None:
        self._gradients = iter(gradients)

    def __call__(self, points: Tensor) -> Tensor:
        return next(self._gradients)


def autograd_of(function: Callable[[Tensor, Tensor], Tensor]) -> GradientFunction:
    """The gradient (R, 2) of a function of x and y, by autograd, as any caller of torch gets it."""

    def gradient(points: Tensor) -> Tensor:
        leaf = points.detach().clone().requires_grad_(True)
        return torch.autograd.grad(function(leaf[:, 0], leaf[:, 1]).sum(), leaf)[0]

    return gradient
