"""Lanes: recordings that are replayed side by side, and where their values lie."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from optim_core.calling import ELEMENTWISE, Array
from optim_core.coefficients import NOTHING, Coefficients
from optim_core.recording import Operation, Recording, Slot


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


def likeness(lane: BoundLane, operation: Operation) -> Hashable | None:
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


def adjacent(left: Place, right: Place) -> bool:
    """Whether ``right`` lies right behind ``left``."""
    return left.flat is right.flat and left.stop == right.start


def joined(places: Sequence[Place]) -> Array:
    """Adjacent places as one array: flat, unless there is but one."""
    if len(places) == 1:
        return places[0].view
    return places[0].flat[places[0].start : places[-1].stop]


def joined_shape(shapes: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    """The shape of places of these shapes when they are joined."""
    return shapes[0] if len(shapes) == 1 else (sum(math.prod(shape) for shape in shapes),)
