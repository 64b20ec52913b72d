"""A network that is only looked at, with its layers in the order that costs least."""

from __future__ import annotations

import dataclasses

from optim_core.training.networks import Network
from optim_core.training.networks.layers import Activation, Chain, Layer, Pool


def quicker(network: Network) -> Network:
    """``network`` with every activation after the pooling that follows it: the same function.

    All activations here rise, so the largest of some numbers stays the largest; but after the
    pooling there are a quarter as many. (In training the order matters to gradients at ties.)
    The same to the bit, but for sigmoids on processors that round them otherwise at the ends of an
    array.
    """
    layers: list[Layer] = list(network.layers.layers)
    for place in range(len(layers) - 1):
        first, second = layers[place], layers[place + 1]
        if isinstance(first, Activation) and isinstance(second, Pool) and second.kind == "largest":
            layers[place : place + 2] = [second, first]
    return dataclasses.replace(network, layers=Chain(tuple(layers)))
