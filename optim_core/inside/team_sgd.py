"""Lines of team SGD: gradient descent, heavy ball, Nesterov, SGDW."""

from __future__ import annotations

from landscapes import Phrase
from optim_core.inside import names
from optim_core.inside.expressions import Expression, Quantity
from optim_core.inside.names import (
    BASE_RATE,
    BEFORE,
    DECAY,
    EFFECTIVE,
    MOMENTUM,
    MOVE,
    RATE,
    SHRINKING,
    VELOCITY,
    VELOCITY_BEFORE,
)
from optim_core.inside.sheet import Sheet, Track, explains
from optim_core.inside.symbols import Symbol

KEPT_OUT = Quantity("kept_out", Symbol(r"\tau", sub="t"), Phrase("Dampening"), exact=True)
STEADY = Quantity(
    "steady_rate",
    Symbol(r"\eta", sup="steady"),
    Phrase("Effective learning rate under a steady gradient"),
)
CARRIED = Quantity("carried", Symbol("w", sub="t"), Phrase("Where momentum alone would lead"))
OTHER_FORM = Quantity(
    "other_form", Symbol(r"\phi", sub="t"), Phrase("The point of Nesterov's other form")
)


@explains("sgd")
def sgd(sheet: Sheet) -> None:
    gradient = sheet.gradient()
    rate = sheet.setting(RATE)
    sheet.line(EFFECTIVE, rate)
    sheet.line(MOVE, -(rate * gradient))
    sheet.arrow("gradient", gradient)
    sheet.arrow("direction", rate * gradient)
    sheet.stable_below(2.0)


@explains("momentum")
def momentum(sheet: Sheet) -> None:
    gradient = sheet.gradient()
    rate, kept = sheet.setting(RATE), sheet.setting(MOMENTUM)
    before = sheet.known(VELOCITY_BEFORE, sheet.before.velocity)
    variant = sheet.choice()
    now = sheet.after.velocity
    if variant == "lecture":
        sheet.line(VELOCITY, kept * before - rate * gradient, now)
        sheet.line(EFFECTIVE, rate)
        sheet.line(MOVE, VELOCITY)
        sheet.arrow("gradient", rate * gradient)
        sheet.arrow("momentum", -(kept * before))
        sheet.arrow("direction", -VELOCITY)
        sheet.stable_below(2 * (1 + kept))
    elif variant == "averaged":
        sheet.line(VELOCITY, kept * before + (1 - kept) * gradient, now)
        sheet.line(EFFECTIVE, rate)
        sheet.line(MOVE, -(rate * VELOCITY))
        sheet.arrow("gradient", (1 - kept) * gradient)
        sheet.arrow("momentum", kept * before)
        sheet.arrow("direction", rate * VELOCITY)
        sheet.stable_below(2 * (1 + kept) / (1 - kept))
    else:
        share: Expression | None = None
        let_in: Expression = gradient
        if sheet.used("dampening"):
            share = 1 - sheet.known(KEPT_OUT, sheet.noted("kept_out"))
            let_in = share * gradient
        sheet.line(VELOCITY, kept * before + let_in, now)
        sheet.line(EFFECTIVE, rate)
        sheet.line(MOVE, -(rate * VELOCITY))
        sheet.arrow("gradient", let_in)
        sheet.arrow("momentum", kept * before)
        sheet.arrow("direction", rate * VELOCITY)
        sheet.stable_below(2 * (1 + kept) if share is None else 2 * (1 + kept) / share)
        if share is None:
            sheet.beside(STEADY, rate / (1 - kept))


@explains("nesterov")
def nesterov(sheet: Sheet) -> None:
    rate, kept = sheet.setting(RATE), sheet.setting(MOMENTUM)
    before = sheet.known(VELOCITY_BEFORE, sheet.before.velocity)
    now = sheet.after.velocity
    if sheet.choice() == "lecture":
        at = sheet.line(CARRIED, BEFORE - kept * before)
        gradient = sheet.gradient(at)
        sheet.line(VELOCITY, kept * before + rate * gradient, now)
        sheet.line(EFFECTIVE, rate)
        sheet.line(MOVE, -VELOCITY)
        sheet.beside(OTHER_FORM, BEFORE + MOVE - kept * VELOCITY)
        sheet.tracks.append(Track(CARRIED))
        sheet.arrow("gradient", rate * gradient)
        sheet.arrow("momentum", kept * before)
        sheet.arrow("direction", VELOCITY)
    else:
        gradient = sheet.gradient()
        sheet.line(VELOCITY, kept * before + gradient, now)
        sheet.line(EFFECTIVE, rate)
        sheet.line(MOVE, -(rate * (gradient + kept * VELOCITY)))
        sheet.beside(OTHER_FORM, BEFORE + MOVE + rate * kept * VELOCITY)
        sheet.arrow("gradient", (1 + kept) * gradient)
        sheet.arrow("momentum", kept * kept * before)
        sheet.arrow("direction", rate * (gradient + kept * VELOCITY))
    sheet.tracks.append(Track(OTHER_FORM))
    sheet.stable_below(2 * (1 + kept) / (1 + 2 * kept))


@explains("sgdw")
def sgdw(sheet: Sheet) -> None:
    gradient = sheet.known(names.GRADIENT, sheet.steps.gradients)
    rate, kept = sheet.setting(RATE), sheet.setting(MOMENTUM)
    before = sheet.known(VELOCITY_BEFORE, sheet.before.velocity)
    sheet.line(VELOCITY, kept * before + rate * gradient, sheet.after.velocity)
    sheet.line(EFFECTIVE, rate)
    if sheet.used("weight_decay"):
        decoupled(sheet, by_schedule=sheet.choice() == "paper")
        sheet.line(MOVE, -SHRINKING - VELOCITY)
    else:
        sheet.line(MOVE, -VELOCITY)
    sheet.arrow("gradient", rate * gradient)
    sheet.arrow("momentum", kept * before)
    sheet.arrow("direction", VELOCITY)
    sheet.stable_below(2 * (1 + kept))


def decoupled(sheet: Sheet, *, by_schedule: bool) -> None:
    """The line of a decay that the gradient never sees."""
    decay = sheet.setting(DECAY)
    if by_schedule:
        base = sheet.setting(BASE_RATE)
        sheet.line(SHRINKING, RATE / base * decay * BEFORE)
    else:
        sheet.line(SHRINKING, RATE * decay * BEFORE)
