"""Many noise seeds of the same run: how the loss fans out, and where runs end.

All entries meet the same noise: stream s of one entry is stream s of every other.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landscapes import Phrase, Refusal, Surface
from optim_core.maps.intervals import order_statistics
from optim_core.maps.results import memory_of, sealed
from optim_core.scenario import MAX_LINE_UP, Scenario
from optim_core.settings import Floats
from optim_core.tracing import OverBudgetError, trace
from optim_core.trajectories import Trajectories

SEEDS = 200
MOST_SEEDS = 1_000
DRAWN_STEPS = 200
"""At so many steps at most a fan is measured."""

MOST_KEPT = 2_000_000
"""Seeds times steps whose whole paths are kept for a moment: 200 MB."""

AT_FIRST = 1_000_000
"""Runs times steps of a stage: some tenths of a second."""

FEWEST_SEEDS = 16
"""With fewer a first fan says nothing."""


def check_seeds(scenario: Scenario, seeds: int) -> None:
    """Refuse what no ensemble can be made of.

    Raises:
        ValueError: in words.
    """
    if len(scenario.entries) > MAX_LINE_UP:
        raise Refusal("a line-up has 1 to {most} entries", most=MAX_LINE_UP)
    if not 2 <= seeds <= MOST_SEEDS:
        raise Refusal("an ensemble has 2 to {most:,} noise seeds", most=MOST_SEEDS)
    if scenario.config.noise.key == "none":
        raise Refusal("Without noise all seeds are the same run: choose a kind of noise.")


@dataclass(frozen=True, kw_only=True)
class EnsembleRequest:
    """The first start of a scenario with many noise seeds.

    Raises:
        ValueError: for what cannot be run.
        OverBudgetError: (a ValueError) for what would take too much memory.
    """

    scenario: Scenario
    seeds: int = SEEDS

    def __post_init__(self) -> None:
        check_seeds(self.scenario, self.seeds)
        steps = self.scenario.config.steps
        if self.seeds * steps > MOST_KEPT:
            raise OverBudgetError(
                "{rows:,} runs of {steps:,} steps are {points:,} points; {advice}",
                rows=self.seeds,
                steps=steps,
                points=self.seeds * steps,
                advice=Phrase(
                    "at most {limit:,} can be kept: take fewer steps or noise seeds",
                    limit=MOST_KEPT,
                ),
            )

    def stages(self) -> Iterator[Ensemble]:
        """A few seeds of all entries, and then all seeds entry by entry."""
        scenario, config = self.scenario, self.scenario.config
        entries, steps = len(scenario.entries), config.steps
        drawn = np.unique(np.linspace(0, steps, DRAWN_STEPS + 1).round().astype(np.int64))
        shape, surface = (entries, self.seeds), scenario.landscape()
        kept = Ensemble(
            request=self,
            steps=drawn,
            seeds=np.zeros(entries, dtype=np.int64),
            fan=np.full((entries, len(drawn), 3), np.nan),
            ends=np.full((*shape, 2), np.nan),
            final=np.full(shape, np.nan),
            reached=np.full(shape, -1, dtype=np.int64),
            stopped=np.zeros(shape, dtype=np.bool_),
            floor=min((p.value for p in surface.declared(surface.minima)), default=np.inf),
            share=0.0,
        )
        few = min(self.seeds, max(FEWEST_SEEDS, AT_FIRST // (entries * steps)))
        for place in range(entries):
            kept.take(place, _with_seeds(scenario, place, few))
        yield kept.at(1.0 if few == self.seeds else few / self.seeds / (entries + 1))
        if few < self.seeds:
            for place in range(entries):
                kept.take(place, _with_seeds(scenario, place, self.seeds))
                yield kept.at((place + 1) / entries)


def _with_seeds(scenario: Scenario, entry: int, seeds: int) -> Trajectories:
    """The runs of one entry from the first start."""
    config = dataclasses.replace(scenario.config, noise_seeds=seeds)
    entries, starts = scenario.entries[entry : entry + 1], scenario.starts[:1]
    return trace(dataclasses.replace(scenario, entries=entries, starts=starts, config=config))


@dataclass(frozen=True, kw_only=True, eq=False)
class Ensemble:
    """E entries with up to S seeds each.

    Attributes:
        request: what was asked for.
        steps: (K,) the steps at which the fan is measured, from 0 to the last.
        seeds: (E,) how many seeds each entry has had so far; what follows is NaN, -1 or False for
            the others.
        fan: (E, K, 3) loss: 10 %, median and 90 % of the seeds; infinite once that many have
            diverged.
        ends: (E, S, 2) the last point of each run.
        final: (E, S) its loss; infinite for a run that was stopped.
        reached: (E, S) index of the declared minimum a run ended at, or -1.
        stopped: (E, S) whether it was stopped (it diverged).
        floor: the lowest loss that is known, seen or declared.
        share: how much of it has been computed.
    """

    request: EnsembleRequest
    steps: NDArray[np.int64]
    seeds: NDArray[np.int64]
    fan: Floats
    ends: Floats
    final: Floats
    reached: NDArray[np.int64]
    stopped: NDArray[np.bool_]
    floor: float
    share: float

    @property
    def nbytes(self) -> int:
        """The memory of the arrays."""
        return memory_of(self)

    def take(self, entry: int, runs: Trajectories) -> None:
        """Put in the runs of an entry, while this is being made."""
        losses = np.where(np.isfinite(runs.losses), runs.losses, np.inf)
        count = runs.rows
        self.seeds[entry] = count
        self.fan[entry] = order_statistics(losses[self.steps])
        self.ends[entry, :count] = runs.positions[runs.stopped_at, np.arange(count)]
        self.final[entry, :count] = losses[-1]
        self.reached[entry, :count] = runs.reached
        self.stopped[entry, :count] = runs.stopped_at < runs.steps

    def at(self, share: float) -> Ensemble:
        """A copy that stays as it is."""
        floor = min(self.floor, float(np.nanmin(self.fan)))
        return sealed(dataclasses.replace(self, floor=floor, share=share))

    def density(self, entry: int, cells: int, surface: Surface) -> tuple[NDArray[np.int64], int]:
        """How many runs of an entry ended in each cell of the view.

        Returns:
            (cells, cells) counts, y slow and ascending, and how many ended outside the view.
        """
        bounds, ends = surface.bounds, self.ends[entry, : self.seeds[entry]]
        edges = (
            np.linspace(bounds.x_low, bounds.x_high, cells + 1),
            np.linspace(bounds.y_low, bounds.y_high, cells + 1),
        )
        counts, *_ = np.histogram2d(ends[:, 0], ends[:, 1], bins=edges)
        inside = counts.T.astype(np.int64)
        return inside, len(ends) - int(inside.sum())
