"""Evaluator: loss and accuracy of many networks, given as rows, on the same pictures.

Batch norms need a defined treatment, since a point of a picture was never trained:

- ``found``: with the means and variances that the trained network remembers, unchanged at every
  point, as Li et al. do. Only for pictures around one network, whose middle is then that network
  exactly as it is used.
- ``recomputed``: at every point with the mean and variance of each batch of at most
  ``EVALUATED_AT_ONCE`` pictures that is looked at, as in training. What lies between several
  networks has no remembered statistics, and a mixture of theirs could have negative variances.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from optim_core.training.batches import on_device
from optim_core.training.computing import Computer
from optim_core.training.data.dataset import Examples
from optim_core.training.events import Floats
from optim_core.training.landscape.kept import MEASURES
from optim_core.training.landscape.looking import quicker
from optim_core.training.networks import Network
from optim_core.training.networks.layers import Statistics

ON_CPU, ON_GPU = 16, 256
"""Points that are measured together, before anybody may look or stop."""

MOST_AT_ONCE = 150_000_000
"""Points times parameters that are measured together, so that large networks fit as well."""

Pictures = list[tuple[Tensor, Tensor]]


class Evaluator:
    """Measures networks on the first pictures of the training and of the validation part.

    Args:
        network: what each row holds the parameters of.
        examples: the data set.
        pictures: how many of each part, or fewer where there are fewer.
        dtype: in which numbers.
        device: where.
        statistics: (S,) what the batch norms remember; None to recompute them at every point.

    Attributes:
        network: the same, for looking only.
        dtype, device: as given.
        group: how many points are best measured together.
    """

    def __init__(
        self,
        network: Network,
        examples: Examples,
        pictures: int,
        dtype: torch.dtype,
        device: torch.device,
        statistics: Tensor | None = None,
    ) -> None:
        self.network, self.dtype, self.device = quicker(network), dtype, device
        self._statistics = None if statistics is None else statistics.to(device, dtype)
        train, validation, _ = on_device(examples, dtype, device)
        self._parts: list[Pictures] = [
            list(part.in_order(pictures)) for part in (train, validation)
        ]
        most = ON_GPU if device.type == "cuda" else ON_CPU
        self.group = max(1, min(most, MOST_AT_ONCE // network.size))
        self._rows_at_once = 0

    @property
    def pictures(self) -> tuple[int, int]:
        """How many training and validation pictures (or passages) are looked at."""
        first, second = (sum(len(images) for images, _ in part) for part in self._parts)
        return first, second

    def measure(self, points: Tensor, stop: Callable[[], bool] = lambda: False) -> Floats:
        """Loss and accuracy of networks (P, D) in training and validation: (P, 4), ``MEASURES``.

        A network whose numbers overflow has a loss that is not finite.

        Raises:
            StoppedError: when ``stop`` says so before a batch or between two groups of networks.
            RowsOutOfMemoryError: when a single network is too much.
        """
        rows = len(points)
        computer = Computer(self.network, rows, self.dtype, self.device)
        if self._statistics is not None:
            computer.statistics = [
                Statistics(*(one.expand(rows, -1).contiguous() for one in own))
                for own in self.network.statistics(self._statistics[None])
            ]
        if not self._rows_at_once:
            computer.choose_rows_at_once(points, *self._parts[0][0], evaluating=True)
            self._rows_at_once = computer.rows_at_once
        computer.rows_at_once = min(rows, self._rows_at_once)
        measured = np.empty((rows, len(MEASURES)))
        everybody = [True] * rows
        for place, part in enumerate(self._parts):
            loss, answers = computer.evaluate(
                points, iter(part), everybody, stop, recomputed=self._statistics is None
            )
            labels = torch.cat([own for _, own in part])
            right = (answers == labels).double().mean(dim=1)
            both = torch.stack((loss.double(), right), dim=1)
            measured[:, 2 * place : 2 * place + 2] = both.cpu().numpy()
        if computer.halved:
            self._rows_at_once = computer.rows_at_once
        return measured
