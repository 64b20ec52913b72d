"""Team SGD: gradient descent, heavy ball, Nesterov, and SGD with decoupled decay."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from optim_core.optimizers import knobs
from optim_core.spec import Settings, optimizer


class NoState(NamedTuple):
    """Plain gradient descent remembers nothing."""


class MomentumState(NamedTuple):
    """``buffer`` (R, D): the running sum of gradients."""

    buffer: Tensor


@optimizer(
    key="sgd",
    title="SGD",
    family="SGD",
    colour="#0072B2",
    dash="solid",
    knobs=(knobs.learning_rate(0.01), knobs.weight_decay()),
    state=NoState,
    story="Steepest descent: straight down the slope, and it stalls where the slope is flat.",
    maths=r"\theta_t = \theta_{t-1} - \eta g_t",
    source="Cauchy 1847; Robbins and Monro 1951",
    torch_twin=lambda points, s: torch.optim.SGD(points, lr=s["learning_rate"], weight_decay=s["weight_decay"]),
)
def sgd(points: Tensor, gradients: Tensor, state: NoState, settings: Settings) -> tuple[Tensor, NoState]:
    if settings.uses("weight_decay"):
        gradients = torch.addcmul(gradients, points, settings.weight_decay)
    return torch.addcmul(points, gradients, -settings.learning_rate), state


@optimizer(
    key="momentum",
    title="SGD with momentum",
    family="SGD",
    colour="#D55E00",
    dash="solid",
    knobs=(knobs.learning_rate(0.01), knobs.momentum()),
    state=MomentumState,
    story="A ball with inertia: past gradients keep pushing where the slope is flat.",
    maths=r"b_t = \mu b_{t-1} + g_t, \quad \theta_t = \theta_{t-1} - \eta b_t",
    source="Polyak 1964; Rumelhart, Hinton and Williams 1986",
    torch_twin=lambda points, s: torch.optim.SGD(points, lr=s["learning_rate"], momentum=s["momentum"]),
)
def momentum(points: Tensor, gradients: Tensor, state: MomentumState, settings: Settings) -> tuple[Tensor, MomentumState]:
    buffer = state.buffer * settings.momentum + gradients
    return torch.addcmul(points, buffer, -settings.learning_rate), MomentumState(buffer)
