"""The same function from other weights: why sharpness by itself says little (Dinh et al.).

A rectifier lets positive factors through. So what goes into one may be scaled up and what comes out
of it scaled down by the same factor: every answer of the network stays, and every measure of
sharpness that knows only weights and losses changes. L. Dinh et al., "Sharp minima can generalize
for deep nets", ICML 2017, arXiv 1703.04933, section 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from landscapes import Refusal
from optim_core.training.networks import Network
from optim_core.training.networks.layers import (
    Activation,
    BatchNorm,
    Convolution,
    Dense,
    Flatten,
    Layer,
    Pool,
)
from optim_core.training.networks.residual import Residual

HOMOGENEOUS = ("relu", "leaky_relu")


@dataclass(frozen=True)
class Scalable:
    """Two neighbouring layers with a rectifier between them.

    Attributes:
        before: places among the network's parameters of what is scaled up.
        after: the place of the weight that is scaled down.
    """

    before: tuple[int, ...]
    after: int


def scalable(network: Network) -> Scalable:
    """The first such pair of layers.

    Raises:
        Refusal: when the network has none.
    """
    for found in _pairs(network.layers.layers, 0):
        return found
    raise Refusal(
        "only a network with a rectifier between two of its layers can be rescaled without "
        "changing what it answers"
    )


def rescaled(network: Network, points: Tensor, factor: float) -> Tensor:
    """Other weights (R, D) of networks that answer the same.

    Args:
        network: whose parameters the rows hold.
        points: (R, D).
        factor: above 0. A power of two changes no digit, so that the answers are equal bit for bit.

    Raises:
        Refusal: for a factor that is not positive, or a network that cannot be rescaled.
    """
    if not 0 < factor < float("inf"):
        raise Refusal("the factor must be a number above 0")
    pair = scalable(network)
    pieces = [
        piece * factor if place in pair.before else piece / factor if place == pair.after else piece
        for place, piece in enumerate(network.pieces(points))
    ]
    return torch.cat([piece.flatten(1) for piece in pieces], dim=1)


def _pairs(layers: tuple[Layer, ...], first: int) -> Iterator[Scalable]:
    """The pairs in a chain whose parameters begin at place ``first``."""
    before: tuple[int, ...] = ()
    rectified = False
    for layer in layers:
        own = tuple(range(first, first + len(layer.parameters())))
        first += len(own)
        if isinstance(layer, Convolution | Dense):
            if before and rectified:
                yield Scalable(before, own[0])
            before, rectified = own, False
        elif isinstance(layer, BatchNorm):
            # It forgets the scale of what comes in, and gives its own to what goes out.
            before, rectified = own, False
        elif isinstance(layer, Activation):
            before, rectified = (before, True) if layer.kind in HOMOGENEOUS else ((), False)
        elif isinstance(layer, Residual):
            yield from _pairs(layer.body.layers, own[0])
            before, rectified = (), False
        elif not isinstance(layer, Pool | Flatten):
            before, rectified = (), False
