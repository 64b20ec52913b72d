"""Settings of a group of runs over all the steps, and what follows from them alone.

A rule is recorded with sample settings; the part of the recording that depends on settings and the
step only (``1 - beta1``, bias corrections) is then computed for all the steps at once, per entry,
outside the loop. That is the job of :class:`CoefficientTable`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from landscapes import Value
from optim_core.recording import NotRecordableError, Recorder, Recording, Slot
from optim_core.spec import PerStep

Floats = NDArray[np.float64]
Array = NDArray[Any]
Call = Callable[[], object]


class GroupSettings:
    """The settings of E entries that share one rule and its choices, over T steps.

    Args:
        numbers: each numeric setting as (T, E), or (1, E) where it does not change.
        statics: the choices and switches, common to all the entries.
        steps: T.
    """

    def __init__(
        self, numbers: Mapping[str, Floats], statics: Mapping[str, Value], steps: int
    ) -> None:
        self.numbers = dict(numbers)
        self.statics = dict(statics)
        self.steps = steps

    def values(self, name: object) -> Floats:
        """The input called ``name`` by a :class:`SampleSettings`, as (T, E) or (1, E)."""
        if name == ("step",):
            return np.arange(1.0, self.steps + 1.0)[:, None]
        if isinstance(name, tuple) and name[0] == "setting":
            return self.numbers[name[1]]
        if isinstance(name, tuple) and name[0] == "over_steps":
            return self._over_steps(name[1], name[2])
        raise KeyError(name)

    def _over_steps(self, function: PerStep, name: str) -> Floats:
        """``function`` in Python floats, once for each distinct course of the setting."""
        numbers = self.numbers[name]
        numbered = range(1, self.steps + 1)
        courses: dict[bytes, Floats] = {}
        columns = []
        for entry in range(numbers.shape[1]):
            column = numbers[:, entry]
            key = column.tobytes()
            if key not in courses:
                course = column.tolist() * (self.steps if len(column) == 1 else 1)
                courses[key] = np.array(function(course, numbered), dtype=np.float64)
            columns.append(courses[key])
        return np.stack(columns, axis=1)


class SampleSettings:
    """The ``Settings`` that a rule sees while it is recorded: the values of the first step.

    Args:
        group: the settings of the entries.
        entry_of_row: (R,) which entry each row belongs to.
        recorder: told of each value that is asked for; None for a plain call of ``init``.
    """

    def __init__(
        self, group: GroupSettings, entry_of_row: NDArray[np.int64], recorder: Recorder | None
    ) -> None:
        self._group = group
        self._entry_of_row = entry_of_row
        self._recorder = recorder
        self._given: dict[object, Tensor] = {}

    def __getattr__(self, name: str) -> Tensor:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._group.numbers:
            raise AttributeError(f"no numeric setting {name!r}")
        return self._sample(("setting", name))

    @property
    def step(self) -> Tensor:
        """The number of the step."""
        return self._sample(("step",))

    def choice(self, name: str) -> str:
        """The value of a choice knob."""
        return str(self._group.statics[name])

    def switch(self, name: str) -> bool:
        """The value of a switch knob."""
        return bool(self._group.statics[name])

    def uses(self, name: str) -> bool:
        """Whether any entry has a non-zero value at any step."""
        return bool((self._group.numbers[name] != 0).any())

    def over_steps(self, function: PerStep, name: str) -> Tensor:
        """``function`` of a setting and the step, in Python floats."""
        return self._sample(("over_steps", function, name))

    def _sample(self, name: tuple[object, ...]) -> Tensor:
        if name not in self._given:
            first = self._group.values(name)[0]
            rows = first[self._entry_of_row] if len(first) > 1 else np.repeat(first, self._rows)
            sample = torch.from_numpy(rows[:, None].copy())
            if self._recorder is not None:
                self._recorder.input(name, sample)
            self._given[name] = sample
        return self._given[name]

    @property
    def _rows(self) -> int:
        return len(self._entry_of_row)


class CoefficientTable:
    """What a recording computes from settings and the step alone, for all steps.

    Args:
        recording: of a rule, whose inputs other than those of :class:`SampleSettings` are
            ``varying``.
        group: the settings.
        entry_of_row: (R,) which entry each row belongs to.
        varying: names of the inputs that change with the runs (points, gradients, state).

    Attributes:
        bank: the coefficients that change from step to step, in one piece.
    """

    SMALL = 4096
    """Up to this many numbers a full array is refreshed with the bank, not by a call of its own."""

    def __init__(
        self,
        recording: Recording,
        group: GroupSettings,
        entry_of_row: NDArray[np.int64],
        varying: set[object],
    ) -> None:
        self._entry_of_row = entry_of_row
        self._values = _evaluate(recording, group, varying)
        self._arrays: dict[tuple[Slot, tuple[int, ...]], Array] = {}
        self._banked: list[tuple[slice, Slot, tuple[int, ...]]] = []
        self._size = 0
        entries = max((v.shape[1] for v in self._values.values()), default=1)
        self._one_entry = entries == 1
        width = max(
            (shape[-1] for shape in recording.shapes.values() if len(shape) == 2), default=1
        )
        whole = len(entry_of_row) * (width + 1)
        changing = sum(1 for values in self._values.values() if len(values) > 1)
        self.bank = np.zeros(
            changing * (1 + (min(whole, 2 * self.SMALL) if entries == 1 else whole))
        )

    def __contains__(self, slot: object) -> bool:
        return slot in self._values

    def compact(self, slot: Slot, shape: tuple[int, ...]) -> tuple[Array, Call | None]:
        """A single number where all the rows share it, else an array of ``shape``."""
        return self._array(slot, () if self._one_entry else shape)

    def full(self, slot: Slot, shape: tuple[int, ...]) -> tuple[Array, Call | None]:
        """An array of ``shape``; large ones of a single number have a call that refreshes them."""
        constant = len(self._values[slot]) == 1
        if constant or not self._one_entry or int(np.prod(shape)) <= self.SMALL:
            return self._array(slot, shape)
        number, refresh = self._array(slot, ())
        array = np.zeros(shape, dtype=number.dtype)

        def spread() -> None:
            if refresh is not None:
                refresh()
            np.copyto(array, number)

        return array, spread

    def rows(self, first: int, count: int) -> Floats:
        """The bank's contents for ``count`` steps from step index ``first``: (count, bank size)."""
        table = np.empty((count, self._size))
        for place, slot, shape in self._banked:
            values = self._values[slot][first : first + count]
            table[:, place] = self._spread(values, shape).reshape(count, -1)
        return table

    @property
    def used(self) -> int:
        """How many numbers of the bank are in use."""
        return self._size

    def _array(self, slot: Slot, shape: tuple[int, ...]) -> tuple[Array, Call | None]:
        """An array of ``shape`` that holds the coefficient, and a call that renews a mask."""
        values = self._values[slot]
        key = (slot, shape)
        if key not in self._arrays:
            if len(values) == 1:
                self._arrays[key] = self._spread(values, shape)[0].copy()
            else:
                place = slice(self._size, self._size + int(np.prod(shape)))
                self._size = place.stop
                self._banked.append((place, slot, shape))
                self._arrays[key] = self.bank[place].reshape(shape)
        array = self._arrays[key]
        if values.dtype == np.bool_ and len(values) > 1:
            mask = np.zeros(shape, dtype=np.bool_)
            return mask, partial(np.not_equal, array, 0.0, mask)
        return array, None

    def _spread(self, values: Floats, shape: tuple[int, ...]) -> Floats:
        """(T, E) values as (T, *shape), each row with its entry's value."""
        if shape == ():
            return values[:, 0].reshape(-1)
        per_row = values[:, self._entry_of_row] if values.shape[1] > 1 else values
        per_row = per_row.reshape(len(values), *([1] * (len(shape) - 1)), -1)
        return np.broadcast_to(per_row, (len(values), *shape))


def _evaluate(
    recording: Recording, group: GroupSettings, varying: set[object]
) -> dict[Slot, Floats]:
    """Every slot that does not depend on the ``varying`` inputs, as (T, E) or (1, E)."""
    values: dict[Slot, Floats] = {
        slot: group.values(name) for name, slot in recording.inputs.items() if name not in varying
    }
    for operation in recording.operations:
        operands = operation.operands
        if not operands or not all(slot in values for slot in operands):
            continue
        schema = operation.function._schema.arguments
        arguments: list[object] = []
        for value, declared in zip(operation.arguments, schema, strict=False):
            if isinstance(value, Slot):
                arguments.append(torch.from_numpy(values[value].copy()))
            elif isinstance(value, (int, float)) and str(declared.type) == "Tensor":
                arguments.append(torch.tensor(value, dtype=torch.float64))
            else:
                arguments.append(value)
        result = operation.function(*arguments, **dict(operation.keywords))
        if result.dim() != 2:
            raise NotRecordableError(f"{operation.function} of settings alone is not elementwise")
        values[operation.result] = result.numpy()
    return values
