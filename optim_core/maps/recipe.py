"""One recipe for every number of dimensions: a line-up, its settings and how often it is run.

The rows are runs of D parameters, stepped by the very same rules in the very same loop
(:class:`optim_core.stepping.Stepper`); only the loss is another. What is compared between
dimensions is per parameter (root mean square, loss over D): the length of a vector grows with D
all by itself.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from landscapes import Phrase, Refusal
from optim_core.gradients import Field
from optim_core.grouping import groups_of_entries
from optim_core.maps.critical_shares import check_dimensions
from optim_core.scenario import MAX_LINE_UP, Entry, RunConfig
from optim_core.settings import Floats
from optim_core.stepping import Stepper
from optim_core.tracing import OverBudgetError

DIMENSIONS = (2, 3, 5, 10, 30, 100, 300, 1_000)
"""About three a decade."""

MAX_RUNS = 500
MAX_NUMBERS = 600_000_000
"""Parameters times runs times steps that may be computed: some tens of seconds."""


class AllDoneError(Exception):
    """What a watcher raises when no run of its will change any more."""


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """What to run in each dimension.

    Attributes:
        entries: the line-up.
        dimensions: ascending, 2 to 1,000.
        runs: how many random losses and starts in each; the same for every entry.
        mixed: whether the loss is turned off the axes, along which adaptive rules scale their
            steps.
        config: steps, schedule, clipping and seed; gradient noise stays out.

    Raises:
        ValueError: for what cannot be run.
        OverBudgetError: (a ValueError) for what would take too long.
    """

    entries: tuple[Entry, ...]
    dimensions: tuple[int, ...] = DIMENSIONS
    runs: int = 60
    mixed: bool = True
    config: RunConfig = field(default=RunConfig())

    def __post_init__(self) -> None:
        if not 1 <= len(self.entries) <= MAX_LINE_UP:
            raise Refusal("a line-up has 1 to {most} entries", most=MAX_LINE_UP)
        check_dimensions(self.dimensions)
        if not 1 <= self.runs <= MAX_RUNS:
            raise Refusal("1 to {most:,} runs a dimension", most=MAX_RUNS)
        if self.numbers > MAX_NUMBERS:
            raise OverBudgetError(
                "{entries} optimizers x {runs} runs x {steps:,} steps of {parameters:,} parameters "
                "(all dimensions together) are {numbers:,} numbers; {advice}",
                entries=len(self.entries),
                runs=self.runs,
                steps=self.config.steps,
                parameters=sum(self.dimensions),
                numbers=self.numbers,
                advice=Phrase(
                    "at most {most:,} can be computed: take fewer steps, runs or dimensions",
                    most=MAX_NUMBERS,
                ),
            )

    @property
    def shape(self) -> tuple[int, int]:
        """K dimensions, E entries."""
        return len(self.dimensions), len(self.entries)

    @property
    def numbers(self) -> int:
        """How many parameters are stepped in all."""
        return len(self.entries) * self.runs * self.config.steps * sum(self.dimensions)

    def cells(self) -> Iterator[tuple[int, int, int, np.random.Generator, float]]:
        """Each dimension and entry: their places, D, random numbers, and what is then done.

        Every entry gets the same random numbers.
        """
        done, total = 0, len(self.entries) * sum(self.dimensions)
        for row, dimension in enumerate(self.dimensions):
            for column in range(len(self.entries)):
                done += dimension
                chance = np.random.default_rng((self.config.seed, dimension))
                yield row, column, dimension, chance, done / total

    def signs(self, dimension: int, chance: np.random.Generator) -> Floats | None:
        """Of the turn off the axes, where there is one."""
        if not self.mixed:
            return None
        return np.where(chance.random((dimension, self.runs)) < 0.5, -1.0, 1.0)

    def stepped(
        self,
        column: int,
        loss: Field,
        starts: Floats,
        watch: Callable[[int, Floats], None] | None = None,
    ) -> Floats:
        """The points (D, N) of one entry after its steps, or when ``watch`` had seen enough."""
        config, entries = self.config, self.entries[column : column + 1]
        # A rule sees the whole gradient; here a length is per parameter, and so is its limit.
        limit = None if config.clip_norm is None else config.clip_norm * math.sqrt(len(starts))
        stepper = Stepper(
            loss,
            groups_of_entries(entries, starts.shape[1], config.schedule, config.steps),
            starts,
            clip_norm=limit,
            clip_value=config.clip_value,
        )
        points = stepper.points
        with contextlib.suppress(AllDoneError):
            stepper.run(config.steps, lambda step: watch(step, points) if watch else None)
        return points
