"""From Adam to SGD along a narrowing funnel: AdaBound and AMSBound."""

from __future__ import annotations

import torch
from torch import Tensor

from landscapes import Choice, Knob
from optim_core.optimizers import knobs
from optim_core.optimizers.moments import (
    Moments,
    MomentsAndLargest,
    add_decay,
    bias_correction,
    bias_correction_root,
    corrected_rate,
    update_moments,
)
from optim_core.spec import Settings, optimizer

AUTHOR = knobs.option(
    "author",
    "Authors' code",
    "Bias corrections inside the clip; the funnel follows the schedule and closes at speed gamma.",
)
LECTURE = knobs.option(
    "lecture",
    "Lecture",
    "The bias-corrected momentum is multiplied by the clipped rate; the funnel closes at "
    "speed 1 - beta 2.",
)
PAPER = knobs.option(
    "paper",
    "Paper",
    "No bias correction and no epsilon; steps also shrink with the root of the step number; "
    "the funnel closes at speed 1 - beta 2.",
)


def bound_knobs(*variants: Choice) -> tuple[Knob, ...]:
    """The knobs of both rules."""
    return (
        knobs.learning_rate(0.02, low=knobs.SMALLEST_BASE_RATE),
        knobs.beta(1, 0.9),
        knobs.beta(2, 0.999),
        Knob(
            key="final_learning_rate",
            title="Final learning rate",
            default=0.1,
            low=0.0,
            high=100.0,
            scale="log",
            slider_low=1e-4,
            slider_high=2.0,
            help="What every axis' rate is squeezed towards: that of the SGD it ends as.",
        ),
        Knob(
            key="gamma",
            title="Gamma",
            default=1e-3,
            low=1e-8,
            high=0.9999,
            scale="log",
            slider_low=1e-5,
            slider_high=0.5,
            help="How fast the funnel closes; the authors' code only.",
        ),
        knobs.epsilon(),
        knobs.weight_decay(),
        knobs.variant(*variants),
    )


def squeeze(rates: Tensor, final: Tensor, progress: Tensor, settings: Settings) -> Tensor:
    """``rates`` held between the two bounds that close on ``final`` as ``progress`` grows."""
    lower = final * (1 - 1 / (progress + 1))
    upper = final * (1 + 1 / progress)
    held = torch.minimum(torch.maximum(rates, lower), upper)
    settings.note(unbounded=rates, final=final, lower=lower, upper=upper, bounded=held)
    return held


def bounded_step(points: Tensor, first: Tensor, second: Tensor, settings: Settings) -> Tensor:
    """Points after a step with these (biased) moments, in the variant chosen."""
    variant = settings.choice("variant")
    final = settings.final_learning_rate
    if variant == "author":
        final = final * (settings.learning_rate / settings.base_learning_rate)
        rate = corrected_rate(settings) * settings.over_steps(bias_correction_root, "beta2")
        rates = rate / (second.sqrt() + settings.epsilon)
        return points - squeeze(rates, final, settings.gamma * settings.step, settings) * first
    progress = (1 - settings.beta2) * settings.step
    if variant == "lecture":
        root = settings.over_steps(bias_correction_root, "beta2")
        rates = settings.learning_rate / (second.sqrt() / root + settings.epsilon)
        mean = first / settings.over_steps(bias_correction, "beta1")
        return points - squeeze(rates, final, progress, settings) * mean
    rates = settings.learning_rate / second.sqrt()
    return points - squeeze(rates, final, progress, settings) * first / settings.step.sqrt()


@optimizer(
    key="adabound",
    title="AdaBound",
    family="Adam",
    colour="#993300",
    dash="longdash",
    knobs=bound_knobs(AUTHOR, LECTURE, PAPER),
    state=Moments,
    story="Starts as Adam and is squeezed, axis by axis, into SGD with momentum.",
    maths=r"\theta_t = \theta_{t-1} - \mathrm{clip}\!\left(\frac{\eta}{\sqrt{v_t}},\;"
    r" \eta_*\Big(1 - \tfrac{1}{\gamma t + 1}\Big),\;"
    r" \eta_*\Big(1 + \tfrac{1}{\gamma t}\Big)\right) m_t",
    source="Luo, Xiong, Liu and Sun, ICLR 2019, arXiv 1902.09843, Algorithm 2",
)
def adabound(
    points: Tensor, gradients: Tensor, state: Moments, settings: Settings
) -> tuple[Tensor, Moments]:
    gradients = add_decay(gradients, points, settings)
    first, second = update_moments(state, gradients, settings)
    return bounded_step(points, first, second, settings), Moments(first, second)


@optimizer(
    key="amsbound",
    title="AMSBound",
    family="Adam",
    colour="#996677",
    dash="longdashdot",
    knobs=bound_knobs(AUTHOR, PAPER),
    state=MomentsAndLargest,
    story="AdaBound with AMSGrad's memory of the largest gradient.",
    maths=r"\hat v_t = \max(\hat v_{t-1}, v_t), \qquad"
    r"\theta_t = \theta_{t-1} - \mathrm{clip}\!\left(\frac{\eta}{\sqrt{\hat v_t}},\;"
    r" \eta_l(t),\; \eta_u(t)\right) m_t",
    source="Luo, Xiong, Liu and Sun, ICLR 2019, arXiv 1902.09843, Algorithm 3",
)
def amsbound(
    points: Tensor, gradients: Tensor, state: MomentsAndLargest, settings: Settings
) -> tuple[Tensor, MomentsAndLargest]:
    gradients = add_decay(gradients, points, settings)
    first, second = update_moments(state, gradients, settings)
    largest = torch.maximum(state.largest_second_moment, second)
    moved = bounded_step(points, first, largest, settings)
    return moved, MomentsAndLargest(first, second, largest)
