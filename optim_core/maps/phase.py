"""Phase map: two knobs of one entry through their sliders, every pair of values a run."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landscapes import CriticalPoint, Knob, Phrase, Refusal, unknown
from optim_core.grouping import varied_group
from optim_core.maps import cost
from optim_core.maps.axes import Axis
from optim_core.maps.cells import Cells, missing, shares_of, strides
from optim_core.maps.edges import Edge, edges_of
from optim_core.maps.minima import Minima
from optim_core.maps.runs import ended, noise_of, write
from optim_core.rules import record_step
from optim_core.scenario import Entry, Scenario
from optim_core.stepping import Group
from optim_core.sweeping import numeric_knobs, with_setting

FEWEST, MOST = 8, 400
"""Values along each side."""

TABLED = 1_000_000
"""Runs times steps at a time where coefficients change with the step: each of them is a table."""


@dataclass(frozen=True, kw_only=True, eq=False)
class PhaseMap:
    """How the runs of one entry end.

    Attributes:
        x, y: the values of its two knobs.
        cells: (1, len(y), len(x)), with ``turns``.
        minima, declared, steps: as in :class:`optim_core.maps.BasinMap`.
        edges: closed forms over it.
    """

    x: Axis
    y: Axis
    cells: Cells
    minima: tuple[CriticalPoint, ...]
    declared: int
    steps: int
    edges: tuple[Edge, ...]

    @property
    def share(self) -> float:
        """How much has been computed, 0 to 1."""
        return self.cells.share

    @property
    def nbytes(self) -> int:
        """Memory in bytes."""
        return self.cells.nbytes

    def shares(self) -> dict[int, float]:
        """The share of the runs computed so far with each code of ``cells.where``."""
        return shares_of(self.cells, 0)


@dataclass(frozen=True, kw_only=True)
class PhaseRequest:
    """Which phase map to compute; equal requests give equal maps.

    Attributes:
        scenario: with one entry and one start; all the runs meet its first noise stream.
        across, up: two of ``numeric_knobs`` of the entry.
        size: values along each side.

    Raises:
        Refusal: for a knob that is not there, one knob twice, a size out of bounds, or a map that
            costs too much.
    """

    scenario: Scenario
    across: str
    up: str
    size: int

    def __post_init__(self) -> None:
        if not FEWEST <= self.size <= MOST:
            raise Refusal(
                "a phase map has {least} to {most} values a side", least=FEWEST, most=MOST
            )
        if len(self.scenario.entries) != 1 or len(self.scenario.starts) != 1:
            raise ValueError("a phase map has one entry and one start")
        knobs = numeric_knobs(self.entry)
        for name in (self.across, self.up):
            if name not in knobs:
                raise unknown(Phrase("knob of {owner}", owner=self.entry.optimizer), name, knobs)
        if self.across == self.up:
            raise Refusal("the two sides of a phase map must be two different settings")
        cost.check(self.size**2, self.scenario.config)

    @classmethod
    def of(cls, scenario: Scenario, entry: int, across: str, up: str, size: int) -> PhaseRequest:
        """The phase map of one entry of ``scenario`` from its first start.

        Where the entry stands on the two knobs is no part of it: moving these two sliders moves
        the cross-hair and computes nothing.
        """
        knobs = numeric_knobs(scenario.entries[entry])
        own = scenario.entries[entry]
        for name in (across, up):
            if name in knobs:
                own = _at_default(own, name, knobs[name])
        config = dataclasses.replace(scenario.config, noise_seeds=1)
        alone = dataclasses.replace(
            scenario, entries=(own,), starts=scenario.starts[:1], config=config
        )
        return cls(scenario=alone, across=across, up=up, size=size)

    @property
    def entry(self) -> Entry:
        """Whose knobs they are."""
        return self.scenario.entries[0]

    def axes(self) -> tuple[Axis, Axis]:
        """The values across and up."""
        knobs = numeric_knobs(self.entry)
        across, up = (Axis.of_knob(knobs[name], name, self.size) for name in (self.across, self.up))
        return across, up

    def stages(self) -> Iterator[PhaseMap]:
        """The maps from coarse to fine."""
        scenario, config = self.scenario, self.scenario.config
        surface, (x, y) = scenario.landscape(), self.axes()
        minima = Minima(surface)
        declared = len(minima.points)
        edges = edges_of(surface, self.entry, config, x, y)
        streams = noise_of(config)
        cells = Cells.empty(1, len(y), len(x))
        start = np.array(scenario.starts[0]).reshape(2, 1)
        passes = strides(len(y), len(x), max(64, cost.FIRST // config.steps))
        for stride in passes:
            rows, columns = missing(cells, 0, stride)
            parts = max(1, -(-len(rows) // self._rows_at_a_time()))
            for part in range(parts):
                # Every so-manieth cell: each part is spread over the whole map.
                own = (rows[part::parts], columns[part::parts])
                group = self._group(x.array()[own[1]], y.array()[own[0]])
                starts = np.repeat(start, len(own[0]), axis=1)
                found = ended(surface, [group], starts, config, streams, minima, count_turns=True)
                write(cells, (0, *own), found, slice(None))
                if part + 1 < parts and stride > 1:
                    continue
                yield PhaseMap(
                    x=x,
                    y=y,
                    cells=cells.filled([stride if part + 1 == parts else stride * 3]),
                    minima=minima.points,
                    declared=declared,
                    steps=config.steps,
                    edges=edges,
                )

    def _group(self, across: NDArray[np.float64], up: NDArray[np.float64]) -> Group:
        config = self.scenario.config
        varied = {self.across: across, self.up: up}
        return varied_group(self.entry, varied, config.schedule, config.steps)

    def _rows_at_a_time(self) -> int:
        """How many runs one stage has; fewer where each step has coefficients of its own."""
        steps = self.scenario.config.steps
        few = np.ones(1)
        group = self._group(few, few)
        inputs = record_step(group.rule, group.settings, 2).inputs
        by_step = any(
            isinstance(name, tuple) and name[0] in ("step", "over_steps") for name in inputs
        )
        changing = any(len(values) > 1 for values in group.settings.numbers.values())
        if by_step or changing:
            return max(cost.FEWEST_ROWS, min(cost.MOST_ROWS, TABLED // steps))
        return cost.rows_at_a_time(steps)


def _at_default(entry: Entry, name: str, knob: Knob) -> Entry:
    return with_setting(entry, name, knob.default)
