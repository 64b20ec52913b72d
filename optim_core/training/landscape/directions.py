"""Random directions, filter-normalised, as in Li et al. 2018 (arXiv 1712.09913), section 4.

A network with ReLUs does not change when the weights of one layer are doubled and those of the next
are halved, but a plain random direction then looks twice as flat or as sharp. So each filter of the
direction is given the length of the network's own filter.
"""

from __future__ import annotations

import torch
from torch import Tensor

from optim_core.training.networks import Network


def random_directions(network: Network, weights: Tensor, seed: int, count: int = 2) -> Tensor:
    """Normal random directions, each filter as long as that of the network.

    A filter is what leads to one output: a kernel (inputs, height, width) of a convolution, a row
    of a dense layer. Biases and the scales and shifts of batch norms do not move.

    Args:
        network: what the weights are of.
        weights: (D,) where the directions begin.
        seed: of the draw, which is the same on every device.
        count: how many directions.

    Returns:
        (count, D) float64 on the CPU. The first are the same whatever ``count``.
    """
    chance = torch.Generator(device="cpu").manual_seed(seed)
    own = weights.detach().to("cpu", torch.float64)[None]
    draws = [torch.randn(network.size, dtype=torch.float64, generator=chance) for _ in range(count)]
    drawn = torch.stack(draws)
    parts = []
    for parameter, piece, direction in zip(
        network.parameters, network.pieces(own), network.pieces(drawn), strict=True
    ):
        flat = direction.flatten(1)
        if parameter.kind != "weight" or len(parameter.shape) < 2:
            parts.append(torch.zeros_like(flat))
            continue
        filters = direction.flatten(2)
        lengths = piece.flatten(2).norm(dim=2, keepdim=True)
        # A draw of exactly zero does not happen; a network may hold a filter of zeros.
        parts.append((filters * (lengths / filters.norm(dim=2, keepdim=True))).flatten(1))
    return torch.cat(parts, dim=1)


def cosine(axes: Tensor) -> float:
    """The cosine of the angle between two axes (2, D): near 0 for random ones, which is luck."""
    lengths = axes.norm(dim=1).prod()
    return float(axes[0] @ axes[1] / lengths) if lengths > 0 else 0.0
