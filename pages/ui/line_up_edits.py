"""What can be done to a line-up, as functions from one contest to the next."""

from __future__ import annotations

import dataclasses

from landscapes import Refusal, Value
from optim_core import OPTIMIZERS, Entry
from optim_core.scenario import MAX_LINE_UP
from pages.ui.cards import Arranged
from pages.ui.desk import Contest, Desk


def set_optimizer(desk: Desk[Contest], index: int, contest: Contest, key: str) -> Contest:
    """Another optimizer with its own defaults: a learning rate means something else to each."""
    present = contest.entries[index]
    entry = Entry(key, (), present.wrapper, present.wrapper_settings)
    return _replace(contest, index, *desk.suited(contest, (entry,)))


def set_setting(index: int, contest: Contest, key: str, value: Value) -> Contest:
    """One setting of one entry changed."""
    return _replace(contest, index, contest.entries[index].changed(**{key: value}))


def set_wrapper(index: int, contest: Contest, key: str) -> Contest:
    """Another wrapper, with its defaults, or none for the empty key."""
    entry = dataclasses.replace(contest.entries[index], wrapper=key or None, wrapper_settings=())
    return _replace(contest, index, entry)


def set_wrapper_setting(index: int, contest: Contest, key: str, value: Value) -> Contest:
    """One setting of one entry's wrapper changed."""
    entry = contest.entries[index]
    settings = {**dict(entry.wrapper_settings), key: value}
    return _replace(contest, index, dataclasses.replace(entry, wrapper_settings=settings))


def reset_entry(desk: Desk[Contest], index: int, contest: Contest, value: object = None) -> Contest:
    """An entry's optimizer and wrapper at their defaults, with a rate that suits what is run."""
    del value
    present = contest.entries[index]
    entry = Entry(present.optimizer, (), present.wrapper, ())
    return _replace(contest, index, *desk.suited(contest, (entry,)))


def add_entry(desk: Desk[Contest], contest: Contest) -> Arranged[Contest]:
    """One entry more: the first optimizer that is not in the line-up yet."""
    present = {entry.optimizer for entry in contest.entries}
    free = next((key for key in OPTIMIZERS if key not in present), next(iter(OPTIMIZERS)))
    (added,) = desk.suited(contest, (Entry(free),))
    return _arranged(contest, (*range(len(contest.entries)), None), added)


def copy_entry(index: int, contest: Contest) -> Arranged[Contest]:
    """The entry once more, right after itself; the copy looks as the app would have it."""
    places: list[int | None] = [*range(len(contest.entries))]
    places.insert(index + 1, None)
    return _arranged(contest, tuple(places), contest.entries[index])


def move_entry(index: int, contest: Contest, by: int) -> Arranged[Contest]:
    """The entry ``by`` places further down, or up for a negative number, or as far as it goes."""
    places = [*range(len(contest.entries))]
    places.insert(min(max(index + by, 0), len(places) - 1), places.pop(index))
    return _arranged(contest, tuple(places))


def remove_entry(index: int, contest: Contest) -> Arranged[Contest]:
    """The line-up without one entry."""
    places = [*range(len(contest.entries))]
    del places[index]
    return _arranged(contest, tuple(places))


def _arranged(
    contest: Contest, places: tuple[int | None, ...], added: Entry | None = None
) -> Arranged[Contest]:
    # The button is disabled by then, but what a browser sends need not come from our buttons.
    if len(places) > MAX_LINE_UP:
        raise Refusal("a line-up has at most {most} entries", most=MAX_LINE_UP)
    entries = [added if place is None else contest.entries[place] for place in places]
    kept = tuple(entry for entry in entries if entry is not None)
    return Arranged(_with(contest, kept), places)


def _replace(contest: Contest, index: int, entry: Entry) -> Contest:
    entries = (*contest.entries[:index], entry, *contest.entries[index + 1 :])
    return _with(contest, entries)


def _with(contest: Contest, entries: tuple[Entry, ...]) -> Contest:
    """``contest`` with another line-up."""
    return dataclasses.replace(contest, entries=entries)  # type: ignore[type-var]
