"""LSTMs: one reads a picture line by line, one a text character by character."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from optim_core.training.data.dataset import ImageShape, TextShape
from optim_core.training.networks.layers import Chain, Dense, Parameter, Pass, Plain
from optim_core.training.networks.network import (
    Settings,
    depth_knob,
    initial_knob,
    network,
    width_knob,
)

GATES = 4
"""Input, forget, candidate and output, one below the other in a weight, as ``torch.nn.LSTM``."""


@dataclass(frozen=True)
class Lines(Plain):
    """The lines of the pictures, from the top, the same for every network."""

    def __call__(self, inputs: Tensor, run: Pass) -> Tensor:
        """(B, C, H, W) -> (H, B, C x W)."""
        del run
        return inputs.permute(2, 0, 1, 3).flatten(2)


@dataclass(frozen=True)
class Embedding:
    """``torch.nn.Embedding``: each network's own numbers for each character."""

    symbols: int
    width: int

    def parameters(self) -> Sequence[Parameter]:
        """One row of numbers a character."""
        return (Parameter("embedding", (self.symbols, self.width), "embedding"),)

    def normalised(self) -> Sequence[int]:
        """None."""
        return ()

    def __call__(self, inputs: Tensor, run: Pass) -> Tensor:
        """(B, T) characters for all networks, or (R, B, T) -> (T, R, B, width)."""
        weight = run.take()
        # One table with the rows of all networks below each other: one lookup for all of them.
        first = torch.arange(run.rows, device=inputs.device) * self.symbols
        own = inputs.expand(run.rows, *inputs.shape[-2:])
        return functional.embedding(own.permute(2, 0, 1) + first[:, None], weight.flatten(0, 1))


@dataclass(frozen=True)
class Lstm:
    """``torch.nn.LSTM`` over a sequence; the last layer's outputs come out, one a place."""

    inputs: int
    hidden: int
    depth: int

    def parameters(self) -> Sequence[Parameter]:
        """For each layer: weights of inputs and of the state, then both biases."""
        found = []
        for number in range(self.depth):
            inputs = self.hidden if number else self.inputs
            # PyTorch scales all four by the size of the state, whatever the inputs.
            fans = (self.hidden, self.hidden)
            name, gates = f"lstm {number + 1}", GATES * self.hidden
            found += [
                Parameter(name, (gates, inputs), "weight", *fans),
                Parameter(name, (gates, self.hidden), "weight", *fans),
                Parameter(name, (gates,), "bias", *fans),
                Parameter(name, (gates,), "bias", *fans),
            ]
        return found

    def normalised(self) -> Sequence[int]:
        """None."""
        return ()

    def __call__(self, inputs: Tensor, run: Pass) -> Tensor:
        """(T, B, inputs) for all networks, or (T, R, B, inputs) -> (T, R, B, hidden)."""
        weights = [run.take() for _ in range(4 * self.depth)]
        if run.rows == 1 and not inputs.is_cuda:
            alone = inputs[:, 0] if inputs.dim() == 4 else inputs
            return self._of_torch(alone, [weight[0] for weight in weights])
        outputs = inputs
        for number in range(self.depth):
            outputs = self._layer(outputs, *weights[4 * number : 4 * number + 4])
        return outputs

    def _of_torch(self, lines: Tensor, weights: list[Tensor]) -> Tensor:
        """(T, B, inputs) -> (T, 1, B, hidden): one network, by torch's own loop."""
        start = lines.new_zeros(self.depth, lines.shape[1], self.hidden).to(weights[0].dtype)
        outputs, _, _ = torch.lstm(
            lines, (start, start), weights, True, self.depth, 0.0, False, False, False
        )
        return outputs[:, None]

    def _layer(
        self, lines: Tensor, of_input: Tensor, of_state: Tensor, bias: Tensor, second: Tensor
    ) -> Tensor:
        """(T, B, F) for all networks, or (T, R, B, F) -> (T, R, B, hidden)."""
        rows, gates, _ = of_input.shape
        summed = bias + second
        if lines.dim() == 3:
            flat = functional.linear(lines, of_input.flatten(0, 1), summed.flatten())
            given = flat.reshape(*lines.shape[:2], rows, gates).transpose(1, 2)
        else:
            given = lines @ of_input.transpose(1, 2) + summed[:, None]
        back = of_state.transpose(1, 2)
        steps = given.unbind(0)
        cell = torch.zeros_like(steps[0][..., : self.hidden])
        state = cell
        outputs = []
        for step in steps:
            entry, forget, candidate, output = torch.baddbmm(step, state, back).chunk(GATES, -1)
            kept = torch.sigmoid(forget) * cell
            cell = kept + torch.sigmoid(entry) * torch.tanh(candidate)
            state = torch.sigmoid(output) * torch.tanh(cell)
            outputs.append(state)
        return torch.stack(outputs)


@dataclass(frozen=True)
class LastPlace(Plain):
    """What is known once everything was read."""

    def __call__(self, inputs: Tensor, run: Pass) -> Tensor:
        """(T, R, B, F) -> (R, B, F)."""
        del run
        return inputs[-1]


@dataclass(frozen=True)
class EveryPlace(Plain):
    """What is known at each place of each passage, as if each were an example of its own."""

    def __call__(self, inputs: Tensor, run: Pass) -> Tensor:
        """(T, R, B, F) -> (R, B x T, F)."""
        return inputs.permute(1, 2, 0, 3).reshape(run.rows, -1, inputs.shape[-1])


@network(
    key="lstm",
    title="LSTM over lines",
    story="Reads a picture line by line, from the top, and says at the end what it was.",
    source="Hochreiter and Schmidhuber, Neural Computation 9(8), 1997",
    knobs=(
        width_knob(48, 4, 256, "Numbers in the state.", unit="units"),
        depth_knob(1, 1, 3, "LSTM layers on top of one another."),
        initial_knob("torch"),
    ),
)
def lstm(shape: ImageShape, settings: Settings) -> Chain:
    """LSTM layers, then one dense layer on the last state."""
    hidden = int(settings["width"])
    layer = Lstm(shape.channels * shape.width, hidden, int(settings["depth"]))
    return Chain((Lines(), layer, LastPlace(), Dense("dense", hidden, shape.classes)))


@network(
    key="char_lstm",
    title="LSTM over characters",
    story="Reads a text character by character, and says at each place what it expects next.",
    source="Hochreiter and Schmidhuber 1997; over characters as in Sutskever, Martens and Hinton, "
    "ICML 2011",
    reads="text",
    knobs=(
        width_knob(64, 4, 256, "Numbers in the state, and for each character.", unit="units"),
        depth_knob(1, 1, 3, "LSTM layers on top of one another."),
        initial_knob("torch"),
    ),
)
def char_lstm(shape: TextShape, settings: Settings) -> Chain:
    """Numbers for each character, LSTM layers, then one dense layer at each place."""
    hidden = int(settings["width"])
    layer = Lstm(hidden, hidden, int(settings["depth"]))
    dense = Dense("dense", hidden, shape.classes)
    return Chain((Embedding(shape.classes, hidden), layer, EveryPlace(), dense))
