"""Lines of Adam and its kin: AMSGrad, AdaMax, AdamW, NAdam."""

from __future__ import annotations

from landscapes import Phrase
from optim_core.inside import names
from optim_core.inside.expressions import Expression, Largest, Quantity, Root, Size
from optim_core.inside.names import (
    BEFORE,
    BETA1,
    BETA2,
    CORRECTED_RATE,
    DECAY,
    EFFECTIVE,
    EPSILON,
    FIRST,
    FIRST_BEFORE,
    FIRST_CORRECTED,
    L2_BESIDE,
    LARGEST,
    LARGEST_BEFORE,
    MISSING1,
    MISSING2,
    MOVE,
    RATE,
    SECOND,
    SECOND_BEFORE,
    SECOND_CORRECTED,
    SHRINKING,
    SIZE,
    STEP,
)
from optim_core.inside.scaling import RATES_CHART
from optim_core.inside.sheet import Chart, Mask, Sheet, explains
from optim_core.inside.symbols import Symbol
from optim_core.inside.team_sgd import decoupled
from optim_core.optimizers.moments import bias_correction

LARGEST_GRADIENT_BEFORE = Quantity(
    "largest_gradient_before",
    Symbol("u", sub="t-1"),
    Phrase("Largest recent gradient before the step"),
)
LARGEST_GRADIENT = Quantity(
    "largest_gradient", Symbol("u", sub="t"), Phrase("Largest recent gradient")
)
MOMENTUM_NOW = Quantity("momentum_now", Symbol(r"\mu", sub="t"), Phrase("Momentum of this step"))
MOMENTUM_NEXT = Quantity(
    "momentum_next", Symbol(r"\mu", sub="t+1"), Phrase("Momentum of the next step")
)
MISSING_NOW = Quantity(
    "missing_now", Symbol("c", sub="t"), Phrase("Bias correction of the newest gradient")
)
MISSING_NEXT = Quantity(
    "missing_next", Symbol("c", sub="t+1"), Phrase("Bias correction of the momentum ahead")
)
AHEAD = Quantity("ahead", Symbol("m", sub="t", accent="hat"), Phrase("Momentum that looks ahead"))


def moments(sheet: Sheet, gradient: Quantity, when: Mask | None = None) -> None:
    """The lines of both moments."""
    beta1, beta2 = sheet.setting(BETA1), sheet.setting(BETA2)
    first_before = sheet.known(FIRST_BEFORE, sheet.before.first_moment)
    second_before = sheet.known(SECOND_BEFORE, sheet.before.second_moment)
    first = beta1 * first_before + (1 - beta1) * gradient
    sheet.line(FIRST, first, sheet.after.first_moment, when)
    second = beta2 * second_before + (1 - beta2) * gradient**2
    sheet.line(SECOND, second, sheet.after.second_moment, when)


def corrections(sheet: Sheet, *, second: bool = True, when: Mask | None = None) -> None:
    """The lines of the bias corrections."""
    settings = sheet.steps.settings
    one = settings.over_steps(bias_correction, "beta1")
    sheet.line(MISSING1, bias(sheet, BETA1), one, when)
    if second:
        two = settings.over_steps(bias_correction, "beta2")
        sheet.line(MISSING2, bias(sheet, BETA2), two, when)


def bias(sheet: Sheet, beta: Quantity) -> Expression:
    """What an average that started at zero has seen by now."""
    return 1 - beta**STEP


def first_parts(sheet: Sheet, gradient: Quantity, over: Expression | None = None) -> None:
    """The arrows of the gradient's and the momentum's part of the first moment."""
    fresh, old = (1 - BETA1) * gradient, BETA1 * FIRST_BEFORE
    sheet.arrow("gradient", fresh if over is None else fresh / over)
    sheet.arrow("momentum", old if over is None else old / over)


def averaged_limit(sheet: Sheet) -> None:
    """The stability limit of a momentum that averages."""
    sheet.stable_below(2 * (1 + BETA1) / (1 - BETA1))


def corrected_move(
    sheet: Sheet, gradient: Quantity, *, decay: bool = False, when: Mask | None = None
) -> None:
    """Adam's last lines: the corrected first moment, scaled on each axis."""
    sheet.line(FIRST_CORRECTED, FIRST / MISSING1)
    sheet.line(EFFECTIVE, RATE / SIZE)
    scaled = EFFECTIVE * FIRST_CORRECTED
    sheet.line(MOVE, -SHRINKING - scaled if decay else -scaled, when=when)
    first_parts(sheet, gradient, MISSING1)
    sheet.arrow("direction", scaled)
    averaged_limit(sheet)


@explains("adam")
def adam(sheet: Sheet) -> None:
    gradient = sheet.gradient()
    rate, epsilon = sheet.setting(RATE), sheet.setting(EPSILON)
    moments(sheet, gradient)
    corrections(sheet)
    if sheet.choice() == "early_epsilon":
        corrected = rate * Root(MISSING2) / MISSING1
        sheet.line(CORRECTED_RATE, corrected, sheet.noted("corrected_rate"))
        sheet.line(SIZE, Root(SECOND) + epsilon, sheet.noted("size"))
        sheet.line(EFFECTIVE, CORRECTED_RATE / SIZE)
        sheet.line(MOVE, -(EFFECTIVE * FIRST))
        first_parts(sheet, gradient)
        sheet.arrow("direction", EFFECTIVE * FIRST)
        averaged_limit(sheet)
    else:
        sheet.line(SECOND_CORRECTED, SECOND / MISSING2)
        sheet.line(SIZE, Root(SECOND_CORRECTED) + epsilon, sheet.noted("size"))
        corrected_move(sheet, gradient)
    sheet.charts.append(Chart(RATES_CHART, (EFFECTIVE,)))


