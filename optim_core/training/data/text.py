"""A novel in public domain, character by character: what an LSTM learns to go on with."""

from __future__ import annotations

import gzip
from functools import lru_cache
from pathlib import Path

import numpy as np

from optim_core.training.data.dataset import (
    DATASETS,
    DatasetSpec,
    Examples,
    Part,
    Pixels,
    Settings,
    TextShape,
    examples_knob,
    first_of,
)

PERSUASION_FILE = Path(__file__).parents[3] / "assets" / "data" / "persuasion.txt.gz"
LENGTH = 64
"""Characters of a passage. Each is read from a blank state, so nothing further back is known."""

SIZES = (5_800, 700, 700)
"""Passages of the three parts, one after the other as they stand in the book."""


@lru_cache(maxsize=1)
def persuasion() -> tuple[Pixels, tuple[str, ...]]:
    """The book as numbers of characters, uint8 (N,), and the characters, sorted."""
    with gzip.open(PERSUASION_FILE, "rt", encoding="ascii", newline="") as stream:
        text = stream.read()
    codes = np.frombuffer(text.encode("ascii"), dtype=np.uint8)
    alphabet, numbers = np.unique(codes, return_inverse=True)
    tokens = numbers.astype(np.uint8)
    tokens.flags.writeable = False
    return tokens, tuple(map(chr, alphabet))


def passages(tokens: Pixels, first: int, count: int) -> Part:
    """``count`` passages from number ``first`` on, and at each place the character after it."""
    begin, end = first * LENGTH, (first + count) * LENGTH
    inputs = tokens[begin:end].reshape(count, LENGTH)
    following = tokens[begin + 1 : end + 1].reshape(count, LENGTH)
    return Part(inputs, following.astype(np.int64))


def load_persuasion(settings: Settings) -> Examples:
    """The beginning of the book to train on, its end to test on."""
    tokens, _ = persuasion()
    train, validation, test = SIZES
    examples = Examples(
        passages(tokens, 0, train),
        passages(tokens, train, validation),
        passages(tokens, train + validation, test),
    )
    return first_of(examples, settings)


DATASETS.add(
    "persuasion",
    DatasetSpec(
        key="persuasion",
        title="A novel, letter by letter",
        story="Jane Austen's Persuasion in passages of 64 characters. The next character is to be "
        "foretold at each place; the end of the book is kept for the test.",
        source="Jane Austen, Persuasion, London 1818; the text by way of J. Silge's package "
        "'janeaustenr' (MIT)",
        licence="public domain",
        kind="text",
        classes=persuasion()[1],
        shape=lambda settings: TextShape(LENGTH, len(persuasion()[1])),
        part_sizes=SIZES,
        load=load_persuasion,
        knobs=(
            examples_knob(
                SIZES[0],
                title="Training passages",
                help="How many passages from the beginning of the book are used: fewer train "
                "faster and overfit sooner.",
            ),
        ),
    ),
)
