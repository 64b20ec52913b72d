"""Lines of AdaBound and AMSBound: Adam's rate on each axis, held in a band that closes."""

from __future__ import annotations

import numpy as np

from landscapes import Phrase
from optim_core.inside.expressions import Expression, Held, Largest, Quantity, Root
from optim_core.inside.names import (
    BASE_RATE,
    BETA2,
    CORRECTED_RATE,
    EFFECTIVE,
    EPSILON,
    FIRST,
    FIRST_CORRECTED,
    LARGEST,
    LARGEST_BEFORE,
    MISSING1,
    MISSING2,
    MOVE,
    RATE,
    SECOND,
    STEP,
)
from optim_core.inside.sheet import Chart, Mark, Sheet, explains
from optim_core.inside.symbols import Symbol
from optim_core.inside.team_adam import averaged_limit, corrections, first_parts, moments

FINAL_SET = Quantity(
    "final_learning_rate",
    Symbol(r"\eta", sub="final"),
    Phrase("Final learning rate"),
    exact=True,
)
FINAL = Quantity("final", Symbol(r"\eta", sup="*"), Phrase("Final learning rate now"))
GAMMA = Quantity("gamma", Symbol(r"\gamma"), Phrase("Gamma"), exact=True)
LOWER = Quantity("lower", Symbol(r"\eta", sub="t", sup="low"), Phrase("Lower bound"))
UPPER = Quantity("upper", Symbol(r"\eta", sub="t", sup="up"), Phrase("Upper bound"))
UNBOUNDED = Quantity(
    "unbounded", Symbol(r"\eta", sub="t", sup="Adam"), Phrase("Rate before it is bounded")
)
BOUNDED = Quantity(
    "bounded", Symbol(r"\eta", sub="t", sup="clip"), Phrase("Rate within the bounds")
)


@explains("adabound", "amsbound")
def bounded(sheet: Sheet) -> None:
    gradient = sheet.gradient()
    rate = sheet.setting(RATE)
    moments(sheet, gradient)
    second = SECOND
    if hasattr(sheet.after, "largest_second_moment"):
        before = sheet.known(LARGEST_BEFORE, sheet.before.largest_second_moment)
        largest = sheet.after.largest_second_moment
        second = sheet.line(LARGEST, Largest(before, SECOND), largest)
    variant = sheet.choice()
    final = sheet.setting(FINAL_SET)
    speed: Expression = 1 - BETA2
    if variant == "author":
        corrections(sheet)
        base, epsilon = sheet.setting(BASE_RATE), sheet.setting(EPSILON)
        final = sheet.line(FINAL, final * (rate / base), sheet.noted("final"))
        speed = sheet.setting(GAMMA)
        sheet.line(CORRECTED_RATE, rate * Root(MISSING2) / MISSING1)
        sheet.line(UNBOUNDED, CORRECTED_RATE / (Root(second) + epsilon), sheet.noted("unbounded"))
    elif variant == "lecture":
        corrections(sheet)
        epsilon = sheet.setting(EPSILON)
        size = Root(second / MISSING2) + epsilon
        sheet.line(UNBOUNDED, rate / size, sheet.noted("unbounded"))
    else:
        sheet.line(UNBOUNDED, rate / Root(second), sheet.noted("unbounded"))
    sheet.line(LOWER, final * (1 - 1 / (speed * STEP + 1)), sheet.noted("lower"))
    sheet.line(UPPER, final * (1 + 1 / (speed * STEP)), sheet.noted("upper"))
    held = Held(UNBOUNDED, LOWER, UPPER)
    if variant == "paper":
        sheet.line(BOUNDED, held, sheet.noted("bounded"))
        sheet.line(EFFECTIVE, BOUNDED / Root(STEP))
    else:
        sheet.line(EFFECTIVE, held, sheet.noted("bounded"))
    mean: Quantity = FIRST
    if variant == "lecture":
        mean = sheet.line(FIRST_CORRECTED, FIRST / MISSING1)
        first_parts(sheet, gradient, MISSING1)
    else:
        first_parts(sheet, gradient)
    sheet.line(MOVE, -(EFFECTIVE * mean))
    sheet.arrow("direction", EFFECTIVE * mean)
    averaged_limit(sheet)
    sheet.charts.append(
        Chart(
            Phrase("The band that closes on the final rate"), (LOWER, UPPER, UNBOUNDED, EFFECTIVE)
        )
    )
    low, high = sheet.values["lower"], sheet.values["upper"]
    free = sheet.values["unbounded"]
    sheet.marks.append(
        Mark(Phrase("The upper bound holds a rate down at this step."), np.any(free > high, axis=1))
    )
    sheet.marks.append(
        Mark(Phrase("The lower bound holds a rate up at this step."), np.any(free < low, axis=1))
    )
