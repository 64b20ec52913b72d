"""Curves over the seeds of an entry: the mean line and the band from the lowest to the highest.

The band is the range and not a standard deviation: with two to five seeds that is what can be
said honestly, and nothing that happened lies outside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optim_core.training.events import Floats, Integers
from optim_core.training.log import TrainingLog

MOST_POINTS = 128
"""Of a curve: more than that no screen tells apart in a panel."""


class Against(Enum):
    """What a curve runs along; the values are keys."""

    EPOCHS = "epochs"
    STEPS = "steps"
    SECONDS = "seconds"


@dataclass(frozen=True)
class Curve:
    """Points (N,), in order.

    Attributes:
        x: epochs, steps or seconds.
        middle: the mean over the seeds that still train, and over the bundle.
        low, high: the lowest and the highest of all that ``middle`` is the mean of.
        bundle: how many steps or epochs a point stands for.
    """

    x: Floats
    middle: Floats
    low: Floats
    high: Floats
    bundle: int = 1

    @property
    def spread(self) -> bool:
        """Whether there is any band to draw."""
        return bool(np.any(self.high > self.low))


def epoch_curve(
    log: TrainingLog, entry: int, measure: str, against: Against, most_points: int = MOST_POINTS
) -> Curve:
    """``measure`` (a field of ``Epochs``) of an entry, a point an epoch.

    The training loss against epochs has one point more while an epoch is under way: its mean so
    far, at the part of the epoch that is over. It moves on to be the point of the whole epoch. Only
    a run of more epochs than ``most_points`` is thinned, as :func:`step_curve` does it.
    """
    epochs, rows = log.epochs, log.rows_of(entry)
    x = {
        Against.EPOCHS: epochs.epoch,
        Against.STEPS: epochs.step,
        Against.SECONDS: epochs.seconds,
    }[against]
    places: Floats = x.astype(np.float64)
    values: Floats = getattr(epochs, measure)[:, rows]
    over = int(epochs.step[-1]) if len(epochs.step) else 0
    under_way = log.losses[np.searchsorted(log.steps, over, side="right") :, rows]
    if measure == "train_loss" and against is Against.EPOCHS and log.start and len(under_way):
        places = np.concatenate([places, [log.steps[-1] / log.start.steps_per_epoch]])
        values = np.vstack([values, under_way.mean(axis=0, dtype=np.float64)])
    return _bundled(places, values, most_points)


def step_curve(
    log: TrainingLog, entry: int, against: Against, most_points: int = MOST_POINTS
) -> Curve:
    """The training loss of an entry on its batches, thinned without hiding a spike.

    Neighbouring steps are bundled, as many as the smallest power of two that leaves at most
    ``most_points``: the line is the mean of each bundle, the band reaches to its lowest and
    highest step, and the point stands at its first step. A bundle begins where it always began, so
    a growing run redraws only its end.
    """
    x: Floats = log.steps.astype(np.float64)
    if against is Against.SECONDS:
        x = log.step_seconds
    elif against is Against.EPOCHS and log.start is not None:
        x = x / log.start.steps_per_epoch
    return _bundled(x, log.losses[:, log.rows_of(entry)], most_points)


def counts_of(log: TrainingLog, entry: int, counts: Integers) -> Floats:
    """The share of an entry's parameters in each bin, over its seeds: (R, BINS) -> (BINS,)."""
    own: Floats = counts[log.rows_of(entry)].sum(axis=0).astype(np.float64)
    total = own.sum()
    return own / total if total else own


def _bundled(x: Floats, values: NDArray[np.floating[Any]], most_points: int) -> Curve:
    """The curve of ``values`` (N, seeds) at ``x`` (N,): at most so many points."""
    total = len(x)
    bundle = 1
    while -(-total // bundle) > most_points:
        bundle *= 2
    edges = np.arange(0, total, bundle)
    if not total or not values.shape[1]:
        nothing = np.full(len(edges), np.nan)
        return Curve(x[edges], nothing, nothing, nothing, bundle)
    known = np.isfinite(values)
    counts = np.add.reduceat(known.sum(axis=1), edges)
    sums = np.add.reduceat(np.where(known, values, 0).sum(axis=1, dtype=np.float64), edges)
    low = np.minimum.reduceat(np.where(known, values, np.inf).min(axis=1), edges)
    high = np.maximum.reduceat(np.where(known, values, -np.inf).max(axis=1), edges)
    empty = counts == 0
    middle = np.where(empty, np.nan, sums / np.maximum(counts, 1))
    lowest, highest = (np.where(empty, np.nan, end).astype(np.float64) for end in (low, high))
    return Curve(x[edges], middle, lowest, highest, bundle)
