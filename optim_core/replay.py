"""Replay: a recording bound to buffers, as a list of calls that need no arguments.

Addition, multiplication and division have one right answer in IEEE arithmetic, so numpy's may
stand in for torch's: for a few hundred numbers they take a quarter of the time. What torch fuses
(``lerp``, ``addcmul``) or rounds in its own way (``exp``, and ``sqrt``, which differs from the
correctly rounded root in the last bit for one number in a hundred) stays torch's.

Arrays are stored transposed, parameters slow and runs fast: (D, R) for what rules see as (R, D).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

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


class Coefficients(Protocol):
    """Values that do not depend on the runs' points: where a replay finds them."""

    def __contains__(self, slot: object) -> bool: ...

    def compact(self, slot: Slot, shape: tuple[int, ...]) -> tuple[Array, Call | None]:
        """An array that broadcasts to ``shape`` (as stored), as small as possible.

        The call, where there is one, must be made each step before the array is read.
        """
        ...

    def full(self, slot: Slot, shape: tuple[int, ...]) -> tuple[Array, Call | None]:
        """As :meth:`compact`, but of exactly ``shape``."""
        ...


class NoCoefficients:
    """For recordings in which everything depends on the points."""

    def __contains__(self, slot: object) -> bool:
        return False

    def compact(self, slot: Slot, shape: tuple[int, ...]) -> tuple[Array, Call | None]:
        """There is none."""
        raise LookupError(slot)

    def full(self, slot: Slot, shape: tuple[int, ...]) -> tuple[Array, Call | None]:
        """There is none."""
        raise LookupError(slot)


