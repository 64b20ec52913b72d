"""DatasetSpec: pictures or text to learn from, with all that a page and a worker need to know.

A data set is a function from its settings to :class:`Examples`, registered by key. Its parts
(train, validation, test) are fixed: the same examples for everybody, whatever the seed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from landscapes import Choice, Knob, Registry, Value, complete_settings
from optim_core.training.data.downloading import RemoteFile

Pixels = NDArray[np.uint8]
Labels = NDArray[np.int64]
Settings = Mapping[str, Value]

FOLDER_VARIABLE = "DOWNHILL_DATA"
"""The environment variable that names the folder where fetched data sets lie."""


class ImageShape(NamedTuple):
    """What a network has to know of a data set of pictures."""

    channels: int
    height: int
    width: int
    classes: int


class TextShape(NamedTuple):
    """What a network has to know of a data set of text: its classes are the characters."""

    length: int
    classes: int


Shape = ImageShape | TextShape

Kind = Literal["pictures", "text"]
"""What the examples are: pictures, each of a class, or passages of text, each character of which
is to be foretold from those before it."""


@dataclass(frozen=True)
class Part:
    """One of the three parts of a data set.

    Attributes:
        images: uint8 (N, channels, height, width); of text the numbers of the characters, (N, T).
        labels: int64 (N,), the number of each picture's class; of text the number of the character
            that follows at each place, (N, T).
    """

    images: Pixels
    labels: Labels

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class Examples:
    """The pictures or passages of a data set in their three parts.

    Attributes:
        train: what gradients are taken on.
        validation: what settings are chosen by.
        test: what is looked at once, at the end.
    """

    train: Part
    validation: Part
    test: Part


class DataMissingError(ValueError):
    """The files of a data set are not on this machine; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class DatasetSpec:
    """A declared data set.

    Attributes:
        key, title, story: for pickers.
        source: who made it, and where it was published.
        licence: under which terms it may be used.
        classes: the name of each class, in the order of the labels; of text the characters.
        shape: of its examples, under some settings.
        part_sizes: how many examples train, validation and test hold in full.
        load: reads or makes the examples, under complete settings. Raises DataMissingError.
        kind: what the examples are.
        knobs: its settings.
        files: what has to be fetched before it can be used; empty when nothing has to.
        present: whether :attr:`load` would find its files.
        folder: where in the data folder its files belong.
        install: what is done with each file once it is there (unpack it).
    """

    key: str
    title: str
    story: str
    source: str
    licence: str
    classes: tuple[str, ...]
    shape: Callable[[Settings], Shape]
    part_sizes: tuple[int, int, int]
    load: Callable[[Settings], Examples]
    kind: Kind = "pictures"
    knobs: tuple[Knob, ...] = ()
    files: tuple[RemoteFile, ...] = ()
    present: Callable[[], bool] = lambda: True
    folder: str = ""
    install: Callable[[Path], object] | None = None

    @property
    def download_bytes(self) -> int:
        """How much would have to be fetched: 0 when everything is there."""
        return 0 if self.present() else sum(file.size for file in self.files)

    def settings(self, given: Settings) -> dict[str, Value]:
        """``given``, checked, and the defaults of all the others.

        Raises:
            ValueError: for an unknown setting or a value out of bounds.
        """
        return dict(complete_settings(self.knobs, given, self.key))


DATASETS: Registry[DatasetSpec] = Registry("data set")
"""Every declared data set by key."""


def data_folder() -> Path:
    """Where fetched data sets lie: ``DOWNHILL_DATA``, or the user's cache folder."""
    named = os.environ.get(FOLDER_VARIABLE)
    return Path(named) if named else cache_folder()


def cache_folder() -> Path:
    """Ours in the user's cache folder."""
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "downhill"


def examples_knob(
    most: int,
    title: str = "Training pictures",
    help: str = "How many of the training pictures are used: fewer train faster and overfit "
    "sooner.",
) -> Knob:
    """How many of the training examples are used; the other parts stay whole."""
    return Knob(
        key="examples",
        title=title,
        default=most,
        low=16,
        high=most,
        scale="integer",
        slider_low=min(500, most),
        help=help,
    )


AUGMENT = Knob(
    key="augment",
    title="Augmentation",
    default="none",
    scale="choice",
    choices=(
        Choice(key="none", title="None", help="Every epoch shows the very same pictures."),
        Choice(key="flip", title="Flips", help="Half of the pictures are mirrored, at random."),
        Choice(
            key="crop_flip",
            title="Crops and flips",
            help="Pictures are also shifted by up to 4 pixels, as in the CIFAR-10 literature.",
        ),
    ),
    help="Random changes of the training pictures, the same for every entry.",
)


def first_of(examples: Examples, settings: Settings) -> Examples:
    """``examples`` with the training part cut down to the ``examples`` setting."""
    count = int(settings["examples"])
    train = Part(examples.train.images[:count], examples.train.labels[:count])
    return Examples(train, examples.validation, examples.test)


def in_parts(images: Pixels, labels: Labels, sizes: tuple[int, int, int]) -> Examples:
    """Pictures, already shuffled, one part after the other in these sizes."""
    first, second = sizes[0], sizes[0] + sizes[1]
    end = second + sizes[2]
    return Examples(
        Part(images[:first], labels[:first]),
        Part(images[first:second], labels[first:second]),
        Part(images[second:end], labels[second:end]),
    )
