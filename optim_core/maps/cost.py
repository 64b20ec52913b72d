"""What a map costs, told before anything is computed."""

from __future__ import annotations

from landscapes import Refusal
from optim_core.scenario import RunConfig

MOST_STEPPED = 1_500_000_000
"""Runs times steps of one map: about a minute of one core."""

MOST_CELLS = 2_000_000
"""Cells of all the panels of a map together: 50 MB."""

RUN_STEPS_A_SECOND = 25_000_000
"""What one core does in a second, for the sentence about the cost; benchmarks/maps.py has more."""

FIRST = 1_200_000
"""Runs times steps of the coarse picture."""

AT_A_TIME = 8_000_000
"""Runs times steps between two stages: some tenths of a second."""

FEWEST_ROWS = 512
"""Stepping fewer runs together takes hardly less time."""

MOST_ROWS = 16_384
"""Runs stepped together: their arrays stay in the cache."""


def check(runs: int, config: RunConfig) -> None:
    """Refuse a map that would keep everybody waiting.

    Raises:
        Refusal: with the cost and the limit in words.
    """
    work = runs * config.steps
    if runs > MOST_CELLS or work > MOST_STEPPED:
        raise Refusal(
            "This map would be {runs:,} runs of {steps:,} steps, about {seconds:,} seconds of"
            " computing; at most {most:,} runs and {limit:,} steps in all are allowed: take a"
            " coarser grid, fewer steps or fewer optimizers.",
            runs=runs,
            steps=config.steps,
            seconds=max(1, round(work / RUN_STEPS_A_SECOND)),
            most=MOST_CELLS,
            limit=MOST_STEPPED,
        )


def rows_at_a_time(steps: int) -> int:
    """How many runs of so many steps are one stage's work."""
    return max(FEWEST_ROWS, min(MOST_ROWS, AT_A_TIME // steps))
