"""The pictures of an experiment, ready for its networks."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from optim_core.training.batches import Loader, Scale
from optim_core.training.data import DATASETS
from optim_core.training.experiment import Experiment


@dataclass(frozen=True)
class Pictures:
    """The three parts of a data set on a device.

    Attributes:
        train, validation, test: the parts.
        scale: what brings the grey levels of all three to mean 0 and spread 1.
        classes: the names of the classes.
    """

    train: Loader
    validation: Loader
    test: Loader
    scale: Scale
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
        scale = Scale.of(examples.train)
        wide = experiment.precision == "bfloat16" and device.type == "cuda"
        augmented = {"augment": str(settings["augment"])} if "augment" in settings else {}
        return Pictures(
            Loader(examples.train, scale, dtype, device, channels_last=wide, **augmented),
            Loader(examples.validation, scale, dtype, device, channels_last=wide),
            Loader(examples.test, scale, dtype, device, channels_last=wide),
            scale=scale,
            classes=spec.classes,
        )

    @property
    def counts(self) -> tuple[int, int, int]:
        """How many train, validation and test hold."""
        return len(self.train), len(self.validation), len(self.test)

    @property
    def fingerprint(self) -> list[float]:
        """Numbers that others than these would hardly have: counts, means and spreads."""
        levels = (*self.scale.mean.flatten().tolist(), *self.scale.spread.flatten().tolist())
        return [*map(float, self.counts), *levels]
