"""Replay: recordings bound to buffers, as a list of calls that need no arguments.

Several recordings are replayed side by side, one a *lane*. Where neighbouring lanes do the same
thing to values that lie side by side in memory, one call does it for all of them: Adam, AMSGrad
and RAdam share the update of their averages, though each rule is written and recorded by itself.

Arrays are stored transposed, parameters slow and runs fast: (D, R) for what rules see as (R, D).
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from functools import partial
from typing import Any

import numpy as np

from optim_core.calling import NUMPY, Array, Call, as_seen, torch_call
from optim_core.coefficients import Bank, Part, number
from optim_core.lanes import (
    BoundLane,
    Lane,
    Place,
    adjacent,
    joined,
    joined_shape,
    likeness,
)
from optim_core.recording import NotRecordableError, Operation, Slot, takes_tensor

Run = list[tuple[BoundLane, Operation]]
"""One operation in each of several neighbouring lanes."""


class Binder:
    """Turns lanes into calls on buffers; ``calls`` holds them in order."""

    def __init__(self, lanes: Sequence[Lane], bank: Bank | None = None) -> None:
        self._bank = Bank() if bank is None else bank
        self._lanes = [BoundLane(lane) for lane in lanes]
        self._free: dict[tuple[int, bool], list[Array]] = {}
        self._members: dict[int, list[tuple[BoundLane, Slot]]] = {}
        self._classes: dict[Hashable, int] = {}
        self.calls: list[Call] = []
        for place, lane in enumerate(self._lanes):
            for operation in lane.operations:
                if operation.result not in lane.places:
                    self._emit(self._run_from(place, operation))
        self._copy_targets()

    def _run_from(self, number: int, operation: Operation) -> Run:
        """This operation with its like in the lanes that follow without a gap."""
        run = [(self._lanes[number], operation)]
        wanted = self._class_of(*run[0])
        if wanted is None:
            return run
        for lane in self._lanes[number + 1 :]:
            like = next(
                (
                    other
                    for other in lane.operations
                    if other.result not in lane.places and self._class_of(lane, other) == wanted
                ),
                None,
            )
            if like is None or not _continues(run[-1], (lane, like)):
                break
            run.append((lane, like))
        return run

    def _class_of(self, lane: BoundLane, operation: Operation) -> int | None:
        """A number that operations share which may be done together; None for loners."""
        if operation.result in lane.classes:
            return lane.classes[operation.result]
        found = None
        key = likeness(lane, operation)
        if key is not None:
            found = self._classes.setdefault(key, len(self._classes))
        lane.classes[operation.result] = found
        return found

    def _emit(self, run: Run) -> None:
        first = run[0][1]
        function, keywords = first.function, dict(first.keywords)
        if any(isinstance(value, Slot) for value in keywords.values()):
            raise NotRecordableError(f"{function} takes a tensor by keyword")
        ufunc = NUMPY.get(function)
        by_numpy = ufunc is not None and not keywords and len(first.arguments) == ufunc.nin
        lanes = [lane for lane, _ in run]
        shape = joined_shape([lane.stored(operation.result) for lane, operation in run])
        operands: list[Any] = []
        for index, is_tensor in enumerate(takes_tensor(function)[: len(first.arguments)]):
            values = [operation.arguments[index] for _, operation in run]
            if isinstance(values[0], Slot) and values[0] not in lanes[0].coefficients:
                places = [lane.places[slot] for lane, slot in zip(lanes, values, strict=True)]
                operands.append(joined(places))
            elif by_numpy and len(run) == 1 and not isinstance(values[0], Slot):
                operands.append(number(values[0]))
            elif by_numpy or isinstance(values[0], Slot) or is_tensor:
                operands.append(self._settings(lanes, values, shape, compact=by_numpy))
            else:
                operands.append(values[0])
        for lane, operation in run:
            for slot in operation.operands:
                lane.reads[slot] -= 1
        out = self._result(run, shape)
        if ufunc is not None and by_numpy:
            self.calls.append(partial(ufunc, *operands, out))
        else:
            seen = [as_seen(o) if isinstance(o, np.ndarray) else o for o in operands]
            self.calls.append(torch_call(function, seen, keywords, as_seen(out)))
        self._release(run)

    def _settings(
        self,
        lanes: Sequence[BoundLane],
        values: Sequence[Any],
        shape: tuple[int, ...],
        *,
        compact: bool,
    ) -> Array:
        """Settings and numbers as an operand.

        torch gets them spread to the whole shape, as torch.optim itself would meet them: its
        vectorised and scalar loops may fuse differently.
        """
        parts = [
            Part(lane.coefficients, value, shape if len(lanes) == 1 else lane.wide)
            for lane, value in zip(lanes, values, strict=True)
        ]
        array, refresh = self._bank.array(parts, shape, compact=compact)
        if refresh is not None:
            self.calls.append(refresh)
        return array

    def _result(self, run: Run, shape: tuple[int, ...]) -> Array:
        """Where the result goes: its target if nobody still reads what is there, or a buffer."""
        places = [lane.free_target(operation.result) for lane, operation in run]
        targets = [place for place in places if place is not None]
        if len(targets) == len(run) and all(map(adjacent, targets, targets[1:])):
            for (lane, operation), place in zip(run, targets, strict=True):
                lane.places[operation.result] = place
            return joined(targets)
        boolean = run[0][0].is_boolean(run[0][1].result)
        size = math.prod(shape)
        free = self._free.get((size, boolean))
        flat = free.pop() if free else np.zeros(size, dtype=bool if boolean else np.float64)
        start = 0
        for lane, operation in run:
            place = Place(flat, start, lane.stored(operation.result))
            lane.places[operation.result] = place
            start = place.stop
        self._members[id(flat)] = [(lane, operation.result) for lane, operation in run]
        return flat.reshape(shape)

    def _release(self, run: Run) -> None:
        """Give back the buffers that nobody will read any more."""
        for lane, operation in run:
            for slot in operation.operands:
                place = lane.places.get(slot)
                members = None if place is None else self._members.get(id(place.flat))
                if members and all(owner.reads[value] == 0 for owner, value in members):
                    assert place is not None
                    del self._members[id(place.flat)]
                    kind = (place.flat.size, place.flat.dtype == np.bool_)
                    self._free.setdefault(kind, []).append(place.flat)

    def _copy_targets(self) -> None:
        """Bring every other output to its target; inputs first, to where they are safe."""
        staged: list[tuple[Array, Array]] = []
        for lane in self._lanes:
            for value, target in lane.targets:
                if not isinstance(value, Slot) or value in lane.coefficients:
                    source = self._settings([lane], [value], target.shape, compact=False)
                elif lane.places[value] is target:
                    continue
                else:
                    source = lane.places[value].view
                    if value in lane.inputs:
                        safe = np.empty_like(source)
                        self.calls.append(partial(np.copyto, safe, source))
                        source = safe
                staged.append((target.view, source))
        self.calls += [partial(np.copyto, target, source) for target, source in staged]


def _continues(before: tuple[BoundLane, Operation], after: tuple[BoundLane, Operation]) -> bool:
    """Whether the operands of ``after`` are ready and lie right behind those of ``before``."""
    pairs = zip(before[1].arguments, after[1].arguments, strict=True)
    for left, right in pairs:
        if not isinstance(right, Slot) or right in after[0].coefficients:
            continue
        if right not in after[0].places:
            return False
        if not adjacent(before[0].places[left], after[0].places[right]):
            return False
    return True
