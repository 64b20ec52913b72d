"""The numbers that all the entries of a run share, as knobs: sliders and links follow from them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from landscapes import Knob

MAX_STEPS = 20_000
MAX_NOISE_SEEDS = 10_000
MAX_SEED = 2**31 - 1
MAX_COORDINATE = 1e6

COORDINATE = Knob(
    key="start",
    title="Start",
    default=0.0,
    low=-MAX_COORDINATE,
    high=MAX_COORDINATE,
    help="One coordinate of a start point.",
)

RUN_KNOBS: Mapping[str, Knob] = MappingProxyType(
    {
        knob.key: knob
        for knob in (
            Knob(
                key="steps",
                title="Steps",
                default=300,
                low=1,
                high=MAX_STEPS,
                scale="integer",
                slider_high=2_000,
                unit="steps",
                help="How many steps each run takes.",
            ),
            Knob(
                key="seed",
                title="Seed",
                default=0,
                low=0,
                high=MAX_SEED,
                scale="integer",
                slider_high=100,
                help="Seeds the noise; the same seed gives the same noise again.",
            ),
            Knob(
                key="noise_seeds",
                title="Noise streams",
                default=1,
                low=1,
                high=MAX_NOISE_SEEDS,
                scale="integer",
                slider_high=50,
                help="How many times each entry and start is run, each with noise of its own.",
            ),
            Knob(
                key="clip_norm",
                title="Clip the norm",
                default=1.0,
                low=1e-12,
                high=1e12,
                scale="log",
                slider_low=1e-2,
                slider_high=100.0,
                help="A longer gradient is scaled down to this length.",
            ),
            Knob(
                key="clip_value",
                title="Clip each component",
                default=1.0,
                low=1e-12,
                high=1e12,
                scale="log",
                slider_low=1e-2,
                slider_high=100.0,
                help="Each component of the gradient is held within plus or minus this.",
            ),
            Knob(
                key="tolerance",
                title="Tolerance",
                default=1e-3,
                low=1e-15,
                high=1e6,
                scale="log",
                slider_low=1e-9,
                slider_high=1.0,
                help="A run has converged when its gradient norm stays at or under this.",
            ),
        )
    }
)
"""The plain numbers of a ``RunConfig``; a default here is what a slider starts at."""

OPTIONAL = frozenset({"clip_norm", "clip_value"})
"""Those of ``RUN_KNOBS`` that may also be None, and are by default."""
