"""Replay: recordings bound to buffers, as a list of calls that need no arguments.

Addition, multiplication and division have one right answer in IEEE arithmetic, so numpy's may
stand in for torch's: for a few hundred numbers they take a quarter of the time. What torch fuses
(``lerp``, ``addcmul``) or rounds in its own way (``exp``, and ``sqrt``, which differs from the
correctly rounded root in the last bit for one number in a hundred) stays torch's.

Several recordings are replayed side by side, one a *lane*. Where neighbouring lanes do the same
thing to values that lie side by side in memory, one call does it for all of them: Adam, AMSGrad
and RAdam share the update of their averages, though each rule is written and recorded by itself.

Arrays are stored transposed, parameters slow and runs fast: (D, R) for what rules see as (R, D).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from optim_core.coefficients import NOTHING, Bank, Coefficients, Part
from optim_core.recording import NotRecordableError, Operation, Recording, Slot, aten

Array = NDArray[Any]
Call = Callable[[], object]

NUMPY: dict[Any, np.ufunc] = {
    aten.add.Tensor: np.add,
    aten.sub.Tensor: np.subtract,
    aten.mul.Tensor: np.multiply,
    aten.div.Tensor: np.divide,
    aten.neg.default: np.negative,
    aten.abs.default: np.absolute,
    aten.gt.Scalar: np.greater,
    aten.gt.Tensor: np.greater,
    aten.ge.Scalar: np.greater_equal,
    aten.ge.Tensor: np.greater_equal,
    aten.lt.Scalar: np.less,
    aten.lt.Tensor: np.less,
    aten.le.Scalar: np.less_equal,
    aten.le.Tensor: np.less_equal,
    aten.eq.Scalar: np.equal,
    aten.eq.Tensor: np.equal,
    aten.ne.Scalar: np.not_equal,
    aten.ne.Tensor: np.not_equal,
    aten.logical_and.default: np.logical_and,
    aten.logical_or.default: np.logical_or,
    aten.logical_not.default: np.logical_not,
}
"""Operations whose result numpy must give to the last bit."""

ELEMENTWISE = {
    *NUMPY,
    aten.addcmul.default,
    aten.lerp.Tensor,
    aten.maximum.default,
    aten.minimum.default,
    aten.reciprocal.default,
    aten.sqrt.default,
    aten.where.self,
}
"""Operations that may be done for several lanes at once."""


@dataclass(frozen=True, eq=False)
class Place:
    """A stretch of a flat array, and the shape in which it is stored there."""

    flat: Array
    start: int
    shape: tuple[int, ...]

    @property
    def stop(self) -> int:
        """Where it ends in the flat array."""
        return self.start + math.prod(self.shape)

    @property
    def view(self) -> Array:
        """The array, sharing the flat array's memory."""
        return self.flat[self.start : self.stop].reshape(self.shape)

    @classmethod
    def of(cls, array: Array) -> Place:
        """All of a contiguous array."""
        return cls(array.reshape(-1), 0, array.shape)


@dataclass(frozen=True)
class Lane:
    """One recording with its surroundings.

    Attributes:
        recording: what to replay.
        inputs: where each named input lies at the time of the replay.
        targets: pairs of an output (slot or number) and the place that shall hold it afterwards; a
            target may be the very place of an input.
        coefficients: the values that depend on settings and the step alone.
        rows: R, where the recording was made with another number of rows.
    """

    recording: Recording
    inputs: Mapping[Hashable, Place]
    targets: Sequence[tuple[Any, Place]]
    coefficients: Coefficients = NOTHING
    rows: int | None = None


class Binder:
    """Turns lanes into calls on buffers; ``calls`` holds them in order."""

    def __init__(self, lanes: Sequence[Lane], bank: Bank | None = None) -> None:
        self._bank = Bank() if bank is None else bank
        self._lanes = [BoundLane(lane) for lane in lanes]
        self._free: dict[tuple[int, bool], list[Array]] = {}
        self._members: dict[int, list[tuple[BoundLane, Slot]]] = {}
        self._classes: dict[Hashable, int] = {}
        self.calls: list[Call] = []
        for number, lane in enumerate(self._lanes):
            for operation in lane.operations:
                if operation.result not in lane.places:
                    self._emit(self._run_from(number, operation))
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
        key = _likeness(lane, operation)
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
        shape = _joined_shape([lane.stored(operation.result) for lane, operation in run])
        operands: list[Any] = []
        for index, declared in enumerate(function._schema.arguments[: len(first.arguments)]):
            values = [operation.arguments[index] for _, operation in run]
            if isinstance(values[0], Slot) and values[0] not in lanes[0].coefficients:
                places = [lane.places[slot] for lane, slot in zip(lanes, values, strict=True)]
                operands.append(_joined(places))
            elif by_numpy or isinstance(values[0], Slot) or str(declared.type) == "Tensor":
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
            self.calls.append(_torch_call(function, seen, keywords, as_seen(out)))
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
        if len(targets) == len(run) and all(map(_adjacent, targets, targets[1:])):
            for (lane, operation), place in zip(run, targets, strict=True):
                lane.places[operation.result] = place
            return _joined(targets)
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


