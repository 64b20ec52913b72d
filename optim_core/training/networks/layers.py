"""Layers that carry R networks at once: the rows of a batch of parameters.

Activations of pictures are ``(B, R x C, H, W)``: the channels of all networks side by side, so that
R convolutions are one convolution in R groups and R batch norms one batch norm. Activations of
dense layers are ``(R, B, F)``. What goes in is the same for every network and has no row dimension:
``(B, C, H, W)``, ``(B, F)`` or the characters of a text, ``(B, T)``. With one row every layer calls
what ``torch.nn`` would call.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol

import torch
from torch import Tensor
from torch.nn import functional

BATCH_NORM_MOMENTUM = 0.1
BATCH_NORM_EPSILON = 1e-5
"""As ``torch.nn.BatchNorm2d`` has them."""

LEAK = 0.1
"""Slope of the leaky ReLU below zero."""

Kind = Literal["weight", "bias", "scale", "shift", "embedding"]


class Parameter(NamedTuple):
    """One array of a network's parameters.

    Attributes:
        layer: the name shown for the layer it belongs to.
        shape: without the row dimension.
        kind: how it begins: weights, biases and embeddings at random, scales at 1, shifts at 0.
        fan_in: how many inputs each output of the layer sums.
        fan_out: how many outputs each of its inputs reaches.
    """

    layer: str
    shape: tuple[int, ...]
    kind: Kind
    fan_in: int = 1
    fan_out: int = 1


class Statistics(NamedTuple):
    """What one batch norm remembers of the pictures it saw, each (R, C)."""

    mean: Tensor
    variance: Tensor


@dataclass
class Pass:
    """One forward pass: hands each layer its own parameters, in order.

    Attributes:
        rows: R.
        pieces: the parameters (R, *shape), in the order the layers declare them.
        statistics: of the batch norms, in order.
        training: whether batch norms use (and remember) the batch's own statistics.
    """

    rows: int
    pieces: Iterator[Tensor]
    statistics: Iterator[Statistics]
    training: bool

    def take(self) -> Tensor:
        """The next parameter (R, *shape)."""
        return next(self.pieces)


class Layer(Protocol):
    """A part of a network."""

    def parameters(self) -> Sequence[Parameter]:
        """What it learns, in the order in which it takes it from the pass."""
        ...

    def normalised(self) -> Sequence[int]:
        """The channels of each of its batch norms, in order."""
        ...

    def __call__(self, inputs: Tensor, run: Pass) -> Tensor:
        """Its outputs."""
        ...


class Plain:
    """A layer that learns nothing."""

    def parameters(self) -> Sequence[Parameter]:
        """None."""
        return ()

    def normalised(self) -> Sequence[int]:
        """None."""
        return ()


@dataclass(frozen=True)
class Convolution:
    """``torch.nn.Conv2d`` with square kernels."""

    name: str
    inputs: int
    outputs: int
    size: int = 3
    stride: int = 1
    padding: int = 1
    bias: bool = True

    def parameters(self) -> Sequence[Parameter]:
        """Weight, and bias where it has one."""
        area = self.size * self.size
        fans = (self.inputs * area, self.outputs * area)
        shape = (self.outputs, self.inputs, self.size, self.size)
        weight = Parameter(self.name, shape, "weight", *fans)
        return (weight, Parameter(self.name, (self.outputs,), "bias", *fans))[: 1 + self.bias]

    def normalised(self) -> Sequence[int]:
        """None."""
        return ()

    def __call__(self, inputs: Tensor, run: Pass) -> Tensor:
        """(B, R x inputs, H, W), or (B, inputs, H, W) for all networks -> (B, R x outputs, ...)."""
        weight = run.take().reshape(run.rows * self.outputs, self.inputs, self.size, self.size)
        bias = run.take().reshape(-1) if self.bias else None
        groups = run.rows if inputs.shape[1] == run.rows * self.inputs else 1
        return functional.conv2d(
            inputs, weight, bias, stride=self.stride, padding=self.padding, groups=groups
        )


@dataclass(frozen=True)
class BatchNorm:
    """``torch.nn.BatchNorm2d`` (or 1d) with running statistics."""

    channels: int

    def parameters(self) -> Sequence[Parameter]:
        """Scale and shift; they belong to no layer of their own."""
        return (
            Parameter("", (self.channels,), "scale"),
            Parameter("", (self.channels,), "shift"),
        )

    def normalised(self) -> Sequence[int]:
        """Its channels."""
        return (self.channels,)

    def __call__(self, inputs: Tensor, run: Pass) -> Tensor:
        """(B, R x C, H, W) or (R, B, C); the same shape comes out."""
        scale, shift = run.take().reshape(-1), run.take().reshape(-1)
        mean, variance = next(run.statistics)
        wide = inputs
        if inputs.dim() == 3:
            wide = inputs.transpose(0, 1).reshape(inputs.shape[1], -1)
        normed = functional.batch_norm(
            wide,
            mean.view(-1),
            variance.view(-1),
            scale,
            shift,
            training=run.training,
            momentum=BATCH_NORM_MOMENTUM,
            eps=BATCH_NORM_EPSILON,
        )
        if inputs.dim() == 3:
            return normed.reshape(inputs.shape[1], run.rows, -1).transpose(0, 1)
        return normed


@dataclass(frozen=True)
class Activation(Plain):
    """A function of each number."""

    kind: str

    def __call__(self, inputs: Tensor, run: Pass) -> Tensor:
        """Any shape."""
        del run
        match self.kind:
            case "relu":
                return functional.relu(inputs)
            case "leaky_relu":
                return functional.leaky_relu(inputs, LEAK)
            case "tanh":
                return torch.tanh(inputs)
            case "sigmoid":
                return torch.sigmoid(inputs)
        raise ValueError(f"no activation {self.kind!r}")


@dataclass(frozen=True)
class Pool(Plain):
    """The largest number, or the mean, of each 2 x 2 block."""

    kind: Literal["largest", "mean"] = "largest"

    def __call__(self, inputs: Tensor, run: Pass) -> Tensor:
        """(B, C, H, W) -> (B, C, H // 2, W // 2)."""
        del run
        if self.kind == "mean":
            return functional.avg_pool2d(inputs, 2)
        return functional.max_pool2d(inputs, 2)


@dataclass(frozen=True)
class Flatten(Plain):
    """From pictures to numbers, network by network; ``mean`` averages each channel first."""

    mean: bool = False

    def __call__(self, inputs: Tensor, run: Pass) -> Tensor:
        """(B, R x C, H, W) -> (R, B, C x H x W), or (R, B, C)."""
        flat = inputs.mean(dim=(2, 3)) if self.mean else inputs
        return flat.reshape(flat.shape[0], run.rows, -1).transpose(0, 1)


@dataclass(frozen=True)
class FlattenInput(Plain):
    """The pictures that go in, the same for every network, as numbers."""

    def __call__(self, inputs: Tensor, run: Pass) -> Tensor:
        """(B, C, H, W) -> (B, C x H x W)."""
        del run
        return inputs.flatten(1)


@dataclass(frozen=True)
class Dense:
    """``torch.nn.Linear``."""

    name: str
    inputs: int
    outputs: int
    bias: bool = True

    def parameters(self) -> Sequence[Parameter]:
        """Weight, and bias where it has one."""
        fans = (self.inputs, self.outputs)
        weight = Parameter(self.name, (self.outputs, self.inputs), "weight", *fans)
        return (weight, Parameter(self.name, (self.outputs,), "bias", *fans))[: 1 + self.bias]

    def normalised(self) -> Sequence[int]:
        """None."""
        return ()

    def __call__(self, inputs: Tensor, run: Pass) -> Tensor:
        """(R, B, inputs), or (B, inputs) for all networks -> (R, B, outputs)."""
        return dense(inputs, run.take(), run.take() if self.bias else None)


def dense(inputs: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """Each network's own linear map.

    Args:
        inputs: (R, B, F), or (B, F) for all networks.
        weight: (R, G, F).
        bias: (R, G), or None.

    Returns:
        (R, B, G).
    """
    rows, outputs, _ = weight.shape
    if rows == 1:
        alone = None if bias is None else bias[0]
        return functional.linear(inputs.reshape(-1, inputs.shape[-1]), weight[0], alone)[None]
    if inputs.dim() == 2:
        own = None if bias is None else bias.flatten()
        flat = functional.linear(inputs, weight.flatten(0, 1), own)
        return flat.reshape(len(inputs), rows, outputs).transpose(0, 1)
    if bias is None:
        return torch.bmm(inputs, weight.transpose(1, 2))
    return torch.baddbmm(bias[:, None], inputs, weight.transpose(1, 2))


@dataclass(frozen=True)
class Chain:
    """One layer after the other."""

    layers: tuple[Layer, ...] = field(default=())

    def parameters(self) -> Sequence[Parameter]:
        """Those of all the layers."""
        return [parameter for layer in self.layers for parameter in layer.parameters()]

    def normalised(self) -> Sequence[int]:
        """Those of all the layers."""
        return [channels for layer in self.layers for channels in layer.normalised()]

    def __call__(self, inputs: Tensor, run: Pass) -> Tensor:
        """Through all the layers."""
        for layer in self.layers:
            inputs = layer(inputs, run)
        return inputs
