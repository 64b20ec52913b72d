"""Adam and its descendants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from optim_core.optimizers import knobs
from optim_core.spec import Settings, optimizer


class AdamState(NamedTuple):
    """Running averages of the gradient and of its square, each (R, D)."""

    first_moment: Tensor
    second_moment: Tensor


def bias_correction(betas: Sequence[float], steps: Sequence[int]) -> list[float]:
    """``1 - beta**t``: what an average started at zero is short of."""
    return [1 - beta**step for beta, step in zip(betas, steps, strict=True)]


def bias_correction_root(betas: Sequence[float], steps: Sequence[int]) -> list[float]:
    """The square root of :func:`bias_correction`."""
    return [(1 - beta**step) ** 0.5 for beta, step in zip(betas, steps, strict=True)]


@optimizer(
    key="adam",
    title="Adam",
    family="Adam",
    colour="#009E73",
    dash="solid",
    knobs=(knobs.learning_rate(0.02), knobs.beta(1, 0.9), knobs.beta(2, 0.999), knobs.epsilon(1e-8)),
    state=AdamState,
    story="Momentum's direction, scaled per axis by the recent size of the gradient.",
    maths=r"\theta_t = \theta_{t-1} - \eta \frac{\hat m_t}{\sqrt{\hat v_t} + \epsilon}",
    source="Kingma and Ba, ICLR 2015, arXiv 1412.6980, Algorithm 1",
    torch_twin=lambda points, s: torch.optim.Adam(points, lr=s["learning_rate"], betas=(s["beta1"], s["beta2"]), eps=s["epsilon"]),
)
def adam(points: Tensor, gradients: Tensor, state: AdamState, settings: Settings) -> tuple[Tensor, AdamState]:
    first = torch.lerp(state.first_moment, gradients, 1 - settings.beta1)
    second = torch.addcmul(state.second_moment * settings.beta2, (1 - settings.beta2) * gradients, gradients)
    root = settings.over_steps(bias_correction_root, "beta2")
    step_size = settings.learning_rate / settings.over_steps(bias_correction, "beta1")
    denominator = second.sqrt() / root + settings.epsilon
    return torch.addcdiv(points, first * -step_size, denominator), AdamState(first, second)
