"""The quantities that several rules share: one key, one symbol and one name for each."""

from __future__ import annotations

from landscapes import Phrase
from optim_core.inside.expressions import Quantity
from optim_core.inside.symbols import Symbol

BEFORE = Quantity("before", Symbol(r"\theta", sub="t-1"), Phrase("Point before the step"))
AFTER = Quantity("after", Symbol(r"\theta", sub="t"), Phrase("Point after the step"))
GRADIENT = Quantity("gradient", Symbol("g", sub="t"), Phrase("Gradient"))
WITH_DECAY = Quantity(
    "with_decay",
    Symbol("g", sub="t", accent="tilde"),
    Phrase("Gradient with weight decay (L2)"),
)
MOVE = Quantity("move", Symbol(r"\Delta", sub="t"), Phrase("Move"))
STEP = Quantity("step", Symbol("t"), Phrase("Number of the step"), exact=True)

RATE = Quantity("learning_rate", Symbol(r"\eta"), Phrase("Learning rate"), exact=True)
BASE_RATE = Quantity(
    "base_learning_rate",
    Symbol(r"\eta", sub="0"),
    Phrase("Learning rate before the schedule"),
    exact=True,
)
EFFECTIVE = Quantity(
    "effective_rate", Symbol(r"\eta", sub="t", sup="eff"), Phrase("Effective learning rate")
)
MOMENTUM = Quantity("momentum", Symbol(r"\mu"), Phrase("Share of momentum kept"), exact=True)
DECAY = Quantity("weight_decay", Symbol(r"\lambda"), Phrase("Weight decay"), exact=True)
EPSILON = Quantity("epsilon", Symbol(r"\epsilon"), Phrase("Epsilon"), exact=True)
BETA1 = Quantity("beta1", Symbol(r"\beta", sub="1"), Phrase("Beta 1"), exact=True)
BETA2 = Quantity("beta2", Symbol(r"\beta", sub="2"), Phrase("Beta 2"), exact=True)

VELOCITY_BEFORE = Quantity(
    "velocity_before", Symbol("u", sub="t-1"), Phrase("Momentum before the step")
)
VELOCITY = Quantity("velocity", Symbol("u", sub="t"), Phrase("Momentum"))
FIRST_BEFORE = Quantity(
    "first_before", Symbol("m", sub="t-1"), Phrase("First moment before the step")
)
FIRST = Quantity("first", Symbol("m", sub="t"), Phrase("First moment (momentum)"))
SECOND_BEFORE = Quantity(
    "second_before", Symbol("v", sub="t-1"), Phrase("Second moment before the step")
)
SECOND = Quantity("second", Symbol("v", sub="t"), Phrase("Second moment"))
MISSING1 = Quantity("missing1", Symbol("c", sub="1"), Phrase("Bias correction of the first moment"))
MISSING2 = Quantity(
    "missing2", Symbol("c", sub="2"), Phrase("Bias correction of the second moment")
)
FIRST_CORRECTED = Quantity(
    "first_corrected",
    Symbol("m", sub="t", accent="hat"),
    Phrase("First moment, bias corrected"),
)
SECOND_CORRECTED = Quantity(
    "second_corrected",
    Symbol("v", sub="t", accent="hat"),
    Phrase("Second moment, bias corrected"),
)
SIZE = Quantity("size", Symbol("s", sub="t"), Phrase("Size that gradients are divided by"))
CORRECTED_RATE = Quantity(
    "corrected_rate", Symbol(r"\eta", sub="t"), Phrase("Learning rate with bias corrections")
)
LARGEST_BEFORE = Quantity(
    "largest_before",
    Symbol("v", sub="t-1", sup="max"),
    Phrase("Largest second moment before the step"),
)
LARGEST = Quantity("largest", Symbol("v", sub="t", sup="max"), Phrase("Largest second moment"))
SHRINKING = Quantity(
    "shrinking", Symbol("d", sub="t"), Phrase("Weight decay, apart from the gradient")
)
L2_BESIDE = Quantity(
    "l2_beside",
    Symbol("d", sub="t", sup="L2"),
    Phrase("The same decay inside the gradient (L2), for comparison"),
)
LIMIT = Quantity("limit", Symbol("c", sub="max"), Phrase("Stable below"))
