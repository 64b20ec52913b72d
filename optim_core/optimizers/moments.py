"""Pieces that the adaptive rules share: running averages, bias corrections, weight decay.

One concept has one sequence of operations here. Where an operation fuses a multiplication into an
addition (``addcmul``, ``lerp``) it is because torch.optim's own kernels do, and the last bit shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from optim_core.spec import Settings


class Moments(NamedTuple):
    """Running averages of the gradient and of its square, each (R, D)."""

    first_moment: Tensor
    second_moment: Tensor


class MomentsAndLargest(NamedTuple):
    """Moments, and the largest second moment so far, each (R, D)."""

    first_moment: Tensor
    second_moment: Tensor
    largest_second_moment: Tensor


def bias_correction(betas: Sequence[float], steps: Sequence[int]) -> list[float]:
    """``1 - beta**t``: what an average started at zero is short of after ``t`` steps."""
    return [1 - beta**step for beta, step in zip(betas, steps, strict=True)]


def bias_correction_root(betas: Sequence[float], steps: Sequence[int]) -> list[float]:
    """The square root of :func:`bias_correction`."""
    return [(1 - beta**step) ** 0.5 for beta, step in zip(betas, steps, strict=True)]


def add_decay(gradients: Tensor, points: Tensor, settings: Settings) -> Tensor:
    """Coupled (L2) weight decay: the gradient of ``loss + weight_decay / 2 * |points|**2``."""
    if settings.uses("weight_decay"):
        gradients = torch.addcmul(gradients, points, settings.weight_decay)
        settings.note(decayed_gradient=gradients)
    return gradients


def shrink(points: Tensor, settings: Settings) -> Tensor:
    """Decoupled weight decay times the learning rate, applied to the points before the step."""
    if settings.uses("weight_decay"):
        return points * (1 - settings.learning_rate * settings.weight_decay)
    return points


def shrink_by_schedule(points: Tensor, settings: Settings) -> Tensor:
    """Decoupled weight decay as its paper has it: times the schedule, not times the base rate."""
    if settings.uses("weight_decay"):
        multiplier = settings.learning_rate / settings.base_learning_rate
        return points * (1 - multiplier * settings.weight_decay)
    return points


def average(mean: Tensor, gradients: Tensor, decay: Tensor) -> Tensor:
    """The exponential running average of the gradients."""
    return torch.lerp(mean, gradients, 1 - decay)


def average_square(mean: Tensor, gradients: Tensor, decay: Tensor) -> Tensor:
    """The exponential running average of the squared gradients."""
    return torch.addcmul(mean * decay, (1 - decay) * gradients, gradients)


def update_moments(
    state: Moments | MomentsAndLargest, gradients: Tensor, settings: Settings
) -> tuple[Tensor, Tensor]:
    """Adam's first and second moment after seeing ``gradients``."""
    first = average(state.first_moment, gradients, settings.beta1)
    return first, average_square(state.second_moment, gradients, settings.beta2)


def corrected_rate(settings: Settings) -> Tensor:
    """The learning rate over the first moment's bias correction."""
    return settings.learning_rate / settings.over_steps(bias_correction, "beta1")


def corrected_root(second_moment: Tensor, settings: Settings) -> Tensor:
    """Root of the bias-corrected second moment, plus epsilon, in torch's order of operations."""
    correction = settings.over_steps(bias_correction_root, "beta2")
    size = second_moment.sqrt() / correction + settings.epsilon
    settings.note(size=size)
    return size


def adam_step(points: Tensor, first: Tensor, second: Tensor, settings: Settings) -> Tensor:
    """Points after Adam's step with these (biased) moments."""
    return points - first * corrected_rate(settings) / corrected_root(second, settings)
