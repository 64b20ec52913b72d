"""Plain torch.nn modules with the layers of our networks, to compare with."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from optim_core.training.networks import Network

ACTIVATIONS = {
    "relu": nn.ReLU,
    "leaky_relu": lambda: nn.LeakyReLU(0.1),
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
}


def small_cnn(
    channels: int, side: int, classes: int, *, width=16, depth=2, activation="relu", norm=False
) -> nn.Module:
    layers: list[nn.Module] = []
    inputs = channels
    for number in range(depth):
        outputs = width * 2**number
        layers.append(nn.Conv2d(inputs, outputs, 3, padding=1, bias=not norm))
        if norm:
            layers.append(nn.BatchNorm2d(outputs))
        layers += [ACTIVATIONS[activation](), nn.MaxPool2d(2)]
        inputs, side = outputs, side // 2
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(inputs * side * side, classes))


def mlp(inputs: int, classes: int, *, width=64, depth=2, norm=False) -> nn.Module:
    layers: list[nn.Module] = [nn.Flatten()]
    for _ in range(depth):
        layers.append(nn.Linear(inputs, width, bias=not norm))
        layers += [nn.BatchNorm1d(width)] if norm else []
        layers.append(nn.ReLU())
        inputs = width
    return nn.Sequential(*layers, nn.Linear(inputs, classes))


def lenet(side: int) -> nn.Module:
    inner = (side // 2 - 4) // 2
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2),
        nn.Tanh(),
        nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 5),
        nn.Tanh(),
        nn.AvgPool2d(2),
        nn.Flatten(),
        nn.Linear(16 * inner * inner, 120),
        nn.Tanh(),
        nn.Linear(120, 84),
        nn.Tanh(),
        nn.Linear(84, 10),
    )


class Block(nn.Module):
    """Two convolutions, and a shortcut: "none", "padded" (option A) or "projected" (option B)."""

    def __init__(self, inputs: int, outputs: int, stride: int, shortcut: str) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.shortcut, self.stride, self.missing = shortcut, stride, outputs - inputs
        if shortcut == "projected" and (stride > 1 or inputs != outputs):
            self.around = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x: Tensor) -> Tensor:
        through = self.bn2(self.conv2(functional.relu(self.bn1(self.conv1(x)))))
        if self.shortcut == "none":
            return functional.relu(through)
        if hasattr(self, "around"):
            return functional.relu(through + self.around(x))
        kept = x[:, :, :: self.stride, :: self.stride]
        half = self.missing // 2
        kept = functional.pad(kept, (0, 0, 0, 0, half, self.missing - half))
        return functional.relu(through + kept)


class Averaged(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.mean(dim=(2, 3))


def staged(channels: int, classes: int, blocks: tuple[int, ...], width: int, shortcut: str):
    layers: list[nn.Module] = [
        nn.Conv2d(channels, width, 3, 1, 1, bias=False),
        nn.BatchNorm2d(width),
        nn.ReLU(),
    ]
    inputs = width
    for stage, count in enumerate(blocks):
        for block in range(count):
            outputs = width * 2**stage
            layers.append(Block(inputs, outputs, 2 if stage and not block else 1, shortcut))
            inputs = outputs
    return nn.Sequential(*layers, Averaged(), nn.Linear(inputs, classes))


class LineReader(nn.Module):
    def __init__(self, inputs: int, hidden: int, depth: int, classes: int) -> None:
        super().__init__()
        self.lstm = nn.LSTM(inputs, hidden, depth)
        self.dense = nn.Linear(hidden, classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.dense(self.lstm(x.permute(2, 0, 1, 3).flatten(2))[0][-1])


def with_weights(module: nn.Module, network: Network, row: Tensor) -> nn.Module:
    """``module`` with the parameters (D,) of one of our networks."""
    module = module.to(row.dtype)
    parameters = list(module.parameters())
    pieces = network.pieces(row[None])
    assert [p.shape for p in parameters] == [piece.shape[1:] for piece in pieces]
    with torch.no_grad():
        for parameter, piece in zip(parameters, pieces, strict=True):
            parameter.copy_(piece[0])
    return module


def flat(module: nn.Module) -> Tensor:
    """The parameters of a module, (D,)."""
    return torch.cat([parameter.detach().flatten() for parameter in module.parameters()])
