"""TrainingPreset: experiments laid beside each other that make one point, with what to ask."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from landscapes import Registry
from optim_core.training.data import DATASETS
from optim_core.training.experiment import Experiment


class FirstChart(Enum):
    """The chart that shows the point of a preset; the values are keys that pages know."""

    LOSS = "loss"
    ACCURACY = "accuracy"
    LAYER_NORMS = "layer_norms"
    RATES = "rates"
    GRADIENTS = "gradients"


@dataclass(frozen=True)
class Labelled:
    """One experiment of a preset.

    Attributes:
        label: what sets it apart from the others of its preset; empty for an only one. English.
        experiment: what is trained.
    """

    label: str
    experiment: Experiment


@dataclass(frozen=True, kw_only=True)
class TrainingPreset:
    """A ready comparison. All texts are English source strings.

    Attributes:
        key: its name in links and lessons; never changes.
        title: a few words.
        sentence: what is compared and what to watch.
        question: to the class, before the start.
        answer: what the literature says and what these very experiments gave; says which is which.
        experiments: laid beside each other; with one, its entries are what is compared.
        chart: where to look first.
        for_gpu: whether a laptop's processor would need much longer than a lesson has patience.
        core_seconds: how long one core was busy with all of it, by ``benchmarks/presets.py``;
            None where nobody has measured it.

    Raises:
        ValueError: for an empty text, no experiment, or labels that do not tell them apart.
    """

    key: str
    title: str
    sentence: str
    question: str
    answer: str
    experiments: tuple[Labelled, ...]
    chart: FirstChart
    for_gpu: bool = False
    core_seconds: int | None = None

    def __post_init__(self) -> None:
        for name in ("key", "title", "sentence", "question", "answer"):
            if not getattr(self, name).strip():
                raise ValueError(f"preset {self.key!r}: the {name} is empty")
        labels = [one.label.strip() for one in self.experiments]
        if not labels:
            raise ValueError(f"preset {self.key!r} has no experiment")
        if len(labels) > 1 and (len(set(labels)) < len(labels) or not all(labels)):
            raise ValueError(f"preset {self.key!r}: its labels do not tell its experiments apart")

    @property
    def labels(self) -> tuple[str, ...]:
        """What sets its experiments apart, in their order."""
        return tuple(one.label for one in self.experiments)

    @property
    def datasets(self) -> tuple[str, ...]:
        """The keys of the data sets it needs, each once."""
        return tuple(dict.fromkeys(one.experiment.dataset for one in self.experiments))

    @property
    def missing(self) -> tuple[str, ...]:
        """Those of :attr:`datasets` whose files are not on this machine yet."""
        return tuple(key for key in self.datasets if not DATASETS[key].present())


TRAINING_PRESETS: Registry[TrainingPreset] = Registry("training preset")
"""Every declared preset by key, in the order a lesson would show them."""


def declare(preset: TrainingPreset) -> None:
    """Add ``preset`` to :data:`TRAINING_PRESETS`.

    Raises:
        ValueError: when its key is taken.
    """
    TRAINING_PRESETS.add(preset.key, preset)
