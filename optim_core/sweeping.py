"""sweep(): one knob of one entry through its whole slider, all values traced in one batch."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import numpy as np

from landscapes import Knob, Phrase, Refusal, Surface, Value, unknown
from optim_core.scenario import MAX_ENTRIES, Entry, Scenario
from optim_core.spec import OPTIMIZERS, WRAPPERS
from optim_core.tracing import trace
from optim_core.trajectories import Outcome, Trajectories

SWEPT = 41
"""Values in a sweep: a slider 400 pixels wide then snaps every 10, finer than a hand aims."""

READABLE = 5e-2
"""A value is rounded, for reading, by less than this share of the gap to its neighbour."""


@dataclass(frozen=True)
class RunEnd:
    """How one run of a sweep ended.

    Attributes:
        start, noise_seed: which, counted from 0.
        outcome: how.
        minimum: index into the surface's declared minima of the one it ended at, or -1.
    """

    start: int
    noise_seed: int
    outcome: Outcome
    minimum: int


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """One entry with V values of one knob.

    Attributes:
        entry: which entry of the scenario was swept.
        knob: what was swept, as :func:`numeric_knobs` calls it.
        values: V values in ascending order; whole numbers where the knob is an integer.
        present: index into ``values`` of the value that the entry has now.
        left_out: values of the slider that the knob does not accept.
        trajectories: V x starts x noise seeds rows, values slowest; a label's ``entry`` is the
            index of the value.
    """

    entry: int
    knob: str
    values: tuple[float, ...]
    present: int
    left_out: tuple[float, ...]
    trajectories: Trajectories

    def rows_of(self, index: int) -> range:
        """The rows of ``values[index]``: its starts, each with its noise seeds."""
        each = self.trajectories.rows // len(self.values)
        return range(index * each, (index + 1) * each)

    def outcome_strip(self) -> tuple[tuple[RunEnd, ...], ...]:
        """For each value, how each of its starts x noise seeds runs ended."""
        runs = self.trajectories
        reached = runs.reached.tolist()
        ends = [
            RunEnd(label.start, label.noise_seed, outcome, minimum)
            for label, outcome, minimum in zip(runs.labels, runs.outcomes, reached, strict=True)
        ]
        return tuple(
            tuple(ends[row] for row in self.rows_of(index)) for index in range(len(self.values))
        )


def sweep(
    scenario: Scenario,
    entry: int,
    knob: str,
    count: int = SWEPT,
    surface: Surface | None = None,
) -> Sweep:
    """Run one entry with ``count`` values of one knob, from every start with every noise stream.

    Args:
        scenario: whose starts, config and surface hold; its other entries are not run.
        entry: index of the swept entry.
        knob: one of ``numeric_knobs(scenario.entries[entry])``.
        count: how many values, 2 to 64.
        surface: minimise this in place of the scenario's surface, as ``trace`` does.

    Returns:
        The values of :func:`swept_values` and their runs. The row at the present value is the plain
        run's, bit for bit.

    Raises:
        UnknownKeyError: (a ValueError) for a knob that the entry does not have.
        ValueError: for a choice or a switch, or a count out of bounds.
        IndexError: for an entry that is not there.
        OverBudgetError: (a ValueError) before anything is computed.
    """
    if not 0 <= entry < len(scenario.entries):
        raise IndexError(f"entry {entry} of {len(scenario.entries)}")
    swept = scenario.entries[entry]
    declared = _numeric(swept, knob)
    values, left_out = swept_values(declared, setting_of(swept, knob), count)
    entries = tuple(with_setting(swept, knob, value) for value in values)
    return Sweep(
        entry=entry,
        knob=knob,
        values=values,
        present=values.index(float(setting_of(swept, knob))),
        left_out=left_out,
        trajectories=trace(dataclasses.replace(scenario, entries=entries), surface),
    )


def knobs_of(entry: Entry) -> dict[str, Knob]:
    """Every knob of an entry; a wrapper's under ``<wrapper key>_<knob key>``."""
    knobs = {knob.key: knob for knob in OPTIMIZERS[entry.optimizer].knobs}
    if entry.wrapper is not None:
        knobs |= {f"{entry.wrapper}_{k.key}": k for k in WRAPPERS[entry.wrapper].knobs}
    return knobs


