"""Adam, AMSGrad, AdaMax and AdamW."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from optim_core.optimizers import knobs
from optim_core.optimizers.moments import (
    Moments,
    MomentsAndLargest,
    adam_step,
    add_decay,
    average,
    bias_correction,
    bias_correction_root,
    corrected_rate,
    shrink,
    shrink_by_schedule,
    update_moments,
)
from optim_core.optimizers.twins import twin
from optim_core.spec import Settings, optimizer


@optimizer(
    key="adam",
    title="Adam",
    family="Adam",
    colour="#22aabb",
    dash="solid",
    knobs=(
        knobs.learning_rate(0.02),
        knobs.beta(1, 0.9),
        knobs.beta(2, 0.999),
        knobs.epsilon(),
        knobs.weight_decay(),
        knobs.variant(
            knobs.option(
                knobs.PYTORCH,
                "PyTorch",
                "Epsilon is added after the second moment's bias correction, as in Algorithm 1.",
            ),
            knobs.option(
                "early_epsilon",
                "Epsilon first",
                "Epsilon is added before the bias correction, as in TensorFlow: it weighs more in "
                "the first steps.",
            ),
        ),
    ),
    state=Moments,
    story="Momentum's direction, scaled per axis by the recent size of the gradient.",
    maths=r"\theta_t = \theta_{t-1} - \eta\, \frac{\hat m_t}{\sqrt{\hat v_t} + \epsilon}, \qquad "
    r"\hat m_t = \frac{m_t}{1 - \beta_1^t}, \; \hat v_t = \frac{v_t}{1 - \beta_2^t}",
    source="Kingma and Ba, ICLR 2015, arXiv 1412.6980, Algorithm 1",
    torch_twin=twin(torch.optim.Adam),
)
def adam(
    points: Tensor, gradients: Tensor, state: Moments, settings: Settings
) -> tuple[Tensor, Moments]:
    gradients = add_decay(gradients, points, settings)
    first, second = update_moments(state, gradients, settings)
    if settings.choice("variant") == "early_epsilon":
        rate = corrected_rate(settings) * settings.over_steps(bias_correction_root, "beta2")
        size = second.sqrt() + settings.epsilon
        settings.note(corrected_rate=rate, size=size)
        moved = points - first * rate / size
    else:
        moved = adam_step(points, first, second, settings)
    return moved, Moments(first, second)


@optimizer(
    key="amsgrad",
    title="AMSGrad",
    family="Adam",
    colour="#cc4433",
    dash="dashdot",
    knobs=(
        knobs.learning_rate(0.02),
        knobs.beta(1, 0.9),
        knobs.beta(2, 0.999),
        knobs.epsilon(),
        knobs.weight_decay(),
        knobs.variant(
            knobs.option(
                knobs.PYTORCH,
                "PyTorch",
                "Keeps the largest second moment, then corrects its bias: early on the "
                "denominator can still shrink.",
            ),
            knobs.option(
                "paper",
                "Paper and lecture",
                "Keeps the largest second moment and corrects no bias: the denominator never "
                "shrinks.",
            ),
            knobs.option(
                "unbiased",
                "Largest corrected",
                "Keeps the largest bias-corrected second moment: one large first gradient is "
                "remembered for ever.",
            ),
        ),
    ),
    state=MomentsAndLargest,
    story="Adam that never forgets its largest gradient, so one big spike keeps steps small.",
    maths=r"\hat v_t = \max(\hat v_{t-1}, v_t), \qquad "
    r"\theta_t = \theta_{t-1} - \eta\, \frac{m_t}{\sqrt{\hat v_t} + \epsilon}",
    source="Reddi, Kale and Kumar, ICLR 2018, arXiv 1904.09237, Algorithm 2",
    torch_twin=twin(torch.optim.Adam, amsgrad=True),
)
def amsgrad(
    points: Tensor, gradients: Tensor, state: MomentsAndLargest, settings: Settings
) -> tuple[Tensor, MomentsAndLargest]:
    gradients = add_decay(gradients, points, settings)
    first, second = update_moments(state, gradients, settings)
    variant = settings.choice("variant")
    candidate = second
    if variant == "unbiased":
        candidate = second / settings.over_steps(bias_correction, "beta2")
    largest = torch.maximum(state.largest_second_moment, candidate)
    if variant == knobs.PYTORCH:
        moved = adam_step(points, first, largest, settings)
    else:
        rate = settings.learning_rate if variant == "paper" else corrected_rate(settings)
        size = largest.sqrt() + settings.epsilon
        settings.note(candidate=candidate, size=size)
        moved = points - first * rate / size
    return moved, MomentsAndLargest(first, second, largest)


class AdaMaxState(NamedTuple):
    """Running average of the gradient and decaying largest gradient, each (R, D)."""

    first_moment: Tensor
    largest_gradient: Tensor


@optimizer(
    key="adamax",
    title="AdaMax",
    family="Adam",
    colour="#77cc99",
    dash="dashdot",
    knobs=(
        knobs.learning_rate(0.02),
        knobs.beta(1, 0.9),
        knobs.beta(2, 0.999),
        knobs.epsilon(),
        knobs.weight_decay(),
    ),
    state=AdaMaxState,
    story="Adam that scales by the largest recent gradient instead of the typical one.",
    maths=r"u_t = \max(\beta_2 u_{t-1}, |g_t| + \epsilon), \qquad "
    r"\theta_t = \theta_{t-1} - \frac{\eta}{1 - \beta_1^t}\, \frac{m_t}{u_t}",
    source="Kingma and Ba, ICLR 2015, arXiv 1412.6980, Algorithm 2",
    torch_twin=twin(torch.optim.Adamax),
)
def adamax(
    points: Tensor, gradients: Tensor, state: AdaMaxState, settings: Settings
) -> tuple[Tensor, AdaMaxState]:
    gradients = add_decay(gradients, points, settings)
    first = average(state.first_moment, gradients, settings.beta1)
    faded = state.largest_gradient * settings.beta2
    largest = torch.maximum(faded, gradients.abs() + settings.epsilon)
    moved = points - first * corrected_rate(settings) / largest
    return moved, AdaMaxState(first, largest)


@optimizer(
    key="adamw",
    title="AdamW",
    family="Adam",
    colour="#1100ff",
    dash="dashdot",
    knobs=(
        knobs.learning_rate(0.02, low=knobs.SMALLEST_BASE_RATE),
        knobs.beta(1, 0.9),
        knobs.beta(2, 0.999),
        knobs.epsilon(),
        knobs.weight_decay(
            1e-2, "Pulls the point towards the origin, apart from the gradient and its scaling."
        ),
        knobs.variant(
            knobs.option(
                knobs.PYTORCH,
                "PyTorch and lecture",
                "The decay is multiplied by the learning rate.",
            ),
            knobs.option(
                "paper",
                "Paper",
                "The decay follows the schedule but is not multiplied by the learning rate.",
            ),
        ),
    ),
    state=Moments,
    story="Adam whose weight decay shrinks every axis alike, untouched by the scaling.",
    maths=r"\theta_t = (1 - \eta\lambda)\,\theta_{t-1} - "
    r"\eta\, \frac{\hat m_t}{\sqrt{\hat v_t} + \epsilon}",
    source="Loshchilov and Hutter, ICLR 2019, arXiv 1711.05101, Algorithm 2",
    torch_twin=twin(torch.optim.AdamW),
)
def adamw(
    points: Tensor, gradients: Tensor, state: Moments, settings: Settings
) -> tuple[Tensor, Moments]:
    first, second = update_moments(state, gradients, settings)
    decay = shrink_by_schedule if settings.choice("variant") == "paper" else shrink
    moved = adam_step(decay(points, settings), first, second, settings)
    return moved, Moments(first, second)
