"""Checkpoints: all that a training needs to go on exactly where it stopped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Array = NDArray[Any]


class UnfitCheckpointError(ValueError):
    """A checkpoint of another training, of other pictures, or with something missing."""


@dataclass(frozen=True)
class Checkpoint:
    """A training between two steps.

    Attributes:
        state: plain JSON: of which experiment and pictures, how far, and how it is computed.
        arrays: by name: the networks, what their optimizers and batch norms remember, which of
            them have stopped, the sums of the epoch so far, and the state of chance.
    """

    state: dict[str, Any]
    arrays: dict[str, Array]


class Keeper(Protocol):
    """Decides when a checkpoint is wanted, and keeps it."""

    def due(self, *, stopped: bool) -> bool:
        """Whether one is wanted now; asked after every step, and when the training stops early."""

    def keep(self, checkpoint: Checkpoint) -> None:
        """Keep it. Its arrays may be the training's own memory: copy what is to outlast the call.

        Everything told before it has been taken by whoever reads the events.
        """


class KeepsNothing:
    """For trainings that are not to be gone on with."""

    def due(self, *, stopped: bool) -> bool:
        """Never."""
        del stopped
        return False

    def keep(self, checkpoint: Checkpoint) -> None:
        """Let go of it."""


def array_of(tensor: Tensor) -> Array:
    """``tensor`` for a checkpoint: its own memory on a CPU, a copy from a GPU."""
    array: Array = tensor.detach().cpu().numpy()
    return array


def filled(like: Tensor, name: str, arrays: Mapping[str, Array]) -> Tensor:
    """The array called ``name`` as a tensor of the type, shape and place of ``like``.

    In memory of torch's own: kernels may round otherwise where values are aligned otherwise, as
    they are in the middle of a file.

    Raises:
        UnfitCheckpointError: when there is none, or one of another type or shape.
    """
    fresh = torch.empty(like.shape, dtype=like.dtype)
    values, array = fresh.numpy(), arrays.get(name)
    if array is None or (array.shape, array.dtype) != (values.shape, values.dtype):
        raise UnfitCheckpointError(f"the checkpoint has no {name} of that kind")
    np.copyto(values, array)
    return fresh.to(like.device)


def whole_number(state: Mapping[str, Any], name: str, low: int, high: int) -> int:
    """``state[name]``, from ``low`` to ``high``.

    Raises:
        UnfitCheckpointError: when it is anything else.
    """
    value = state.get(name)
    if type(value) is not int or not low <= value <= high:
        raise UnfitCheckpointError(f"the checkpoint has no {name} from {low} to {high}")
    return value


def seconds_in(state: Mapping[str, Any], name: str) -> float:
    """``state[name]``, a time.

    Raises:
        UnfitCheckpointError: when it is anything else.
    """
    value = state.get(name)
    if not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise UnfitCheckpointError(f"the checkpoint has no {name}")
    return float(value)
