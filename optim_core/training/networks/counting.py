"""How many multiplications and additions a network costs, counted as they would happen."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from optim_core.recording import aten


class FlopCounter(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Adds up the products of matrices and convolutions while it is active.

    torch has a counter of its own, which loads the whole compiler first: seconds for one number.

    Attributes:
        total: multiplications and additions so far.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.total = 0

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """No: torch would import its whole compiler to keep it away from us."""
        return False

    def __torch_dispatch__(
        self,
        func: Any,
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        del types
        result = func(*args, **(kwargs or {}))
        if func is aten.convolution.default:
            self.total += _of_convolution(result, args[1])
        elif func is aten.convolution_backward.default:
            gradient, _, weight = args[:3]
            to_input, to_weight, _ = args[-1]
            self.total += (to_input + to_weight) * _of_convolution(gradient, weight)
        elif func in (aten.mm.default, aten.bmm.default):
            self.total += 2 * result.numel() * args[0].shape[-1]
        elif func in (aten.addmm.default, aten.baddbmm.default):
            self.total += 2 * result.numel() * args[1].shape[-1]
        return result


def _of_convolution(outputs: Tensor, weight: Tensor) -> int:
    """Each number that comes out is the sum of one kernel's products."""
    return 2 * outputs.numel() * math.prod(weight.shape[1:])
