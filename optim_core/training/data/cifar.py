"""CIFAR-10 in its binary form (no pickles), and the half of it that shows cats and dogs.

The files are those of ``cifar-10-binary.tar.gz``: five of 10,000 training pictures and one of
10,000 test pictures, each picture one byte of label and 3 x 32 x 32 bytes, plane by plane.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np

from optim_core.training.data.archives import unpack
from optim_core.training.data.dataset import (
    AUGMENT,
    DATASETS,
    FOLDER_VARIABLE,
    DataMissingError,
    DatasetSpec,
    Examples,
    ImageShape,
    Part,
    Settings,
    data_folder,
    examples_knob,
    first_of,
)
from optim_core.training.data.downloading import RemoteFile

FOLDER = "cifar-10-batches-bin"
TRAIN_FILES = tuple(f"data_batch_{number}.bin" for number in range(1, 6))
TEST_FILE = "test_batch.bin"
RECORD = 1 + 3 * 32 * 32
WHOLE_FILE = 10_000 * RECORD
HELD_BACK_SHARE = 10
"""One in ten training pictures is for validation: the last ones."""

ARCHIVE = RemoteFile(
    name="cifar-10-binary.tar.gz",
    address="https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
    size=170_052_171,
    sha256="c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
)

CLASSES = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)
PETS = ("cat", "dog")
SOURCE = "Krizhevsky 2009, Learning Multiple Layers of Features from Tiny Images"
LICENCE = "for research; the makers ask to be cited"


def folder() -> Path | None:
    """Where the six files lie, or None."""
    for place in (data_folder() / FOLDER, data_folder()):
        if all((place / name).is_file() for name in (*TRAIN_FILES, TEST_FILE)):
            return place
    return None


def present() -> bool:
    """Whether the pictures can be read."""
    return folder() is not None


def install(archive: Path) -> None:
    """Unpack the fetched archive into the data folder, and delete it.

    Raises:
        ArchiveError: when it is not CIFAR-10's.
    """
    wanted = {f"{FOLDER}/{name}": WHOLE_FILE for name in (*TRAIN_FILES, TEST_FILE)}
    unpack(archive, wanted, data_folder() / FOLDER)
    archive.unlink()


def read(path: Path) -> Part:
    """The pictures of one file.

    Raises:
        DataMissingError: when it is not such a file.
    """
    if path.stat().st_size > WHOLE_FILE or path.stat().st_size % RECORD:
        raise DataMissingError(f"{path.name} is not a CIFAR-10 file: fetch the data set anew.")
    records = np.fromfile(path, dtype=np.uint8).reshape(-1, RECORD)
    labels = records[:, 0].astype(np.int64)
    if len(labels) and labels.max() >= len(CLASSES):
        raise DataMissingError(f"{path.name} is not a CIFAR-10 file: fetch the data set anew.")
    return Part(records[:, 1:].reshape(-1, 3, 32, 32), labels)


def load(settings: Settings, classes: tuple[str, ...]) -> Examples:
    """The pictures of these classes, whose labels count from 0 in their order."""
    place = folder()
    if place is None:
        raise DataMissingError(
            "CIFAR-10 is not on this computer. Fetch it once (170 MB) with "
            "'python -m optim_core.training.data.fetch cifar10', or put its folder "
            f"{FOLDER} into the folder that {FOLDER_VARIABLE} names."
        )
    kept = np.full(len(CLASSES), -1)
    kept[[CLASSES.index(name) for name in classes]] = range(len(classes))

    def chosen(part: Part) -> Part:
        labels = kept[part.labels]
        return Part(part.images[labels >= 0], labels[labels >= 0])

    parts = [chosen(read(place / name)) for name in TRAIN_FILES]
    images = np.concatenate([part.images for part in parts])
    labels = np.concatenate([part.labels for part in parts])
    held_back = len(labels) // HELD_BACK_SHARE
    train = Part(images[: len(labels) - held_back], labels[: len(labels) - held_back])
    validation = Part(images[len(labels) - held_back :], labels[len(labels) - held_back :])
    return first_of(Examples(train, validation, chosen(read(place / TEST_FILE))), settings)


def _declare(
    key: str, title: str, story: str, classes: tuple[str, ...], part_sizes: tuple[int, int, int]
) -> None:
    """A data set of some of the classes."""
    DATASETS.add(
        key,
        DatasetSpec(
            key=key,
            title=title,
            story=story,
            source=SOURCE,
            licence=LICENCE,
            classes=classes,
            shape=lambda settings: ImageShape(3, 32, 32, len(classes)),
            part_sizes=part_sizes,
            load=partial(load, classes=classes),
            knobs=(examples_knob(part_sizes[0]), AUGMENT),
            files=(ARCHIVE,),
            present=present,
            install=install,
        ),
    )


_declare(
    "cifar10",
    "CIFAR-10",
    "Ten kinds of things in 32 by 32 coloured pixels: what optimizer papers train on.",
    CLASSES,
    (45_000, 5_000, 10_000),
)
_declare(
    "cat_dog",
    "Cats and dogs",
    "The lecture's case study: the cats and the dogs of CIFAR-10.",
    PETS,
    (9_000, 1_000, 2_000),
)
