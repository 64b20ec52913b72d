"""A fair race: every entry gets the same number of trials to tune its learning rate.

Who wins a comparison of optimizers is mostly decided by who was tuned. So each entry is tried with
the same number of settings, drawn alike from its own declared ranges (logarithmic where the slider
is), from the same starts under the same noise; what it needs of that budget is shown beside the
result.

Sources: D. Choi et al. 2019, arXiv 1910.05446 (rankings change with the search); R. Schmidt,
F. Schneider and P. Hennig, ICML 2021, arXiv 2007.01547; J. Dodge et al., EMNLP 2019, arXiv
1909.03004 (the best of k trials, for every k).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from landscapes import Phrase, Refusal
from optim_core.maps.budgets import best_of
from optim_core.maps.intervals import order_statistics
from optim_core.maps.results import memory_of, sealed
from optim_core.maps.trial_draws import RATE, draws, starts_over
from optim_core.run_knobs import MAX_SEED
from optim_core.scenario import MAX_ENTRIES, MAX_LINE_UP, Entry, Scenario
from optim_core.settings import Floats
from optim_core.spec import OPTIMIZERS
from optim_core.sweeping import numeric_knobs
from optim_core.tracing import OverBudgetError, trace

MOST_TRIALS = 512
MOST_STARTS = 100

MOST_POINTS = 200_000_000
"""Runs times steps that a race may compute: some ten seconds."""

AT_FIRST, AT_A_TIME = 1_000_000, 4_000_000
"""Runs times steps of the first and each further stage: some tenths of a second."""


class Mode(Enum):
    """By which learning rates the entries are compared."""

    SAME = "same"
    BEST = "best"
    DEFAULT = "default"


@dataclass(frozen=True, kw_only=True)
class RaceRequest:
    """A race to be run.

    Attributes:
        scenario: surface, line-up, starts, noise and steps; its noise seeds are run for each trial.
        trials: how many settings every entry is tried with, 4 to 512.
        all_knobs: draw every numeric knob of an entry, not only its learning rate.
        starts: so many starts all over the view take the place of the scenario's; 0 leaves these.
        same_rate: the learning rate of :attr:`Mode.SAME`.

    Raises:
        ValueError: for what cannot be run.
        OverBudgetError: (a ValueError) for what would take too long.
    """

    scenario: Scenario
    trials: int = 32
    all_knobs: bool = False
    starts: int = 0
    same_rate: float = 0.01

    def __post_init__(self) -> None:
        if len(self.scenario.entries) > MAX_LINE_UP:
            raise Refusal("a line-up has 1 to {most} entries", most=MAX_LINE_UP)
        if not 4 <= self.trials <= MOST_TRIALS:
            raise Refusal("a race has 4 to {most} trials an entry", most=MOST_TRIALS)
        if not 0 <= self.starts <= MOST_STARTS:
            raise Refusal("a race has at most {most} starts over the view", most=MOST_STARTS)
        for entry in self.scenario.entries:
            numeric_knobs(entry)[RATE].check(self.same_rate)
        if self.points > MOST_POINTS:
            raise OverBudgetError(
                "{entries} entries x {trials} trials x {runs:,} runs x {steps:,} steps are "
                "{points:,} points; {advice}",
                entries=len(self.scenario.entries),
                trials=self.trials,
                runs=self.runs,
                steps=self.scenario.config.steps,
                points=self.points,
                advice=Phrase(
                    "at most {limit:,} can be computed: take fewer steps, starts or noise seeds",
                    limit=MOST_POINTS,
                ),
            )

    @property
    def runs(self) -> int:
        """R, starts times noise seeds: what each trial is judged by."""
        return (self.starts or len(self.scenario.starts)) * self.scenario.config.noise_seeds

    @property
    def points(self) -> int:
        """Runs times steps of the trials and the comparison."""
        tried = len(self.scenario.entries) * (self.trials + len(Mode))
        return tried * self.runs * self.scenario.config.steps

    def raced(self) -> Scenario:
        """The scenario with the starts that are raced from."""
        if not self.starts:
            return self.scenario
        places = starts_over(self.scenario.landscape(), self.starts, self.scenario.config.seed)
        return dataclasses.replace(self.scenario, starts=places)

    def stages(self) -> Iterator[Race]:
        """The race with ever more of its trials; each stage is a fair race by itself."""
        scenario, entries = self.raced(), self.scenario.entries
        drawn = [draws(e, self.trials, self.all_knobs, scenario.config.seed) for e in entries]
        losses = np.empty((len(entries), self.trials, self.runs))
        starts = _start_losses(scenario)
        done: list[int] = []
        for chosen in self._portions():
            for place, settings in enumerate(drawn):
                losses[place, chosen] = _finals(scenario, [settings[i] for i in chosen])
            done = sorted([*done, *chosen])
            yield _race(
                self, scenario, [[row[i] for i in done] for row in drawn], losses[:, done], starts
            )

    def _portions(self) -> Iterator[list[int]]:
        """The trials in an order in which every beginning is spread over the rates."""
        each = len(self.scenario.entries) * self.runs * self.scenario.config.steps
        order = sorted(range(self.trials), key=_reversed_bits)
        size = max(4, AT_FIRST // each)
        while order:
            yield sorted(order[:size])
            order, size = order[size:], max(1, AT_A_TIME // each)


@dataclass(frozen=True, kw_only=True, eq=False)
class Race:
    """What came of a race: E entries, N trials, R runs a trial (starts slow, noise seeds fast).

    Attributes:
        request: what was asked for.
        tried: (E)(N) the entries as they were tried, in ascending order of the learning rate.
        rates: (E, N) their learning rates.
        losses: (E, N, R) final losses; infinite for a run that stopped (diverged).
        floor: the lowest loss that is known, seen or declared.
        height: loss of the starts above it: differences under 1e-9 of that do not count.
        best: (E,) the trial with the lowest median loss.
        compared: for each mode the entries (E) as they were compared.
        results: for each mode (E, R) final losses under fresh noise; the same starts.
        share: how many of the trials there have been so far.
    """

    request: RaceRequest
    tried: tuple[tuple[Entry, ...], ...]
    rates: Floats
    losses: Floats
    floor: float
    height: float
    best: NDArray[np.int64]
    compared: dict[Mode, tuple[Entry, ...]]
    results: dict[Mode, Floats]
    share: float

    @property
    def trials(self) -> int:
        """N, the trials each entry has had so far."""
        return int(self.losses.shape[1])

    @property
    def nbytes(self) -> int:
        """The memory of the arrays."""
        return memory_of(self)

    @property
    def scores(self) -> Floats:
        """(E, N) the median loss of each trial, rounded to what counts."""
        return self._rounded(order_statistics(self.losses, (0.5,))[..., 0])

    def bands(self) -> Floats:
        """(E, N, 3) final loss of each trial: 10 %, median and 90 % of its runs."""
        return order_statistics(self.losses)

    def standing(self, mode: Mode) -> tuple[Floats, NDArray[np.int64]]:
        """How the entries compare.

        Returns:
            (E, 3) final loss (10 %, median, 90 % of the runs), and (E,) ranks from 1 by the median;
            equals share a rank, and so do all that diverged.
        """
        bands = order_statistics(self.results[mode])
        medians = self._rounded(bands[:, 1])
        ranks = 1 + (medians[None, :] < medians[:, None]).sum(axis=1)
        return bands, ranks.astype(np.int64)

    def winners_with(self, trials: int) -> Floats:
        """(E,) the chance of each entry to win if all had had only ``trials`` of their trials.

        Each draws its own share of its N trials at random, all choices equally likely; exact, not
        simulated. Entries that share the lowest median share the win, each counted in full; who
        diverged throughout never wins.

        Raises:
            ValueError: for more trials than there were, or none.
        """
        scores = self.scores
        values = np.unique(scores[np.isfinite(scores)])
        at_most = np.array([best_of(row, trials, values) for row in scores])  # P(best <= value)
        below = np.concatenate([np.zeros((len(scores), 1)), at_most[:, :-1]], axis=1)
        exactly, at_least = at_most - below, 1 - below
        chances = np.empty(len(scores))
        for entry in range(len(scores)):
            others = np.delete(at_least, entry, axis=0)
            chances[entry] = (exactly[entry] * others.prod(axis=0)).sum()
        return chances

    def best_within(self, trials: int) -> Floats:
        """(E, 3) the best median loss within ``trials`` trials: 10 %, median and 90 % of choices.

        Raises:
            ValueError: as :meth:`winners_with`.
        """
        scores = self.scores
        found = np.empty((len(scores), 3))
        for entry, row in enumerate(scores):
            values = np.unique(row)
            chances = best_of(row, trials, values)
            for place, share in enumerate((0.1, 0.5, 0.9)):
                found[entry, place] = values[np.searchsorted(chances, share - 1e-12)]
        return found

    def _rounded(self, losses: Floats) -> Floats:
        """Losses to the nearest billionth of the height: closer ones are equal."""
        unit = 1e-9 * self.height
        return np.where(np.isfinite(losses), np.round(losses / unit) * unit, np.inf)


def _race(
    request: RaceRequest,
    scenario: Scenario,
    tried: Sequence[Sequence[Entry]],
    losses: Floats,
    starts: Floats,
) -> Race:
    """What came of the trials so far: the comparison at same, best and default rates."""
    entries = scenario.entries
    best = np.argmin(order_statistics(losses, (0.5,))[..., 0], axis=1)
    compared = {
        Mode.SAME: tuple(e.changed(learning_rate=request.same_rate) for e in entries),
        Mode.BEST: tuple(drawn[i] for drawn, i in zip(tried, best.tolist(), strict=True)),
        Mode.DEFAULT: tuple(e.changed(learning_rate=_default_rate(e)) for e in entries),
    }
    # The winner of many trials was lucky too: under fresh noise the luck is gone.
    seed = (scenario.config.seed + 1) % (MAX_SEED + 1)
    fresh = dataclasses.replace(scenario, config=dataclasses.replace(scenario.config, seed=seed))
    found = _finals(fresh, [entry for mode in Mode for entry in compared[mode]])
    floor = _floor(scenario, losses, starts)
    highest = float(starts.max())
    return sealed(
        Race(
            request=request,
            tried=tuple(map(tuple, tried)),
            rates=np.array([[float(str(entry[RATE])) for entry in drawn] for drawn in tried]),
            losses=losses,
            floor=floor,
            height=max(highest - floor, 1e-12 * max(1.0, abs(highest))),
            best=best,
            compared=compared,
            results=dict(zip(Mode, found.reshape(len(Mode), len(entries), -1), strict=True)),
            share=losses.shape[1] / request.trials,
        )
    )


def _reversed_bits(number: int) -> str:
    """By this key 0, 1, 2, ... come as 0, 8, 4, 12, 2, ...: each beginning is spread evenly."""
    return format(number, "010b")[::-1]


def _finals(scenario: Scenario, entries: Sequence[Entry]) -> Floats:
    """(E, R) final losses of some entries; infinite where a run was stopped."""
    found = []
    for first in range(0, len(entries), MAX_ENTRIES):
        part = tuple(entries[first : first + MAX_ENTRIES])
        runs = trace(dataclasses.replace(scenario, entries=part), keep="ends")
        stopped = runs.stopped_at < runs.steps
        found.append(np.where(stopped, np.inf, runs.losses[-1]).reshape(len(part), -1))
    return np.concatenate(found)


def _start_losses(scenario: Scenario) -> Floats:
    """The loss at each start."""
    short = dataclasses.replace(scenario.config, steps=1, noise_seeds=1)
    alone = dataclasses.replace(scenario, entries=scenario.entries[:1], config=short)
    found: Floats = trace(alone, keep="ends").losses[0]
    return found


def _floor(scenario: Scenario, losses: Floats, starts: Floats) -> float:
    """The lowest loss that is known."""
    landscape = scenario.landscape()
    declared = [point.value for point in landscape.declared(landscape.minima)]
    seen = losses[np.isfinite(losses)].tolist()
    return float(min([*declared, *starts.tolist(), *seen]))


def _default_rate(entry: Entry) -> float:
    knobs = {knob.key: knob for knob in OPTIMIZERS[entry.optimizer].knobs}
    return float(knobs[RATE].default)
