"""What can be done to a line-up, as functions from one Scenario to the next."""

from __future__ import annotations

import dataclasses

from landscapes import Refusal, Value
from optim_core import OPTIMIZERS, Entry, Scenario
from optim_core.scenario import MAX_LINE_UP
from pages.ui.cards import Arranged
from pages.ui.rates import suited_entries


def set_optimizer(index: int, scenario: Scenario, key: str) -> Scenario:
    """Another optimizer with its own defaults: a learning rate means something else to each."""
    present = scenario.entries[index]
    entry = Entry(key, (), present.wrapper, present.wrapper_settings)
    return _replace(scenario, index, *suited_entries(scenario, (entry,)))


def set_setting(index: int, scenario: Scenario, key: str, value: Value) -> Scenario:
    """One setting of one entry changed."""
    return _replace(scenario, index, scenario.entries[index].changed(**{key: value}))


def set_wrapper(index: int, scenario: Scenario, key: str) -> Scenario:
    """Another wrapper, with its defaults, or none for the empty key."""
    entry = dataclasses.replace(scenario.entries[index], wrapper=key or None, wrapper_settings=())
    return _replace(scenario, index, entry)


def set_wrapper_setting(index: int, scenario: Scenario, key: str, value: Value) -> Scenario:
    """One setting of one entry's wrapper changed."""
    entry = scenario.entries[index]
    settings = {**dict(entry.wrapper_settings), key: value}
    return _replace(scenario, index, dataclasses.replace(entry, wrapper_settings=settings))


def reset_entry(index: int, scenario: Scenario, value: object = None) -> Scenario:
    """An entry's optimizer and wrapper at their defaults, with a rate that suits the surface."""
    del value
    present = scenario.entries[index]
    entry = Entry(present.optimizer, (), present.wrapper, ())
    return _replace(scenario, index, *suited_entries(scenario, (entry,)))


def add_entry(scenario: Scenario) -> Arranged:
    """One entry more: the first optimizer that is not in the line-up yet."""
    present = {entry.optimizer for entry in scenario.entries}
    free = next((key for key in OPTIMIZERS if key not in present), next(iter(OPTIMIZERS)))
    (added,) = suited_entries(scenario, (Entry(free),))
    return _arranged(scenario, (*range(len(scenario.entries)), None), added)


def copy_entry(index: int, scenario: Scenario) -> Arranged:
    """The entry once more, right after itself; the copy looks as the app would have it."""
    places: list[int | None] = [*range(len(scenario.entries))]
    places.insert(index + 1, None)
    return _arranged(scenario, tuple(places), scenario.entries[index])


def move_entry(index: int, scenario: Scenario, by: int) -> Arranged:
    """The entry ``by`` places further down, or up for a negative number, or as far as it goes."""
    places = [*range(len(scenario.entries))]
    places.insert(min(max(index + by, 0), len(places) - 1), places.pop(index))
    return _arranged(scenario, tuple(places))


def remove_entry(index: int, scenario: Scenario) -> Arranged:
    """The line-up without one entry."""
    places = [*range(len(scenario.entries))]
    del places[index]
    return _arranged(scenario, tuple(places))


def _arranged(
    scenario: Scenario, places: tuple[int | None, ...], added: Entry | None = None
) -> Arranged:
    # The button is disabled by then, but what a browser sends need not come from our buttons.
    if len(places) > MAX_LINE_UP:
        raise Refusal("a line-up has at most {most} entries", most=MAX_LINE_UP)
    entries = [added if place is None else scenario.entries[place] for place in places]
    kept = tuple(entry for entry in entries if entry is not None)
    return Arranged(dataclasses.replace(scenario, entries=kept), places)


def _replace(scenario: Scenario, index: int, entry: Entry) -> Scenario:
    entries = (*scenario.entries[:index], entry, *scenario.entries[index + 1 :])
    return dataclasses.replace(scenario, entries=entries)
