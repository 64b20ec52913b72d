"""The gradient of a surface for all runs at once, and its clipping, as calls on fixed buffers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable
from functools import lru_cache, partial

import numpy as np
import torch
from torch import Tensor

from landscapes import Refusal
from optim_core.calling import Call
from optim_core.lanes import Lane, Place
from optim_core.recording import NotRecordableError, Recording, record_gradient
from optim_core.replay import Binder
from optim_core.settings import Floats

Formula = Callable[[Tensor, Tensor], Tensor]
"""A surface: elementwise in x and y."""


class Field(ABC):
    """A loss of D parameters, for any D, that knows its own gradient.

    Each column may have a loss of its own, so that random losses are rows like any other.
    """

    @abstractmethod
    def value(self, points: Floats) -> Floats:
        """The loss (N,) at the columns of ``points`` (D, N)."""

    @abstractmethod
    def gradient(self, points: Floats, out: Floats) -> None:
        """Write the gradient at the columns of ``points`` (D, N) into ``out`` (D, N)."""


def calls_of(loss: Formula | Field, points: Floats, gradients: Floats) -> list[Call]:
    """Calls that put the gradient of ``loss`` at ``points`` (D, N) into ``gradients``."""
    if isinstance(loss, Field):
        return [partial(loss.gradient, points, gradients)]
    return gradient_calls(loss, points, gradients)


def gradient_calls(
    formula: Formula, points: Floats, gradients: Floats, values: Floats | None = None
) -> list[Call]:
    """Calls that put the gradient (and value) of ``formula`` at ``points`` into the other arrays.

    Args:
        formula: elementwise in two tensors.
        points: (2, N), read at each replay.
        gradients: (2, N), written at each replay.
        values: (N,), written too where given.

    A formula that cannot be recorded is differentiated by plain autograd at each replay.
    """
    recording = checked_recording(formula, points.shape[1])
    if recording is None:
        return [partial(_by_autograd, formula, points, gradients, values)]
    return _replayed(recording, points, gradients, values)


def _by_autograd(
    formula: Formula, points: Floats, gradients: Floats, values: Floats | None
) -> None:
    with torch.inference_mode(False), torch.enable_grad():
        leaf = torch.from_numpy(points).clone().requires_grad_(True)
        value = formula(leaf[0], leaf[1])
        (gradient,) = torch.autograd.grad(value.sum(), leaf)
    gradients[...] = gradient.numpy()
    if values is not None:
        values[...] = value.detach().numpy()


def _replayed(
    recording: Recording, points: Floats, gradients: Floats, values: Floats | None
) -> list[Call]:
    value, along_x, along_y = recording.outputs
    targets = [(along_x, Place.of(gradients[0])), (along_y, Place.of(gradients[1]))]
    if values is not None:
        targets.append((value, Place.of(values)))
    inputs: dict[Hashable, Place] = {"x": Place.of(points[0]), "y": Place.of(points[1])}
    return Binder([Lane(recording, inputs, targets)]).calls


@lru_cache(maxsize=256)
def checked_recording(formula: Formula, count: int) -> Recording | None:
    """The gradient of ``formula`` at ``count`` points, recorded and compared with autograd.

    None where it cannot be recorded, or where the replay is not torch bit for bit.

    Raises:
        ValueError: for a formula that does not give one value a point.
    """
    points = np.random.default_rng(0).uniform(-3.0, 3.0, (2, count))
    replayed, expected = np.empty((3, count)), np.empty((3, count))
    _check_shape(formula, points)
    try:
        with torch.inference_mode(False):
            recording = record_gradient(formula, *torch.from_numpy(points))
        with torch.inference_mode(), np.errstate(all="ignore"):
            for call in _replayed(recording, points, replayed[:2], replayed[2]):
                call()
    except (NotRecordableError, RuntimeError):
        return None
    _by_autograd(formula, points, expected[:2], expected[2])
    return recording if np.array_equal(replayed, expected, equal_nan=True) else None


def _check_shape(formula: Formula, points: Floats) -> None:
    """Refuse a formula that does not give one value a point."""
    value = formula(*torch.from_numpy(points))
    if not isinstance(value, Tensor) or value.shape != points.shape[1:]:
        raise Refusal("the surface must return one value a point, as a tensor")


def clip_calls(gradients: Floats, clip_norm: float | None, clip_value: float | None) -> list[Call]:
    """Calls that clip ``gradients`` (D, N) in place, each run by itself.

    By value as ``torch.nn.utils.clip_grad_value_``, then by norm as ``clip_grad_norm_``, which
    divides by the norm plus 1e-6 (the source of that number).
    """
    calls: list[Call] = []
    if clip_value is not None:
        calls.append(partial(np.clip, gradients, -clip_value, clip_value, out=gradients))
    if clip_norm is not None:
        limit = clip_norm

        def scale() -> None:
            norms = np.sqrt((gradients * gradients).sum(axis=0))
            np.multiply(gradients, np.minimum(limit / (norms + 1e-6), 1.0), out=gradients)

        calls.append(scale)
    return calls
