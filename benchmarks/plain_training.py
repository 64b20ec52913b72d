"""How one would train many networks without Downhill: what ``training.py`` measures against."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

BATCH = 128
RATE = 1e-3


@dataclass(frozen=True)
class Way:
    """One way to train.

    Attributes:
        step: takes a step of each network.
        weights: of the networks now, (R, D).
        rows_at_once: how many networks it computes together.
        taken: how many steps it took while it got ready.
        compile_seconds: what compiling took before that; None for a way that is not compiled.
    """

    step: Callable[[], object]
    weights: Callable[[], Tensor]
    rows_at_once: int = 1
    taken: int = 0
    compile_seconds: float | None = None


def plain_network(size: dict[str, Any]) -> nn.Module:
    """The same network as one would write it."""
    shape, settings = size["shape"], size["settings"]
    layers: list[nn.Module] = []
    channels, side = shape.channels, shape.height
    for number in range(settings["depth"]):
        outputs = settings["width"] * 2**number
        layers += [
            nn.Conv2d(channels, outputs, 3, padding=1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
            nn.MaxPool2d(2),
        ]
        channels, side = outputs, side // 2
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(channels * side * side, shape.classes))


class Batch:
    """One batch, the same for every way."""

    def __init__(self, size: dict[str, Any], device: torch.device, dtype: torch.dtype) -> None:
        shape = size["shape"]
        draw = torch.Generator().manual_seed(0)
        self.images = torch.randn(BATCH, *shape[:3], generator=draw).to(device, dtype)
        self.labels = torch.randint(0, shape.classes, (BATCH,), generator=draw).to(device)


def started(size: dict[str, Any], start: Tensor) -> nn.Module:
    """The plain network at the weights ``start`` (D,)."""
    model = plain_network(size).to(start.device, start.dtype)
    parameters = list(model.parameters())
    pieces = start.split([parameter.numel() for parameter in parameters])
    with torch.no_grad():
        for parameter, piece in zip(parameters, pieces, strict=True):
            parameter.copy_(piece.view_as(parameter))
    return model


def weights_of(models: Sequence[nn.Module]) -> Tensor:
    """Of all the networks, (R, D)."""
    rows = [nn.utils.parameters_to_vector(model.parameters()) for model in models]
    return torch.stack(rows).detach()


def plain_loop(size: dict[str, Any], starts: Tensor, batch: Batch, precision: str) -> Way:
    """A step of each network, one after the other."""
    device = starts.device
    models = [started(size, start) for start in starts]
    on_gpu = device.type == "cuda"
    optimizers = [
        torch.optim.Adam(m.parameters(), lr=RATE, fused=True if on_gpu else None) for m in models
    ]

    def step() -> None:
        for model, optimizer in zip(models, optimizers, strict=True):
            optimizer.zero_grad()
            with torch.autocast(device.type, torch.bfloat16, enabled=precision == "bfloat16"):
                logits = model(batch.images)
            functional.cross_entropy(logits.to(starts.dtype), batch.labels).backward()
            optimizer.step()

    return Way(step, lambda: weights_of(models))


def captured_loop(size: dict[str, Any], starts: Tensor, batch: Batch) -> Way:
    """The plain step of the first network as a CUDA graph, replayed once for each of all."""
    model = started(size, starts[0])
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE, capturable=True)
    before = 3

    def one() -> None:
        optimizer.zero_grad()
        functional.cross_entropy(model(batch.images), batch.labels).backward()
        optimizer.step()

    aside = torch.cuda.Stream()
    aside.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(aside):
        for _ in range(before):
            one()
    torch.cuda.current_stream().wait_stream(aside)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        one()

    def step() -> None:
        for _ in range(len(starts)):
            graph.replay()

    return Way(step, lambda: weights_of([model]), taken=before)


def vmapped(size: dict[str, Any], starts: Tensor, batch: Batch) -> Way:
    """torch.func's way: one vmapped gradient over stacked parameters."""
    models = [started(size, start) for start in starts]
    for model in models:
        for layer in model.modules():
            if isinstance(layer, nn.BatchNorm2d):
                # vmap cannot change running statistics in place; without them it has less to do.
                layer.running_mean = layer.running_var = layer.num_batches_tracked = None
    stacked, _ = torch.func.stack_module_state(models)
    leaves = {name: value.detach().requires_grad_() for name, value in stacked.items()}
    optimizer = torch.optim.Adam(list(leaves.values()), lr=RATE)

    def loss(parameters: dict[str, Tensor]) -> Tensor:
        logits = torch.func.functional_call(models[0], parameters, (batch.images,))
        return functional.cross_entropy(logits, batch.labels)

    gradient = torch.func.vmap(torch.func.grad(loss))

    def step() -> None:
        for name, value in gradient(leaves).items():
            leaves[name].grad = value
        optimizer.step()

    def weights() -> Tensor:
        return torch.cat([value.detach().flatten(1) for value in leaves.values()], dim=1)

    return Way(step, weights)