class Binder:
    """Turns a recording into calls on buffers.

    Args:
        recording: what to replay.
        inputs: the array that holds each named input at the time of the replay.
        targets: pairs of an output (slot or number) and the array that shall hold it afterwards;
            a target may be the very array of an input.
        coefficients: values that are ready before each step.
    """

    def __init__(
        self,
        recording: Recording,
        inputs: Mapping[Hashable, Array],
        targets: Sequence[tuple[Any, Array]],
        coefficients: Coefficients | None = None,
    ) -> None:
        self._recording = recording
        self._coefficients = coefficients or NoCoefficients()
        self._targets = list(targets)
        self._arrays = {recording.inputs[name]: array for name, array in inputs.items()}
        self._inputs = set(self._arrays)
        self._free: dict[tuple[tuple[int, ...], bool], list[Array]] = {}
        self.calls: list[Call] = []
        operations = [
            operation
            for operation in recording.needed([value for value, _ in targets])
            if operation.result not in self._coefficients
        ]
        self._bind_all(operations)

    def _bind_all(self, operations: list[Operation]) -> None:
        last_use = {slot: index for index, op in enumerate(operations) for slot in op.operands}
        in_place = self._direct_targets(operations, last_use)
        kept = {value for value, _ in self._targets if isinstance(value, Slot)}
        for index, operation in enumerate(operations):
            result = operation.result
            array = in_place.get(result)
            if array is None:
                array = self._buffer(result)
            self._arrays[result] = array
            self._bind(operation, array)
            for slot in set(operation.operands):
                reusable = slot not in self._inputs and slot not in kept
                if reusable and slot not in self._coefficients and last_use[slot] == index:
                    used = self._arrays.pop(slot)
                    self._free.setdefault(_sort(used), []).append(used)
        self._copy_targets(in_place)

    def _direct_targets(
        self, operations: list[Operation], last_use: Mapping[Slot, int]
    ) -> dict[Slot, Array]:
        """The results that can be computed straight into their target.

        Not where the target is an input that is still to be read: by a later operation, or as an
        output that is copied at the end.
        """
        made_at = {operation.result: index for index, operation in enumerate(operations)}
        copied = {value for value, _ in self._targets if value in self._inputs}
        direct: dict[Slot, Array] = {}
        for value, array in self._targets:
            if value not in made_at or value in direct or array.shape != self._stored(value):
                continue
            holders = [slot for slot in self._inputs if self._arrays[slot] is array]
            if all(
                last_use.get(slot, -1) <= made_at[value] and slot not in copied for slot in holders
            ):
                direct[value] = array
        return direct

    def _copy_targets(self, direct: Mapping[Slot, Array]) -> None:
        """Bring every other output to its target; inputs first, to where they are safe."""
        rest = [
            (value, array)
            for value, array in self._targets
            if not (isinstance(value, Slot) and direct.get(value) is array)
        ]
        staged: list[tuple[Array, Array]] = []
        for value, array in rest:
            if not isinstance(value, Slot):
                self.calls.append(partial(array.fill, value))
                continue
            source = self._full(value, array.shape)
            if value in self._inputs:
                if source is array:
                    continue
                safe = np.empty_like(source)
                self.calls.append(partial(np.copyto, safe, source))
                source = safe
            staged.append((array, source))
        self.calls += [partial(np.copyto, array, source) for array, source in staged]

    def _bind(self, operation: Operation, out: Array) -> None:
        ufunc = NUMPY.get(operation.function)
        if ufunc is not None and not operation.keywords and len(operation.arguments) == ufunc.nin:
            operands = [self._compact(value, out.shape) for value in operation.arguments]
            self.calls.append(partial(ufunc, *operands, out))
        else:
            self._bind_torch(operation, out)

    def _bind_torch(self, operation: Operation, out: Array) -> None:
        """The operation as torch's own, writing into ``out``."""
        schema = operation.function._schema.arguments
        arguments: list[Any] = []
        for index, value in enumerate(operation.arguments):
            is_number = isinstance(value, (int, float, bool))
            if isinstance(value, Slot) or (is_number and str(schema[index].type) == "Tensor"):
                arguments.append(as_seen(self._full(value, out.shape)))
            else:
                arguments.append(value)
        keywords = dict(operation.keywords)
        if any(isinstance(value, Slot) for value in keywords.values()):
            raise NotRecordableError(f"{operation.function} takes a tensor by keyword")
        self.calls.append(_torch_call(operation.function, arguments, keywords, as_seen(out)))

    def _compact(self, value: Any, shape: tuple[int, ...]) -> Array:
        """The array of an operand, of a shape that broadcasts to ``shape``."""
        if not isinstance(value, Slot):
            return np.array(value)
        if value in self._coefficients:
            return self._refreshed(self._coefficients.compact(value, shape))
        return self._arrays[value]

    def _full(self, value: Any, shape: tuple[int, ...]) -> Array:
        """The array of an operand; settings and numbers spread to ``shape``.

        torch's vectorised and scalar loops may fuse differently, so each operand is given as the
        whole array that torch.optim itself would meet.
        """
        if not isinstance(value, Slot):
            return np.full(shape, value)
        if value in self._coefficients:
            return self._refreshed(self._coefficients.full(value, shape))
        return self._arrays[value]

    def _refreshed(self, found: tuple[Array, Call | None]) -> Array:
        array, refresh = found
        if refresh is not None:
            self.calls.append(refresh)
        return array

    def _buffer(self, slot: Slot) -> Array:
        shape, boolean = self._stored(slot), slot in self._recording.boolean
        free = self._free.get((shape, boolean))
        return free.pop() if free else np.zeros(shape, dtype=bool if boolean else np.float64)

    def _stored(self, slot: Slot) -> tuple[int, ...]:
        return self._recording.shapes[slot][::-1]


def as_seen(array: Array) -> Tensor:
    """The tensor that a rule sees: the transpose of what is stored, sharing its memory."""
    return torch.from_numpy(array).T if array.ndim == 2 else torch.from_numpy(array)


def _sort(array: Array) -> tuple[tuple[int, ...], bool]:
    return array.shape, array.dtype == np.bool_


def _torch_call(function: Any, arguments: list[Any], keywords: dict[str, Any], out: Tensor) -> Call:
    """``function`` into ``out``: by torch's quick Python entry, its out-variant, or a copy.

    Each way is tried on a scratch tensor first, since ``out`` may be one of the arguments.
    """
    scratch = torch.empty_like(out)
    packet = function.overloadpacket
    quick = getattr(torch, packet.__name__, None)
    if quick is not None:
        try:
            quick(*arguments, **keywords, out=scratch)
        except (TypeError, RuntimeError):
            pass
        else:
            return partial(quick, *arguments, **keywords, out=out)
    wanted = len(function._schema.arguments)
    for overload in packet.overloads():
        variant = getattr(packet, overload)
        names = [a.name for a in variant._schema.arguments]
        if len(names) == wanted + 1 and names[-1] in ("out", "grad_input"):
            try:
                variant(*arguments, **keywords, **{names[-1]: scratch})
            except (TypeError, RuntimeError):
                continue
            return partial(variant, *arguments, **keywords, **{names[-1]: out})

    def compute_and_copy() -> None:
        out.copy_(function(*arguments, **keywords))

    return compute_and_copy
