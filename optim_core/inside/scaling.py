"""Lines of the rules that scale each axis by past gradients: Adagrad, Adadelta, RMSProp."""

from __future__ import annotations

from landscapes import Phrase
from optim_core.inside.expressions import Quantity, Root
from optim_core.inside.names import (
    EFFECTIVE,
    EPSILON,
    MOMENTUM,
    MOVE,
    RATE,
    SECOND,
    SECOND_BEFORE,
    SIZE,
    STEP,
    VELOCITY,
    VELOCITY_BEFORE,
)
from optim_core.inside.sheet import Chart, Sheet, explains
from optim_core.inside.symbols import Symbol

SUM_BEFORE = Quantity(
    "sum_before", Symbol("G", sub="t-1"), Phrase("Sum of squared gradients before the step")
)
SUM = Quantity("sum", Symbol("G", sub="t"), Phrase("Sum of squared gradients"))
SLOWING = Quantity(
    "learning_rate_decay", Symbol(r"\kappa"), Phrase("Learning rate decay"), exact=True
)
SLOWED = Quantity("slowed_rate", Symbol(r"\eta", sub="t"), Phrase("Learning rate now"))
RHO = Quantity("rho", Symbol(r"\rho"), Phrase("Decay of both averages"), exact=True)
MOVES_BEFORE = Quantity(
    "moves_before", Symbol("D", sub="t-1"), Phrase("Average squared movement before the step")
)
MOVES = Quantity("moves", Symbol("D", sub="t"), Phrase("Average squared movement"))
RATIO = Quantity("ratio", Symbol("r", sub="t"), Phrase("Past movement over past gradients"))
MOVEMENT = Quantity("movement", Symbol("x", sub="t"), Phrase("The rule's own movement"))
ALPHA = Quantity(
    "alpha_now", Symbol(r"\alpha", sub="t"), Phrase("Decay of the average"), exact=True
)
MEAN_BEFORE = Quantity(
    "mean_before", Symbol("g", sub="t-1", accent="bar"), Phrase("Mean gradient before the step")
)
MEAN = Quantity("mean", Symbol("g", sub="t", accent="bar"), Phrase("Mean gradient"))
SPREAD = Quantity("spread", Symbol(r"\sigma", sub="t", sup="2"), Phrase("Spread of the gradients"))
STEADY_ALPHA = Quantity("alpha", Symbol(r"\alpha"), Phrase("Alpha"), exact=True)

RATES_CHART = Phrase("Effective learning rate on each axis")


@explains("adagrad")
def adagrad(sheet: Sheet) -> None:
    gradient = sheet.gradient()
    rate, epsilon = sheet.setting(RATE), sheet.setting(EPSILON)
    before = sheet.known(SUM_BEFORE, sheet.before.sum_of_squares)
    if sheet.used("learning_rate_decay"):
        slowing = sheet.setting(SLOWING)
        rate = sheet.line(SLOWED, rate / (1 + (STEP - 1) * slowing), sheet.noted("rate"))
    total = sheet.line(SUM, before + gradient**2, sheet.after.sum_of_squares)
    inside = sheet.choice() == "inside"
    size = Root(total + epsilon) if inside else Root(total) + epsilon
    sheet.line(SIZE, size, sheet.noted("size"))
    sheet.line(EFFECTIVE, rate / SIZE)
    sheet.line(MOVE, -(EFFECTIVE * gradient))
    sheet.arrow("gradient", gradient)
    sheet.arrow("direction", EFFECTIVE * gradient)
    sheet.stable_below(2.0)
    sheet.charts.append(Chart(Phrase("The sum only grows"), (SUM,)))
    sheet.charts.append(Chart(RATES_CHART, (EFFECTIVE,)))


@explains("adadelta")
def adadelta(sheet: Sheet) -> None:
    gradient = sheet.gradient()
    rate, epsilon, rho = sheet.setting(RATE), sheet.setting(EPSILON), sheet.setting(RHO)
    before = sheet.known(SECOND_BEFORE, sheet.before.second_moment)
    moves_before = sheet.known(MOVES_BEFORE, sheet.before.squared_movement)
    second = rho * before + (1 - rho) * gradient**2
    sheet.line(SECOND, second, sheet.after.second_moment)
    sheet.line(SIZE, Root(SECOND + epsilon), sheet.noted("size"))
    sheet.line(RATIO, Root(moves_before + epsilon) / SIZE)
    sheet.line(MOVEMENT, RATIO * gradient, sheet.noted("movement"))
    moves = rho * moves_before + (1 - rho) * MOVEMENT**2
    sheet.line(MOVES, moves, sheet.after.squared_movement)
    sheet.line(EFFECTIVE, rate * RATIO)
    sheet.line(MOVE, -(rate * MOVEMENT))
    sheet.arrow("gradient", gradient)
    sheet.arrow("direction", rate * MOVEMENT)
    sheet.stable_below(2.0)
    sheet.charts.append(Chart(RATES_CHART, (EFFECTIVE,)))


@explains("rmsprop")
def rmsprop(sheet: Sheet) -> None:
    gradient = sheet.gradient()
    rate, epsilon = sheet.setting(RATE), sheet.setting(EPSILON)
    before = sheet.known(SECOND_BEFORE, sheet.before.second_moment)
    variant = sheet.choice()
    if variant == "lecture":  # nothing of the zero that it starts at is kept
        alpha = sheet.known(ALPHA, sheet.noted("decay"))
    else:
        alpha = sheet.setting(STEADY_ALPHA)
    second = sheet.line(
        SECOND, alpha * before + (1 - alpha) * gradient**2, sheet.after.second_moment
    )
    if sheet.steps.settings.switch("centered"):
        steady = sheet.setting(STEADY_ALPHA)
        mean_before = sheet.known(MEAN_BEFORE, sheet.before.first_moment)
        mean = steady * mean_before + (1 - steady) * gradient
        sheet.line(MEAN, mean, sheet.after.first_moment)
        second = sheet.line(SPREAD, SECOND - MEAN**2, sheet.noted("spread"))
    size = Root(second + epsilon) if variant == "inside" else Root(second) + epsilon
    sheet.line(SIZE, size, sheet.noted("size"))
    sheet.line(EFFECTIVE, rate / SIZE)
    if sheet.used("momentum"):
        kept = sheet.setting(MOMENTUM)
        velocity_before = sheet.known(VELOCITY_BEFORE, sheet.before.velocity)
        sheet.line(VELOCITY, kept * velocity_before + gradient / SIZE, sheet.after.velocity)
        sheet.line(MOVE, -(rate * VELOCITY))
        sheet.arrow("gradient", gradient / SIZE)
        sheet.arrow("momentum", kept * velocity_before)
        sheet.arrow("direction", rate * VELOCITY)
        sheet.stable_below(2 * (1 + kept))
    else:
        sheet.line(MOVE, -(EFFECTIVE * gradient))
        sheet.arrow("gradient", gradient)
        sheet.arrow("direction", EFFECTIVE * gradient)
        sheet.stable_below(2.0)
    sheet.charts.append(Chart(Phrase("The average can fall again"), (SECOND,)))
    sheet.charts.append(Chart(RATES_CHART, (EFFECTIVE,)))
