"""Who leaves the well it started in, against momentum, noise or rate."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landscapes import Knob, Phrase, Refusal, Surface, Value, unknown
from optim_core.maps.ensembles import AT_FIRST, SEEDS, check_seeds
from optim_core.maps.intervals import wilson
from optim_core.maps.results import memory_of, sealed
from optim_core.noise import NOISES
from optim_core.scenario import MAX_COORDINATE, MAX_ENTRIES, Entry, Noise, RunConfig, Scenario
from optim_core.settings import Floats
from optim_core.sweeping import numeric_knobs, swept_values, with_setting
from optim_core.tracing import OverBudgetError, trace

MOST_POINTS = 200_000_000
"""Runs times steps that an escape curve may compute: some ten seconds."""

NOISE_PREFIX = "noise_"
"""Before the key of one of the noise's own knobs, where it is swept."""

REACH = 10.0
"""How many times more and less than what it is set to now a logarithmic knob is varied."""

QUENCH_STEPS = 1_000
QUENCH_SHARE = 0.25
"""Of the surface's declared rate of descent: from an end point, slow enough to stay in its well."""


def escape_knobs(scenario: Scenario) -> Mapping[str, Knob]:
    """What an escape can be measured against: numeric knobs of any entry, and the noise's own."""
    knobs: dict[str, Knob] = {}
    for entry in scenario.entries:
        for name, knob in numeric_knobs(entry).items():
            knobs.setdefault(name, knob)
    for knob in NOISES[scenario.config.noise.key].knobs:
        if knob.is_number:
            knobs[NOISE_PREFIX + knob.key] = knob
    return knobs


@dataclass(frozen=True, kw_only=True)
class EscapeRequest:
    """How often runs leave the well of the first start, against one knob.

    Attributes:
        scenario: whose first start, noise and steps hold.
        knob: one of ``escape_knobs(scenario)``.
        values: ascending values of it, at most 64.
        seeds: runs a value and entry.

    Raises:
        ValueError: for what cannot be run.
        OverBudgetError: (a ValueError) for what would take too long.
    """

    scenario: Scenario
    knob: str
    values: tuple[float, ...] = ()
    seeds: int = SEEDS

    def __post_init__(self) -> None:
        check_seeds(self.scenario, self.seeds)
        knobs = escape_knobs(self.scenario)
        if self.knob not in knobs:
            raise unknown(Phrase("knob of {owner}", owner="escape"), self.knob, knobs)
        values = self.values or spread_values(self.scenario, self.knob)
        if not 1 <= len(values) <= MAX_ENTRIES or list(values) != sorted(set(values)):
            raise Refusal("an escape curve has 1 to {most} ascending values", most=MAX_ENTRIES)
        checked = tuple(float(knobs[self.knob].check(_own(knobs[self.knob], v))) for v in values)
        object.__setattr__(self, "values", checked)
        if self.points > MOST_POINTS:
            raise OverBudgetError(
                "{entries} entries x {values} values x {runs:,} runs x {steps:,} steps are "
                "{points:,} points; {advice}",
                entries=len(self.scenario.entries),
                values=len(self.values),
                runs=self.seeds,
                steps=self.scenario.config.steps,
                points=self.points,
                advice=Phrase(
                    "at most {limit:,} can be computed: take fewer steps, starts or noise seeds",
                    limit=MOST_POINTS,
                ),
            )

    @property
    def points(self) -> int:
        """Runs times steps."""
        entries, values = len(self.scenario.entries), len(self.values)
        return entries * values * self.seeds * self.scenario.config.steps

    def stages(self) -> Iterator[Escape]:
        """Some values after the others, spread over all of them from the beginning.

        Raises:
            ValueError: where the start lies in the well of no declared minimum.
        """
        surface = self.scenario.landscape()
        well = int(wells_of(surface, np.array(self.scenario.starts[:1]))[0])
        if well < 0:
            raise Refusal(
                "The start does not lie in the well of a known minimum: choose another start."
            )
        shape = (len(self.scenario.entries), len(self.values))
        left, elsewhere, diverged = np.full((3, *shape), -1, dtype=np.int64)
        pieces = _pieces(self)
        for number, (piece, cells) in enumerate(pieces, start=1):
            runs = trace(piece, keep="ends")
            stopped = (runs.stopped_at < runs.steps).reshape(len(cells), -1)
            found = wells_of(surface, runs.positions[-1]).reshape(len(cells), -1)
            for cell, gone, ended in zip(cells, stopped, found, strict=True):
                out = gone | (ended != well)
                left[cell], diverged[cell] = out.sum(), gone.sum()
                elsewhere[cell] = (out & ~gone & (ended >= 0)).sum()
            yield sealed(
                Escape(
                    request=self,
                    well=well,
                    left=left,
                    elsewhere=elsewhere,
                    diverged=diverged,
                    share=number / len(pieces),
                )
            )