@explains("amsgrad")
def amsgrad(sheet: Sheet) -> None:
    gradient = sheet.gradient()
    rate, epsilon = sheet.setting(RATE), sheet.setting(EPSILON)
    moments(sheet, gradient)
    before = sheet.known(LARGEST_BEFORE, sheet.before.largest_second_moment)
    largest, variant = sheet.after.largest_second_moment, sheet.choice()
    if variant == "paper":
        sheet.line(LARGEST, Largest(before, SECOND), largest)
        sheet.line(SIZE, Root(LARGEST) + epsilon, sheet.noted("size"))
        sheet.line(EFFECTIVE, rate / SIZE)
        sheet.line(MOVE, -(EFFECTIVE * FIRST))
        first_parts(sheet, gradient)
        sheet.arrow("direction", EFFECTIVE * FIRST)
        averaged_limit(sheet)
    else:
        corrections(sheet)
        if variant == "unbiased":
            sheet.line(SECOND_CORRECTED, SECOND / MISSING2, sheet.noted("candidate"))
            sheet.line(LARGEST, Largest(before, SECOND_CORRECTED), largest)
            sheet.line(SIZE, Root(LARGEST) + epsilon, sheet.noted("size"))
        else:
            sheet.line(LARGEST, Largest(before, SECOND), largest)
            sheet.line(SECOND_CORRECTED, LARGEST / MISSING2)
            sheet.line(SIZE, Root(SECOND_CORRECTED) + epsilon, sheet.noted("size"))
        corrected_move(sheet, gradient)
    sheet.charts.append(Chart(Phrase("Second moment, and the largest so far"), (SECOND, LARGEST)))
    sheet.charts.append(Chart(RATES_CHART, (EFFECTIVE,)))


@explains("adamax")
def adamax(sheet: Sheet) -> None:
    gradient = sheet.gradient()
    sheet.setting(RATE)
    epsilon, beta1, beta2 = sheet.setting(EPSILON), sheet.setting(BETA1), sheet.setting(BETA2)
    first_before = sheet.known(FIRST_BEFORE, sheet.before.first_moment)
    before = sheet.known(LARGEST_GRADIENT_BEFORE, sheet.before.largest_gradient)
    first = beta1 * first_before + (1 - beta1) * gradient
    sheet.line(FIRST, first, sheet.after.first_moment)
    largest = Largest(beta2 * before, Size(gradient) + epsilon)
    sheet.line(LARGEST_GRADIENT, largest, sheet.after.largest_gradient)
    corrections(sheet, second=False)
    sheet.line(SIZE, LARGEST_GRADIENT)
    corrected_move(sheet, gradient)
    sheet.charts.append(Chart(RATES_CHART, (EFFECTIVE,)))


@explains("adamw")
def adamw(sheet: Sheet) -> None:
    gradient = sheet.known(names.GRADIENT, sheet.steps.gradients)
    sheet.setting(RATE)
    epsilon = sheet.setting(EPSILON)
    moments(sheet, gradient)
    corrections(sheet)
    sheet.line(SECOND_CORRECTED, SECOND / MISSING2)
    sheet.line(SIZE, Root(SECOND_CORRECTED) + epsilon, sheet.noted("size"))
    decays = sheet.used("weight_decay")
    if decays:
        decoupled(sheet, by_schedule=sheet.choice() == "paper")
    corrected_move(sheet, gradient, decay=decays)
    sheet.charts.append(Chart(RATES_CHART, (EFFECTIVE,)))
    if decays:
        sheet.beside(L2_BESIDE, EFFECTIVE * DECAY * BEFORE)


@explains("nadam")
def nadam(sheet: Sheet) -> None:
    gradient = sheet.gradient()
    rate, epsilon = sheet.setting(RATE), sheet.setting(EPSILON)
    moments(sheet, gradient)
    settings = sheet.steps.settings
    two = settings.over_steps(bias_correction, "beta2")
    sheet.line(MISSING2, bias(sheet, BETA2), two)
    sheet.line(SECOND_CORRECTED, SECOND / MISSING2)
    sheet.line(SIZE, Root(SECOND_CORRECTED) + epsilon, sheet.noted("size"))
    now = sheet.known(MOMENTUM_NOW, sheet.noted("momentum_now"))
    following = sheet.known(MOMENTUM_NEXT, sheet.noted("momentum_next"))
    short = sheet.known(MISSING_NOW, sheet.noted("missing_now"))
    short_next = sheet.known(MISSING_NEXT, sheet.noted("missing_next"))
    newest, carried = (1 - now) * gradient / short, following * FIRST / short_next
    sheet.line(AHEAD, newest + carried)
    sheet.line(EFFECTIVE, rate / SIZE)
    sheet.line(MOVE, -(EFFECTIVE * AHEAD))
    fresh = following * (1 - BETA1) * gradient / short_next
    sheet.arrow("gradient", newest + fresh)
    sheet.arrow("momentum", following * BETA1 * FIRST_BEFORE / short_next)
    sheet.arrow("direction", EFFECTIVE * AHEAD)
    sheet.stable_below(2 * (1 + BETA1) / ((1 - BETA1) * (1 + 2 * BETA1)))
    sheet.charts.append(Chart(RATES_CHART, (EFFECTIVE,)))
