"""Seeds in a row, for people: how many, and from which one on."""

from __future__ import annotations

from landscapes import Knob
from optim_core.training.experiment import SEED

MOST_SEEDS = 16

SEED_COUNT = Knob(
    key="seed_count",
    title="Seeds",
    default=1,
    low=1,
    high=MOST_SEEDS,
    scale="integer",
    help="How many networks each entry trains, each from other initial weights: the spread says "
    "how much of a difference is luck.",
)
FIRST_SEED = Knob(
    key="first_seed",
    title="First seed",
    default=0,
    low=0,
    high=SEED.high - MOST_SEEDS,
    scale="integer",
    slider_high=100,
    help="The seeds are this one and those after it.",
)
