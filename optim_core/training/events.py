"""What :func:`~optim_core.training.fitting.fit` tells as it goes: plain values, ready for JSON.

Rows are in the experiment's order, entries slowest, then seeds. A row that has stopped is NaN (or
-1) from then on.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

BINS, BINS_A_DECADE = 64, 4
LOWEST_DECADE = -12.125
"""Half a bin below a power of ten: round learning rates fall into the middle of a bin."""

EDGES: Floats = 10 ** (LOWEST_DECADE + np.arange(BINS + 1) / BINS_A_DECADE)
"""The edges of every histogram's bins; what lies outside is counted in the first or the last."""

SHOWN_WRONG = 100
"""How many misclassified pictures, or characters, of each row are told."""

NOT_IN_JSON = frozenset({"weights", "normalisation"})
"""Fields that are kept in files of their own: they can hold millions of numbers."""


@dataclass(frozen=True, kw_only=True)
class Started:
    """Before the first step.

    Attributes:
        rows: the entry (its place in the line-up) and the seed of each row.
        parameters: of each network.
        layers: the names of those with weights, from input to output.
        pictures: how many train, validation and test hold; of text, how many passages.
        classes: the names of the classes; of text, the characters.
        steps_per_epoch, steps: of each network.
        device: in words.
        rows_at_once: how many networks are computed together.
        seconds: what getting ready took, compiling included.
        compile_seconds: what compiling the layers took; None where they are not compiled, because
            nobody asked for it or because it failed.
    """

    rows: tuple[tuple[int, int], ...]
    parameters: int
    layers: tuple[str, ...]
    pictures: tuple[int, int, int]
    classes: tuple[str, ...]
    steps_per_epoch: int
    steps: int
    device: str
    rows_at_once: int
    seconds: float
    compile_seconds: float | None = None


@dataclass(frozen=True, kw_only=True)
class Stepped:
    """Some steps were taken.

    Attributes:
        step: the last of them, from 1.
        losses: (n, R) the mean loss on each step's batch, before the step; the last row is that of
            ``step``.
        rate_factor: what the schedule multiplied the learning rates by at ``step``.
        seconds: since the start.
        networks_steps_a_second: how fast it went since the last such event.
        seconds_left: at the speed so far.
        memory_bytes: the most held so far, on the device; None where nobody counts.
    """

    step: int
    losses: Floats
    rate_factor: float
    seconds: float
    networks_steps_a_second: float
    seconds_left: float
    memory_bytes: int | None


@dataclass(frozen=True, kw_only=True)
class Gradients:
    """The gradients of one step, before clipping.

    Attributes:
        step: from 1.
        layer_norms: (R, layers) the length of each layer's part of the gradient.
        histogram: (R, BINS) how many components have which magnitude, between ``EDGES``.
    """

    step: int
    layer_norms: Floats
    histogram: Integers


@dataclass(frozen=True, kw_only=True)
class EpochDone:
    """An epoch is over and the validation pictures were looked at.

    Attributes:
        epoch, step: both from 1.
        seconds: since the start.
        train_loss, train_accuracy: (R,) means over the epoch's batches, as they were trained on.
        validation_loss, validation_accuracy: (R,).
        layer_norms: (R, layers) of the epoch's last gradient.
        rates: (R, BINS) how many parameters have which effective learning rate, between ``EDGES``.
    """

    epoch: int
    step: int
    seconds: float
    train_loss: Floats
    train_accuracy: Floats
    validation_loss: Floats
    validation_accuracy: Floats
    layer_norms: Floats
    rates: Integers


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """The networks on their way, for pictures of their paths: of step 0, every k-th and the last.

    Attributes:
        step: after which.
        weights: float32 (R, D), NaN for rows that have stopped; not in JSON.
    """

    step: int
    weights: NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class RowStopped:
    """A row diverged and stopped alone, at its last finite weights.

    Attributes:
        row: which.
        step: the one it could not take.
        sentence: for people.
    """

    row: int
    step: int
    sentence: str


@dataclass(frozen=True, kw_only=True)
class FewerAtOnce:
    """Memory ran out, and fewer networks are computed together from now on.

    Attributes:
        step: at which.
        rows_at_once: how many are left.
        sentence: for people.
    """

    step: int
    rows_at_once: int
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Final:
    """What came out: at the last step, or at the step before it was stopped.

    Attributes:
        step: how many steps were taken.
        seconds: since the start.
        stopped: whether it ended early, on request (even of the last look at the pictures) or
            because every row had diverged; then what an evaluation finds is NaN or empty.
        train_loss, train_accuracy: (R,) of the networks as used, on at most 10,000 training
            pictures.
        test_loss, test_accuracy: (R,).
        confusion: (R, classes, classes) test pictures by true class, then by the one answered; of
            text (R, 0, 0).
        misclassified: for each row, the places of the first ``SHOWN_WRONG`` test pictures it got
            wrong; of text, of the first characters, passage by passage.
        answered: for each row, what it took those for.
        filters: (R, channels, inputs, height, width) of the first convolution, or None.
        samples: of text, how each row goes on with the beginning of the test part by itself; empty
            for rows that have stopped, and none at all for pictures.
    """

    step: int
    seconds: float
    stopped: bool
    train_loss: Floats
    train_accuracy: Floats
    test_loss: Floats
    test_accuracy: Floats
    confusion: Integers
    misclassified: tuple[Integers, ...]
    answered: tuple[Integers, ...]
    filters: NDArray[Any] | None
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Finished(Final):
    """The end, with the networks themselves.

    Attributes:
        weights: float32 or float64 (R, D); not in JSON.
        normalisation: (R, S) means, then variances of each batch norm in turn; not in JSON.
    """

    weights: NDArray[Any]
    normalisation: NDArray[Any]


Event = Started | Stepped | Gradients | EpochDone | Recorded | RowStopped | FewerAtOnce | Finished

KINDS: dict[str, type[Event]] = {
    "started": Started,
    "stepped": Stepped,
    "gradients": Gradients,
    "epoch_done": EpochDone,
    "recorded": Recorded,
    "row_stopped": RowStopped,
    "fewer_at_once": FewerAtOnce,
    "finished": Finished,
}
"""The name of each kind of event in JSON."""


def plain(event: Event) -> dict[str, Any]:
    """``event`` as numbers, texts, lists and None, with its kind under "event".

    Numbers that JSON has not (NaN, infinity) become None; ``NOT_IN_JSON`` is left out.
    """
    kind = next(name for name, cls in KINDS.items() if type(event) is cls)
    names = [field.name for field in dataclasses.fields(event) if field.name not in NOT_IN_JSON]
    return {"event": kind} | {name: _plain(getattr(event, name)) for name in names}


def _plain(value: object) -> Any:
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value
