"""What all results of maps share: they are read by many, so nobody may write into them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Result = TypeVar("Result")


def sealed(result: Result) -> Result:
    """``result``, a dataclass, with copies of its arrays that cannot be written to."""
    changes: dict[str, object] = {}
    for field in dataclasses.fields(result):  # type: ignore[arg-type]
        value = getattr(result, field.name)
        if isinstance(value, np.ndarray):
            changes[field.name] = _frozen(value)
        elif isinstance(value, dict):
            changes[field.name] = {
                key: _frozen(item) if isinstance(item, np.ndarray) else item
                for key, item in value.items()
            }
    return dataclasses.replace(result, **changes)  # type: ignore[type-var]


def memory_of(result: Any) -> int:
    """The bytes of the arrays in a dataclass, those in its dictionaries too."""
    return sum(array.nbytes for array in _arrays(result))


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    copy = array.copy()
    copy.flags.writeable = False
    return copy


def _arrays(result: Any) -> Iterator[NDArray[Any]]:
    for field in dataclasses.fields(result):
        value = getattr(result, field.name)
        for item in value.values() if isinstance(value, dict) else (value,):
            if isinstance(item, np.ndarray):
                yield item
