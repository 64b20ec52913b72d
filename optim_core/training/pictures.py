"""The pictures, or passages of text, of an experiment, ready for its networks."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from optim_core.training.batches import Batches, levels_of, on_device
from optim_core.training.data import DATASETS
from optim_core.training.experiment import Experiment


@dataclass(frozen=True)
class Pictures:
    """The three parts of a data set on a device.

    Attributes:
        train, validation, test: the parts.
        levels: the mean and the spread of each channel's grey levels, or the share of each
            character.
        classes: the names of the classes; of text, the characters.
    """

    train: Batches
    validation: Batches
    test: Batches
    levels: tuple[float, ...]
    classes: tuple[str, ...]

    @staticmethod
    def of(experiment: Experiment, dtype: torch.dtype, device: torch.device) -> Pictures:
        """Those that ``experiment`` asks for.

        Raises:
            DataMissingError: when they are not on this machine.
        """
        spec = DATASETS[experiment.dataset]
        settings = dict(experiment.dataset_settings)
        examples = spec.load(settings)
        wide = experiment.precision == "bfloat16" and device.type == "cuda"
        augment = str(settings.get("augment", "none"))
        parts = on_device(examples, dtype, device, augment=augment, channels_last=wide)
        return Pictures(*parts, levels=levels_of(examples.train), classes=spec.classes)

    @property
    def counts(self) -> tuple[int, int, int]:
        """How many train, validation and test hold."""
        return len(self.train), len(self.validation), len(self.test)

    @property
    def fingerprint(self) -> list[float]:
        """Numbers that others than these would hardly have: counts and levels."""
        return [*map(float, self.counts), *self.levels]
