"""Recordings that show an edge of stability, and the pair of trainings of Keskar's comparison."""

from __future__ import annotations

from dataclasses import dataclass

from landscapes import Registry
from optim_core.scenario import Entry
from optim_core.training.experiment import Experiment, network_entry
from optim_core.training.landscape.edge import EdgeRecording

PICTURES = 500
"""Enough to be no toy, few enough for one core."""


@dataclass(frozen=True, kw_only=True)
class EdgePreset:
    """A recording to begin with.

    Attributes:
        key, title: for pickers.
        sentence: what to watch.
        recording: at its own steps.
    """

    key: str
    title: str
    sentence: str
    recording: EdgeRecording


def _recording(
    *entries: Entry, steps: int, every: int, depth: int = 3, activation: str = "relu"
) -> EdgeRecording:
    experiment = Experiment(
        dataset="digits_8x8",
        dataset_settings={"examples": 1_000},
        network="mlp",
        network_settings={"width": 32, "depth": depth, "activation": activation},
        entries=entries,
        epochs=1,
    )
    return EdgeRecording(experiment=experiment, steps=steps, every=every, pictures=PICTURES)


EDGE_PRESETS: Registry[EdgePreset] = Registry("recording")
"""Every ready recording by key."""

for _preset in (
    EdgePreset(
        key="descent",
        title="Gradient descent at three rates",
        sentence="The edge is 2 over the learning rate. Which of them reach it, and what does the "
        "loss do there?",
        recording=_recording(
            *(network_entry("sgd", learning_rate=rate) for rate in (0.2, 0.4, 0.8)),
            steps=300,
            every=10,
            depth=2,
            activation="tanh",
        ),
    ),
    EdgePreset(
        key="momentum",
        title="Descent, momentum and Nesterov at one rate",
        sentence="Momentum stays where it is almost twice as sharp, Nesterov only where it is "
        "flatter. The same rate, three edges.",
        recording=_recording(
            *(network_entry(key, learning_rate=0.2) for key in ("sgd", "momentum", "nesterov")),
            steps=300,
            every=10,
        ),
    ),
    EdgePreset(
        key="adam",
        title="Adam at three rates",
        sentence="Adam feels the curvature after each axis was divided by the size of its "
        "gradients. Its edge is 38 over the learning rate at a beta 1 of 0.9.",
        recording=_recording(
            *(network_entry("adam", learning_rate=rate) for rate in (1e-3, 3e-3, 1e-2)),
            steps=300,
            every=10,
        ),
    ),
):
    EDGE_PRESETS.add(_preset.key, _preset)


def batch_pair(small: int = 32, large: int = 400) -> tuple[Experiment, Experiment]:
    """The same network from the same start, trained with small and with large batches.

    Adam in both arms and the large batch a tenth of the pictures, as Keskar et al. 2017
    (arXiv 1609.04836) have it: their claim is about batches, not about rules. Both are trained
    until nothing much happens any more, which takes large batches more epochs and fewer steps.
    """
    first = Experiment(
        dataset="digits_8x8",
        dataset_settings={"examples": 4_000},
        network="mlp",
        network_settings={"width": 64, "depth": 2},
        entries=(network_entry("adam"),),
        epochs=20,
        batch_size=small,
    )
    return first, first.changed(batch_size=large, epochs=160)
