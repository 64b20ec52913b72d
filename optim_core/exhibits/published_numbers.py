"""What published curves say in numbers, for the lecture's claims to be held against."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optim_core.training.published import Study

LAST = 10
"""Epochs over which the spread at the end is taken."""


@dataclass(frozen=True)
class Told:
    """One curve in numbers.

    Attributes:
        title: of the optimizer, as its authors call it.
        best: the best test value (percent, or perplexity), and the epoch of it, from 1.
        best_epoch: see ``best``.
        final: the test value after the last epoch.
        train_final: the training value after the last epoch.
        spread: the standard deviation of the last ten epochs' test values.
    """

    title: str
    best: float
    best_epoch: int
    final: float
    train_final: float
    spread: float


def told(study: Study) -> list[Told]:
    """Every curve of ``study`` in numbers, in its order."""
    better = np.argmax if study.measure == "accuracy" else np.argmin
    found = []
    for curve in study.curves:
        place = int(better(curve.test))
        found.append(
            Told(
                title=curve.title,
                best=float(curve.test[place]),
                best_epoch=place + 1,
                final=float(curve.test[-1]),
                train_final=float(curve.train[-1]),
                spread=float(np.std(curve.test[-LAST:])),
            )
        )
    return found
