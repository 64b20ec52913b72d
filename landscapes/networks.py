"""Loss surfaces of the smallest neural networks: two weights, one training example."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from landscapes.surface import Bounds, CriticalPoint, Points, surface

TARGET = 0.8
"""What the two-layer sigmoid network is asked to put out."""

LOGIT = math.log(TARGET / (1 - TARGET))
"""The input at which a sigmoid puts out the target: ln 4."""


def logistic(z: Tensor) -> Tensor:
    """The sigmoid ``1 / (1 + exp(-z))``, elementwise.

    Written with ``tanh``: torch's own ``sigmoid`` differs in the last bit between one point and
    many, and the quotient's gradient is not a number where ``exp(-z)`` overflows.
    """
    return 0.5 + 0.5 * torch.tanh(0.5 * z)


def hyperbola(*xs: float) -> Points:
    """Points of the valley x y = 1."""
    return tuple(CriticalPoint(x, 1 / x, 0.0, "minimum", "valley", degenerate=True) for x in xs)


def zero_loss(*xs: float) -> Points:
    """Points of the curve on which the sigmoid network puts out its target exactly."""
    return tuple(
        CriticalPoint(x, LOGIT * (1 + math.exp(-x)), 0.0, "minimum", "valley", degenerate=True)
        for x in xs
    )


@surface(
    key="two_weight_net",
    title="Two-weight linear network",
    bounds=Bounds(-2.0, 2.0, -2.0, 2.0),
    start=(-0.5, 0.6),
    descent_rate=0.05,
    minima=hyperbola(1.0, -1.0, 0.6, -0.6, 1.6, -1.6),
    saddles=(CriticalPoint(0.0, 0.0, 1.0, "saddle"),),
    log_z=True,
    traits=frozenset({"saddle", "valley of minima", "network"}),
    source="Hung-yi Lee, Machine Learning 2021, NTU: critical points of y = w1 w2 x",
    story="Two layers in a row: a saddle between two valleys of minima, flattest at their bends.",
)
def two_weight_net(x: Tensor, y: Tensor) -> Tensor:
    return (1 - x * y) ** 2


@surface(
    key="sigmoid_plateau",
    title="Vanishing gradient of two sigmoids",
    bounds=Bounds(-10.0, 10.0, -10.0, 10.0),
    start=(-4.0, -5.0),
    descent_rate=1.0,
    minima=zero_loss(0.0, -1.0, -1.8, 1.0, 2.0, 4.0, 6.0, 8.0),
    log_z=True,
    traits=frozenset({"plateau", "valley of minima", "network"}),
    source="Glorot and Bengio, AISTATS 2010; Hung-yi Lee, Machine Learning Lecture 9-1, NTU",
    story="Saturated sigmoids pass almost no gradient: plain descent sleeps where Adam walks on.",
)
def sigmoid_plateau(x: Tensor, y: Tensor) -> Tensor:
    return 0.5 * (logistic(y * logistic(x)) - TARGET) ** 2