@dataclass(frozen=True, kw_only=True, eq=False)
class Escape:
    """How often runs had left their well at the end: E entries, V values.

    A well is what flows to its minimum: from every end point plain descent without noise tells
    which one that is.

    Attributes:
        request: what was asked for.
        well: index of the declared minimum whose well the start lies in.
        left: (E, V) runs that were in another well, between wells, or had run away; -1 where an
            entry has no such knob or the value has not been computed yet.
        elsewhere: (E, V) those of them that lie in the well of another declared minimum.
        diverged: (E, V) those of them that were stopped.
        share: how many of the values have been computed.
    """

    request: EscapeRequest
    well: int
    left: NDArray[np.int64]
    elsewhere: NDArray[np.int64]
    diverged: NDArray[np.int64]
    share: float

    @property
    def nbytes(self) -> int:
        """The memory of the arrays."""
        return memory_of(self)

    def shares(self) -> tuple[Floats, Floats, Floats]:
        """(E, V) the share that left with both ends of its 95 % interval (Wilson); NaN for none."""
        seeds = self.request.seeds
        low, high = wilson(np.maximum(self.left, 0), seeds)
        missing = self.left < 0
        share = self.left / seeds
        for array in (share, low, high):
            array[missing] = np.nan
        return share, low, high


def wells_of(surface: Surface, points: Floats) -> NDArray[np.int64]:
    """The declared minimum that slow descent reaches from each of the points (N, 2), or -1."""
    found = np.full(len(points), -1, dtype=np.int64)
    fine = np.flatnonzero(np.all(np.abs(points) <= MAX_COORDINATE, axis=1))
    if fine.size:
        descent = Scenario(
            surface=surface.key,
            surface_settings=surface.settings,
            entries=(Entry("sgd", {"learning_rate": QUENCH_SHARE * surface.descent_rate}),),
            starts=tuple(map(tuple, points[fine].tolist())),
            config=RunConfig(steps=QUENCH_STEPS),
        )
        found[fine] = trace(descent, keep="ends").reached
    return found


def spread_values(scenario: Scenario, knob: str, count: int = 12) -> tuple[float, ...]:
    """``count`` values of a knob.

    Over its slider; of a logarithmic or whole-number one, a decade to either side of what it is
    set to now: most of six decades of noise is all or nothing.
    """
    declared, present = escape_knobs(scenario)[knob], _present(scenario, knob)
    now = float(present)
    if declared.scale == "linear" or now <= 0:
        return swept_values(declared, present, count)[0]
    low, high = (max(declared.low, now / REACH), min(declared.high, now * REACH))
    spaced = np.geomspace(low, high, count)
    if declared.scale == "integer":
        return tuple(np.unique(spaced.round()).tolist())
    return tuple(sorted({min(max(float(f"{value:.3g}"), low), high) for value in spaced}))


def _present(scenario: Scenario, knob: str) -> Value:
    """The value of the knob in the first entry that has it, or in the noise."""
    if knob.startswith(NOISE_PREFIX):
        return dict(scenario.config.noise.settings)[knob.removeprefix(NOISE_PREFIX)]
    for entry in scenario.entries:
        if knob in dict(entry.settings):
            return entry[knob]
    return escape_knobs(scenario)[knob].default


def _own(knob: Knob, value: float) -> Value:
    return int(value) if knob.scale == "integer" and value == int(value) else value


Piece = tuple[Scenario, list[tuple[int, int]]]
"""A scenario with the (entry, value) that each of its entries stands for."""


def _pieces(request: EscapeRequest) -> list[Piece]:
    """The work in pieces of some tenths of a second."""
    scenario, knob = request.scenario, request.knob
    config = dataclasses.replace(scenario.config, noise_seeds=request.seeds)
    base = dataclasses.replace(scenario, starts=scenario.starts[:1], config=config)
    declared = escape_knobs(scenario)[knob]
    count = len(request.values)
    spread = sorted(range(count), key=lambda place: (place % 4 != 0, place % 2 != 0, place))
    pieces: list[Piece] = []
    if knob.startswith(NOISE_PREFIX):
        for place in spread:
            settings = dict(config.noise.settings)
            settings[knob.removeprefix(NOISE_PREFIX)] = _own(declared, request.values[place])
            changed = dataclasses.replace(config, noise=Noise(config.noise.key, settings))
            cells = [(entry, place) for entry in range(len(scenario.entries))]
            pieces.append((dataclasses.replace(base, config=changed), cells))
        return pieces
    at_once = max(1, AT_FIRST // (request.seeds * config.steps))
    for first in range(0, count, at_once):
        for place, entry in enumerate(scenario.entries):
            if knob not in numeric_knobs(entry):
                continue
            chosen = spread[first : first + at_once]
            values = [_own(declared, request.values[value]) for value in chosen]
            entries = tuple(with_setting(entry, knob, value) for value in values)
            cells = [(place, value) for value in chosen]
            pieces.append((dataclasses.replace(base, entries=entries), cells))
    return pieces
