"""Vanishing gradients: how much of the gradient is left at each layer of a deep dense network.

Glorot and Bengio, AISTATS 2010; Lee, ML Lecture 9-1: the slope of a sigmoid is at most 1/4, so each
layer passes on at most a quarter of what reaches it, times its weights.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from landscapes import get_surface, unknown

Floats = NDArray[np.float64]

ACTIVATIONS = ("sigmoid", "tanh", "relu", "leaky_relu")
WIDTH, EXAMPLES, MOST_LAYERS = 24, 64, 30


@lru_cache(maxsize=256)
def layer_gradients(layers: int, activation: str, seed: int = 0) -> Floats:
    """Lengths of the gradient of each layer's weights (layers,), input to output, before training.

    A dense network of ``WIDTH`` units a layer, biases 0, on random inputs and targets (mean squared
    error). Weights are drawn N(0, 2 / fan in) for ReLU and its leaky kind (He et al. 2015), else
    N(0, 1 / fan in), as is usual for each; real autograd, float64.

    Raises:
        ValueError: for an unknown activation or a depth out of bounds.
    """
    if activation not in ACTIVATIONS:
        raise unknown("activation", activation, ACTIVATIONS)
    if not 1 <= layers <= MOST_LAYERS:
        raise ValueError(f"1 to {MOST_LAYERS} layers")
    generator = torch.Generator().manual_seed(seed)
    draw: dict[str, Any] = {"generator": generator, "dtype": torch.float64, "device": "cpu"}
    gain = 2.0 if "relu" in activation else 1.0
    weights = [
        torch.randn(WIDTH, WIDTH, **draw).mul_((gain / WIDTH) ** 0.5).requires_grad_(True)
        for _layer in range(layers)
    ]
    signal = torch.randn(EXAMPLES, WIDTH, **draw)
    target = torch.randn(EXAMPLES, WIDTH, **draw)
    squash = getattr(torch.nn.functional, activation)
    for weight in weights[:-1]:
        signal = squash(signal @ weight.T)
    loss = (signal @ weights[-1].T - target).square().mean()
    gradients = torch.autograd.grad(loss, weights)
    return np.array([float(gradient.norm()) for gradient in gradients])


def two_weights(first: float, second: float) -> tuple[float, float, float]:
    """Loss and both slopes of the surface ``sigmoid_plateau``: two sigmoids in a row."""
    x = torch.tensor([first], dtype=torch.float64, requires_grad=True)
    y = torch.tensor([second], dtype=torch.float64, requires_grad=True)
    loss = get_surface("sigmoid_plateau").value(x, y)
    along = torch.autograd.grad(loss.sum(), (x, y))
    return float(loss.detach()), float(along[0]), float(along[1])
