"""Fashion-MNIST: clothes in MNIST's own file format (idx, gzipped)."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

from optim_core.training.data.archives import gunzip
from optim_core.training.data.dataset import (
    AUGMENT,
    DATASETS,
    FOLDER_VARIABLE,
    DataMissingError,
    DatasetSpec,
    Examples,
    ImageShape,
    Labels,
    Part,
    Pixels,
    Settings,
    data_folder,
    examples_knob,
    first_of,
)
from optim_core.training.data.downloading import RemoteFile

FOLDER = "fashion-mnist"
ADDRESS = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"
HELD_BACK = 5_000
"""The last training pictures are for validation."""

IMAGES_MAGIC, LABELS_MAGIC = 0x803, 0x801
"""How an idx file of bytes begins: three dimensions, or one."""


def _file(name: str, size: int, sha256: str) -> RemoteFile:
    return RemoteFile(name=name, address=ADDRESS + name, size=size, sha256=sha256)


TRAIN_IMAGES = _file(
    "train-images-idx3-ubyte.gz",
    26_421_880,
    "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
)
TRAIN_LABELS = _file(
    "train-labels-idx1-ubyte.gz",
    29_515,
    "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
)
TEST_IMAGES = _file(
    "t10k-images-idx3-ubyte.gz",
    4_422_102,
    "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
)
TEST_LABELS = _file(
    "t10k-labels-idx1-ubyte.gz",
    5_148,
    "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
)
FILES = (TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS)

CLASSES = (
    "T-shirt",
    "trousers",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "ankle boot",
)


def folder() -> Path:
    """Where the four files should lie."""
    return data_folder() / FOLDER


def present() -> bool:
    """Whether all four files are there."""
    return all((folder() / file.name).is_file() for file in FILES)


def read_images(path: Path, most: int) -> Pixels:
    """The pictures of an idx file, uint8 (N, 1, 28, 28).

    Raises:
        DataMissingError: when it is not such a file.
        ArchiveError: when it is damaged.
    """
    content = gunzip(path, 16 + most * 28 * 28)
    if len(content) >= 16:
        magic, count, height, width = struct.unpack(">4I", content[:16])
        if (magic, height, width) == (IMAGES_MAGIC, 28, 28) and len(content) == 16 + count * 784:
            return np.frombuffer(content, np.uint8, offset=16).reshape(count, 1, 28, 28)
    raise DataMissingError(f"{path.name} holds no pictures in MNIST's format: fetch it anew.")


def read_labels(path: Path, most: int) -> Labels:
    """The labels of an idx file, int64 (N,).

    Raises:
        DataMissingError: when it is not such a file.
        ArchiveError: when it is damaged.
    """
    content = gunzip(path, 8 + most)
    if len(content) >= 8:
        magic, count = struct.unpack(">2I", content[:8])
        labels = np.frombuffer(content, np.uint8, offset=8).astype(np.int64)
        if magic == LABELS_MAGIC and len(labels) == count and (labels < len(CLASSES)).all():
            return labels
    raise DataMissingError(f"{path.name} holds no labels in MNIST's format: fetch it anew.")


def load(settings: Settings) -> Examples:
    """The clothes."""
    if not present():
        raise DataMissingError(
            "Fashion-MNIST is not on this computer. Fetch it once (31 MB) with "
            "'python -m optim_core.training.data.fetch fashion_mnist', or put its four .gz files "
            f"into the folder {FOLDER} of the folder that {FOLDER_VARIABLE} names."
        )
    place = folder()
    images = read_images(place / TRAIN_IMAGES.name, 60_000)
    labels = read_labels(place / TRAIN_LABELS.name, 60_000)
    test = Part(
        read_images(place / TEST_IMAGES.name, 10_000), read_labels(place / TEST_LABELS.name, 10_000)
    )
    if len(images) != len(labels) or len(test.images) != len(test.labels):
        raise DataMissingError("The files of Fashion-MNIST do not go together: fetch them anew.")
    first = len(labels) - min(HELD_BACK, len(labels) // 10)
    whole = Examples(
        Part(images[:first], labels[:first]), Part(images[first:], labels[first:]), test
    )
    return first_of(whole, settings)


DATASETS.add(
    "fashion_mnist",
    DatasetSpec(
        key="fashion_mnist",
        title="Fashion-MNIST",
        story="Clothes in the size of MNIST's digits, and harder to tell apart.",
        source="Xiao, Rasul and Vollgraf 2017, arXiv 1708.07747",
        licence="MIT",
        classes=CLASSES,
        shape=lambda settings: ImageShape(1, 28, 28, len(CLASSES)),
        part_sizes=(55_000, HELD_BACK, 10_000),
        load=load,
        knobs=(examples_knob(55_000), AUGMENT),
        files=FILES,
        present=present,
        folder=FOLDER,
    ),
)
