"""narrate(): what happened in a run, as a few events that can be told in any language."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import numpy as np
import torch

from landscapes import Surface
from landscapes.surface import REACH
from optim_core import noticing
from optim_core.events import Event, EventKind
from optim_core.finished_run import FinishedRun, drawn
from optim_core.pacing import check_whole
from optim_core.trajectories import Outcome, Trajectories

MAX_EVENTS = 8
"""A longer story is not read, nor listened to."""

OVERSHOOT = 0.1
"""A rise of the loss by this share of the start's height above the floor is seen in any drawing."""

WIGGLE = 1e-3
"""A rise smaller than this share of the start's height is no ridge: it cannot be seen."""

QUIET = 0.01
"""Headway below this share of the height still to go counts as hardly any."""

QUIET_STEPS = 20
QUIET_SHARE = 0.1
"""It must last this many steps and this share of the run: long enough to be seen to stand still."""

WORTH_GOING = 0.05
"""With less than this share of the start's height to go, a slow tail is no plateau."""

ZIGZAGS = 8
"""Fewer changes of direction, one right after the other, may be chance under noise."""

VISIBLE = 2e-3
"""A shorter move, as a share of the view, is below one pixel of a picture 500 pixels wide."""

MOST_PASSED = 2
"""Minima passed by that are told of one run: the first ones."""

FIRST_DROPPED = (
    {EventKind.OVERSHOT},
    {EventKind.PASSED_MINIMUM, EventKind.PASSED_NAMED_MINIMUM},
    {EventKind.ZIGZAGGED},
    {EventKind.LEFT_PICTURE, EventKind.CAME_BACK},
)
"""What gives way, in this order, where there is more to tell than MAX_EVENTS: the rest are at most
a start, an end, one word on the picture, two ridges, one stand-still and the tolerance."""


def narrate(surface: Surface, trajectories: Trajectories, row: int) -> tuple[Event, ...]:
    """What happened in one run.

    Args:
        surface: what was minimised, with its settings.
        trajectories: whole paths over two parameters.
        row: which run.

    Returns:
        1 to MAX_EVENTS events with ascending steps. The last one says how the run ended and agrees
        with its outcome. The same run is always told in the same way.

    Raises:
        ValueError: when only the ends of the runs were kept.
        IndexError: for a row that is not there.
    """
    check_whole(trajectories)
    run = FinishedRun.of(surface, trajectories, row)
    with np.errstate(all="ignore"):
        events = list(_noticed(run)) if math.isfinite(run.losses[0]) else []
        ending = _ending(run)
    order = {kind: place for place, kind in enumerate(EventKind)}
    events.sort(key=lambda event: (event.step, order[event.kind]))
    for kinds in FIRST_DROPPED:
        if len(events) >= MAX_EVENTS:
            events = [event for event in events if event.kind not in kinds]
    last = max([ending.step, *(event.step for event in events)])
    return (*events, Event(last, ending.kind, ending.fields))


def _noticed(run: FinishedRun) -> Iterator[Event]:
    """Everything worth telling before the end, in no order."""
    x, y = (float(value) for value in run.positions[0])
    # As it was set: a start beside a saddle may be telling in its fifth decimal.
    yield Event(0, EventKind.STARTED, {"x": x, "y": y, "slope": float(run.norms[0])})
    yield from _picture(run)
    crossed = list(_ridges(run))
    yield from crossed
    yield from _overshoot(run, crossed[0].step if crossed else None)
    yield from _passed(run)
    yield from _zigzags(run)
    yield from _quiet(run)
    if run.settled_at >= 0:
        slope = float(run.norms[run.settled_at])
        yield Event(run.settled_at, EventKind.UNDER_TOLERANCE, {"slope": slope})


def _picture(run: FinishedRun) -> Iterator[Event]:
    """When the run left the picture and came back: of many times, the first and the last."""
    inside = drawn(run.surface, run.positions)
    leaving = np.flatnonzero(inside[:-1] & ~inside[1:]) + 1
    entering = np.flatnonzero(~inside[:-1] & inside[1:]) + 1
    if not inside[-1]:
        if len(leaving):
            step = int(leaving[-1])
            yield Event(step, EventKind.LEFT_PICTURE_FOR_GOOD, run.at(step))
        return
    if len(leaving):
        yield Event(int(leaving[0]), EventKind.LEFT_PICTURE, run.at(int(leaving[0])))
    if len(entering):
        kind = EventKind.CAME_BACK if len(leaving) else EventKind.CAME_INTO_PICTURE
        yield Event(int(entering[-1]), kind, run.at(int(entering[-1])))


def _ridges(run: FinishedRun) -> Iterator[Event]:
    """Where the loss rose between two lows on the sides of different minima."""
    wells = [index for index, minimum in enumerate(run.minima) if not minimum.degenerate]
    if len(wells) < 2:
        return
    least = WIGGLE * run.height
    lows, highs = noticing.turning_points(run.losses, least)
    # A climb that is still on at the end may have begun on the other side of a ridge.
    lows += highs[len(lows) - 1 :]
    chosen = [run.minima[index] for index in wells]
    found = noticing.sides(run.surface, run.positions[lows], chosen, least)
    known = [(low, wells[side]) for low, side in zip(lows, found, strict=True) if side >= 0]
    events = []
    for (low, before), (next_low, after) in itertools.pairwise(known):
        if before != after:
            top = low + int(np.argmax(run.losses[low : next_low + 1]))
            # The top itself, and the steps to and from it: the ridge may lie between two points.
            saddle = run.saddle_near(run.positions[max(top - 1, 0) : top + 2])
            place = run.at(top) if saddle is None else run.place(saddle.x, saddle.y)
            fields = {**place, "before": before, "after": after}
            events.append(Event(top, EventKind.CROSSED_RIDGE, fields))
    if len(events) <= 2:
        yield from events
    else:
        # The first and the last alone would seem to say that there were two.
        last = events[-1]
        yield events[0]
        yield Event(last.step, EventKind.CROSSED_LAST_RIDGE, {**last.fields, "count": len(events)})


