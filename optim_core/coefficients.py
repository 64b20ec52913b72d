"""Coefficients: what follows from the settings and the step alone, for all the steps at once.

A rule is recorded with sample settings; the part of the recording that depends on settings and the
step only (``1 - beta1``, bias corrections) is then computed for all the steps at once, per entry,
outside the loop, and laid out in a :class:`Bank` for the calls of the loop to read.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from optim_core.recording import NotRecordableError, Recording, Slot, takes_tensor
from optim_core.settings import Floats, GroupSettings

Array = NDArray[Any]
Call = Callable[[], object]


REMEMBERED_NUMBERS = 8192
"""Up to so many steps times entries coefficients are remembered: some 20 MB in all."""


@lru_cache(maxsize=64)
def _evaluate(
    recording: Recording, group: GroupSettings, varying: frozenset[object]
) -> Mapping[Slot, Floats]:
    """Every slot that does not depend on the ``varying`` inputs, as (T, E) or (1, E).

    Remembered, since of a line-up mostly one entry changes at a time.
    """
    values: dict[Slot, Floats] = {
        slot: group.values(name) for name, slot in recording.inputs.items() if name not in varying
    }
    for operation in recording.operations:
        operands = operation.operands
        if not operands or not all(slot in values for slot in operands):
            continue
        declared = takes_tensor(operation.function)
        arguments: list[object] = []
        for value, is_tensor in zip(operation.arguments, declared, strict=False):
            if isinstance(value, Slot):
                arguments.append(torch.from_numpy(values[value].copy()))
            elif isinstance(value, (int, float)) and is_tensor:
                arguments.append(torch.tensor(value, dtype=torch.float64, device="cpu"))
            else:
                arguments.append(value)
        result = operation.function(*arguments, **dict(operation.keywords))
        if result.dim() != 2:
            raise NotRecordableError(f"{operation.function} of settings alone is not elementwise")
        values[operation.result] = result.numpy()
    return values


class Coefficients:
    """What a recording computes from settings and the step alone, for all steps.

    Args:
        recording: of a rule.
        group: the settings of its entries.
        entry_of_row: (R,) which entry each row belongs to.
        varying: names of the inputs that change with the runs (points, gradients, state).
    """

    def __init__(
        self,
        recording: Recording,
        group: GroupSettings,
        entry_of_row: NDArray[np.int64],
        varying: set[object],
    ) -> None:
        small = group.steps * group.entries <= REMEMBERED_NUMBERS
        evaluate = _evaluate if small else _evaluate.__wrapped__
        self.values = evaluate(recording, group, frozenset(varying))
        self._entry_of_row = entry_of_row
        self.one_entry = all(values.shape[1] == 1 for values in self.values.values())

    def __contains__(self, slot: object) -> bool:
        return slot in self.values

    def spread(self, values: Array, shape: tuple[int, ...]) -> Array:
        """(T, E) values as (T, *shape), each row with its entry's value."""
        if shape == ():
            return values[:, 0]
        per_row = values[:, self._entry_of_row] if values.shape[1] > 1 else values
        per_row = per_row.reshape(len(values), *([1] * (len(shape) - 1)), -1)
        return np.broadcast_to(per_row, (len(values), *shape))


NOTHING = Coefficients(Recording(), GroupSettings({}, {}, 1), np.zeros(1, dtype=np.int64), set())
"""For recordings in which everything depends on the points."""


@dataclass(frozen=True)
class Part:
    """A setting (its slot) or a number, as one lane contributes it to an operand."""

    coefficients: Coefficients
    value: Slot | float
    shape: tuple[int, ...]

    @property
    def values(self) -> Array:
        """(T, E), (1, E) or (1, 1)."""
        if isinstance(self.value, Slot):
            return self.coefficients.values[self.value]
        return np.array([[self.value]])

    def spread(self, first: int, count: int) -> Array:
        """The part's numbers for ``count`` steps from ``first``: (count, size), or (1, size)."""
        values = self.values
        if len(values) > 1:
            values = values[first : first + count]
        spread = self.coefficients.spread(values, self.shape)
        return spread.reshape(len(values), -1)


