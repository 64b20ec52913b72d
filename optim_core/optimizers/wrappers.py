"""Lookahead: a rule that goes around any other."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from landscapes import Knob
from optim_core.spec import (
    WRAPPERS,
    Init,
    OptimizerSpec,
    Probe,
    Settings,
    State,
    Step,
    WrapperSpec,
)


class LookaheadState(NamedTuple):
    """``slow`` (R, D): the point that is pulled along; ``inner``: the state of the rule inside."""

    slow: Tensor
    inner: State


def wrap(spec: OptimizerSpec) -> tuple[Init, Step, Probe | None]:
    """Lookahead around ``spec``: the points are the fast ones, called back every ``steps``."""

    def init(points: Tensor, settings: Settings) -> LookaheadState:
        return LookaheadState(points, spec.init(points, settings))

    def step(
        points: Tensor, gradients: Tensor, state: LookaheadState, settings: Settings
    ) -> tuple[Tensor, LookaheadState]:
        fast, inner = spec.step(points, gradients, state.inner, settings)
        meets = torch.remainder(settings.step, settings.lookahead_steps) == 0
        alpha = settings.lookahead_alpha
        settings.note(fast=fast, meets=meets)
        slow = torch.lerp(state.slow, fast, torch.where(meets, alpha, torch.zeros_like(alpha)))
        return torch.where(meets, slow, fast), LookaheadState(slow, inner)

    inner_probe = spec.probe
    if inner_probe is None:
        return init, step, None

    def probe(points: Tensor, state: LookaheadState, settings: Settings) -> Tensor:
        return inner_probe(points, state.inner, settings)

    return init, step, probe


WRAPPERS.add(
    "lookahead",
    WrapperSpec(
        key="lookahead",
        title="Lookahead",
        knobs=(
            Knob(
                key="steps",
                title="Steps forward",
                default=5,
                low=1,
                high=1000,
                scale="integer",
                slider_high=20,
                unit="steps",
                help="How many steps the inner optimizer explores before it is called back.",
            ),
            Knob(
                key="alpha",
                title="Share kept",
                default=0.5,
                low=0.01,
                high=1.0,
                slider_low=0.05,
                help="How far towards the explored point the slow point moves; 1 is the inner "
                "optimizer alone.",
            ),
        ),
        wrap=wrap,
        story="Some steps forward, one back: a slow point follows the explorer part of the way.",
        maths=r"\phi_s = \phi_{s-1} + \alpha\,(\theta_{s,k} - \phi_{s-1})",
        source="Zhang, Lucas, Hinton and Ba, NeurIPS 2019, arXiv 1907.08610, Algorithm 1",
    ),
)
