"""The loss of networks on fixed pictures as a function of their parameters, row by row.

Everything in this package looks at one function: ``points (N, D) -> losses (N,)``, with its
gradients and its Hessian's products. Here it is for networks; tests put closed forms in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import torch
from torch import Tensor

from optim_core.training.networks import Network
from optim_core.training.networks.layers import Statistics
from optim_core.training.row_groups import RowGroups, cross_entropies, same_kernels

Batch = tuple[Tensor, Tensor]
"""Pictures (B, channels, height, width), as numbers, and their labels (B,)."""


class Objective(Protocol):
    """A loss of each row, which can be differentiated twice."""

    def losses(self, points: Tensor) -> Tensor:
        """The loss (N,) at each of ``points`` (N, D)."""
        ...

    def gradients(self, points: Tensor) -> tuple[Tensor, Tensor]:
        """Losses (N,) and gradients (N, D)."""
        ...

    def products(self, points: Tensor, vectors: Tensor) -> Tensor:
        """The Hessian at each of ``points`` times each of ``vectors``, all (N, D)."""
        ...


class NetworkLoss(RowGroups):
    """The mean cross entropy of networks on fixed pictures.

    The rows of every method are the networks, or each network several times over: N is a multiple
    of G and the rows of one network lie side by side. Products take two passes back through the
    network (Pearlmutter 1994, "Fast exact multiplication by the Hessian"), for many rows at once.

    Args:
        network: what each row holds the parameters of.
        batches: the pictures, on one device, in the type that everything is computed in.
        normalisation: (G, S) what the batch norms of each network remember. None: they use the
            statistics of the batch itself, as in training, and there must be one batch only.
        rows_at_once: how many rows are computed together; halved when memory runs out.
        stop: asked between groups of rows.

    Raises:
        ValueError: for no pictures, or several batches without ``normalisation``.
    """

    def __init__(
        self,
        network: Network,
        batches: Sequence[Batch],
        normalisation: Tensor | None,
        *,
        rows_at_once: int = 1,
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        super().__init__(rows_at_once)
        if not batches or (normalisation is None and len(batches) > 1):
            raise ValueError("pictures in one batch, or batch norms that remember, are needed")
        self.network = network
        self.pictures = sum(len(labels) for _, labels in batches)
        self._batches = tuple(batches)
        self._normalisation = normalisation
        self._stop = stop

    def losses(self, points: Tensor) -> Tensor:
        """The mean loss (N,) at each of ``points`` (N, D).

        Raises:
            StoppedError: when ``stop`` says so.
            RowsOutOfMemoryError: when a single row is too much.
        """
        found = points.new_empty(len(points))

        def compute(place: slice) -> None:
            with torch.no_grad():
                pieces = self.network.pieces(points[place])
                found[place] = self._mean(pieces, place, len(points))

        self.in_groups(len(points), compute, self._stop)
        return found

    def accuracies(self, points: Tensor) -> Tensor:
        """The share of pictures (N,) that each of ``points`` (N, D) gets right.

        Raises:
            StoppedError: when ``stop`` says so.
            RowsOutOfMemoryError: when a single row is too much.
        """
        right = points.new_zeros(len(points))

        def compute(place: slice) -> None:
            right[place] = 0
            with torch.no_grad():
                pieces = self.network.pieces(points[place])
                for images, labels in self._batches:
                    answers = self._logits(pieces, images, place, len(points)).argmax(dim=2)
                    right[place] += (answers == labels).sum(dim=1)

        self.in_groups(len(points), compute, self._stop)
        return right / self.pictures

    def gradients(self, points: Tensor) -> tuple[Tensor, Tensor]:
        """Mean losses (N,) and gradients (N, D).

        Raises:
            StoppedError: when ``stop`` says so.
            RowsOutOfMemoryError: when a single row is too much.
        """
        losses, gradients = points.new_empty(len(points)), torch.empty_like(points)

        def compute(place: slice) -> None:
            losses[place], gradients[place] = 0, 0
            for batch in self._batches:
                pieces = self._leaves(points[place])
                with torch.enable_grad(), same_kernels(points.device):
                    loss = self._share(pieces, batch, place, len(points))
                    parts = torch.autograd.grad(loss.sum(), pieces)
                losses[place] += loss.detach()
                gradients[place] += _flat(parts)

        self.in_groups(len(points), compute, self._stop)
        return losses, gradients

    def products(self, points: Tensor, vectors: Tensor) -> Tensor:
        """The Hessian at each of ``points`` times each of ``vectors``, all (N, D).

        Raises:
            StoppedError: when ``stop`` says so.
            RowsOutOfMemoryError: when a single row is too much.
        """
        products = torch.empty_like(points)

        def compute(place: slice) -> None:
            products[place] = 0
            along = self.network.pieces(vectors[place])
            for batch in self._batches:
                pieces = self._leaves(points[place])
                with torch.enable_grad(), same_kernels(points.device):
                    loss = self._share(pieces, batch, place, len(points))
                    slopes = torch.autograd.grad(loss.sum(), pieces, create_graph=True)
                    # Rows do not see each other, so one sum serves them all.
                    slope = torch.stack(
                        [(one * other).sum() for one, other in zip(slopes, along, strict=True)]
                    ).sum()
                    parts = torch.autograd.grad(slope, pieces, materialize_grads=True)
                products[place] += _flat(parts)

        self.in_groups(len(points), compute, self._stop)
        return products

    def _leaves(self, points: Tensor) -> list[Tensor]:
        return [piece.detach().requires_grad_() for piece in self.network.pieces(points)]

    def _mean(self, pieces: list[Tensor], place: slice, rows: int) -> Tensor:
        return torch.stack(
            [self._share(pieces, batch, place, rows) for batch in self._batches]
        ).sum(dim=0)

    def _share(self, pieces: list[Tensor], batch: Batch, place: slice, rows: int) -> Tensor:
        """What one batch adds to the mean loss of each row in ``place``."""
        images, labels = batch
        logits = self._logits(pieces, images, place, rows)
        return cross_entropies(logits, labels, pieces[0].dtype).sum(dim=1) / self.pictures

    def _logits(self, pieces: list[Tensor], images: Tensor, place: slice, rows: int) -> Tensor:
        return self.network.logits(
            pieces,
            images,
            self._statistics(pieces[0], place, rows),
            training=self._normalisation is None,
        )

    def _statistics(self, like: Tensor, place: slice, rows: int) -> list[Statistics]:
        """The batch norms of the rows in ``place``: of ``rows``, the same number each network."""
        if self._normalisation is None:
            return self.network.fresh_statistics(len(like), like.dtype, like.device)
        networks = len(self._normalisation)
        if rows % networks:
            raise ValueError(f"{rows} rows of {networks} networks")
        owners = torch.arange(rows, device=like.device)[place] // (rows // networks)
        parts = self.network.statistics(self._normalisation[owners])
        return [Statistics(mean.contiguous(), variance.contiguous()) for mean, variance in parts]


def _flat(parts: Sequence[Tensor]) -> Tensor:
    return torch.cat([part.flatten(1) for part in parts], dim=1)
