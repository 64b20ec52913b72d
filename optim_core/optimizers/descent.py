"""Team SGD: gradient descent, heavy ball, Nesterov, and SGD with decoupled decay."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from optim_core.optimizers import knobs
from optim_core.optimizers.moments import add_decay, average, shrink, shrink_by_schedule
from optim_core.optimizers.twins import twin
from optim_core.spec import Settings, optimizer


class NoState(NamedTuple):
    """Plain gradient descent remembers nothing."""


class Velocity(NamedTuple):
    """``velocity`` (R, D): the decaying sum of past gradients, scaled and signed by its rule."""

    velocity: Tensor


@optimizer(
    key="sgd",
    title="SGD",
    family="SGD",
    colour="#0077ff",
    dash="solid",
    knobs=(knobs.learning_rate(0.01), knobs.weight_decay()),
    state=NoState,
    story="Steepest descent: straight down the slope, and it stalls where the slope is flat.",
    maths=r"\theta_t = \theta_{t-1} - \eta\, g_t",
    source="Cauchy 1847; Robbins and Monro, Annals of Mathematical Statistics 22, 1951",
    torch_twin=twin(torch.optim.SGD),
)
def sgd(
    points: Tensor, gradients: Tensor, state: NoState, settings: Settings
) -> tuple[Tensor, NoState]:
    gradients = add_decay(gradients, points, settings)
    return torch.addcmul(points, gradients, -settings.learning_rate), state


@optimizer(
    key="momentum",
    title="SGD with momentum",
    family="SGD",
    colour="#ff6611",
    dash="solid",
    knobs=(
        knobs.learning_rate(0.01),
        knobs.momentum(),
        knobs.dampening(),
        knobs.weight_decay(),
        knobs.variant(
            knobs.option(
                knobs.PYTORCH,
                "PyTorch",
                "The velocity sums gradients, so a new learning rate rescales past movement too.",
            ),
            knobs.option(
                "lecture",
                "Lecture",
                "The velocity sums movements: past movement keeps the learning rate it was "
                "made with.",
            ),
            knobs.option(
                "averaged",
                "Averaged",
                "The velocity is the running average of the gradients, as inside Adam: "
                "steps are 1 - momentum times as long.",
            ),
        ),
    ),
    state=Velocity,
    story="A ball with inertia: past gradients keep pushing where the slope is flat.",
    maths=r"v_t = \mu v_{t-1} + g_t, \qquad \theta_t = \theta_{t-1} - \eta\, v_t",
    source="Polyak, USSR Comp. Math. 4(5), 1964; Rumelhart, Hinton and Williams, Nature 323, 1986",
    torch_twin=twin(torch.optim.SGD),
)
def momentum(
    points: Tensor, gradients: Tensor, state: Velocity, settings: Settings
) -> tuple[Tensor, Velocity]:
    gradients = add_decay(gradients, points, settings)
    variant = settings.choice("variant")
    if variant == "lecture":
        movement = state.velocity * settings.momentum - gradients * settings.learning_rate
        return points + movement, Velocity(movement)
    if variant == "averaged":
        velocity = average(state.velocity, gradients, settings.momentum)
        return points - velocity * settings.learning_rate, Velocity(velocity)
    if settings.uses("dampening"):
        # torch starts the velocity at the whole first gradient, and has none without momentum.
        whole = (settings.step == 1) | (settings.momentum == 0)
        kept_out = torch.where(whole, torch.zeros_like(settings.dampening), settings.dampening)
        settings.note(kept_out=kept_out)
        velocity = torch.addcmul(state.velocity * settings.momentum, gradients, 1 - kept_out)
    else:
        velocity = state.velocity * settings.momentum + gradients
    return torch.addcmul(points, velocity, -settings.learning_rate), Velocity(velocity)


def look_ahead(points: Tensor, state: Velocity, settings: Settings) -> Tensor:
    """Where Nesterov's gradient is asked: ahead of the point in the lecture's form only."""
    if settings.choice("variant") == "lecture":
        return points - state.velocity * settings.momentum
    return points


@optimizer(
    key="nesterov",
    title="Nesterov's accelerated gradient",
    family="SGD",
    colour="#990055",
    dash="dash",
    knobs=(
        knobs.learning_rate(0.01),
        knobs.momentum(),
        knobs.weight_decay(),
        knobs.variant(
            knobs.option(
                knobs.PYTORCH,
                "PyTorch",
                "The path drawn is that of the look-ahead points, where the gradient is taken.",
            ),
            knobs.option(
                "lecture",
                "Look ahead",
                "The path drawn is that of the points; each gradient is taken where the momentum "
                "alone would carry them.",
            ),
        ),
    ),
    state=Velocity,
    probe=look_ahead,
    story="Momentum that looks where it is about to land, and brakes in time.",
    maths=r"v_t = \mu v_{t-1} + g_t, \qquad \theta_t = \theta_{t-1} - \eta\,(g_t + \mu v_t)",
    source="Nesterov, Soviet Math. Doklady 27, 1983; Sutskever et al., ICML 2013",
    torch_twin=twin(torch.optim.SGD, nesterov=True),
)
def nesterov(
    points: Tensor, gradients: Tensor, state: Velocity, settings: Settings
) -> tuple[Tensor, Velocity]:
    if settings.choice("variant") == "lecture":
        carried = state.velocity * settings.momentum
        settings.note(carried=carried)
        gradients = add_decay(gradients, points - carried, settings)
        velocity = carried + gradients * settings.learning_rate
        return points - velocity, Velocity(velocity)
    gradients = add_decay(gradients, points, settings)
    velocity = state.velocity * settings.momentum + gradients
    ahead = torch.addcmul(gradients, velocity, settings.momentum)
    return torch.addcmul(points, ahead, -settings.learning_rate), Velocity(velocity)


@optimizer(
    key="sgdw",
    title="SGDW",
    family="SGD",
    colour="#005577",
    dash="dot",
    knobs=(
        knobs.learning_rate(0.01, low=knobs.SMALLEST_BASE_RATE),
        knobs.momentum(),
        knobs.weight_decay(
            1e-3, "Pulls the point towards the origin by this share, apart from the gradient."
        ),
        knobs.variant(
            knobs.option(
                "paper",
                "Paper",
                "The decay follows the schedule but is not multiplied by the learning rate.",
            ),
            knobs.option(
                "scaled",
                "Times learning rate",
                "The decay is multiplied by the learning rate, as PyTorch does in AdamW.",
            ),
        ),
    ),
    state=Velocity,
    story="Momentum that never sees the weight decay: the decay shrinks the point directly.",
    maths=r"v_t = \mu v_{t-1} + \eta\, g_t, \qquad "
    r"\theta_t = \theta_{t-1} - v_t - \tfrac{\eta}{\eta_0}\lambda\,\theta_{t-1}",
    source="Loshchilov and Hutter, ICLR 2019, arXiv 1711.05101, Algorithm 1",
)
def sgdw(
    points: Tensor, gradients: Tensor, state: Velocity, settings: Settings
) -> tuple[Tensor, Velocity]:
    velocity = state.velocity * settings.momentum + gradients * settings.learning_rate
    decay = shrink if settings.choice("variant") == "scaled" else shrink_by_schedule
    return decay(points, settings) - velocity, Velocity(velocity)
