"""Losses and gradients of all rows on one batch, some rows at a time."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from optim_core.training.compiling import compiled
from optim_core.training.networks import Network
from optim_core.training.networks.layers import Statistics
from optim_core.training.row_groups import (
    RowGroups,
    StoppedError,
    cross_entropies,
    is_out_of_memory,
    same_kernels,
)

_logger = logging.getLogger(__name__)

WORTH = 1.15
"""More rows at once must be this much faster a row; otherwise a noisy clock would decide."""

LONG_SECONDS = 0.2
"""A network that takes this long alone loses nothing by being computed alone: no trial."""


class Computer(RowGroups):
    """Computes on rows of one network, at most ``rows_at_once`` together.

    Args:
        network: what each row holds the parameters of.
        rows: R.
        dtype: of the parameters.
        device: of the parameters.
        autocast: compute the layers in bfloat16.

    Attributes:
        statistics: of the batch norms, all rows.
    """

    def __init__(
        self,
        network: Network,
        rows: int,
        dtype: torch.dtype,
        device: torch.device,
        *,
        autocast: bool = False,
    ) -> None:
        super().__init__(rows_at_once=rows)
        self.network = network
        self.statistics = network.fresh_statistics(rows, dtype, device)
        self._rows = rows
        self._dtype = dtype
        self._device = device
        self._autocast = autocast
        self._forward = self._plain_forward

    def gradients(
        self,
        points: Tensor,
        images: Tensor,
        labels: Tensor,
        alive: list[bool],
        stop: Callable[[], bool] = lambda: False,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Mean loss (R,), right answers (R,) and gradient (R, D) on a batch.

        Groups of rows that are all not alive are passed over: NaN, zero and zeros.

        Raises:
            StoppedError: when ``stop`` says so between two groups of rows; then it is as if none
                of them had been computed.
            RowsOutOfMemoryError: when a single row is too much.
        """
        losses = points.new_full((self._rows,), torch.nan)
        right = points.new_zeros(self._rows)
        gradients = torch.empty_like(points)

        def compute(place: slice) -> None:
            if any(alive[place]):
                found = self._on_rows(points, images, labels, place, self._statistics_of(place))
                losses[place], right[place] = found[0], found[1]
                torch.cat(found[2], dim=1, out=gradients[place])
            else:
                gradients[place] = 0

        with self._undone_if_stopped():
            self.in_groups(self._rows, compute, stop)
        return losses, right, gradients

    def _on_rows(
        self,
        points: Tensor,
        images: Tensor,
        labels: Tensor,
        place: slice,
        statistics: list[Statistics],
    ) -> tuple[Tensor, Tensor, list[Tensor]]:
        """Losses, right answers and the gradient of each parameter, flattened by row."""
        pieces = [piece.detach().requires_grad_() for piece in self.network.pieces(points[place])]
        with torch.enable_grad(), same_kernels(self._device):
            losses, right = self._forward(pieces, images, labels, statistics)
            gradients = torch.autograd.grad(losses.sum(), pieces)
        return losses.detach(), right.to(points.dtype), [g.flatten(1) for g in gradients]

    def _plain_forward(
        self, pieces: list[Tensor], images: Tensor, labels: Tensor, statistics: list[Statistics]
    ) -> tuple[Tensor, Tensor]:
        """Mean losses and right answers (R,): all that is compiled; its way back is too."""
        with self._rounded():
            logits = self.network.logits(pieces, images, statistics, training=True)
        losses = cross_entropies(logits, labels, self._dtype).mean(dim=1)
        return losses, (logits.detach().argmax(dim=2) == labels).sum(dim=1)

    def compile(self, points: Tensor, images: Tensor, labels: Tensor) -> float | None:
        """Compute steps by compiled layers from now on; a look at pictures stays as it is.

        Compiled for the number of rows at once there is now, so choose that first; another one
        is compiled when it first comes up. What has once been compiled is kept on disk.

        Returns:
            The seconds it took, or None where it failed and layers are computed as before: it wants
            a C++ compiler on a CPU, and Triton on a GPU.
        """
        began = time.perf_counter()
        self._forward = compiled(self._plain_forward)
        last = self._rows % self.rows_at_once
        try:
            for rows in (self.rows_at_once, last) if last else (self.rows_at_once,):
                fresh = self.network.fresh_statistics(rows, self._dtype, self._device)
                self._on_rows(points, images, labels, slice(0, rows), fresh)
        except Exception as error:
            # Whatever goes wrong in there (a compiler that is missing, or stumbles), the training
            # does without. Memory that runs out is another matter: that is dealt with at each step.
            if not isinstance(error, RuntimeError) or not is_out_of_memory(error):
                _logger.warning("The layers could not be compiled.", exc_info=True)
                self._forward = self._plain_forward
                return None
        return time.perf_counter() - began

    def evaluate(
        self,
        points: Tensor,
        batches: Iterator[tuple[Tensor, Tensor]],
        alive: list[bool],
        stop: Callable[[], bool] = lambda: False,
        *,
        recomputed: bool = False,
    ) -> tuple[Tensor, Tensor]:
        """Mean loss (R,) and what each row takes each picture for, int64 (R, N), as when used.

        Rows that are not alive have NaN, and -1. Batch norms use what they remember, or, where that
        is to be ``recomputed``, the mean and variance of each batch; either way it stays as it is.

        Raises:
            StoppedError: when ``stop`` says so before a batch or between two groups of rows.
            RowsOutOfMemoryError: when a single row is too much.
        """
        total = points.new_zeros(self._rows)
        predicted, count = [], 0
        for images, labels in batches:
            if stop():
                raise StoppedError
            answers = labels.new_full((self._rows, len(labels)), -1)
            sums = points.new_full((self._rows,), torch.nan)

            def look(
                place: slice,
                images: Tensor = images,
                labels: Tensor = labels,
                answers: Tensor = answers,
                sums: Tensor = sums,
            ) -> None:
                if any(alive[place]):
                    losses, answers[place] = self._look(points, images, labels, place, recomputed)
                    sums[place] = losses.sum(dim=1)

            self.in_groups(self._rows, look, stop)
            total, count = total + sums, count + len(labels)
            predicted.append(answers)
        gone = torch.tensor([not lives for lives in alive], device=points.device)
        total[gone] = torch.nan
        found = torch.cat(predicted, dim=1)
        found[gone] = -1
        return total / count, found

    def following(self, points: Tensor, tokens: Tensor, alive: list[bool]) -> Tensor:
        """What each row says comes after its own text: logits (R, classes), NaN if not alive.

        Args:
            points: (R, D).
            tokens: int64 (R, T), the numbers of the characters so far.
            alive: (R,).

        Raises:
            RowsOutOfMemoryError: when a single row is too much.
        """
        logits = points.new_full((self._rows, self.network.shape.classes), torch.nan)

        def look(place: slice) -> None:
            if not any(alive[place]):
                return
            with torch.no_grad(), same_kernels(self._device), self._rounded():
                pieces = self.network.pieces(points[place])
                texts, statistics = tokens[place, None], self._statistics_of(place)
                found = self.network.logits(pieces, texts, statistics, training=False)
            logits[place] = found[:, -1].to(self._dtype)

        self.in_groups(self._rows, look)
        return logits

    def _look(
        self, points: Tensor, images: Tensor, labels: Tensor, place: slice, recomputed: bool
    ) -> tuple[Tensor, Tensor]:
        """Losses and answers (R, B) of some rows, without gradients."""
        if recomputed:
            count = place.stop - place.start
            statistics = self.network.fresh_statistics(count, self._dtype, self._device)
        else:
            statistics = self._statistics_of(place)
        with torch.no_grad(), same_kernels(self._device), self._rounded():
            pieces = self.network.pieces(points[place])
            logits = self.network.logits(pieces, images, statistics, training=recomputed)
        return cross_entropies(logits, labels, self._dtype), logits.argmax(dim=2)

    def choose_rows_at_once(
        self, points: Tensor, images: Tensor, labels: Tensor, *, evaluating: bool = False
    ) -> None:
        """Find by trying whether more rows together are faster a row, and keep the best number.

        What is tried is a gradient, or only a look where that is all there will be.

        On a GPU they always are; on a CPU a grouped convolution is usually slower than its parts.
        """
        if self._device.type == "cuda" or self._rows == 1:
            return
        batch = (images, labels)
        self.rows_at_once, best = 1, self._seconds_a_row(points, *batch, 1, evaluating)
        rows = 2
        while rows <= self._rows and best < LONG_SECONDS:
            seconds = self._seconds_a_row(points, *batch, rows, evaluating)
            if seconds * WORTH > best:
                return
            self.rows_at_once, best = rows, seconds
            rows = self._rows if rows < self._rows < 2 * rows else 2 * rows

    def _seconds_a_row(
        self, points: Tensor, images: Tensor, labels: Tensor, rows: int, evaluating: bool
    ) -> float:
        seconds: list[float] = []
        place = slice(0, rows)
        # The first time warms up, unless it shows at once that this takes long.
        while len(seconds) < 4 and (not seconds or seconds[0] < LONG_SECONDS):
            # Statistics of its own: a trial must leave nothing behind.
            fresh = self.network.fresh_statistics(rows, self._dtype, self._device)
            began = time.perf_counter()
            if evaluating:
                self._look(points, images, labels, place, recomputed=True)
            else:
                self._on_rows(points, images, labels, place, fresh)
            seconds.append((time.perf_counter() - began) / rows)
        return min(seconds[1:] or seconds)

    @contextlib.contextmanager
    def _undone_if_stopped(self) -> Iterator[None]:
        """Take back what a step that is given up half way has done to the batch norms."""
        # A step of one group is done as a whole: nothing is asked in between.
        several = self.rows_at_once < self._rows
        before = [[part.clone() for part in pair] for pair in self.statistics if several]
        try:
            yield
        except StoppedError:
            for pair, former in zip(self.statistics, before, strict=False):
                for part, values in zip(pair, former, strict=True):
                    part.copy_(values)
            raise

    def remembered(self) -> dict[str, Tensor]:
        """The statistics of the batch norms, each tensor under a name of its own."""
        return {
            _name(number, field): part
            for number, pair in enumerate(self.statistics)
            for field, part in pair._asdict().items()
        }

    def recall(self, filled: Callable[[Tensor, str], Tensor]) -> None:
        """Go on from what was :meth:`remembered`: ``filled(like, name)`` gives it back."""
        for number, (mean, variance) in enumerate(self.statistics):
            self.statistics[number] = Statistics(
                filled(mean, _name(number, "mean")), filled(variance, _name(number, "variance"))
            )

    def _statistics_of(self, place: slice) -> list[Statistics]:
        """The batch norms of some rows: views, which training writes into."""
        return [Statistics(mean[place], variance[place]) for mean, variance in self.statistics]

    def _rounded(self) -> contextlib.AbstractContextManager[object]:
        """Layers in bfloat16, where that was asked for."""
        if self._autocast:
            return torch.autocast(self._device.type, dtype=torch.bfloat16)
        return contextlib.nullcontext()


def _name(number: int, field: str) -> str:
    return f"batch_norm.{number}.{field}"
