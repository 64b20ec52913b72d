"""A network of 235 parameters with everything about it known in full, and closed forms."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from optim_core.training.batches import Loader, Scale
from optim_core.training.data import DATASETS
from optim_core.training.landscape.objective import NetworkLoss
from optim_core.training.networks import Network, build_network

CPU = torch.device("cpu")


def digits(count: int) -> tuple[Tensor, Tensor]:
    spec = DATASETS["digits_8x8"]
    part = spec.load({"examples": count}).train
    loader = Loader(part, Scale.of(part), torch.float64, CPU)
    return loader.batch(torch.arange(min(count, len(loader))))


def network_of(key: str, **settings: float | bool | str) -> Network:
    spec = DATASETS["digits_8x8"]
    return build_network(key, spec.shape(spec.settings({})), settings)


@dataclass(frozen=True)
class Known:
    """Two networks (2, 235), their loss, and their Hessians, (2, 235, 235), from plain torch."""

    objective: NetworkLoss
    points: Tensor
    hessians: Tensor

    @property
    def eigenvalues(self) -> Tensor:
        return torch.linalg.eigvalsh(self.hessians).flip(1)


@functools.cache
def known() -> Known:
    network = network_of("mlp", width=3, depth=1, activation="tanh")
    images, labels = digits(60)
    batches = [(images[:40], labels[:40]), (images[40:], labels[40:])]
    objective = NetworkLoss(network, batches, torch.zeros(2, 0), rows_at_once=4)
    points = network.initial_weights((0, 1)) * 3
    flat = images.flatten(1)

    def loss(weights: Tensor) -> Tensor:
        parts = torch.split(weights, [192, 3, 30, 10])
        hidden = torch.tanh(flat @ parts[0].view(3, 64).T + parts[1])
        return functional.cross_entropy(hidden @ parts[2].view(10, 3).T + parts[3], labels)

    hessians = torch.stack([torch.autograd.functional.hessian(loss, row) for row in points])
    return Known(objective, points, hessians)


class Quadratic:
    """``loss = offset + 1/2 x H x`` of each row."""

    def __init__(self, hessian: Tensor, offset: float = 0.0) -> None:
        self._hessian, self._offset = hessian, offset

    def losses(self, points: Tensor) -> Tensor:
        return self._offset + (points @ self._hessian * points).sum(dim=1) / 2

    def gradients(self, points: Tensor) -> tuple[Tensor, Tensor]:
        return self.losses(points), points @ self._hessian

    def products(self, points: Tensor, vectors: Tensor) -> Tensor:
        return vectors @ self._hessian


class Formula:
    """Any function of rows, differentiated by torch."""

    def __init__(self, function) -> None:
        self._function = function

    def losses(self, points: Tensor) -> Tensor:
        return self._function(points)

    def gradients(self, points: Tensor) -> tuple[Tensor, Tensor]:
        leaf = points.detach().requires_grad_()
        with torch.enable_grad():
            losses = self._function(leaf)
            (slopes,) = torch.autograd.grad(losses.sum(), leaf)
        return losses.detach(), slopes

    def products(self, points: Tensor, vectors: Tensor) -> Tensor:
        raise NotImplementedError
