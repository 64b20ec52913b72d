"""A data set made by code: one shape in each picture, of any number and size."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from landscapes import Knob
from optim_core.training.data.dataset import (
    DATASETS,
    DatasetSpec,
    Examples,
    ImageShape,
    Pixels,
    Settings,
    in_parts,
)

CLASSES = ("disc", "square", "triangle", "cross", "ring", "bars")
SEED = 20_250
HELD_BACK = 1_000
"""Pictures of the validation part, and of the test part."""

BLOCK = 2_000
"""Pictures drawn at a time, so that many large ones fit into memory."""

Numbers = NDArray[np.float32]


def distances(kind: int, x: Numbers, y: Numbers) -> Numbers:
    """How far outside shape ``kind`` of radius 1 the points lie; negative inside."""
    match CLASSES[kind]:
        case "disc":
            outside = np.hypot(x, y) - 1
        case "square":
            outside = np.maximum(abs(x), abs(y)) - 0.85
        case "triangle":
            outside = np.maximum(abs(x) * 0.866 + y * 0.5, -y) - 0.5
        case "cross":
            arms = np.minimum(abs(x), abs(y)) - 0.3
            outside = np.maximum(arms, np.maximum(abs(x), abs(y)) - 1)
        case "ring":
            outside = abs(np.hypot(x, y) - 0.75) - 0.22
        case _:  # two parallel bars
            outside = np.maximum(abs(abs(x) - 0.6) - 0.25, abs(y) - 0.9)
    return outside.astype(np.float32)


def draw(kinds: NDArray[np.int64], side: int, chance: np.random.Generator) -> Pixels:
    """A picture of each kind, uint8 (N, 1, side, side): anywhere, any size, any angle, noisy."""
    count = len(kinds)

    def uniform(low: float, high: float) -> Numbers:
        return chance.uniform(low, high, (count, 1, 1)).astype(np.float32)

    radius = uniform(0.22, 0.42) * side
    angle = uniform(-0.6, 0.6)
    center_x, center_y = (uniform(-0.5, 0.5) * (side - 2 * radius) for _ in range(2))
    ink, paper = uniform(0.55, 1.0), uniform(0.0, 0.3)
    places = (np.arange(side, dtype=np.float32) - (side - 1) / 2)[None]
    across, down = places[:, None, :] - center_x, places[:, :, None] - center_y
    x = (np.cos(angle) * across + np.sin(angle) * down) / radius
    y = (np.cos(angle) * down - np.sin(angle) * across) / radius
    outside = np.empty((count, side, side), dtype=np.float32)
    for kind in range(len(CLASSES)):
        own = kinds == kind
        outside[own] = distances(kind, x[own], y[own])
    # One pixel wide edges, so that shapes of any angle look alike at any size.
    share = np.clip(0.5 - outside * radius, 0, 1)
    grey = paper + (ink - paper) * share
    grey += chance.normal(0, 0.08, grey.shape).astype(np.float32)
    pixels: Pixels = np.rint(np.clip(grey, 0, 1) * 255).astype(np.uint8)[:, None]
    return pixels


def load_shapes(settings: Settings) -> Examples:
    """As many training pictures as asked for; the other parts are the same whatever their number.

    The parts come from seeds of their own, so more training pictures begin with the fewer ones.
    """
    side, count = int(settings["side"]), int(settings["examples"])
    images, labels = [], []
    for part, size in enumerate((count, HELD_BACK, HELD_BACK)):
        for number, first in enumerate(range(0, size, BLOCK)):
            chance = np.random.default_rng((SEED, part, number, side))
            kinds = chance.integers(0, len(CLASSES), BLOCK)
            drawn = draw(kinds, side, chance)
            wanted = min(BLOCK, size - first)
            images.append(drawn[:wanted])
            labels.append(kinds[:wanted])
    return in_parts(np.concatenate(images), np.concatenate(labels), (count, HELD_BACK, HELD_BACK))


DATASETS.add(
    "shapes",
    DatasetSpec(
        key="shapes",
        title="Drawn shapes",
        story="Discs, squares and the like, drawn by code: as many and as large as you wish.",
        source="drawn by this program, from a fixed seed",
        licence="free of rights",
        classes=CLASSES,
        shape=lambda settings: ImageShape(
            1, int(settings["side"]), int(settings["side"]), len(CLASSES)
        ),
        part_sizes=(50_000, HELD_BACK, HELD_BACK),
        load=load_shapes,
        knobs=(
            Knob(
                key="examples",
                title="Training pictures",
                default=4_000,
                low=16,
                high=50_000,
                scale="integer",
                slider_low=500,
                slider_high=20_000,
                help="How many pictures are drawn to train on.",
            ),
            Knob(
                key="side",
                title="Picture side",
                default=20,
                low=8,
                high=64,
                scale="integer",
                unit="pixels",
                help="Width and height of each picture.",
            ),
        ),
    ),
)
