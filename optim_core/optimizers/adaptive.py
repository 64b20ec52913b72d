"""Rules that scale each axis by the size of its past gradients: Adagrad, Adadelta, RMSProp."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from landscapes import Knob
from optim_core.optimizers import knobs
from optim_core.optimizers.moments import add_decay, average, average_square
from optim_core.optimizers.twins import twin
from optim_core.spec import Settings, optimizer


class SumOfSquares(NamedTuple):
    """``sum_of_squares`` (R, D): of all the gradients so far."""

    sum_of_squares: Tensor


def start_sum(points: Tensor, settings: Settings) -> SumOfSquares:
    """The sum starts at the initial accumulator."""
    return SumOfSquares(torch.zeros_like(points) + settings.initial_accumulator)


@optimizer(
    key="adagrad",
    title="Adagrad",
    family="Adam",
    colour="#ffaa00",
    dash="dash",
    knobs=(
        knobs.learning_rate(0.1),
        Knob(
            key="learning_rate_decay",
            title="Learning rate decay",
            default=0.0,
            low=0.0,
            high=100.0,
            scale="log",
            slider_low=1e-4,
            slider_high=1.0,
            help="Divides the learning rate by 1 plus this times the steps already taken.",
        ),
        Knob(
            key="initial_accumulator",
            title="Initial accumulator",
            default=0.0,
            low=0.0,
            high=1e6,
            scale="log",
            slider_low=1e-4,
            slider_high=10.0,
            help="What the sum of squared gradients starts from: tames the first steps.",
        ),
        knobs.epsilon(1e-10),
        knobs.weight_decay(),
        knobs.variant(
            knobs.option(knobs.PYTORCH, "PyTorch", "Epsilon is added to the root."),
            knobs.option("inside", "Epsilon inside", "Epsilon is added under the root."),
        ),
    ),
    init=start_sum,
    story="Axes that have seen large gradients get small steps, and steps only ever shrink.",
    maths=r"G_t = G_{t-1} + g_t^2, \qquad "
    r"\theta_t = \theta_{t-1} - \frac{\eta}{\sqrt{G_t} + \epsilon}\, g_t",
    source="Duchi, Hazan and Singer, JMLR 12, 2011",
    torch_twin=twin(torch.optim.Adagrad),
)
def adagrad(
    points: Tensor, gradients: Tensor, state: SumOfSquares, settings: Settings
) -> tuple[Tensor, SumOfSquares]:
    gradients = add_decay(gradients, points, settings)
    rate = settings.learning_rate / (1 + (settings.step - 1) * settings.learning_rate_decay)
    total = torch.addcmul(state.sum_of_squares, gradients, gradients)
    if settings.choice("variant") == "inside":
        size = (total + settings.epsilon).sqrt()
    else:
        size = total.sqrt() + settings.epsilon
    settings.note(rate=rate, size=size)
    return points - gradients * rate / size, SumOfSquares(total)


class AdadeltaState(NamedTuple):
    """Running averages of the squared gradient and of the squared movement, each (R, D)."""

    second_moment: Tensor
    squared_movement: Tensor


@optimizer(
    key="adadelta",
    title="Adadelta",
    family="Adam",
    colour="#999977",
    dash="dot",
    knobs=(
        knobs.learning_rate(1.0, help="Multiplies the rule's own step; the paper has 1."),
        Knob(
            key="rho",
            title="Rho",
            default=0.9,
            low=0.0,
            high=0.999999,
            slider_high=0.999,
            help="Decay of both running averages; the paper has 0.95.",
        ),
        knobs.epsilon(1e-6),
        knobs.weight_decay(),
    ),
    state=AdadeltaState,
    story="Steps as long as past steps were: no learning rate to choose, and a slow start.",
    maths=r"\Delta_t = \frac{\sqrt{E[\Delta^2]_{t-1} + \epsilon}}{\sqrt{E[g^2]_t + \epsilon}}"
    r"\, g_t, \qquad \theta_t = \theta_{t-1} - \eta\, \Delta_t",
    source="Zeiler 2012, arXiv 1212.5701, Algorithm 1",
    torch_twin=twin(torch.optim.Adadelta),
)
def adadelta(
    points: Tensor, gradients: Tensor, state: AdadeltaState, settings: Settings
) -> tuple[Tensor, AdadeltaState]:
    gradients = add_decay(gradients, points, settings)
    second = average_square(state.second_moment, gradients, settings.rho)
    size = (second + settings.epsilon).sqrt()
    movement = (state.squared_movement + settings.epsilon).sqrt() / size * gradients
    settings.note(size=size, movement=movement)
    squared_movement = average_square(state.squared_movement, movement, settings.rho)
    moved = torch.addcmul(points, movement, -settings.learning_rate)
    return moved, AdadeltaState(second, squared_movement)


class RMSPropState(NamedTuple):
    """Running averages of the squared gradient and the gradient, and the velocity; each (R, D)."""

    second_moment: Tensor
    first_moment: Tensor
    velocity: Tensor


@optimizer(
    key="rmsprop",
    title="RMSProp",
    family="Adam",
    colour="#9955bb",
    dash="dot",
    knobs=(
        knobs.learning_rate(0.01),
        Knob(
            key="alpha",
            title="Alpha",
            default=0.99,
            low=0.0,
            high=0.999999,
            slider_high=0.9999,
            help="Decay of the running average of the squared gradient; Hinton suggested 0.9.",
        ),
        knobs.epsilon(),
        knobs.momentum(0.0),
        Knob(
            key="centered",
            title="Centered",
            default=False,
            scale="switch",
            help="Divide by the spread of the gradients about their mean, not by their size.",
        ),
        knobs.weight_decay(),
        knobs.variant(
            knobs.option(
                knobs.PYTORCH,
                "PyTorch",
                "The average starts at zero, so the first step is long: ten times the learning "
                "rate at alpha 0.99.",
            ),
            knobs.option(
                "lecture",
                "Lecture",
                "The average starts at the first squared gradient, so the first step is one "
                "learning rate long.",
            ),
            knobs.option(
                "inside",
                "Epsilon inside",
                "Epsilon is added under the root, as in TensorFlow; the average starts at zero.",
            ),
        ),
    ),
    state=RMSPropState,
    story="Adagrad with a short memory: steps can grow again once the steep part is past.",
    maths=r"v_t = \alpha v_{t-1} + (1 - \alpha) g_t^2, \qquad "
    r"\theta_t = \theta_{t-1} - \frac{\eta}{\sqrt{v_t} + \epsilon}\, g_t",
    source="Hinton, Neural Networks for Machine Learning, lecture 6e, 2012",
    torch_twin=twin(torch.optim.RMSprop),
)
def rmsprop(
    points: Tensor, gradients: Tensor, state: RMSPropState, settings: Settings
) -> tuple[Tensor, RMSPropState]:
    gradients = add_decay(gradients, points, settings)
    variant = settings.choice("variant")
    decay = settings.alpha
    if variant == "lecture":
        decay = torch.where(settings.step == 1, torch.zeros_like(decay), decay)
    second = average_square(state.second_moment, gradients, decay)
    first, spread = state.first_moment, second
    if settings.switch("centered"):
        first = average(first, gradients, settings.alpha)
        spread = torch.addcmul(second, -first, first)
    if variant == "inside":
        size = (spread + settings.epsilon).sqrt()
    else:
        size = spread.sqrt() + settings.epsilon
    settings.note(decay=decay, spread=spread, size=size)
    if not settings.uses("momentum"):
        moved = points - gradients * settings.learning_rate / size
        return moved, RMSPropState(second, first, state.velocity)
    # torch multiplies by the learning rate after the velocity, and before the division where there
    # is no momentum: a row without momentum among others must round as it would alone.
    one = torch.ones_like(settings.momentum)
    before = torch.where(settings.momentum == 0, settings.learning_rate, one)
    after = torch.where(settings.momentum == 0, one, settings.learning_rate)
    velocity = state.velocity * settings.momentum + gradients * before / size
    moved = torch.addcmul(points, velocity, -after)
    return moved, RMSPropState(second, first, velocity)
