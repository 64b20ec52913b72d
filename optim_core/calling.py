"""How one operation is called on buffers: by numpy where that is the same, else by torch.

Addition, multiplication and division have one right answer in IEEE arithmetic, so numpy's may
stand in for torch's: for a few hundred numbers they take a quarter of the time. What torch fuses
(``lerp``, ``addcmul``) or rounds in its own way (``exp``, and ``sqrt``, which differs from the
correctly rounded root in the last bit for one number in a hundred) stays torch's.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from optim_core.recording import aten

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


def as_seen(array: Array) -> Tensor:
    """The tensor that a rule sees: the transpose of what is stored, sharing its memory."""
    return torch.from_numpy(array).T if array.ndim == 2 else torch.from_numpy(array)


_ways: dict[Any, str] = {}
"""How each function is best called with an output, once found out."""


def torch_call(function: Any, arguments: list[Any], keywords: dict[str, Any], out: Tensor) -> Call:
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
