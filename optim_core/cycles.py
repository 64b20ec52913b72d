"""Schedules that go up and down: warm restarts, cycles and one-cycle."""

from __future__ import annotations

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

MAX_MOMENTUM = 0.9999


def _momentum_knobs(moves: bool, low: float, high: float) -> tuple[Knob, Knob, Knob]:
    """Whether momentum mirrors the learning rate, and between which two values."""
    return (
        Knob(
            key="cycle_momentum",
            title="Move momentum too",
            default=moves,
            scale="switch",
            help="Momentum (Adam's beta 1) falls as the rate rises; it replaces the entry's own.",
        ),
        Knob(
            key="low_momentum",
            title="Momentum at the peak",
            default=low,
            high=MAX_MOMENTUM,
            slider_high=0.99,
            help="Momentum where the learning rate is highest.",
        ),
        Knob(
            key="high_momentum",
            title="Momentum at the base",
            default=high,
            high=MAX_MOMENTUM,
            slider_high=0.99,
            help="Momentum where the learning rate is lowest.",
        ),
    )


@schedule(
    key="sgdr",
    title="Warm restarts (SGDR)",
    knobs=(
        length_knob(50, "Steps of the first cosine, before the first restart."),
        Knob(
            key="growth",
            title="Growth",
            default=2,
            low=1,
            high=10,
            scale="integer",
            slider_high=4,
            help="How many times longer each cosine is than the one before it.",
        ),
        final_knob(),
    ),
    story="Cosine after cosine: each restart kicks the point out of a minimum that holds it "
    "loosely. The final factor itself is never reached, because the restart takes its place.",
    source="Loshchilov and Hutter, ICLR 2017, arXiv 1608.03983, equation 5",
    maths=r"\eta_t = \eta\,\bigl(f + (1-f)\,\tfrac{1 + \cos(\pi T_{cur}/T_i)}{2}\bigr), "
    r"\quad T_i = T_0 G^i",
)
def sgdr(steps: int, settings: Settings) -> ScheduleSteps:
    """Cosines of ``length``, ``length * growth``, ... steps, each from 1 towards ``final``."""
    span, growth, final = (
        int(settings["length"]),
        int(settings["growth"]),
        float(settings["final"]),
    )
    since, rates = 0, []
    for _ in range(steps):
        if since == span:
            since, span = 0, span * growth
        rates.append(half_cosine(1.0, final, since / span))
        since += 1
    return ScheduleSteps(learning_rate=tuple(rates))


@schedule(
    key="cyclical",
    title="Cyclical",
    knobs=(
        length_knob(50, "Steps from the base up to the peak.", key="up", title="Steps up"),
        length_knob(50, "Steps from the peak down to the base.", key="down", title="Steps down"),
        Knob(
            key="base",
            title="Base factor",
            default=0.1,
            help="The lowest rate, as a share of the entry's learning rate, which is the peak.",
        ),
        Knob(
            key="mode",
            title="Peaks",
            default="triangular",
            scale="choice",
            choices=(
                Choice(key="triangular", title="Equal", help="Every peak is as high as the first."),
                Choice(
                    key="triangular2",
                    title="Halved",
                    help="Each peak is half as far above the base as the one before.",
                ),
                Choice(
                    key="exp_range",
                    title="Fading",
                    help="The height above the base shrinks by the same share at every step.",
                ),
            ),
            help="How high the later peaks are.",
        ),
        Knob(
            key="factor",
            title="Factor a step",
            default=0.995,
            slider_low=0.9,
            help="How fast fading peaks fade; the other modes ignore it.",
        ),
        *_momentum_knobs(False, 0.8, 0.9),
    ),
    story="Straight up and straight down between two rates, again and again: large steps explore, "
    "small steps settle.",
    source="L. N. Smith 2015, arXiv 1506.01186; momentum as in torch's CyclicLR",
    maths=r"\eta_t = \eta\,\bigl(b + (1-b)\,h_t\,a_t\bigr), \quad "
    r"a_t \in \{1,\; 2^{1-\text{cycle}},\; \gamma^{t-1}\}",
)
def cyclical(steps: int, settings: Settings) -> ScheduleSteps:
    """Triangles; ``height`` is how far up the present one each step stands, 0 to 1."""
    up, down, base = int(settings["up"]), int(settings["down"]), float(settings["base"])
    mode, factor = settings["mode"], float(settings["factor"])
    heights = []
    for t in range(steps):
        cycle, since = divmod(t, up + down)
        height = since / up if since <= up else (up + down - since) / down
        if mode == "triangular2":
            height *= 0.5**cycle
        elif mode == "exp_range":
            height *= factor**t
        heights.append(height)
    low, high = float(settings["low_momentum"]), float(settings["high_momentum"])
    return ScheduleSteps(
        learning_rate=tuple(base + (1 - base) * height for height in heights),
        momentum=tuple(high - (high - low) * height for height in heights)
        if settings["cycle_momentum"]
        else None,
    )


