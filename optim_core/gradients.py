"""The gradient of a surface for all runs at once, and its clipping, as calls on fixed buffers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import torch
from torch import Tensor

from optim_core.coefficients import Floats
from optim_core.recording import NotRecordableError, record_gradient
from optim_core.replay import Binder, Call

Formula = Callable[[Tensor, Tensor], Tensor]


def gradient_calls(
    formula: Formula, points: Floats, gradients: Floats, values: Floats | None = None
) -> list[Call]:
    """Calls that put the gradient (and value) of ``formula`` at ``points`` into the other arrays.

    Args:
        formula: elementwise in two tensors.
        points: (2, N), read at each replay.
        gradients: (2, N), written at each replay.
        values: (N,), written too where given.

    The recording is checked against autograd at the present points, bit for bit; a formula that
    cannot be recorded, or fails the check, is differentiated by plain autograd at each replay.
    """

    def by_autograd() -> None:
        with torch.inference_mode(False), torch.enable_grad():
            leaf = torch.from_numpy(points).clone().requires_grad_(True)
            value = formula(leaf[0], leaf[1])
            (gradient,) = torch.autograd.grad(value.sum(), leaf)
        gradients[...] = gradient.numpy()
        if values is not None:
            values[...] = value.detach().numpy()

    try:
        x, y = torch.from_numpy(points)
        recording = record_gradient(formula, x, y)
        z, dx, dy = recording.outputs
        targets = [(dx, gradients[0]), (dy, gradients[1])]
        if values is not None:
            targets.append((z, values))
        calls = Binder(recording, {"x": points[0], "y": points[1]}, targets).calls
        with np.errstate(all="ignore"):
            for call in calls:
                call()
    except NotRecordableError:
        return [by_autograd]
    replayed = gradients.copy()
    by_autograd()
    same = np.array_equal(replayed, gradients, equal_nan=True)
    return calls if same else [by_autograd]


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
