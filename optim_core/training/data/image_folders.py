"""A class's own pictures: folders of images on the server become data sets.

``DOWNHILL_IMAGES/<data set>/<class>/<picture>``. The folders are looked for once, when the program
starts; what is chosen later is a key of the registry, never a path.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import numpy as np

from landscapes import Knob
from optim_core.training.data.dataset import (
    AUGMENT,
    DATASETS,
    DataMissingError,
    DatasetSpec,
    Examples,
    ImageShape,
    Pixels,
    Settings,
    examples_knob,
    first_of,
    in_parts,
)

FOLDER_VARIABLE = "DOWNHILL_IMAGES"
PREFIX = "images_"
ENDINGS = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".webp"})
MAX_SETS = 50
MAX_CLASSES = 100
MAX_IMAGES = 20_000
MAX_FILE_BYTES = 20_000_000
MAX_PIXELS = 40_000_000
SHUFFLE_SEED = 1
FEWEST = 20
"""Pictures that a data set must have, so that each of its parts has some."""

SIDE = Knob(
    key="side",
    title="Picture side",
    default=32,
    low=8,
    high=64,
    scale="integer",
    unit="pixels",
    help="Each picture's middle square is scaled to this width and height.",
)


def key_of(name: str) -> str:
    """The registry key of a folder's name: plain letters, digits and underscores."""
    return PREFIX + (re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:40] or "unnamed")


def classes_in(folder: Path) -> dict[str, list[Path]]:
    """The pictures of each class folder, in the order of their names. Links are passed over."""
    classes: dict[str, list[Path]] = {}
    left = MAX_IMAGES
    for inner in sorted(folder.iterdir()):
        if inner.is_symlink() or not inner.is_dir() or len(classes) == MAX_CLASSES:
            continue
        files = [
            file
            for file in sorted(inner.iterdir())
            if file.suffix.lower() in ENDINGS and file.is_file() and not file.is_symlink()
        ][:left]
        left -= len(files)
        if files:
            classes[inner.name] = files
    return classes


def read_picture(path: Path, side: int) -> Pixels:
    """The middle square of a picture, uint8 (3, side, side).

    Raises:
        DataMissingError: when it cannot be read.
    """
    from PIL import Image, ImageOps  # only who has pictures needs it

    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise DataMissingError(f"{path.parent.name}/{path.name} is too large a file.")
        with Image.open(path, formats=("PNG", "JPEG", "BMP", "WEBP")) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise DataMissingError(f"{path.parent.name}/{path.name} has too many pixels.")
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            fitted = ImageOps.fit(upright, (side, side))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        if isinstance(error, DataMissingError):
            raise
        raise DataMissingError(
            f"{path.parent.name}/{path.name} cannot be read as a picture."
        ) from error
    return np.asarray(fitted, dtype=np.uint8).transpose(2, 0, 1)


def sizes_of(count: int) -> tuple[int, int, int]:
    """How many of ``count`` pictures are for training, validation and test: 8 to 1 to 1."""
    held_back = max(1, count // 10)
    return count - 2 * held_back, held_back, held_back


def load(files: Mapping[str, list[Path]], settings: Settings) -> Examples:
    """The pictures of all classes, shuffled once, scaled to the ``side`` setting."""
    paths = [(path, label) for label, group in enumerate(files.values()) for path in group]
    order = np.random.default_rng(SHUFFLE_SEED).permutation(len(paths))
    side = int(settings["side"])
    images = np.stack([read_picture(paths[place][0], side) for place in order])
    labels = np.array([paths[place][1] for place in order], dtype=np.int64)
    return first_of(in_parts(images, labels, sizes_of(len(paths))), settings)


def declare(folder: Path) -> str | None:
    """Make ``folder`` a data set; its key, or None where it holds no two classes of pictures.

    Raises:
        ValueError: when another folder has the same key.
    """
    files = classes_in(folder)
    count = sum(len(group) for group in files.values())
    if len(files) < 2 or count < FEWEST:
        return None
    key, classes = key_of(folder.name), tuple(files)
    sizes = sizes_of(count)
    DATASETS.add(
        key,
        DatasetSpec(
            key=key,
            title=folder.name,
            story=f"{count:,} pictures of this server's own, in {len(classes)} classes.",
            source=f"the folder {folder.name!r} on this server",
            licence="up to those who put the pictures there",
            classes=classes,
            shape=lambda settings: ImageShape(
                3, int(settings["side"]), int(settings["side"]), len(classes)
            ),
            part_sizes=sizes,
            load=partial(load, files),
            knobs=(examples_knob(sizes[0]), AUGMENT, SIDE),
        ),
    )
    return key


def declare_all() -> None:
    """Make every folder in the one that ``DOWNHILL_IMAGES`` names a data set."""
    named = os.environ.get(FOLDER_VARIABLE)
    if not named or not Path(named).is_dir():
        return
    inner = [f for f in sorted(Path(named).iterdir()) if f.is_dir() and not f.is_symlink()]
    for folder in inner[:MAX_SETS]:
        if key_of(folder.name) not in DATASETS:
            with contextlib.suppress(OSError):  # a folder that may not be read is none of ours
                declare(folder)


declare_all()
