"""Adam with a better start or a look ahead: RAdam and NAdam."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from optim_core.optimizers import knobs
from optim_core.optimizers.moments import (
    Moments,
    add_decay,
    bias_correction,
    bias_correction_root,
    shrink,
    update_moments,
)
from optim_core.optimizers.twins import twin
from optim_core.spec import PerStep, Settings, optimizer

MOMENTUM_DECAY = 0.004
"""NAdam's psi: how slowly its momentum schedule rises to beta 1."""


def warmed_beta(beta: float, step: int) -> float:
    """NAdam's momentum at ``step``: about half of beta 1 at first (Dozat 2016, section 3.2)."""
    return beta * (1.0 - 0.5 * math.pow(0.96, step * MOMENTUM_DECAY))


def warmed_betas(betas: Sequence[float], steps: Sequence[int]) -> list[float]:
    """NAdam's momentum at each step."""
    return [warmed_beta(beta, step) for beta, step in zip(betas, steps, strict=True)]


def next_warmed_betas(betas: Sequence[float], steps: Sequence[int]) -> list[float]:
    """NAdam's momentum at the step after each."""
    return [warmed_beta(beta, step + 1) for beta, step in zip(betas, steps, strict=True)]


def warmed_products(betas: Sequence[float], steps: Sequence[int]) -> list[float]:
    """The product of NAdam's momenta up to each step, counted from step 1.

    torch keeps this product in single precision whatever the parameters are, and so must we.
    """
    factors = np.asarray(warmed_betas(betas, steps), dtype=np.float32)
    return [float(product) for product in np.multiply.accumulate(factors)]


def next_bias_correction(betas: Sequence[float], steps: Sequence[int]) -> list[float]:
    """``1 - beta**(t + 1)``."""
    return [1 - beta ** (step + 1) for beta, step in zip(betas, steps, strict=True)]


@optimizer(
    key="nadam",
    title="NAdam",
    family="Adam",
    colour="#7700bb",
    dash="dash",
    knobs=(
        knobs.learning_rate(0.02),
        knobs.beta(1, 0.9),
        knobs.beta(2, 0.999),
        knobs.epsilon(),
        knobs.weight_decay(),
        knobs.variant(
            knobs.option(
                knobs.PYTORCH, "PyTorch and paper", "Momentum warms up from half of beta 1."
            ),
            knobs.option("lecture", "Lecture", "Momentum is beta 1 from the first step on."),
        ),
    ),
    state=Moments,
    story="Adam with Nesterov's look ahead: the newest gradient counts twice.",
    maths=r"\hat m_t = \frac{\mu_{t+1} m_t}{1 - \prod_{i \le t+1} \mu_i} + "
    r"\frac{(1 - \mu_t) g_t}{1 - \prod_{i \le t} \mu_i}, \qquad "
    r"\theta_t = \theta_{t-1} - \eta\, \frac{\hat m_t}{\sqrt{\hat v_t} + \epsilon}",
    source="Dozat, ICLR workshop 2016",
    torch_twin=twin(torch.optim.NAdam, momentum_decay=MOMENTUM_DECAY),
)
def nadam(
    points: Tensor, gradients: Tensor, state: Moments, settings: Settings
) -> tuple[Tensor, Moments]:
    gradients = add_decay(gradients, points, settings)
    first, second = update_moments(state, gradients, settings)
    if settings.choice("variant") == "lecture":
        now = then = settings.beta1
        missing_now = settings.over_steps(bias_correction, "beta1")
        missing_then = settings.over_steps(next_bias_correction, "beta1")
    else:
        now = settings.over_steps(warmed_betas, "beta1")
        then = settings.over_steps(next_warmed_betas, "beta1")
        product = settings.over_steps(warmed_products, "beta1")
        missing_now = 1 - product
        missing_then = 1 - product * then
    size = (second / settings.over_steps(bias_correction, "beta2")).sqrt() + settings.epsilon
    settings.note(momentum_now=now, momentum_next=then, missing_now=missing_now)
    settings.note(missing_next=missing_then, size=size)
    newest = gradients * (settings.learning_rate * (1 - now) / missing_now) / size
    carried = first * (settings.learning_rate * then / missing_then) / size
    return points - newest - carried, Moments(first, second)


def average_length(beta: float, step: int) -> float:
    """RAdam's rho: how many gradients the second moment has effectively averaged by ``step``."""
    power = beta**step
    return longest_average(beta) - 2 * step * power / (1 - power)


