"""Rows computed in groups, as many together as memory allows."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional


class RowsOutOfMemoryError(RuntimeError):
    """Not even one network fits into memory with this batch."""

    def __init__(self) -> None:
        super().__init__(
            "There is too little memory for even one of these networks: take a smaller one, or "
            "smaller batches."
        )


class StoppedError(Exception):
    """A step, or a look at pictures, was given up half way on request."""


def is_out_of_memory(error: RuntimeError) -> bool:
    """Whether the error says that memory ran out, on a GPU or in the machine."""
    if isinstance(error, torch.OutOfMemoryError):
        return True
    text = str(error)
    return "can't allocate memory" in text or "not enough memory" in text


class RowGroups:
    """How many rows are computed together.

    Attributes:
        rows_at_once: that many at most; halved when memory runs out.
        halved: how often that happened.
    """

    def __init__(self, rows_at_once: int) -> None:
        self.rows_at_once = rows_at_once
        self.halved = 0

    def in_groups(
        self, rows: int, compute: Callable[[slice], None], stop: Callable[[], bool] = lambda: False
    ) -> None:
        """Call ``compute`` for groups of ``rows`` rows, smaller ones when memory runs out.

        Raises:
            StoppedError: when ``stop`` says so between two groups.
            RowsOutOfMemoryError: when a single row is too much.
        """
        first, halved = 0, self.halved
        while first < rows:
            # A step in which memory ran out is not given up: it may not know how to be undone.
            if first and halved == self.halved and stop():
                raise StoppedError
            place = slice(first, min(first + self.rows_at_once, rows))
            try:
                compute(place)
            except RuntimeError as error:
                if not is_out_of_memory(error):
                    raise
                if self.rows_at_once == 1:
                    raise RowsOutOfMemoryError from error
            else:
                first = place.stop
                continue
            # Outside the handler: the error would keep the memory of the failed attempt alive.
            self.rows_at_once = max(1, min(self.rows_at_once, place.stop - place.start) // 2)
            self.halved += 1
            # On a machine without a GPU it does nothing.
            torch.cuda.empty_cache()


def same_kernels(device: torch.device) -> contextlib.AbstractContextManager[object]:
    """On a GPU, only kernels that give the same bits every time."""
    if device.type == "cuda":
        return torch.backends.cudnn.flags(
            enabled=True, benchmark=False, deterministic=True, allow_tf32=True
        )
    return contextlib.nullcontext()


def cross_entropies(logits: Tensor, labels: Tensor, dtype: torch.dtype) -> Tensor:
    """The cross entropy of each row and picture, (R, B), of ``logits`` (R, B, classes)."""
    rows, count, classes = logits.shape
    wide = logits.to(dtype).reshape(rows * count, classes)
    losses = functional.cross_entropy(wide, labels.repeat(rows), reduction="none")
    return losses.view(rows, count)
