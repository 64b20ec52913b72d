"""Recording: a torch function run once and written down as a flat list of operations.

A gradient by autograd, or one step of an optimizer, is the same dozen operations at every step of
every run. Recorded once, they can be replayed without autograd's and Python's overhead
(``optim_core/replay.py``), with the same bits, because they are the same operations.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

aten = torch.ops.aten

IDENTITIES = {aten.detach.default, aten.alias.default, aten.clone.default, aten.view.default}
BY_ONE = {aten.div.Tensor, aten.pow.Tensor_Scalar}
FILLS = {aten.ones_like.default: 1.0, aten.zeros_like.default: 0.0}


class NotRecordableError(Exception):
    """The function does something that a flat list of operations cannot say."""


@lru_cache(maxsize=1024)
def takes_tensor(function: Any) -> tuple[bool, ...]:
    """For each argument of an operation whether it is declared as a tensor (asking is slow)."""
    return tuple(str(argument.type) == "Tensor" for argument in function._schema.arguments)


@dataclass(frozen=True, eq=False)
class Slot:
    """A value of a recording. Its number is for the reader; it is itself by identity."""

    index: int


@dataclass(frozen=True)
class Operation:
    """``result = function(*arguments, **keywords)``; arguments are slots or constants."""

    function: Any
    arguments: tuple[Any, ...]
    keywords: tuple[tuple[str, Any], ...]
    result: Slot

    @cached_property
    def operands(self) -> list[Slot]:
        """The slots that are read."""
        values = (*self.arguments, *(value for _, value in self.keywords))
        return [value for value in values if isinstance(value, Slot)]


@dataclass(eq=False)
class Recording:
    """A flat program.

    Attributes:
        inputs: the slot of each named input.
        operations: in an order in which they can be run.
        outputs: the slots (or constants) of the results.
        shapes: of each slot, as recorded.
        boolean: the slots that hold booleans.
    """

    inputs: dict[Hashable, Slot] = field(default_factory=dict)
    operations: list[Operation] = field(default_factory=list)
    outputs: list[Any] = field(default_factory=list)
    shapes: dict[Slot, tuple[int, ...]] = field(default_factory=dict)
    boolean: set[Slot] = field(default_factory=set)

    def needed(self, outputs: Sequence[Any]) -> list[Operation]:
        """The operations that ``outputs`` depend on."""
        wanted = {value for value in outputs if isinstance(value, Slot)}
        kept: list[Operation] = []
        for operation in reversed(self.operations):
            if operation.result in wanted:
                kept.append(operation)
                wanted.update(operation.operands)
        return kept[::-1]


class Recorder(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Writes down what happens to the named input tensors while it is active.

    Equal operations on equal operands are written once, and multiplications by one or powers of
    one left out: neither changes a bit.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.recording = Recording()
        self._values: dict[int, Any] = {}
        self._alive: list[Tensor] = []  # an id may be given again once its tensor is gone
        self._known: dict[Hashable, Slot] = {}
        self._written_by: dict[Slot, Operation] = {}

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """No: torch would import its whole compiler, for seconds, to keep it away from us."""
        return False

    def input(self, name: Hashable, tensor: Tensor) -> Tensor:
        """Declare ``tensor`` as the input called ``name``."""
        slot = self._new_slot(tensor)
        self.recording.inputs[name] = slot
        self._remember(tensor, slot)
        return tensor

    def output(self, tensor: Tensor) -> None:
        """Declare ``tensor`` as the next output."""
        self.recording.outputs.append(self._value(tensor))

    def __torch_dispatch__(
        self,
        func: Any,
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        del types
        keywords = dict(kwargs or {})
        if func._schema.is_mutable:
            raise NotRecordableError(f"{func} changes its argument in place")
        result = func(*args, **keywords)
        tensors = [value for value in (*args, *keywords.values()) if isinstance(value, Tensor)]
        if tensors and not any(id(tensor) in self._values for tensor in tensors):
            return result  # constants among themselves, until one meets a written value
        if not isinstance(result, Tensor):
            raise NotRecordableError(f"{func} returns no single tensor")
        self._remember(result, self._written(func, args, keywords, result))
        return result

    def _written(
        self, func: Any, args: tuple[Any, ...], keywords: dict[str, Any], result: Tensor
    ) -> Any:
        """The slot or constant that stands for ``result``, written down if it is new."""
        arguments = tuple(self._value(value) for value in args)
        if func in FILLS:
            return FILLS[func]
        if func in IDENTITIES and result.shape == args[0].shape:
            return arguments[0]
        values = tuple((key, self._value(value)) for key, value in sorted(keywords.items()))
        if not any(isinstance(value, Slot) for value in (*arguments, *(v for _, v in values))):
            if bool((result == result.flatten()[0]).all()):
                return result.flatten()[0].item()
            raise NotRecordableError(f"{func} makes a tensor of its own")
        written = self._simpler(func, arguments, keywords, result)
        return self._emit(func, arguments, values, result) if written is None else written

    def _emit(
        self,
        func: Any,
        arguments: tuple[Any, ...],
        keywords: tuple[tuple[str, Any], ...],
        like: Tensor,
    ) -> Slot:
        """The slot of this operation on these operands, whose result has the shape of ``like``."""
        key = (func, _hashable(arguments), _hashable(keywords))
        if key not in self._known:
            slot = self._new_slot(like)
            operation = Operation(func, arguments, keywords, slot)
            self.recording.operations.append(operation)
            self._written_by[slot] = operation
            self._known[key] = slot
        return self._known[key]

    def _simpler(
        self, func: Any, arguments: tuple[Any, ...], keywords: dict[str, Any], like: Tensor
    ) -> Any:
        """The same bits in cheaper operations, or None.

        Only identities of IEEE arithmetic: ``x * 1``; ``x ** 2`` is ``x * x``, as torch computes
        it; ``a + (-b)`` is ``a - b``; scaling by 2 is exact, so ``(x * 2) * c`` is ``x * (2 c)``.
        """

        def emit(function: Any, *operands: Any) -> Slot:
            return self._emit(function, operands, (), like)

        if keywords or like.dtype != torch.float64:
            return None
        if func in BY_ONE and _is_one(arguments[1]) and self._has_shape(arguments[0], like):
            return arguments[0]
        if func is aten.reciprocal.default:
            return emit(aten.div.Tensor, 1.0, arguments[0])
        if func is aten.rsub.Scalar and len(arguments) == 2:
            return emit(aten.sub.Tensor, arguments[1], arguments[0])
        if func is aten.pow.Tensor_Scalar and arguments[1] in (2, 3):
            base, exponent = arguments
            square = emit(aten.mul.Tensor, base, base)
            return square if exponent == 2 else emit(aten.mul.Tensor, square, base)
        if func is aten.addcdiv.default:
            return emit(aten.add.Tensor, arguments[0], emit(aten.div.Tensor, *arguments[1:]))
        if func in (aten.mul.Tensor, aten.mul.Scalar):
            return self._scaled(arguments, like)
        if func in (aten.add.Tensor, aten.sub.Tensor) and len(arguments) == 2:
            inner = self._written_by.get(arguments[1])
            if inner is not None and inner.function is aten.neg.default:
                other = aten.sub.Tensor if func is aten.add.Tensor else aten.add.Tensor
                return emit(other, arguments[0], inner.arguments[0])
        return None

    def _scaled(self, arguments: tuple[Any, ...], like: Tensor) -> Any:
        """A product with a constant, merged with an earlier one where that is exact."""
        left, right = arguments
        if _is_number(left):
            left, right = right, left
        if not _is_number(right):
            return None
        if _is_one(right) and self._has_shape(left, like):
            return left
        inner = self._written_by.get(left)
        if inner is not None and inner.function is aten.mul.Tensor:
            value, factor = inner.arguments
            if _is_number(factor) and (_doubles(factor) or _doubles(right)):
                merged = float(factor) * float(right)
                # Within these bounds the merged product rounds and overflows as the two would.
                if 1e-300 < abs(merged) < 1e300:
                    return self._emit(aten.mul.Tensor, (value, merged), (), like)
        return self._emit(aten.mul.Tensor, (left, float(right)), (), like)

    def _has_shape(self, value: Any, like: Tensor) -> bool:
        return isinstance(value, Slot) and self.recording.shapes[value] == tuple(like.shape)

    def _new_slot(self, tensor: Tensor) -> Slot:
        slot = Slot(len(self.recording.shapes))
        self.recording.shapes[slot] = tuple(tensor.shape)
        if tensor.dtype == torch.bool:
            self.recording.boolean.add(slot)
        return slot

    def _remember(self, tensor: Tensor, value: Any) -> None:
        self._alive.append(tensor)
        self._values[id(tensor)] = value

    def _value(self, value: Any) -> Any:
        """An argument as it is written: tensors as slots, everything else as itself."""
        if isinstance(value, Tensor):
            if id(value) in self._values:
                return self._values[id(value)]
            if value.numel() == 1:  # a constant tensor of the formula's own
                return value.item()
            raise NotRecordableError("a tensor from outside takes part")
        if isinstance(value, (list, tuple)) and any(isinstance(item, Tensor) for item in value):
            raise NotRecordableError("a list of tensors takes part")
        return tuple(value) if isinstance(value, list) else value


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_one(value: Any) -> bool:
    return _is_number(value) and value == 1


def _doubles(factor: float) -> bool:
    """Whether multiplying by ``factor`` is exact: a power of two that is at least 1."""
    return factor >= 1 and math.frexp(factor)[0] == 0.5


def _hashable(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """``values`` told apart by type and sign of zero too: ``1 == 1.0 == True``, ``0.0 == -0.0``."""
    return tuple((type(value), repr(value)) for value in values)


def record_gradient(
    function: Callable[[Tensor, Tensor], Tensor], x: Tensor, y: Tensor
) -> Recording:
    """``function`` and its gradient as a recording: inputs "x" and "y", outputs value, d/dx, d/dy.

    Args:
        function: elementwise on float64 tensors of one shape.
        x: a sample of shape (N,), of the size that will be replayed.
        y: as ``x``.

    Raises:
        NotRecordableError: where only plain autograd will do.
    """
    recorder = Recorder()
    x_leaf = recorder.input("x", x.detach().clone()).requires_grad_(True)
    y_leaf = recorder.input("y", y.detach().clone()).requires_grad_(True)
    with recorder, torch.enable_grad():
        value = function(x_leaf, y_leaf)
        if value.shape != x.shape:
            raise NotRecordableError("the surface does not return one value a point")
        ones = torch.ones_like(value)
        recorder.output(value)
        if not value.requires_grad:
            gradients: tuple[Tensor | None, ...] = (None, None)
        else:
            gradients = torch.autograd.grad(value, (x_leaf, y_leaf), ones, allow_unused=True)
        for gradient in gradients:
            recorder.output(torch.zeros_like(x_leaf) if gradient is None else gradient)
    return recorder.recording
