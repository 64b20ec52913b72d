"""OptimizerSpec: an update rule with everything a page, a link and a test need to know of it.

A rule is a pure pair ``init(points, settings) -> state`` and
``step(points, gradients, state, settings) -> (points, state)`` on matrices of R runs by D
parameters. The rules themselves are in ``optim_core/optimizers``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor

from landscapes import Knob, Registry

State = Any
"""A NamedTuple of tensors, each (R, D) or (R, 1)."""

PerStep = Callable[[Sequence[float], Sequence[int]], Sequence[float]]
"""``(values of one setting at each step, the step numbers) -> one number a step``."""


class Settings(Protocol):
    """What a rule may ask of the settings of its R runs at the present step.

    Each number is an attribute, a tensor (R, 1) that broadcasts against (R, D); ``learning_rate``
    already carries the schedule, ``base_learning_rate`` does not. Rules must not branch on tensor
    values, only on :meth:`choice`, :meth:`switch` and :meth:`uses`, which are the same for all the
    runs of one call.
    """

    def __getattr__(self, name: str) -> Tensor: ...

    @property
    def base_learning_rate(self) -> Tensor:
        """The learning rate as it was set, before the schedule."""
        ...

    @property
    def step(self) -> Tensor:
        """The number of this step, from 1, as a tensor that broadcasts."""
        ...

    def choice(self, name: str) -> str:
        """The value of a choice knob, common to all the runs."""
        ...

    def switch(self, name: str) -> bool:
        """The value of a switch knob, common to all the runs."""
        ...

    def uses(self, name: str) -> bool:
        """Whether any run has a non-zero value: lets a rule leave out a term that is zero."""
        ...

    def over_steps(self, function: PerStep, name: str) -> Tensor:
        """``function`` of one setting and the step, in Python floats, as a tensor (R, 1).

        torch.optim computes its bias corrections in Python floats, whose powers differ from a
        tensor's in the last bit; so must we, to equal it bit for bit.
        """
        ...

    def note(self, **quantities: Tensor) -> None:
        """Name what the rule has computed on the way, (R, D) or (R, 1), for whoever listens.

        Nobody does while runs are traced or networks trained; ``optim_core.inside`` does.
        """
        ...


Init = Callable[[Tensor, Settings], State]
Step = Callable[[Tensor, Tensor, State, Settings], tuple[Tensor, State]]
Probe = Callable[[Tensor, State, Settings], Tensor]
TorchTwin = Callable[[list[Tensor], Mapping[str, Any]], torch.optim.Optimizer]


@dataclass(frozen=True, kw_only=True)
class OptimizerSpec:
    """A declared optimizer.

    ``probe`` is set where the gradient is wanted at another place than ``points`` (look-ahead
    forms): ``probe(points, state, settings)`` says where, and may return ``points`` itself.
    ``torch_twin`` makes the ``torch.optim`` optimizer that this rule equals bit for bit, or raises
    ``ValueError`` for settings that torch does not offer; None where torch has no such rule.
    ``family`` is the lecture's team: "SGD" or "Adam".
    """

    key: str
    title: str
    family: str
    colour: str
    dash: str
    knobs: tuple[Knob, ...]
    init: Init
    step: Step
    story: str
    maths: str
    source: str
    probe: Probe | None = None
    torch_twin: TorchTwin | None = None


@dataclass(frozen=True, kw_only=True)
class WrapperSpec:
    """A rule that goes around any optimizer (Lookahead).

    ``wrap(spec)`` returns the ``init``, ``step`` and ``probe`` of the combined rule, whose settings
    are the inner ones plus this wrapper's knobs under ``<wrapper key>_<knob key>``.
    """

    key: str
    title: str
    knobs: tuple[Knob, ...]
    wrap: Callable[[OptimizerSpec], tuple[Init, Step, Probe | None]]
    story: str
    maths: str
    source: str


OPTIMIZERS: Registry[OptimizerSpec] = Registry("optimizer")
"""Every declared optimizer by key."""

WRAPPERS: Registry[WrapperSpec] = Registry("wrapper")
"""Every declared wrapper by key."""


def zeros_of(state: type[Any]) -> Init:
    """The ``init`` of a state (a NamedTuple class) whose tensors (R, D) all start at zero."""

    def init(points: Tensor, settings: Settings) -> State:
        del settings
        return state(*(torch.zeros_like(points) for _ in state._fields))

    return init


def optimizer(
    *, state: type[Any] | None = None, init: Init | None = None, **declaration: Any
) -> Callable[[Step], Step]:
    """Declare the decorated ``step`` as an optimizer.

    Give ``state`` (a NamedTuple class whose tensors start at zero) or ``init``; the other arguments
    are the fields of :class:`OptimizerSpec`.
    """
    if init is None:
        if state is None:
            raise ValueError("an optimizer needs a state or an init")
        init = zeros_of(state)

    def declare(step: Step) -> Step:
        spec = OptimizerSpec(init=init, step=step, **declaration)
        OPTIMIZERS.add(spec.key, spec)
        return step

    return declare


def get_optimizer(key: str) -> OptimizerSpec:
    """The optimizer declared under ``key``.

    Raises:
        ValueError: for an unknown key, naming near matches.
    """
    return OPTIMIZERS[key]