class BoundLane:
    """A lane while it is being bound: where its values lie and how often they are still read."""

    def __init__(self, lane: Lane) -> None:
        self.coefficients = lane.coefficients
        self.targets = list(lane.targets)
        self._recording = lane.recording
        self._rows = lane.rows
        slots = lane.recording.inputs
        self.places = {slots[name]: place for name, place in lane.inputs.items() if name in slots}
        self.inputs = set(self.places)
        self.classes: dict[Slot, int | None] = {}
        self.names = {slot: name for name, slot in slots.items()}
        self.operations = [
            operation
            for operation in lane.recording.needed([value for value, _ in self.targets])
            if operation.result not in self.coefficients
        ]
        outputs = [value for value, _ in self.targets if isinstance(value, Slot)]
        self.reads = dict.fromkeys([*lane.recording.shapes], 0)
        for operation in self.operations:
            for slot in operation.operands:
                self.reads[slot] += 1
        for slot in outputs:  # read once more, at the end, when it is copied to its target
            self.reads[slot] += 1
        shapes = [place.shape for place in self.places.values()]
        self.wide = max(shapes, key=math.prod, default=())

    def stored(self, slot: Slot) -> tuple[int, ...]:
        """The shape in which a value is stored."""
        shape = self._recording.shapes[slot]
        return shape[::-1] if self._rows is None else (*shape[:0:-1], self._rows)

    def is_boolean(self, slot: Slot) -> bool:
        """Whether a value is a mask."""
        return slot in self._recording.boolean

    def free_target(self, slot: Slot) -> Place | None:
        """The place where ``slot`` is wanted, if what is there now is no longer needed."""
        for value, target in self.targets:
            if value != slot or target.shape != self.stored(slot):
                continue
            held = [other for other in self.inputs if self.places[other] is target]
            if all(self.reads[other] == 0 for other in held):
                return target
        return None


Run = list[tuple[BoundLane, Operation]]


def _likeness(lane: BoundLane, operation: Operation) -> Hashable | None:
    """What two operations must have in common to be done at once; None if it may not be.

    The operands of one must be the like of the operands of the other; settings and numbers may
    differ, since they are laid out as needed.
    """
    if operation.function not in ELEMENTWISE or operation.keywords:
        return None
    if lane.stored(operation.result) != lane.wide:
        return None
    operands: list[Hashable] = []
    for value in operation.arguments:
        if not isinstance(value, Slot):
            operands.append(None)
        elif value in lane.coefficients:
            if lane.is_boolean(value):
                return None
            operands.append(None)
        elif lane.stored(value) != lane.wide:
            return None
        elif value in lane.inputs:
            operands.append(lane.names[value])
        elif lane.classes.get(value) is None:
            return None
        else:
            operands.append(lane.classes[value])
    return (operation.function, tuple(operands))


def _continues(before: tuple[BoundLane, Operation], after: tuple[BoundLane, Operation]) -> bool:
    """Whether the operands of ``after`` are ready and lie right behind those of ``before``."""
    pairs = zip(before[1].arguments, after[1].arguments, strict=True)
    for left, right in pairs:
        if not isinstance(right, Slot) or right in after[0].coefficients:
            continue
        if right not in after[0].places:
            return False
        if not _adjacent(before[0].places[left], after[0].places[right]):
            return False
    return True


def _adjacent(left: Place, right: Place) -> bool:
    return left.flat is right.flat and left.stop == right.start


def _joined(places: Sequence[Place]) -> Array:
    """Adjacent places as one array: flat, unless there is but one."""
    if len(places) == 1:
        return places[0].view
    return places[0].flat[places[0].start : places[-1].stop]


def _joined_shape(shapes: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    return shapes[0] if len(shapes) == 1 else (sum(math.prod(shape) for shape in shapes),)


def as_seen(array: Array) -> Tensor:
    """The tensor that a rule sees: the transpose of what is stored, sharing its memory."""
    return torch.from_numpy(array).T if array.ndim == 2 else torch.from_numpy(array)


_ways: dict[Any, str] = {}
"""How each function is best called with an output, once found out."""


def _torch_call(function: Any, arguments: list[Any], keywords: dict[str, Any], out: Tensor) -> Call:
    """``function`` into ``out``: by torch's quick Python entry, its out-variant, or a copy."""
    if function not in _ways:
        _ways[function] = _best_way(function, arguments, keywords, out)
    way, packet = _ways[function], function.overloadpacket
    if way == "quick":
        return partial(getattr(torch, packet.__name__), *arguments, **keywords, out=out)
    if way:
        overload, name = way.split(" ")
        return partial(getattr(packet, overload), *arguments, **keywords, **{name: out})

    def compute_and_copy() -> None:
        out.copy_(function(*arguments, **keywords))

    return compute_and_copy


def _best_way(function: Any, arguments: list[Any], keywords: dict[str, Any], out: Tensor) -> str:
    """Found by trying, on a scratch tensor, since ``out`` may be one of the arguments."""
    scratch = torch.empty_like(out)
    packet = function.overloadpacket
    quick = getattr(torch, packet.__name__, None)
    if quick is not None:
        try:
            quick(*arguments, **keywords, out=scratch)
        except (TypeError, RuntimeError):
            pass
        else:
            return "quick"
    wanted = len(function._schema.arguments) + 1
    for overload in packet.overloads():
        variant = getattr(packet, overload)
        names = [argument.name for argument in variant._schema.arguments]
        if len(names) != wanted or names[-1] not in ("out", "grad_input"):
            continue
        try:
            variant(*arguments, **keywords, **{names[-1]: scratch})
        except (TypeError, RuntimeError):
            continue
        return f"{overload} {names[-1]}"
    return ""
