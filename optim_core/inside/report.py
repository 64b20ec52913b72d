"""take_apart(): one run with its update rule, line by line and number by number, at every step."""

from __future__ import annotations

import bisect
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landscapes import Phrase, Surface
from optim_core.inside import names
from optim_core.inside.curvature import eigenvalues, hessians, scaled_sharpness
from optim_core.inside.expressions import Floats, Quantity
from optim_core.inside.lookahead import lookahead
from optim_core.inside.observing import Steps, observe
from optim_core.inside.printed import DIGITS, EXACT_DIGITS, printed_latex
from optim_core.inside.sheet import EXPLAINED, Chart, Line, Mark, Sheet, Track, unexplained
from optim_core.scenario import Scenario

WRAPPED = {"lookahead": lookahead}
"""What writes the last lines of a wrapped rule, by the wrapper's key."""


@dataclass(frozen=True)
class ReportLine:
    """One line of an update rule at one step.

    Attributes:
        symbols: the line in LaTeX.
        numbers: the same with the step's numbers, one for each axis, or a single one.
        aside: whether it is no part of the rule.
    """

    symbols: str
    numbers: tuple[str, ...]
    aside: bool = False


@dataclass(frozen=True)
class Reported:
    """One quantity at one step: its name, its symbol in LaTeX, its number on each axis."""

    title: Phrase
    symbol: str
    numbers: tuple[float, ...]


@dataclass(frozen=True)
class StepReport:
    """What happened inside one step.

    Attributes:
        step: its number, from 1.
        lines: of the update rule, in order.
        quantities: all that have a name.
        sentences: what is special about this step.
        curvatures: the two eigenvalues of the Hessian where it began.
        sharpness, limit: the largest curvature once the axes are scaled by the effective rates, and
            what it has to stay under for the steps to settle.
    """

    step: int
    lines: tuple[ReportLine, ...]
    quantities: tuple[Reported, ...]
    sentences: tuple[Phrase, ...]
    curvatures: tuple[float, float]
    sharpness: float
    limit: float


@dataclass(frozen=True, eq=False)
class Inside:
    """K steps of one run, taken apart; read-only.

    Attributes:
        steps: (K,) their numbers, ascending; the last is that of the run.
        every: each how many steps one is kept.
        quantities: by key, in the order of the rule.
        values: the numbers of each by its key, (K, 1) or (K, 2), or (1, 1) where none changes.
        lines, tracks, charts, marks: see :mod:`optim_core.inside.sheet`.
        arrows: (K, 2) each, by the roles in ``ARROWS`` that the rule has.
        rates: (K, 2) the effective learning rate on each axis.
        curvatures: (K, 2) eigenvalues of the Hessian where each step began, larger first.
        sharpness, limits: (K,) see :class:`StepReport`; NaN where the rule has no limit.
    """

    steps: NDArray[np.int64]
    every: int
    quantities: Mapping[str, Quantity]
    values: Mapping[str, Floats]
    lines: tuple[Line, ...]
    tracks: tuple[Track, ...]
    charts: tuple[Chart, ...]
    marks: tuple[Mark, ...]
    arrows: Mapping[str, Floats]
    rates: Floats
    curvatures: Floats
    sharpness: Floats
    limits: Floats

    def place(self, step: int) -> int:
        """Where the kept step that is ``step``, or the last one before it, lies among them.

        Raises:
            ValueError: for a step before the first.
        """
        at = bisect.bisect_right(self.steps, step) - 1
        if step < 1:
            raise ValueError("the first step is step 1")
        return max(at, 0)

    def numbers(self, quantity: Quantity, at: int) -> tuple[float, ...]:
        """The numbers of ``quantity`` at the kept step ``at``, one an axis or a single one."""
        values = self.values[quantity.key]
        return tuple(float(v) for v in values[at if len(values) > 1 else 0])

    def shown(self, at: int) -> list[Line]:
        """The lines that hold at the kept step ``at`` and whose numbers are all finite."""
        return [
            line
            for line in self.lines
            if (line.when is None or line.when[at])
            and all(
                np.isfinite(self.numbers(part, at)).all()
                for part in (line.quantity, *line.expression.leaves())
                if isinstance(part, Quantity)
            )
        ]

    def report(self, step: int) -> StepReport:
        """What happened inside ``step``, or inside the last kept one before it."""
        at = self.place(step)
        return StepReport(
            step=int(self.steps[at]),
            lines=tuple(self._line(line, at) for line in self.shown(at)),
            quantities=tuple(
                Reported(quantity.title, quantity.symbol.latex, self.numbers(quantity, at))
                for quantity in self.quantities.values()
            ),
            sentences=tuple(mark.sentence for mark in self.marks if mark.when[at]),
            curvatures=(float(self.curvatures[at, 0]), float(self.curvatures[at, 1])),
            sharpness=float(self.sharpness[at]),
            limit=float(self.limits[at]),
        )

    def axes(self, line: Line) -> int:
        """How many axes ``line`` is computed for: 2, or 1 for numbers of the whole run."""
        return int(self.values[line.quantity.key].shape[1])

    def _line(self, line: Line, at: int) -> ReportLine:
        def symbol(quantity: Quantity, axis: int | None) -> str:
            del axis
            return quantity.symbol.latex

        def written(axis: int) -> str:
            def number(quantity: Quantity, of: int | None) -> str:
                numbers = self.numbers(quantity, at)
                chosen = numbers[(axis if of is None else of) % len(numbers)]
                return printed_latex(chosen, EXACT_DIGITS if quantity.exact else DIGITS)

            left, right = number(line.quantity, None), line.expression.latex(number)
            return f"{left} = {right}"

        return ReportLine(
            symbols=f"{line.quantity.symbol.latex} = {line.expression.latex(symbol)}",
            numbers=tuple(written(axis) for axis in range(self.axes(line))),
            aside=line.aside,
        )


