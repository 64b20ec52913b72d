"""Schedules that fall or rise once: decays, warm-ups and the range test."""

from __future__ import annotations

import math

from landscapes import Choice, Knob
from optim_core.schedules import (
    ScheduleSteps,
    Settings,
    final_knob,
    half_cosine,
    length_knob,
    run_length,
    run_length_knob,
    schedule,
    straight,
)


@schedule(
    key="constant",
    title="Constant",
    story="The same learning rate from the first step to the last.",
    source="the baseline of every comparison",
    maths=r"\eta_t = \eta",
)
def constant(steps: int, settings: Settings) -> ScheduleSteps:
    """No change at all."""
    del settings
    return ScheduleSteps(learning_rate=(1.0,) * steps)


@schedule(
    key="step",
    title="Step decay",
    knobs=(
        length_knob(100, "Steps between two drops."),
        Knob(
            key="factor",
            title="Factor",
            default=0.1,
            help="What the learning rate is multiplied by at each drop.",
        ),
    ),
    story="Long stretches at one rate, then a sudden drop: the loss falls in visible stairs.",
    source="torch.optim.lr_scheduler.StepLR",
    maths=r"\eta_t = \eta\,\gamma^{\lfloor (t-1)/L \rfloor}",
)
def step_decay(steps: int, settings: Settings) -> ScheduleSteps:
    """A drop every ``length`` steps."""
    length, factor = int(settings["length"]), float(settings["factor"])
    return ScheduleSteps(learning_rate=tuple(factor ** (t // length) for t in range(steps)))


@schedule(
    key="exponential",
    title="Exponential decay",
    knobs=(
        Knob(
            key="factor",
            title="Factor a step",
            default=0.99,
            slider_low=0.9,
            help="What the learning rate is multiplied by after every step.",
        ),
    ),
    story="The rate shrinks by the same share at every step; too fast, and the run stops midway.",
    source="torch.optim.lr_scheduler.ExponentialLR",
    maths=r"\eta_t = \eta\,\gamma^{t-1}",
)
def exponential(steps: int, settings: Settings) -> ScheduleSteps:
    """The same share lost at every step."""
    factor = float(settings["factor"])
    return ScheduleSteps(learning_rate=tuple(factor**t for t in range(steps)))


@schedule(
    key="inverse_sqrt",
    title="One over root t",
    story="The lecture's decay: fast at first, then ever slower, and never quite zero.",
    source="H.-Y. Lee, ML Lecture 9-1, which counts t from 0: the rate over sqrt(t + 1)",
    maths=r"\eta_t = \eta / \sqrt{t}",
)
def inverse_sqrt(steps: int, settings: Settings) -> ScheduleSteps:
    """The first step at the full rate, step t at 1 / sqrt(t) of it."""
    del settings
    return ScheduleSteps(learning_rate=tuple(1 / math.sqrt(t) for t in range(1, steps + 1)))


@schedule(
    key="linear_warmup",
    title="Linear warm-up",
    knobs=(
        length_knob(50, "Steps until the full learning rate is reached."),
        Knob(
            key="start",
            title="Start factor",
            default=0.02,
            help="The share of the learning rate at the first step.",
        ),
    ),
    story="Small steps until the running averages know the terrain, then the full rate.",
    source="P. Goyal et al. 2017, arXiv 1706.02677, section 2.2; torch's LinearLR",
    maths=r"\eta_t = \eta\,\bigl(s + (1-s)\min(1, (t-1)/L)\bigr)",
)
def linear_warmup(steps: int, settings: Settings) -> ScheduleSteps:
    """A straight line from ``start`` to 1 over ``length`` steps."""
    length, start = int(settings["length"]), float(settings["start"])
    return ScheduleSteps(
        learning_rate=tuple(start + (1 - start) * min(t / length, 1.0) for t in range(steps))
    )


@schedule(
    key="cosine",
    title="Cosine",
    knobs=(
        run_length_knob("Steps from the full rate to the final one."),
        final_knob(),
        Knob(
            key="afterwards",
            title="Afterwards",
            default="rise",
            choices=(
                Choice(
                    key="rise",
                    title="Rises again",
                    help="The wave goes on, as in torch: a surprise in runs longer than planned.",
                ),
                Choice(key="stay", title="Stays", help="The rate stays at its final value."),
            ),
            scale="choice",
            help="What happens in a run that is longer than the length.",
        ),
    ),
    story="Slow to leave the full rate and slow to arrive at the end, fast in between.",
    source="Loshchilov and Hutter, ICLR 2017, arXiv 1608.03983, without restarts; torch",
    maths=r"\eta_t = \eta\,\bigl(f + (1-f)\,\tfrac{1 + \cos(\pi (t-1)/L)}{2}\bigr)",
)
def cosine(steps: int, settings: Settings) -> ScheduleSteps:
    """Half a cosine wave from 1 to ``final``."""
    length, final = run_length(steps, settings), float(settings["final"])
    last = steps if settings["afterwards"] == "rise" else length
    return ScheduleSteps(
        learning_rate=tuple(half_cosine(1.0, final, min(t, last) / length) for t in range(steps))
    )


@schedule(
    key="noam",
    title="Noam (Transformer)",
    knobs=(length_knob(100, "Steps until the peak.", key="warmup", title="Warm-up"),),
    story="A straight climb, then one over root t. The paper's rate depends on the width of the "
    "network; here the peak is the entry's own learning rate, so only the shape is Noam's.",
    source="Vaswani et al., NeurIPS 2017, arXiv 1706.03762, section 5.3, scaled to a peak of 1",
    maths=r"\eta_t = \eta\,\min\bigl(\sqrt{W/t},\; t/W\bigr)",
)
def noam(steps: int, settings: Settings) -> ScheduleSteps:
    """``min(t**-0.5, t * warmup**-1.5)`` divided by its peak ``warmup**-0.5``."""
    warmup = int(settings["warmup"])
    return ScheduleSteps(
        learning_rate=tuple(min(math.sqrt(warmup / t), t / warmup) for t in range(1, steps + 1))
    )


@schedule(
    key="range_test",
    title="Learning-rate range test",
    knobs=(
        run_length_knob("Steps from the lowest rate to the highest."),
        Knob(
            key="lowest",
            title="Lowest factor",
            default=1e-3,
            low=1e-9,
            high=1e3,
            scale="log",
            slider_low=1e-6,
            slider_high=1.0,
            help="The first rate, as a multiple of the entry's learning rate.",
        ),
        Knob(
            key="highest",
            title="Highest factor",
            default=10.0,
            low=1e-9,
            high=1e6,
            scale="log",
            slider_low=0.1,
            slider_high=1e3,
            help="The last rate, as a multiple of the entry's learning rate.",
        ),
        Knob(
            key="ramp",
            title="Ramp",
            default="exponential",
            scale="choice",
            choices=(
                Choice(key="exponential", title="Exponential", help="The same factor every step."),
                Choice(key="linear", title="Linear", help="The same increase every step."),
            ),
        ),
    ),
    story="Raise the rate until the loss explodes, then read off where it fell fastest: not a way "
    "to train but a way to choose a rate.",
    source="L. N. Smith 2015, arXiv 1506.01186, section 3.3",
    maths=r"\eta_t = \eta\, l\,(h/l)^{(t-1)/(L-1)}",
)
def range_test(steps: int, settings: Settings) -> ScheduleSteps:
    """From ``lowest`` at the first step to ``highest`` at step ``length``, then level."""
    last = max(run_length(steps, settings) - 1, 1)
    lowest, highest = float(settings["lowest"]), float(settings["highest"])
    shares = [min(t / last, 1.0) for t in range(steps)]
    if settings["ramp"] == "linear":
        return ScheduleSteps(learning_rate=tuple(straight(lowest, highest, s) for s in shares))
    return ScheduleSteps(learning_rate=tuple(lowest * (highest / lowest) ** s for s in shares))
