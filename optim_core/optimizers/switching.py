"""SWATS: Adam that hands over to SGD once it knows which rate SGD would need."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from landscapes import Knob
from optim_core.optimizers import knobs
from optim_core.optimizers.moments import (
    add_decay,
    average,
    average_square,
    bias_correction,
    bias_correction_root,
    corrected_rate,
)
from optim_core.spec import Settings, optimizer


class SwatsState(NamedTuple):
    """What both phases remember.

    ``first_moment``, ``second_moment`` and ``velocity`` are (R, D): Adam's, and SGD's once it runs.
    The others are (R, 1), one for the whole of a run: ``rate_average`` is the running average of
    the rates that SGD would have needed, ``rate`` its bias-corrected value free of the schedule
    (kept from the switch on), ``switched`` is 1 in the SGD phase and 0 before.
    """

    first_moment: Tensor
    second_moment: Tensor
    velocity: Tensor
    rate_average: Tensor
    rate: Tensor
    switched: Tensor


def start_adam(points: Tensor, settings: Settings) -> SwatsState:
    """Everything starts at zero, in the Adam phase."""
    del settings
    nothing = torch.zeros_like(points)
    none = nothing.sum(-1, keepdim=True)
    return SwatsState(nothing, nothing, nothing, none, none, none)


@optimizer(
    key="swats",
    title="SWATS",
    family="Adam",
    colour="#aabbee",
    dash="longdash",
    knobs=(
        knobs.learning_rate(0.02, low=knobs.SMALLEST_BASE_RATE),
        knobs.beta(1, 0.9),
        knobs.beta(2, 0.999),
        knobs.epsilon(1e-9),
        knobs.weight_decay(),
        Knob(
            key="switch_tolerance",
            title="Switch tolerance",
            default=0.05,
            low=0.0,
            high=10.0,
            scale="log",
            slider_low=1e-4,
            slider_high=1.0,
            help="Switches when the estimated SGD rate and its average differ by less than this "
            "share.",
        ),
        Knob(
            key="minimum_switch_step",
            title="Earliest switch",
            default=50,
            low=1,
            high=1_000_000,
            scale="integer",
            slider_high=500,
            unit="steps",
            help="No switch before this step.",
        ),
        knobs.variant(
            knobs.option(
                "relative",
                "Relative tolerance",
                "Switches at the tolerance, after the earliest step, if the rate is positive.",
            ),
            knobs.option(
                "paper",
                "Paper",
                "Switches when the two differ by less than epsilon, absolutely: on a surface this "
                "hardly ever happens.",
            ),
        ),
    ),
    init=start_adam,
    story="Adam first; when it has worked out which rate SGD would need, SGD takes over.",
    maths=r"\gamma_t = \frac{p_t^\top p_t}{-p_t^\top g_t}, \qquad "
    r"\Lambda_t = \frac{1}{1 - \beta_2^t}\big(\beta_2 \lambda_{t-1} + (1 - \beta_2)\gamma_t\big), "
    r"\qquad \text{SGD from } |\Lambda_t - \gamma_t| < \varepsilon",
    source="Keskar and Socher 2017, arXiv 1712.07628, Algorithm 1",
)
def swats(
    points: Tensor, gradients: Tensor, state: SwatsState, settings: Settings
) -> tuple[Tensor, SwatsState]:
    gradients = add_decay(gradients, points, settings)
    in_sgd = state.switched > 0
    multiplier = settings.learning_rate / settings.base_learning_rate

    first = average(state.first_moment, gradients, settings.beta1)
    second = average_square(state.second_moment, gradients, settings.beta2)
    step_size = corrected_rate(settings) * settings.over_steps(bias_correction_root, "beta2")
    movement = -(first * step_size / (second.sqrt() + settings.epsilon))

    # The SGD rate whose step, projected on Adam's movement, would be that movement: one a run.
    along = (movement * gradients).sum(-1, keepdim=True)
    usable = along != 0
    needed = (movement * movement).sum(-1, keepdim=True) / -along
    updated = state.rate_average * settings.beta2 + (1 - settings.beta2) * needed
    rate_average = torch.where(usable, updated, state.rate_average)
    corrected = rate_average / settings.over_steps(bias_correction, "beta2")

    # At the first step the average and the rate agree because there is only one.
    apart = (corrected - needed).abs()
    if settings.choice("variant") == "paper":
        ripe = (apart < settings.epsilon) & (settings.step > 1)
    else:
        ripe = (apart < settings.switch_tolerance * corrected) & (
            (settings.step > 1) & (settings.step >= settings.minimum_switch_step)
        )
    switched = torch.where(usable & ripe, torch.ones_like(state.switched), state.switched)
    rate = torch.where(in_sgd, state.rate, corrected / multiplier)

    velocity = (state.velocity * settings.beta1 + gradients) * state.switched
    glide = velocity * (rate * ((1 - settings.beta1) * multiplier))
    moved = torch.where(in_sgd, points - glide, points + movement)
    settings.note(in_sgd=in_sgd, movement=movement, usable=usable, needed=needed)
    settings.note(corrected=corrected, apart=apart)
    return moved, SwatsState(first, second, velocity, rate_average, rate, switched)
