"""How sharp finished networks are, by every measure at once: the value that is asked for, and it.

The pictures are the first of the training part: sharpness is of the loss that was trained on. The
generalisation gap is measured on more of them, since looking is cheap.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
from torch import Tensor

from landscapes import Knob, Refusal
from optim_core.run_knobs import MAX_SEED
from optim_core.training.batches import Loader, Scale
from optim_core.training.data.dataset import Examples
from optim_core.training.landscape.density import spectral_density
from optim_core.training.landscape.eigenvalues import random_vectors, top_eigenvalues
from optim_core.training.landscape.keskar import epsilon_sharpness
from optim_core.training.landscape.measured import FACTORS, Measured
from optim_core.training.landscape.neighbourhood import neighbourhood_loss
from optim_core.training.landscape.objective import NetworkLoss
from optim_core.training.landscape.request import Network as Named
from optim_core.training.landscape.request import checked_networks
from optim_core.training.landscape.rescaling import rescaled, scalable
from optim_core.training.landscape.traces import signs
from optim_core.training.networks import Network

GAP_PICTURES = 10_000
"""Pictures of each part that the generalisation gap is measured on."""

MOST_NETWORKS = 16
LANCZOS_STEPS = 60
RESCALED_STEPS = 30
CLIMBS = 2

SHARPNESS_KNOBS: Mapping[str, Knob] = MappingProxyType(
    {
        knob.key: knob
        for knob in (
            Knob(
                key="pictures",
                title="Pictures looked at",
                default=500,
                low=16,
                high=10_000,
                scale="integer",
                slider_low=100,
                slider_high=2_000,
                help="The sharpness is that of the loss on the first so many training pictures.",
            ),
            Knob(
                key="eigenvalues",
                title="Eigenvalues",
                default=5,
                low=1,
                high=20,
                scale="integer",
                help="How many of the largest eigenvalues of the Hessian are found.",
            ),
            Knob(
                key="probes",
                title="Probes",
                default=4,
                low=2,
                high=32,
                scale="integer",
                help="Random directions for trace and density: the error falls with their root.",
            ),
            Knob(
                key="depth",
                title="Steps a probe",
                default=24,
                low=4,
                high=100,
                scale="integer",
                help="How finely the density of the eigenvalues is resolved.",
            ),
            Knob(
                key="epsilon",
                title="Epsilon",
                default=1e-3,
                low=1e-6,
                high=1.0,
                scale="log",
                slider_low=1e-4,
                slider_high=1e-1,
                help="Keskar's box: each weight w moves by at most this times (|w| + 1).",
            ),
            Knob(
                key="rho",
                title="Rho",
                default=0.05,
                low=0.0,
                high=10.0,
                scale="log",
                slider_low=1e-3,
                slider_high=1.0,
                help="SAM's ball: all the weights together move by at most this far.",
            ),
            Knob(
                key="seed",
                title="Seed of the probes",
                default=0,
                low=0,
                high=MAX_SEED,
                scale="integer",
                slider_high=100,
                help="Other random directions: what changes with them is not known better.",
            ),
        )
    }
)
"""What there is to set besides the networks."""


@dataclass(frozen=True, kw_only=True)
class SharpnessRequest:
    """Which networks are measured, and how.

    Attributes:
        networks: the id of a training and a row in it, for each network.
        pictures, eigenvalues, probes, depth, epsilon, rho, seed: see ``SHARPNESS_KNOBS``.

    Raises:
        ValueError: saying what is wrong.
    """

    networks: tuple[Named, ...]
    pictures: int = 500
    eigenvalues: int = 5
    probes: int = 4
    depth: int = 24
    epsilon: float = 1e-3
    rho: float = 0.05
    seed: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "networks", checked_networks(self.networks))
        if not 1 <= len(self.networks) <= MOST_NETWORKS:
            raise Refusal("sharpness is of 1 to {most} networks", most=MOST_NETWORKS)
        for name, knob in SHARPNESS_KNOBS.items():
            object.__setattr__(self, name, knob.check(getattr(self, name)))

    def changed(self, **fields: Any) -> SharpnessRequest:
        """This request with some fields changed."""
        return dataclasses.replace(self, **fields)

    def to_spec(self) -> dict[str, Any]:
        """Plain JSON, in full."""
        fields = dataclasses.asdict(self)
        return fields | {"networks": [list(network) for network in self.networks]}


def sharpness_from_spec(spec: Mapping[str, Any]) -> SharpnessRequest:
    """The request that plain JSON describes.

    Raises:
        ValueError: for anything else, unknown parts included.
    """
    names = {field.name for field in dataclasses.fields(SharpnessRequest)}
    if not {"networks"} <= set(spec) <= names or not isinstance(spec["networks"], list | tuple):
        raise Refusal("sharpness is asked for with a list of networks and settings, nothing else")
    return SharpnessRequest(**{**spec, "networks": tuple(spec["networks"])})


class Measurer:
    """Measures networks of one kind on one data set.

    Args:
        network: what the rows are.
        examples: the data set.
        request: what to measure.
        dtype: of all numbers.
        device: where.
        stop: asked between groups of rows.
    """

    def __init__(
        self,
        network: Network,
        examples: Examples,
        request: SharpnessRequest,
        dtype: torch.dtype,
        device: torch.device,
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self._network, self._request, self._stop = network, request, stop
        self._dtype, self._device = dtype, device
        scale = Scale.of(examples.train)
        train, validation = (
            Loader(part, scale, dtype, device) for part in (examples.train, examples.validation)
        )
        self._looked_at = list(train.in_order(request.pictures))
        self._parts = [list(part.in_order(GAP_PICTURES)) for part in (train, validation)]
        try:
            scalable(network)
        except Refusal:
            self._factors: tuple[float, ...] = ()
        else:
            self._factors = FACTORS

    def measure(
        self, weights: Tensor, statistics: Tensor, tick: Callable[[float], None]
    ) -> Measured:
        """All there is to say of some networks.

        Args:
            weights: (G, D).
            statistics: (G, S) of their batch norms.
            tick: told now and then the share that is done, 0 to 1.

        Raises:
            StoppedError: when ``stop`` says so.
            RowsOutOfMemoryError: when a single network is too much.
        """
        request, rows = self._request, len(weights)
        points = weights.to(self._device, self._dtype)
        remembered = statistics.to(self._device, self._dtype)
        objective = self._loss(self._looked_at, remembered)
        losses = [self._loss(part, remembered) for part in self._parts]
        seen = {
            "train_loss": losses[0].losses(points),
            "train_accuracy": losses[0].accuracies(points),
            "validation_loss": losses[1].losses(points),
            "validation_accuracy": losses[1].accuracies(points),
        }
        tick(0.05)
        found = top_eigenvalues(
            _products(objective, points),
            random_vectors(rows, points, request.seed),
            request.eigenvalues,
            steps=LANCZOS_STEPS,
        )
        tick(0.3)
        many = points.repeat_interleave(request.probes, dim=0)
        density = spectral_density(
            _products(objective, many),
            signs(len(many), points, request.seed + 1),
            rows,
            steps=request.depth,
        )
        tick(0.65)
        seen |= self._around(objective, points)
        tick(0.7)
        factors = []
        for number, factor in enumerate(self._factors):
            # A power of two: the answers are the same to the last bit.
            others = rescaled(self._network, points, factor)
            top = top_eigenvalues(
                _products(objective, others),
                random_vectors(rows, points, request.seed),
                1,
                steps=RESCALED_STEPS,
            )
            around = self._around(objective, others)
            columns = [top.values[:, 0], top.bounds[:, 0]]
            columns += [_numbers(around[name]) for name in ("loss", "epsilon_sharpness", "highest")]
            factors.append(np.stack(columns, axis=1))
            tick(0.7 + 0.3 * (number + 1) / len(self._factors))
        rescaled_table = np.full((rows, len(FACTORS), 5), np.nan)
        if factors:
            rescaled_table = np.stack(factors, axis=1)
        return Measured(
            **{name: _numbers(values) for name, values in seen.items()},
            eigenvalues=found.values,
            bounds=found.bounds,
            lowest=found.lowest,
            lowest_bounds=found.lowest_bounds,
            traces=density.trace.samples,
            density_points=density.points,
            density_weights=density.weights,
            rescaled=rescaled_table,
        )

    def _loss(self, pictures: list[tuple[Tensor, Tensor]], remembered: Tensor) -> NetworkLoss:
        together = 64 if self._device.type == "cuda" else 1
        return NetworkLoss(
            self._network, pictures, remembered, rows_at_once=together, stop=self._stop
        )

    def _around(self, objective: NetworkLoss, points: Tensor) -> dict[str, Tensor]:
        """What Keskar's box and SAM's ball hold."""
        request = self._request
        box = epsilon_sharpness(
            objective, points, request.epsilon, starts=CLIMBS, seed=request.seed
        )
        ball = neighbourhood_loss(objective, points, request.rho)
        return {
            "loss": box.loss,
            "epsilon_sharpness": box.percent,
            "neighbourhood": ball.first_order,
            "highest": ball.highest,
        }


def _products(objective: NetworkLoss, points: Tensor) -> Callable[[Tensor], Tensor]:
    return lambda vectors: objective.products(points, vectors)


def _numbers(values: Tensor) -> np.ndarray[Any, np.dtype[np.float64]]:
    return values.detach().to("cpu", torch.float64).numpy()
