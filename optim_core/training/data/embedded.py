"""Data sets that need no network: 10,000 MNIST digits, and the same at 8 x 8 pixels."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

from optim_core.training.data.dataset import (
    DATASETS,
    DatasetSpec,
    Examples,
    ImageShape,
    Labels,
    Pixels,
    Settings,
    examples_knob,
    first_of,
    in_parts,
)

MNIST_FILE = Path(__file__).parents[3] / "assets" / "data" / "mnist_10k.npz"
SIZES = (8_000, 1_000, 1_000)
DIGITS = tuple("0123456789")
SOURCE = "LeCun, Cortes and Burges 1998; 10,000 digits by way of J. Cazala's package 'mnist' (MIT)"
LICENCE = "CC BY-SA 3.0"


@lru_cache(maxsize=1)
def mnist_pixels() -> tuple[Pixels, Labels]:
    """The digits, uint8 (10000, 1, 28, 28), and their labels, in the file's own order."""
    with np.load(MNIST_FILE, allow_pickle=False) as arrays:
        images, labels = arrays["images"], arrays["labels"]
    images, labels = images[:, None], labels.astype(np.int64)
    images.flags.writeable = labels.flags.writeable = False
    return images, labels


def load_mnist(settings: Settings) -> Examples:
    """The digits as they are."""
    return first_of(in_parts(*mnist_pixels(), SIZES), settings)


def load_small_digits(settings: Settings) -> Examples:
    """The digits with a border of 2 pixels, each 4 x 4 pixels averaged into one."""
    images, labels = mnist_pixels()
    bordered = np.pad(images, ((0, 0), (0, 0), (2, 2), (2, 2)))
    blocks = bordered.reshape(-1, 1, 8, 4, 8, 4)
    small = np.rint(blocks.mean(axis=(3, 5), dtype=np.float32)).astype(np.uint8)
    return first_of(in_parts(small, labels, SIZES), settings)


DATASETS.add(
    "mnist",
    DatasetSpec(
        key="mnist",
        title="MNIST digits",
        story="Handwritten digits: small enough for a laptop, hard enough to tell optimizers "
        "apart.",
        source=SOURCE,
        licence=LICENCE,
        classes=DIGITS,
        shape=lambda settings: ImageShape(1, 28, 28, 10),
        part_sizes=SIZES,
        load=load_mnist,
        knobs=(examples_knob(SIZES[0]),),
    ),
)

DATASETS.add(
    "digits_8x8",
    DatasetSpec(
        key="digits_8x8",
        title="Tiny digits",
        story="The same digits at 8 by 8 pixels: an epoch takes a blink.",
        source=f"{SOURCE}; averaged over blocks of 4 by 4 pixels",
        licence=LICENCE,
        classes=DIGITS,
        shape=lambda settings: ImageShape(1, 8, 8, 10),
        part_sizes=SIZES,
        load=load_small_digits,
        knobs=(examples_knob(SIZES[0]),),
    ),
)