def longest_average(beta: float) -> float:
    """RAdam's rho at infinity."""
    return 2 / (1 - beta) - 1


def rectification(beta: float, step: int) -> float:
    """RAdam's factor r_t on the step, where :func:`average_length` is over 4."""
    longest, length = longest_average(beta), average_length(beta, step)
    share = (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)
    return math.pow(share, 0.5)


def trusted(threshold: float, *, at_threshold: bool = False) -> PerStep:
    """1.0 at the steps whose average is long enough to adapt with, else 0.0."""

    def function(betas: Sequence[float], steps: Sequence[int]) -> list[float]:
        lengths = [average_length(beta, step) for beta, step in zip(betas, steps, strict=True)]
        return [
            float(length >= threshold if at_threshold else length > threshold) for length in lengths
        ]

    return function


def rectifications(threshold: float) -> PerStep:
    """:func:`rectification` at each step, or 1.0 where the average is not over ``threshold``."""

    def function(betas: Sequence[float], steps: Sequence[int]) -> list[float]:
        return [
            rectification(beta, step) if average_length(beta, step) > threshold else 1.0
            for beta, step in zip(betas, steps, strict=True)
        ]

    return function


TRUST = {"torch": trusted(5.0), "paper": trusted(4.0), "author": trusted(5.0, at_threshold=True)}
"""From which average length each variant adapts."""

RECTIFY = rectifications(4.0)


@optimizer(
    key="radam",
    title="RAdam",
    family="Adam",
    colour="#7799ff",
    dash="dash",
    knobs=(
        knobs.learning_rate(0.02),
        knobs.beta(1, 0.9),
        knobs.beta(2, 0.999),
        knobs.epsilon(),
        knobs.weight_decay(
            help="Adds this many times the point to the gradient (L2); the author's form shrinks "
            "the point instead."
        ),
        knobs.variant(
            knobs.option(
                knobs.PYTORCH,
                "PyTorch",
                "Adapts once the average covers more than 5 gradients; before that, plain "
                "momentum steps that can be long.",
            ),
            knobs.option(
                "paper",
                "Paper and lecture",
                "Adapts once the average covers more than 4 gradients; before that, plain "
                "momentum.",
            ),
            knobs.option(
                "author",
                "Author's code",
                "Adapts from 5 gradients on and stands still before; weight decay shrinks the "
                "point.",
            ),
        ),
    ),
    state=Moments,
    story="Adam that warms itself up: it trusts the scaling only once enough gradients are in.",
    maths=r"\rho_t = \rho_\infty - \frac{2 t \beta_2^t}{1 - \beta_2^t}, \qquad "
    r"\theta_t = \theta_{t-1} - \eta\, r_t \frac{\hat m_t}{\sqrt{\hat v_t}}"
    r" \;\text{ if } \rho_t > 5, \text{ else } \theta_{t-1} - \eta\, \hat m_t",
    source="Liu et al., ICLR 2020, arXiv 1908.03265, Algorithm 2",
    torch_twin=twin(torch.optim.RAdam),
)
def radam(
    points: Tensor, gradients: Tensor, state: Moments, settings: Settings
) -> tuple[Tensor, Moments]:
    variant = settings.choice("variant")
    adapts = settings.over_steps(TRUST[variant], "beta2") > 0
    if variant == "author":
        points = torch.where(adapts, shrink(points, settings), points)
    else:
        gradients = add_decay(gradients, points, settings)
    first, second = update_moments(state, gradients, settings)
    direction = first / settings.over_steps(bias_correction, "beta1") * settings.learning_rate
    root = settings.over_steps(bias_correction_root, "beta2")
    size = second.sqrt() + settings.epsilon
    one = torch.ones_like(settings.beta2)
    # Where the second moment is not yet trusted, the two factors become 1 (or 0: no movement).
    unscaled = torch.zeros_like(one) if variant == "author" else one
    # torch divides a number by a tensor as the tensor's reciprocal times the number.
    scale = torch.where(adapts, size, one).reciprocal() * torch.where(adapts, root, unscaled)
    factor = torch.where(adapts, settings.over_steps(RECTIFY, "beta2"), one)
    settings.note(adapts=adapts, rectifier=factor, size=size)
    return points - direction * scale * factor, Moments(first, second)
