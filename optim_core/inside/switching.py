"""Lines of SWATS: Adam, the rate that SGD would need, the switch, and SGD."""

from __future__ import annotations

import numpy as np

from landscapes import Phrase
from optim_core.inside.expressions import Dot, Quantity, Root, Size
from optim_core.inside.names import (
    BASE_RATE,
    BETA1,
    BETA2,
    CORRECTED_RATE,
    EFFECTIVE,
    EPSILON,
    FIRST,
    FIRST_BEFORE,
    MISSING1,
    MISSING2,
    MOVE,
    RATE,
    SECOND,
    SIZE,
    VELOCITY,
    VELOCITY_BEFORE,
)
from optim_core.inside.sheet import Chart, Mark, Sheet, explains
from optim_core.inside.symbols import Symbol
from optim_core.inside.team_adam import corrections, moments

ADAM_MOVE = Quantity("adam_move", Symbol("p", sub="t"), Phrase("Adam's move"))
NEEDED = Quantity("needed", Symbol(r"\gamma", sub="t"), Phrase("Rate that SGD would need"))
AVERAGE_BEFORE = Quantity(
    "average_before",
    Symbol(r"\lambda", sub="t-1"),
    Phrase("Average of those rates before the step"),
)
AVERAGE = Quantity("average", Symbol(r"\lambda", sub="t"), Phrase("Average of those rates"))
ESTIMATE = Quantity(
    "estimate", Symbol(r"\Lambda", sub="t"), Phrase("Estimated rate, bias corrected")
)
APART = Quantity("apart", Symbol("e", sub="t"), Phrase("How far rate and estimate are apart"))
TOLERANCE = Quantity("switch_tolerance", Symbol(r"\tau"), Phrase("Switch tolerance"), exact=True)
ENOUGH = Quantity("enough", Symbol("e", sup="max"), Phrase("Switches when they are closer than"))
KEPT_RATE = Quantity("kept_rate", Symbol(r"\Lambda"), Phrase("Rate kept at the switch"))


@explains("swats")
def swats(sheet: Sheet) -> None:
    gradient = sheet.gradient()
    rate, base, epsilon = sheet.setting(RATE), sheet.setting(BASE_RATE), sheet.setting(EPSILON)
    in_sgd, usable = sheet.mask("in_sgd"), sheet.mask("usable")
    adam = ~in_sgd
    # Adam's averages go on, but lead nowhere once SGD has taken over.
    moments(sheet, gradient, adam)
    corrections(sheet, when=adam)
    sheet.line(CORRECTED_RATE, rate * Root(MISSING2) / MISSING1, when=adam)
    sheet.line(SIZE, Root(SECOND) + epsilon, when=adam)
    sheet.line(EFFECTIVE, CORRECTED_RATE / SIZE, when=adam)
    sheet.line(ADAM_MOVE, -(EFFECTIVE * FIRST), sheet.noted("movement"), when=adam)
    estimates(sheet, gradient, np.asarray(usable & adam))
    sheet.line(MOVE, ADAM_MOVE, when=adam)
    kept = sheet.known(KEPT_RATE, sheet.before.rate)
    before = sheet.known(VELOCITY_BEFORE, sheet.before.velocity)
    sheet.line(VELOCITY, BETA1 * before + gradient, sheet.after.velocity, when=in_sgd)
    sheet.or_line(EFFECTIVE, (1 - BETA1) * kept * (rate / base), in_sgd)
    sheet.or_line(MOVE, -(EFFECTIVE * VELOCITY), in_sgd)
    arrows(sheet, gradient, in_sgd)
    sheet.stable_below(2 * (1 + BETA1) / (1 - BETA1), when=adam)
    sheet.stable_below(2 * (1 + BETA1), when=in_sgd)
    switches = (sheet.after.switched.numpy() > 0)[:, 0] & adam
    sheet.marks.append(Mark(Phrase("Here it switches: from the next step on it is SGD."), switches))
    sheet.marks.append(Mark(Phrase("SGD with momentum, at the rate kept at the switch."), in_sgd))
    chart = Phrase("The rate that SGD would need, and its average")
    sheet.charts.append(Chart(chart, (NEEDED, ESTIMATE)))


def estimates(sheet: Sheet, gradient: Quantity, when: np.ndarray) -> None:
    """The lines that work out SGD's rate, and whether it is time."""
    needed = Dot(ADAM_MOVE, ADAM_MOVE) / -Dot(ADAM_MOVE, gradient)
    sheet.line(NEEDED, needed, sheet.noted("needed"), when=when)
    before = sheet.known(AVERAGE_BEFORE, sheet.before.rate_average)
    average = BETA2 * before + (1 - BETA2) * NEEDED
    sheet.line(AVERAGE, average, sheet.after.rate_average, when=when)
    sheet.line(ESTIMATE, AVERAGE / MISSING2, sheet.noted("corrected"), when=when)
    sheet.line(APART, Size(ESTIMATE - NEEDED), sheet.noted("apart"), when=when)
    if sheet.choice() == "paper":
        sheet.line(ENOUGH, EPSILON, when=when)
    else:
        tolerance = sheet.setting(TOLERANCE)
        sheet.line(ENOUGH, tolerance * ESTIMATE, when=when)


def arrows(sheet: Sheet, gradient: Quantity, in_sgd: np.ndarray) -> None:
    """Each phase has its own momentum."""
    parts = {
        "gradient": ((1 - BETA1) * gradient, gradient),
        "momentum": (BETA1 * FIRST_BEFORE, BETA1 * VELOCITY_BEFORE),
    }
    for role, (by_adam, by_sgd) in parts.items():
        sheet.arrow(role, by_adam)
        adam = sheet.arrows[role]
        sheet.arrow(role, by_sgd)
        sheet.arrows[role] = np.where(in_sgd[:, None], sheet.arrows[role], adam)
    sheet.arrow("direction", -MOVE)
