"""What computing on groups of rows rests on: memory that runs out, stopping, kernels, losses."""

from __future__ import annotations

import contextlib

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
