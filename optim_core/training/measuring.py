"""What is measured of gradients and weights while networks train."""

from __future__ import annotations

import sys

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from optim_core.training.events import (
    BINS,
    BINS_A_DECADE,
    LOWEST_DECADE,
    Floats,
    Integers,
)
from optim_core.training.networks import Network


def to_floats(values: Tensor) -> Floats:
    """A copy on the CPU, in float64."""
    return values.detach().to("cpu", torch.float64).numpy()


def layer_norms(network: Network, gradients: Tensor) -> Tensor:
    """The length of each layer's part of ``gradients`` (R, D), as (R, layers)."""
    names = network.layer_names
    squares = [piece.flatten(1).square().sum(dim=1) for piece in network.pieces(gradients)]
    total = torch.zeros(len(gradients), len(names), dtype=gradients.dtype, device=gradients.device)
    for parameter, square in zip(network.parameters, squares, strict=True):
        if parameter.layer in names:
            total[:, names.index(parameter.layer)] += square
    return total.sqrt()


def histogram(magnitudes: Tensor) -> Integers:
    """How many of each row's numbers (R, N) have which magnitude, (R, BINS), between ``EDGES``.

    NaN is not counted; zero is in the first bin.
    """
    rows = len(magnitudes)
    # In float64, where the smallest float32 still has a logarithm.
    places = (magnitudes.double().abs().log10() - LOWEST_DECADE) * BINS_A_DECADE
    known = ~places.isnan()
    bins = places.nan_to_num(0.0).clamp(0, BINS - 1).floor().long()
    own = torch.arange(rows, device=bins.device)[:, None] * BINS
    counts = torch.bincount((bins + own)[known], minlength=rows * BINS)
    return counts.view(rows, BINS).cpu().numpy()


def confusion(labels: Tensor, predicted: Tensor, classes: int) -> Integers:
    """Pictures by true class, then by the one answered: (R, classes, classes)."""
    rows = len(predicted)
    counted = predicted >= 0
    own = torch.arange(rows, device=labels.device)[:, None] * classes * classes
    places = own + labels * classes + predicted
    counts = torch.bincount(places[counted], minlength=rows * classes * classes)
    return counts.view(rows, classes, classes).cpu().numpy()


def first_filters(network: Network, points: Tensor) -> NDArray[np.float64] | None:
    """The first layer's kernels (R, channels, inputs, height, width); None if it has none."""
    first = network.parameters[0]
    if len(first.shape) != 4:
        return None
    return to_floats(network.pieces(points)[0])


def forget_memory(device: torch.device) -> None:
    """Let :func:`memory_bytes` count anew on a GPU; a process cannot forget what it once held."""
    if device.type == "cuda":
        # Before that there is nothing to forget, and torch refuses.
        torch.cuda.init()  # type: ignore[no-untyped-call]
        torch.cuda.reset_peak_memory_stats(device)


def memory_bytes(device: torch.device) -> int | None:
    """The most memory held so far: of the device, or of this process on a CPU."""
    if device.type == "cuda":
        return int(torch.cuda.max_memory_allocated(device))
    try:
        import resource
    except ImportError:  # Windows keeps no such count
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def in_words(device: torch.device) -> str:
    """The device, for people."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return "CPU"
