"""From examples to batches: bytes on the device, turned into numbers as they are needed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from optim_core.training.data.dataset import Examples, Part

SHIFT = 4
"""By how many pixels a crop may be shifted, as in the CIFAR-10 literature."""

EVALUATED_AT_ONCE = 500
"""Pictures that are evaluated in one go."""

PASSAGES_AT_ONCE = 100
"""Passages of text that are: each of their characters has an answer of its own."""


class Batches(Protocol):
    """One part of a data set on a device.

    Attributes:
        labels: (N,) the answer to each of its pictures; of text to each place, passage by passage.
    """

    labels: Tensor

    def __len__(self) -> int:
        """How many pictures or passages."""

    def batch(self, places: Tensor, chance: torch.Generator | None = None) -> tuple[Tensor, Tensor]:
        """The examples at ``places`` as networks read them, and the answer to each."""

    def in_order(self, most: int | None = None) -> Iterator[tuple[Tensor, Tensor]]:
        """All of them (or the first ``most``), unchanged, batch by batch."""


def on_device(
    examples: Examples,
    dtype: torch.dtype,
    device: torch.device,
    *,
    augment: str = "none",
    channels_last: bool = False,
) -> tuple[Batches, Batches, Batches]:
    """The three parts of a data set, the last two never changed at random.

    Args:
        examples: pictures or text.
        dtype: of the numbers that networks get of pictures.
        device: where everything lies.
        augment: random changes of the training pictures.
        channels_last: whether batches of pictures are laid out pixel by pixel.
    """
    parts = (examples.train, examples.validation, examples.test)
    if examples.train.images.ndim == 2:
        first, second, third = (TextLoader(part, device) for part in parts)
        return first, second, third
    scale = Scale.of(examples.train)
    changes = (augment, "none", "none")
    one, other, last = (
        Loader(part, scale, dtype, device, augment=change, channels_last=channels_last)
        for part, change in zip(parts, changes, strict=True)
    )
    return one, other, last


@dataclass(frozen=True)
class Scale:
    """What brings each channel to mean 0 and spread 1: its mean and spread in the training part.

    Attributes:
        mean, spread: float64 (1, C, 1, 1), in grey levels of 0 to 255.
    """

    mean: Tensor
    spread: Tensor

    @staticmethod
    def of(part: Part) -> Scale:
        """Of the pictures of ``part``, exactly."""
        levels = np.arange(256.0)
        means, spreads = [], []
        for channel in range(part.images.shape[1]):
            counts = np.bincount(part.images[:, channel].ravel(), minlength=256)
            mean = counts @ levels / counts.sum()
            means.append(mean)
            spreads.append(max(1.0, (counts @ (levels - mean) ** 2 / counts.sum()) ** 0.5))
        as_tensor = [torch.tensor(values).view(1, -1, 1, 1) for values in (means, spreads)]
        return Scale(as_tensor[0].double(), as_tensor[1].double())


def levels_of(part: Part) -> tuple[float, ...]:
    """The mean and the spread of each channel; of text the share of each character."""
    if part.images.ndim == 2:
        counts = np.bincount(part.images.ravel())
        return tuple((counts / counts.sum()).tolist())
    scale = Scale.of(part)
    return (*scale.mean.flatten().tolist(), *scale.spread.flatten().tolist())


class Loader:
    """The pictures of one part on a device, as bytes.

    Args:
        part: the pictures.
        scale: what brings them to mean 0 and spread 1.
        dtype: of the numbers that networks get.
        device: where everything lies.
        augment: "none", "flip" or "crop_flip": random changes of each batch.
        channels_last: whether batches are laid out pixel by pixel.

    Attributes:
        labels: (N,) of all its pictures.
    """

    def __init__(
        self,
        part: Part,
        scale: Scale,
        dtype: torch.dtype,
        device: torch.device,
        *,
        augment: str = "none",
        channels_last: bool = False,
    ) -> None:
        self._images = torch.from_numpy(np.array(part.images)).to(device)
        self.labels = torch.from_numpy(np.array(part.labels)).to(device)
        self._mean = scale.mean.to(device, dtype)
        self._spread = scale.spread.to(device, dtype)
        self._augment = augment
        self._channels_last = channels_last

    def __len__(self) -> int:
        return len(self.labels)

    def batch(self, places: Tensor, chance: torch.Generator | None = None) -> tuple[Tensor, Tensor]:
        """The pictures at ``places``, as numbers (B, C, H, W), and their labels (B,).

        With ``chance`` (a generator on the CPU) they are changed at random, if that was asked for.
        """
        places = places.to(self._images.device, non_blocking=True)
        images, labels = self._images[places], self.labels[places]
        if chance is not None and self._augment != "none":
            images = self._changed(images, chance)
        numbers = (images.to(self._mean.dtype) - self._mean) / self._spread
        if self._channels_last:
            numbers = numbers.contiguous(memory_format=torch.channels_last)
        return numbers, labels

    def in_order(self, most: int | None = None) -> Iterator[tuple[Tensor, Tensor]]:
        """All pictures (or the first ``most``), unchanged, in batches of some hundred."""
        count = len(self) if most is None else min(most, len(self))
        for first in range(0, count, EVALUATED_AT_ONCE):
            yield self.batch(torch.arange(first, min(first + EVALUATED_AT_ONCE, count)))

    def _changed(self, images: Tensor, chance: torch.Generator) -> Tensor:
        """Half of the pictures mirrored; with crops, each shifted, zeros where nothing was."""
        count, _, height, width = images.shape
        device = images.device
        mirrored = (torch.rand(count, generator=chance) < 0.5).to(device, non_blocking=True)
        images = torch.where(mirrored[:, None, None, None], images.flip(3), images)
        if self._augment != "crop_flip":
            return images
        shifts = torch.randint(0, 2 * SHIFT + 1, (2, count), generator=chance)
        shifts = shifts.to(device, non_blocking=True)
        wide = functional.pad(images, (SHIFT,) * 4)
        rows = shifts[0, :, None] + torch.arange(height, device=device)
        columns = shifts[1, :, None] + torch.arange(width, device=device)
        which = torch.arange(count, device=device)[:, None, None]
        # Indexing three axes around the channels puts those last: (B, H, W, C).
        cut = wide.permute(0, 2, 3, 1)[which, rows[:, :, None], columns[:, None, :]]
        return cut.permute(0, 3, 1, 2)


class TextLoader:
    """The passages of one part on a device, a byte a character.

    Args:
        part: the passages.
        device: where everything lies.

    Attributes:
        labels: (N x T,) the character after each, passage by passage.
    """

    def __init__(self, part: Part, device: torch.device) -> None:
        self._tokens = torch.from_numpy(np.array(part.images)).to(device)
        self._following = torch.from_numpy(part.labels.astype(np.uint8)).to(device)
        self.labels = self._following.flatten().long()

    def __len__(self) -> int:
        return len(self._tokens)

    def batch(self, places: Tensor, chance: torch.Generator | None = None) -> tuple[Tensor, Tensor]:
        """The passages at ``places``, int64 (B, T), and what follows at each place (B x T,)."""
        del chance  # a text has no random changes that leave it a text
        places = places.to(self._tokens.device, non_blocking=True)
        return self._tokens[places].long(), self._following[places].flatten().long()

    def in_order(self, most: int | None = None) -> Iterator[tuple[Tensor, Tensor]]:
        """All passages (or the first ``most``), in batches of a hundred."""
        count = len(self) if most is None else min(most, len(self))
        for first in range(0, count, PASSAGES_AT_ONCE):
            yield self.batch(torch.arange(first, min(first + PASSAGES_AT_ONCE, count)))


def steps_per_epoch(pictures: int, batch_size: int) -> int:
    """Whole batches in an epoch; what is left over waits for another epoch's order."""
    return max(1, pictures // batch_size)


def epoch_order(seed: int, epoch: int, pictures: int, batch_size: int) -> Iterator[Tensor]:
    """The places of each batch's pictures, in an order that depends on seed and epoch alone."""
    order = torch.randperm(pictures, generator=generator(seed, epoch, 0))
    for step in range(steps_per_epoch(pictures, batch_size)):
        yield order[step * batch_size : (step + 1) * batch_size]


def generator(seed: int, epoch: int, stream: int) -> torch.Generator:
    """A generator of its own for each epoch and use, on the CPU so that devices agree."""
    mixed = np.random.SeedSequence((seed, epoch, stream)).generate_state(1, np.uint64)[0]
    return torch.Generator(device="cpu").manual_seed(int(mixed >> np.uint64(1)))