@schedule(
    key="one_cycle",
    title="One cycle",
    knobs=(
        run_length_knob("Steps of the whole cycle; afterwards the rate stays at its lowest."),
        Knob(
            key="rising_share",
            title="Rising share",
            default=0.3,
            help="Share of the steps that climb to the peak. With three phases the way down takes "
            "as long, so at most half leaves room for the last phase.",
        ),
        Knob(
            key="divisor",
            title="Start divisor",
            default=25.0,
            low=1.0,
            high=1e6,
            scale="log",
            slider_high=1_000.0,
            help="The first rate is the entry's learning rate, the peak, divided by this.",
        ),
        Knob(
            key="final_divisor",
            title="Final divisor",
            default=1e4,
            low=1.0,
            high=1e9,
            scale="log",
            slider_high=1e6,
            help="The last rate is the first one divided by this.",
        ),
        Knob(
            key="phases",
            title="Phases",
            default="two",
            scale="choice",
            choices=(
                Choice(
                    key="two", title="Two", help="Up, then down to the lowest: torch's default."
                ),
                Choice(
                    key="three",
                    title="Three",
                    help="Up, down to the first rate, then down to the lowest: as in the paper.",
                ),
            ),
        ),
        Knob(
            key="shape",
            title="Shape",
            default="cosine",
            scale="choice",
            choices=(
                Choice(key="cosine", title="Cosine", help="Half a cosine wave in each phase."),
                Choice(key="linear", title="Linear", help="A straight line in each phase."),
            ),
        ),
        *_momentum_knobs(True, 0.85, 0.95),
    ),
    story="One climb to a daring rate and one long descent, with momentum moving the other way.",
    source="Smith and Topin 2017, arXiv 1708.07120; L. N. Smith 2018, arXiv 1803.09820; "
    "torch's OneCycleLR",
    maths=r"\tfrac{\eta}{D} \nearrow \eta \searrow \tfrac{\eta}{D\,F}, \qquad "
    r"\mu_{high} \searrow \mu_{low} \nearrow \mu_{high}",
)
def one_cycle(steps: int, settings: Settings) -> ScheduleSteps:
    """Phases as (last index, rate from, rate to, momentum from, momentum to); indices from 0."""
    total, share = run_length(steps, settings), float(settings["rising_share"])
    first = 1 / float(settings["divisor"])
    last = first / float(settings["final_divisor"])
    low, high = float(settings["low_momentum"]), float(settings["high_momentum"])
    peak_at, end = share * total - 1, float(total - 1)
    if settings["phases"] == "two":
        phases = [(peak_at, first, 1.0, high, low), (end, 1.0, last, low, high)]
    else:
        phases = [
            (peak_at, first, 1.0, high, low),
            (2 * peak_at, 1.0, first, low, high),
            (end, first, last, high, high),
        ]
    between = half_cosine if settings["shape"] == "cosine" else straight
    rates, momenta = [], []
    for t in range(steps):
        at, since, remaining = float(min(t, total - 1)), 0.0, list(phases)
        until, rate_from, rate_to, momentum_from, momentum_to = remaining.pop(0)
        while remaining and at > until:
            since = until
            until, rate_from, rate_to, momentum_from, momentum_to = remaining.pop(0)
        # A phase without length (a share of nothing, a run of one step) is at its end at once.
        part = (at - since) / (until - since) if until != since else 1.0
        rates.append(between(rate_from, rate_to, part))
        momenta.append(between(momentum_from, momentum_to, part))
    return ScheduleSteps(
        learning_rate=tuple(rates), momentum=tuple(momenta) if settings["cycle_momentum"] else None
    )
