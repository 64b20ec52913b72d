"""Lines of RAdam: when the second moment can be trusted, and how far."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from landscapes import Phrase
from optim_core.inside.expressions import Number, Quantity, Root
from optim_core.inside.names import (
    BEFORE,
    BETA2,
    DECAY,
    EFFECTIVE,
    EPSILON,
    FIRST,
    FIRST_CORRECTED,
    GRADIENT,
    MISSING1,
    MISSING2,
    MOVE,
    RATE,
    SECOND,
    SHRINKING,
    SIZE,
    STEP,
)
from optim_core.inside.scaling import RATES_CHART
from optim_core.inside.sheet import Chart, Mark, Sheet, explains
from optim_core.inside.symbols import Symbol
from optim_core.inside.team_adam import averaged_limit, corrections, first_parts, moments
from optim_core.optimizers.refined import average_length, longest_average

LONGEST = Quantity(
    "longest", Symbol(r"\rho", sub=r"\infty"), Phrase("Longest average that there can be")
)
LENGTH = Quantity("length", Symbol(r"\rho", sub="t"), Phrase("Gradients averaged so far"))
RECTIFIER = Quantity("rectifier", Symbol("r", sub="t"), Phrase("Rectifier"))


def lengths(betas: Sequence[float], steps: Sequence[int]) -> list[float]:
    """RAdam's rho at each step."""
    return [average_length(beta, step) for beta, step in zip(betas, steps, strict=True)]


def longest(betas: Sequence[float], steps: Sequence[int]) -> list[float]:
    """RAdam's rho at infinity."""
    del steps
    return [longest_average(beta) for beta in betas]


@explains("radam")
def radam(sheet: Sheet) -> None:
    stands = sheet.choice() == "author"
    rate, epsilon = sheet.setting(RATE), sheet.setting(EPSILON)
    gradient = sheet.known(GRADIENT, sheet.steps.gradients) if stands else sheet.gradient()
    moments(sheet, gradient)
    corrections(sheet)
    settings = sheet.steps.settings
    limit = settings.over_steps(longest, "beta2")
    sheet.line(LONGEST, 2 / (1 - BETA2) - 1, limit)
    length = LONGEST - 2 * STEP * BETA2**STEP / MISSING2
    sheet.line(LENGTH, length, settings.over_steps(lengths, "beta2"))
    adapts = sheet.mask("adapts")
    share = (LENGTH - 4) * (LENGTH - 2) * LONGEST / ((LONGEST - 4) * (LONGEST - 2) * LENGTH)
    sheet.line(RECTIFIER, Root(share), sheet.noted("rectifier"), when=adapts)
    sheet.line(FIRST_CORRECTED, FIRST / MISSING1)
    sheet.line(SIZE, Root(SECOND) + epsilon, sheet.noted("size"), when=adapts)
    sheet.line(EFFECTIVE, rate * RECTIFIER * Root(MISSING2) / SIZE, when=adapts)
    scaled = EFFECTIVE * FIRST_CORRECTED
    sheet.or_line(EFFECTIVE, Number(0.0) if stands else rate, ~adapts)
    if stands and sheet.used("weight_decay"):
        decay = sheet.setting(DECAY)
        sheet.line(SHRINKING, rate * decay * BEFORE, when=adapts)
        sheet.line(MOVE, -SHRINKING - scaled, when=adapts)
    else:
        sheet.line(MOVE, -scaled, when=adapts)
    sheet.or_line(MOVE, -scaled, ~adapts)
    first_parts(sheet, gradient, MISSING1)
    sheet.arrow("direction", scaled)
    averaged_limit(sheet)
    sentence = (
        Phrase("Not adapted: too few gradients are averaged, so the rule stands still.")
        if stands
        else Phrase("Not adapted: too few gradients are averaged, so this is plain momentum.")
    )
    sheet.marks.append(Mark(sentence, np.asarray(~adapts)))
    sheet.charts.append(Chart(Phrase("The rectifier warms the rate up"), (RECTIFIER,), log=False))
    sheet.charts.append(Chart(RATES_CHART, (EFFECTIVE,)))
