"""The order of the queue: whoever was served longest ago is next, whatever others have queued."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A run in the queue.

    Attributes:
        run: its id.
        ticket: counts submissions; smaller is earlier.
        visitors: who wants it.
        begun: whether it has run before and was cut off by no fault of its visitors.
    """

    run: str
    ticket: int
    visitors: Collection[str]
    begun: bool = False


def fair_order(waiting: Iterable[Waiting], served: Mapping[str, int]) -> list[str]:
    """The ids of the ``waiting`` runs in the order in which they will be taken.

    Runs that were cut off go first: their visitors have had their turn and not got it. Then the
    visitors take turns, the one served longest ago (or never) first; a visitor's own runs keep
    their order. A run that several visitors want comes when the first of them is due, and is
    the turn of them all.

    Args:
        waiting: the queue, in any order.
        served: for each visitor the number of the last turn, larger for later; absent for none.
    """
    left = sorted(waiting, key=lambda one: one.ticket)
    turns = dict(served)
    turn = max(turns.values(), default=0)
    order: list[str] = []
    while left:
        chosen = min(
            left,
            key=lambda one: (
                not one.begun,
                min((turns.get(visitor, 0) for visitor in one.visitors), default=0),
                one.ticket,
            ),
        )
        left.remove(chosen)
        order.append(chosen.run)
        turn += 1
        turns.update(dict.fromkeys(chosen.visitors, turn))
    return order