def take_apart(
    scenario: Scenario, row: int, last: int, surface: Surface | None = None
) -> Inside | None:
    """The run ``row`` of ``scenario``, step by step, up to ``last``; None where it has no step.

    Args:
        scenario: what is run.
        row: counted as in :class:`~optim_core.trajectories.Trajectories`.
        last: where it stopped (``Trajectories.stopped_at``).
        surface: as for :func:`optim_core.trace`.

    Raises:
        ValueError: for a row or a step that there is not.
    """
    steps = observe(scenario, row, last, surface)
    if steps is None:
        return None
    sheet = written_sheet(steps)
    count = len(steps.number)
    second = hessians(steps.surface.value, steps.points)
    rates = np.full((count, 2), np.nan)
    if names.EFFECTIVE.key in sheet.values:
        rates = np.broadcast_to(sheet.values[names.EFFECTIVE.key], (count, 2)).copy()
    felt = second
    if sheet.decays_loss:  # the decay in the gradient curves the loss on every axis
        felt = second + sheet.values[names.DECAY.key][:, :, None] * np.eye(2)
    limits = np.full(count, np.nan)
    if names.LIMIT.key in sheet.values:
        limits = np.broadcast_to(sheet.values[names.LIMIT.key], (count, 1))[:, 0].copy()
    return Inside(
        steps=steps.number,
        every=steps.every,
        quantities=sheet.quantities,
        values=sheet.values,
        lines=tuple(sheet.lines),
        tracks=tuple(sheet.tracks),
        charts=tuple(sheet.charts),
        marks=tuple(sheet.marks),
        arrows=sheet.arrows,
        rates=rates,
        curvatures=eigenvalues(second),
        sharpness=scaled_sharpness(felt, rates),
        limits=limits,
    )


def written_sheet(steps: Steps) -> Sheet:
    """The sheet of ``steps``, filled in."""
    wrapper = steps.entry.wrapper
    before, after = steps.before, steps.after
    if wrapper is not None:
        before, after = before.inner, after.inner
    sheet = Sheet(steps, before, after)
    EXPLAINED.get(steps.entry.optimizer, unexplained)(sheet)
    if wrapper in WRAPPED:
        WRAPPED[wrapper](sheet, steps)
    else:
        sheet.ends()
    return sheet