def _overshoot(run: FinishedRun, first_crossing: int | None) -> Iterator[Event]:
    """The first big climb, unless a ridge was crossed at its top."""
    least = OVERSHOOT * run.height
    lows, highs = noticing.turning_points(run.losses, least)
    if not highs or (first_crossing is not None and lows[0] < first_crossing <= highs[0]):
        return
    low, high = float(run.losses[lows[0]]), float(run.losses[highs[0]])
    step = lows[0] + int(np.argmax(run.losses[lows[0] : highs[0] + 1] - low > least))
    yield Event(step, EventKind.OVERSHOT, {"low": low, "high": high})


def _passed(run: FinishedRun) -> Iterator[Event]:
    """Declared minima that the run came by on its way."""
    events = []
    for index, minimum in enumerate(run.minima):
        if minimum.degenerate or index == run.reached:
            continue
        reach, stay = REACH * run.view, QUIET_STEPS
        step = noticing.passing_step(
            run.positions, minimum.x, minimum.y, reach=reach, view=run.view, stay=stay
        )
        if step is not None and step <= run.acting:
            kind = EventKind.PASSED_NAMED_MINIMUM if minimum.name else EventKind.PASSED_MINIMUM
            place = run.place(minimum.x, minimum.y)
            events.append(Event(step, kind, {"index": index, "name": minimum.name, **place}))
    yield from sorted(events, key=lambda event: event.step)[:MOST_PASSED]


def _zigzags(run: FinishedRun) -> Iterator[Event]:
    """The longest run of steps at which a component of the gradient changed sign each time."""
    positions = run.positions[: run.acting + 1]
    gradients = run.surface.gradient(torch.from_numpy(positions.copy())).numpy()
    best, axis = None, ""
    for index, name in enumerate("xy"):
        found = noticing.flips(gradients[:, index], positions[:, index], VISIBLE * run.view)
        if found and (best is None or found.last - found.first > best.last - best.first):
            best, axis = found, name
    if best is not None and best.last - best.first + 1 >= ZIGZAGS:
        count = best.last - best.first + 1
        yield Event(best.first, EventKind.ZIGZAGGED, {"axis": axis, "count": count})


def _quiet(run: FinishedRun) -> Iterator[Event]:
    """The longest stretch without headway, told by the saddle that it is spent at."""
    width = max(QUIET_STEPS, round(QUIET_SHARE * run.steps)) + 1
    losses, least = run.losses[: run.acting + 1], WORTH_GOING * run.height
    found = noticing.quiet_stretch(losses, run.floor, width, QUIET, least)
    if found is None:
        return
    flattest = found.first + int(np.argmin(run.norms[found.first : found.last + 1]))
    saddle = run.saddle_near(run.positions[flattest : flattest + 1])
    if saddle is not None:
        place = run.place(saddle.x, saddle.y)
        yield Event(found.first, EventKind.LINGERED_AT_SADDLE, {**place, "until": found.last})
    else:
        loss = float(losses[found.last])
        yield Event(found.first, EventKind.SLOWED_DOWN, {"until": found.last, "loss": loss})


def _ending(run: FinishedRun) -> Event:
    """The last event, which restates the outcome with its place."""
    last = len(run.losses) - 1
    here = run.at(last)
    if run.outcome is Outcome.DIVERGED:
        return Event(last, EventKind.DIVERGED, here)
    if run.outcome is Outcome.LEFT_THE_DOMAIN:
        return Event(last, EventKind.LEFT_THE_DOMAIN, here)
    minimum = run.minima[run.reached] if run.reached >= 0 else None
    known: dict[str, float | int | str] = {"index": run.reached}
    if minimum is not None:
        # Of a valley, only some points are declared: the run's own place says more.
        spot = here if minimum.degenerate else run.place(minimum.x, minimum.y)
        known |= {"name": minimum.name, **spot}
    else:
        known |= here
    if run.outcome is Outcome.RAN_OUT_OF_STEPS:
        if minimum is None:
            kind = EventKind.OUT_OF_STEPS
        elif minimum.name and not minimum.degenerate:
            kind = EventKind.OUT_OF_STEPS_AT_NAMED_MINIMUM
        else:
            kind = EventKind.OUT_OF_STEPS_AT_MINIMUM
        return Event(last, kind, {**known, "slope": float(run.norms[last])})
    if minimum is not None:
        if minimum.degenerate:
            kind = EventKind.SETTLED_IN_VALLEY
        elif minimum.name:
            kind = EventKind.SETTLED_AT_NAMED_MINIMUM
        else:
            kind = EventKind.SETTLED_AT_MINIMUM
        return Event(run.settled_at, kind, known)
    for saddle in run.surface.declared(run.surface.saddles):
        x, y = run.positions[last]
        if math.hypot(saddle.x - x, saddle.y - y) <= REACH * run.view:
            known |= run.place(saddle.x, saddle.y)
            return Event(run.settled_at, EventKind.SETTLED_ON_SADDLE, known)
    return Event(run.settled_at, EventKind.SETTLED_ELSEWHERE, known)
