"""Basins of attraction: for each entry, where the run from every start of a grid ends."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landscapes import CriticalPoint, Refusal
from optim_core.grouping import groups_of_entries
from optim_core.maps import cost
from optim_core.maps.axes import Axis
from optim_core.maps.cells import Cells, missing, shares_of, strides
from optim_core.maps.minima import Minima
from optim_core.maps.runs import ended, noise_of, write
from optim_core.scenario import Scenario
from optim_core.settings import Floats
from optim_core.stepping import Group

Indices = NDArray[np.int64]

FEWEST, MOST = 8, 400
"""Starts along each side."""


@dataclass(frozen=True, kw_only=True, eq=False)
class BasinMap:
    """Where runs end, one panel an entry.

    Attributes:
        x, y: the starts: column i and row j of a panel begin at ``(x.values[i], y.values[j])``.
        cells: (entries, len(y), len(x)).
        minima: what ``cells.where`` counts: the declared ones, then those that were found.
        declared: how many of them are declared.
        steps: that each run had.
    """

    x: Axis
    y: Axis
    cells: Cells
    minima: tuple[CriticalPoint, ...]
    declared: int
    steps: int

    @property
    def share(self) -> float:
        """How much has been computed, 0 to 1."""
        return self.cells.share

    @property
    def nbytes(self) -> int:
        """Memory in bytes."""
        return self.cells.nbytes

    def shares(self, entry: int) -> dict[int, float]:
        """The share of the starts computed so far with each code of ``cells.where``."""
        return shares_of(self.cells, entry)


@dataclass(frozen=True, kw_only=True)
class BasinRequest:
    """Which basins to compute; equal requests give equal maps.

    Attributes:
        scenario: its surface, entries and config; of several noise streams all the runs meet the
            first, and its starts do not count.
        size: starts along each side of the surface's bounds.

    Raises:
        Refusal: for a size out of bounds, or a map that costs too much.
    """

    scenario: Scenario
    size: int

    def __post_init__(self) -> None:
        if not FEWEST <= self.size <= MOST:
            raise Refusal(
                "a map of basins has {least} to {most} starts a side", least=FEWEST, most=MOST
            )
        cost.check(len(self.scenario.entries) * self.size**2, self.scenario.config)

    @classmethod
    def of(cls, scenario: Scenario, size: int) -> BasinRequest:
        """The basins of ``scenario``, wherever its own starts are."""
        config = dataclasses.replace(scenario.config, noise_seeds=1)
        return cls(scenario=dataclasses.replace(scenario, starts=(), config=config), size=size)

    def stages(self) -> Iterator[BasinMap]:
        """The maps from coarse to fine: all panels coarsely at once, then panel by panel."""
        yield from _Basins(self).stages()


class _Basins:
    """The work on one request."""

    def __init__(self, request: BasinRequest) -> None:
        self._request = request
        self._surface = request.scenario.landscape()
        bounds = self._surface.bounds
        self._x = Axis.over("x", bounds.x_low, bounds.x_high, request.size)
        self._y = Axis.over("y", bounds.y_low, bounds.y_high, request.size)
        self._minima = Minima(self._surface)
        self._declared = len(self._minima.points)
        self._streams = noise_of(request.scenario.config)
        self._cells = Cells.empty(len(request.scenario.entries), request.size, request.size)

    def stages(self) -> Iterator[BasinMap]:
        request, panels = self._request, len(self._request.scenario.entries)
        most_first = cost.FIRST // request.scenario.config.steps // panels
        first, *finer = strides(request.size, request.size, most_first)
        done = [first] * panels
        self._run(list(range(panels)), missing(self._cells, 0, first))
        latest = self._shown(done)
        yield latest
        chunk = cost.rows_at_a_time(request.scenario.config.steps)
        for stride in finer:
            for panel in range(panels):
                cells = missing(self._cells, panel, stride)
                for begin in range(0, len(cells[0]), chunk):
                    part = (cells[0][begin : begin + chunk], cells[1][begin : begin + chunk])
                    self._run([panel], part)
                    if begin + chunk < len(cells[0]):
                        # Nothing new to see, but a place to stop at.
                        yield latest
                done[panel] = stride
                latest = self._shown(done)
                yield latest

    def _run(self, panels: list[int], cells: tuple[Indices, Indices]) -> None:
        """Run the entries of ``panels`` from ``cells`` and write down how they ended."""
        rows, columns = cells
        config = self._request.scenario.config
        entries = [self._request.scenario.entries[panel] for panel in panels]
        starts: Floats = np.stack([self._x.array()[columns], self._y.array()[rows]])
        groups: list[Group] = groups_of_entries(entries, len(rows), config.schedule, config.steps)
        repeated = np.tile(starts, len(panels))
        found = ended(self._surface, groups, repeated, config, self._streams, self._minima)
        for place, panel in enumerate(panels):
            own = slice(place * len(rows), (place + 1) * len(rows))
            write(self._cells, (panel, rows, columns), found, own)

    def _shown(self, done: list[int]) -> BasinMap:
        return BasinMap(
            x=self._x,
            y=self._y,
            cells=self._cells.filled(done),
            minima=self._minima.points,
            declared=self._declared,
            steps=self._request.scenario.config.steps,
        )
