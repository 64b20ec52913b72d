"""What came out, entry by entry: the numbers of the accuracy table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optim_core.training.events import Floats
from optim_core.training.log import TrainingLog


@dataclass(frozen=True)
class Spread:
    """The mean over the seeds, the standard deviation (NaN for one seed), lowest and highest."""

    mean: float
    deviation: float
    low: float
    high: float


@dataclass(frozen=True)
class EntrySummary:
    """One entry after a run; accuracies are shares, 0 to 1.

    Attributes:
        entry: its place in the line-up.
        seeds: how many networks it trained.
        stopped: how many of those diverged; they count in no mean.
        train_accuracy, train_loss: on training pictures, with the network as it ended.
        validation_accuracy: after the last epoch.
        test_accuracy, test_loss: on pictures that nobody had looked at.
        gap: training minus test accuracy, seed by seed (generalisation).
    """

    entry: int
    seeds: int
    stopped: int
    train_accuracy: Spread
    train_loss: Spread
    validation_accuracy: Spread
    test_accuracy: Spread
    test_loss: Spread
    gap: Spread


def summaries(log: TrainingLog) -> tuple[EntrySummary, ...]:
    """One an entry, in the order of the line-up; empty before the end or when it was cut short."""
    final = log.final
    if final is None or final.stopped:
        return ()
    validation = log.epochs.validation_accuracy[-1]
    stopped = {row.row for row in log.stopped}
    found = []
    for entry in range(log.entries):
        rows = log.rows_of(entry)
        found.append(
            EntrySummary(
                entry=entry,
                seeds=len(rows),
                stopped=sum(int(row) in stopped for row in rows),
                train_accuracy=spread(final.train_accuracy[rows]),
                train_loss=spread(final.train_loss[rows]),
                validation_accuracy=spread(validation[rows]),
                test_accuracy=spread(final.test_accuracy[rows]),
                test_loss=spread(final.test_loss[rows]),
                gap=spread(final.train_accuracy[rows] - final.test_accuracy[rows]),
            )
        )
    return tuple(found)


def spread(values: Floats) -> Spread:
    """Of the numbers among ``values``, all NaN where there is none."""
    known = values[np.isfinite(values)]
    if not len(known):
        return Spread(*(float("nan"),) * 4)
    deviation = float(known.std(ddof=1)) if len(known) > 1 else float("nan")
    return Spread(float(known.mean()), deviation, float(known.min()), float(known.max()))