def numeric_knobs(entry: Entry) -> dict[str, Knob]:
    """The knobs of an entry that can be swept."""
    return {name: knob for name, knob in knobs_of(entry).items() if knob.is_number}


def setting_of(entry: Entry, name: str) -> Value:
    """The value of one of ``knobs_of(entry)``."""
    own = dict(entry.settings)
    if name in own:
        return own[name]
    return dict(entry.wrapper_settings)[name.removeprefix(f"{entry.wrapper}_")]


def with_setting(entry: Entry, name: str, value: Value) -> Entry:
    """``entry`` with one of ``knobs_of(entry)`` changed.

    Raises:
        ValueError: for a value that the knob does not accept.
    """
    if name in dict(entry.settings):
        return entry.changed(**{name: value})
    around = dict(entry.wrapper_settings) | {name.removeprefix(f"{entry.wrapper}_"): value}
    return dataclasses.replace(entry, wrapper_settings=around)


def swept_values(
    knob: Knob, present: Value, count: int
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """``count`` values over the slider of ``knob``, evenly spaced in its own scale.

    The ends are the slider's; in between values are rounded as far as the spacing allows, so that
    they can be read out. The value nearest to ``present`` is replaced by it, so that a sweep goes
    exactly through what is set now, even where it was typed beyond the slider's end. An integer
    knob with fewer whole numbers than ``count`` gives each of them once.

    Args:
        knob: a number.
        present: what it is set to.
        count: how many values, 2 to 64.

    Returns:
        The values in ascending order, and those left out because the knob does not accept them (a
        slider may reach further than its knob).

    Raises:
        ValueError: for a count out of bounds.
    """
    if not 2 <= count <= MAX_ENTRIES:
        raise Refusal("a sweep has 2 to {most} values", most=MAX_ENTRIES)
    values = _spaced(knob, count)
    now = float(present)
    if knob.scale == "log":
        # 0 stands below every logarithm: it takes the place of the lowest value.
        distances = [abs(math.log(v / now)) if now > 0 else v for v in values]
    else:
        distances = [abs(v - now) for v in values]
    values[distances.index(min(distances))] = now
    kept: list[float] = []
    left_out: list[float] = []
    for value in values:
        try:
            kept.append(_number(knob.check(value)))
        except ValueError:
            left_out.append(value)
    return tuple(kept), tuple(left_out)


def _numeric(entry: Entry, name: str) -> Knob:
    knobs = knobs_of(entry)
    if name not in knobs:
        raise unknown(Phrase("knob of {owner}", owner=entry.optimizer), name, numeric_knobs(entry))
    if not knobs[name].is_number:
        if knobs[name].scale == "switch":
            raise Refusal("{knob} is a switch, not a number: it cannot be swept", knob=name)
        raise Refusal("{knob} is a choice, not a number: it cannot be swept", knob=name)
    return knobs[name]


def _spaced(knob: Knob, count: int) -> list[float]:
    """Strictly ascending values from end to end of the slider."""
    low, high = (float(end) for end in knob.slider_range)
    if knob.scale == "integer":
        return [float(v) for v in np.unique(np.round(np.linspace(low, high, count)))]
    if knob.scale == "log":
        digits = max(1, _digits(math.log(high / low) / (count - 1)))
        between = [float(f"{v:.{digits}e}") for v in np.geomspace(low, high, count)[1:-1]]
    else:
        decimals = _digits((high - low) / (count - 1))
        between = [round(v, decimals) for v in np.linspace(low, high, count)[1:-1].tolist()]
    return [low, *between, high]


def _digits(gap: float) -> int:
    """To how many decimals a value may be rounded without losing READABLE of ``gap``."""
    return math.ceil(-math.log10(2 * READABLE * gap))


def _number(value: Value) -> float:
    return value if isinstance(value, int) else float(value)