def number(value: float) -> Array:
    """``value`` as a read-only operand without dimensions."""
    # Zeros are equal whatever their sign, so a cache would take one for the other.
    return _kept_number(value) if value else np.array(value)


@lru_cache(maxsize=1024, typed=True)
def _kept_number(value: float) -> Array:
    array = np.array(value)
    array.flags.writeable = False
    return array


class Bank:
    """The arrays of coefficients that calls read; those that change lie together in pages.

    A page is renewed by one copy a step.
    """

    SMALL = 4096
    """Up to this size a spread single number is renewed with its page, not by a call of its own."""

    PAGE = 1 << 14

    def __init__(self) -> None:
        # The parts are kept with the array: their coefficients are known by id, which the next
        # object may be given once they are gone.
        self._arrays: dict[object, tuple[Array, Call | None, Sequence[Part]]] = {}
        self._pages: list[Floats] = []
        self._used: list[int] = []
        self._filled: list[tuple[int, int, Sequence[Part]]] = []

    def array(
        self, parts: Sequence[Part], shape: tuple[int, ...], *, compact: bool
    ) -> tuple[Array, Call | None]:
        """An array that holds ``parts`` one behind the other, and what renews it each step.

        Args:
            parts: one a lane.
            shape: of the whole.
            compact: whether an array that broadcasts to ``shape`` will do.
        """
        single = len(parts) == 1 and (
            parts[0].coefficients.one_entry or not isinstance(parts[0].value, Slot)
        )
        constant = all(len(part.values) == 1 for part in parts)
        if single and compact:
            parts, shape = [dataclasses.replace(parts[0], shape=())], ()
        elif single and not constant and math.prod(shape) > self.SMALL:
            return self._spread_by_call(parts[0], shape)
        key = (shape, *((id(p.coefficients), type(p.value), repr(p.value)) for p in parts))
        if key not in self._arrays:
            made = self._constant(parts, shape) if constant else self._paged(parts, shape)
            self._arrays[key] = (*made, parts)
        array, renew, _ = self._arrays[key]
        return array, renew

    def fills(self, first: int, count: int) -> list[tuple[Floats, Floats]]:
        """Each page in use, with its contents for ``count`` steps from ``first``, (count, used)."""
        tables = [np.empty((count, used)) for used in self._used]
        for page, start, parts in self._filled:
            for part in parts:
                numbers = part.spread(first, count)
                tables[page][:, start : start + numbers.shape[1]] = numbers
                start += numbers.shape[1]
        return [
            (page[:used], table)
            for page, used, table in zip(self._pages, self._used, tables, strict=True)
        ]

    @property
    def size(self) -> int:
        """How many numbers are renewed each step."""
        return sum(self._used)

    def _constant(self, parts: Sequence[Part], shape: tuple[int, ...]) -> tuple[Array, None]:
        pieces = [part.spread(0, 1)[0] for part in parts]
        return np.concatenate(pieces).reshape(shape), None

    def _paged(self, parts: Sequence[Part], shape: tuple[int, ...]) -> tuple[Array, Call | None]:
        size = math.prod(shape)
        if not self._pages or self._used[-1] + size > self._pages[-1].size:
            self._pages.append(np.zeros(max(self.PAGE, size)))
            self._used.append(0)
        page, start = len(self._pages) - 1, self._used[-1]
        self._used[-1] += size
        self._filled.append((page, start, parts))
        array = self._pages[-1][start : start + size].reshape(shape)
        if any(part.values.dtype == np.bool_ for part in parts):
            mask = np.zeros(shape, dtype=np.bool_)
            return mask, partial(np.not_equal, array, 0.0, mask)
        return array, None

    def _spread_by_call(self, part: Part, shape: tuple[int, ...]) -> tuple[Array, Call | None]:
        number, renew = self.array([part], shape, compact=True)
        array = np.zeros(shape, dtype=number.dtype)

        def spread() -> None:
            if renew is not None:
                renew()
            np.copyto(array, number)

        return array, spread
