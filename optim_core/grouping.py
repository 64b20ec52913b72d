"""From a scenario's entries to groups of rows that share one rule."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from landscapes import Knob, Value
from optim_core.rules import Rule
from optim_core.scenario import Entry, Scenario, Schedule
from optim_core.schedules import SCHEDULES, ScheduleSteps
from optim_core.settings import Floats, GroupSettings
from optim_core.spec import OPTIMIZERS, WRAPPERS
from optim_core.stepping import Group

MOVED_BY_SCHEDULE = ("momentum", "beta1")
"""The settings that a schedule's momentum takes the place of (as torch's OneCycleLR does)."""


def groups_of(scenario: Scenario) -> list[Group]:
    """The rows of ``scenario`` (entries slowest), grouped by rule and choices."""
    rows_per_entry = scenario.rows // len(scenario.entries)
    config = scenario.config
    return groups_of_entries(scenario.entries, rows_per_entry, config.schedule, config.steps)


def groups_of_entries(
    entries: Sequence[Entry], rows_per_entry: int, schedule: Schedule, steps: int
) -> list[Group]:
    """The rows of these entries (entries slowest), grouped by rule and choices."""
    factors = SCHEDULES[schedule.key].factors(steps, dict(schedule.settings))
    together: dict[object, list[int]] = {}
    for index, entry in enumerate(entries):
        key = (entry.optimizer, entry.wrapper, tuple(sorted(_statics(entry).items())))
        together.setdefault(key, []).append(index)
    return [
        _group([entries[i] for i in indices], indices, rows_per_entry, factors, steps)
        for indices in together.values()
    ]


def varied_group(
    entry: Entry, varied: Mapping[str, Floats], schedule: Schedule, steps: int
) -> Group:
    """Runs of one entry that differ in some of its numbers, each a run of its own.

    Args:
        entry: whose rule and other settings hold for all.
        varied: (R,) values by the names of :func:`optim_core.sweeping.numeric_knobs`, which the
            caller has checked.
        schedule: of the learning rate.
        steps: T.
    """
    factors = SCHEDULES[schedule.key].factors(steps, dict(schedule.settings))
    scheduled = set(factors.learning_rate) != {1.0}
    numbers = {name: v[:, None] for name, v in _numbers(entry, factors, scheduled).items()}
    count = len(next(iter(varied.values())))
    for name, values in varied.items():
        if name == "learning_rate":
            numbers["base_learning_rate"] = values[None]
            course = np.array(factors.learning_rate if scheduled else [1.0])
            numbers[name] = course[:, None] * values
        elif factors.momentum is None or name not in MOVED_BY_SCHEDULE:
            numbers[name] = values[None]
    return Group(
        rule=Rule(entry.optimizer, entry.wrapper),
        settings=GroupSettings(numbers, _statics(entry), steps),
        rows=np.arange(count),
        entry_of_row=np.arange(count),
    )


def parts_of(group: Group, most_rows: int) -> Iterator[Group]:
    """``group`` in pieces of at most ``most_rows`` rows, each knowing only its own entries.

    Entries with many rows are kept apart, since a single value for all rows is cheaper.
    """
    rows_per_entry = np.bincount(group.entry_of_row)
    apart = rows_per_entry.min() >= 1024
    ranges = [len(group.rows)] if not apart else rows_per_entry.tolist()
    begin = 0
    for length in ranges:
        for first in range(begin, begin + length, most_rows):
            place = slice(first, min(first + most_rows, begin + length))
            used, entry_of_row = np.unique(group.entry_of_row[place], return_inverse=True)
            numbers = {name: v[:, used] for name, v in group.settings.numbers.items()}
            settings = GroupSettings(numbers, group.settings.statics, group.settings.steps)
            yield dataclasses.replace(
                group, settings=settings, rows=group.rows[place], entry_of_row=entry_of_row
            )
        begin += length


def _group(
    entries: list[Entry],
    indices: list[int],
    rows_per_entry: int,
    factors: ScheduleSteps,
    steps: int,
) -> Group:
    scheduled = set(factors.learning_rate) != {1.0}
    columns = [_numbers(entry, factors, scheduled) for entry in entries]
    numbers = {name: _stack([column[name] for column in columns]) for name in columns[0]}
    rows = np.concatenate([np.arange(rows_per_entry) + i * rows_per_entry for i in indices])
    return Group(
        rule=Rule(entries[0].optimizer, entries[0].wrapper),
        settings=GroupSettings(numbers, _statics(entries[0]), steps),
        rows=rows,
        entry_of_row=np.repeat(np.arange(len(entries)), rows_per_entry),
    )


def _statics(entry: Entry) -> dict[str, Value]:
    """The choices and switches of an entry: what a rule may branch on."""
    return {key: value for key, knob, value in _named_knobs(entry) if not knob.is_number}


def _numbers(entry: Entry, factors: ScheduleSteps, scheduled: bool) -> dict[str, Floats]:
    """The numeric settings of an entry, each (T,) or (1,), under the schedule."""
    numbers = {
        key: np.array([float(value)]) for key, knob, value in _named_knobs(entry) if knob.is_number
    }
    base = numbers["learning_rate"]
    numbers["base_learning_rate"] = base
    if scheduled:
        numbers["learning_rate"] = base * np.array(factors.learning_rate)
    if factors.momentum is not None:
        for name in MOVED_BY_SCHEDULE:
            if name in numbers:
                numbers[name] = np.array(factors.momentum, dtype=np.float64)
    return numbers


def _named_knobs(entry: Entry) -> list[tuple[str, Knob, Value]]:
    """The knobs of an entry under the names that a rule knows them by."""
    spec = OPTIMIZERS[entry.optimizer]
    settings = dict(entry.settings)
    found = [(knob.key, knob, settings[knob.key]) for knob in spec.knobs]
    if entry.wrapper is not None:
        wrapper, around = WRAPPERS[entry.wrapper], dict(entry.wrapper_settings)
        found += [(f"{wrapper.key}_{k.key}", k, around[k.key]) for k in wrapper.knobs]
    return found


def _stack(columns: list[NDArray[np.float64]]) -> Floats:
    """One column an entry: (T, E), or (1, E) where none of them changes."""
    length = max(len(column) for column in columns)
    if length == 1:
        return np.array([[column[0] for column in columns]])
    return np.stack([np.broadcast_to(column, (length,)) for column in columns], axis=1)
