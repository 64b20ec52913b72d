"""What a TrainingLog is read from, and the records that it makes of several events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from numpy.typing import NDArray

from optim_core.training.events import Floats, Integers

Body = Mapping[str, Any]


class Told(Protocol):
    """An event of the store of runs (``optim_core.jobs.RunEvent``)."""

    @property
    def number(self) -> int:
        """Counts from 1."""

    @property
    def kind(self) -> str:
        """One of ``optim_core.training.events.KINDS``, or ``rewound``."""

    @property
    def body(self) -> Body:
        """Plain JSON."""

    @property
    def arrays(self) -> Mapping[str, NDArray[Any]]:
        """The fields that are arrays; empty for those in a file."""

    @property
    def in_file(self) -> bool:
        """Whether its arrays are in a file of their own."""


@dataclass(frozen=True)
class Pace:
    """How fast it went when it last told: see ``optim_core.training.events.Stepped``."""

    step: int
    seconds: float
    rate_factor: float
    networks_steps_a_second: float
    seconds_left: float
    memory_bytes: int | None


@dataclass(frozen=True)
class Epochs:
    """The epochs so far, E of them: numbers (E,), measures (E, R), counts (E, R, BINS).

    A row that has stopped is NaN from then on.
    """

    epoch: Integers
    step: Integers
    seconds: Floats
    train_loss: Floats
    train_accuracy: Floats
    validation_loss: Floats
    validation_accuracy: Floats
    layer_norms: Floats
    rates: Integers


MEASURES = ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy")
"""The columns of :class:`Epochs` that curves are drawn of."""
