"""Plain events of a small run, made by hand: two entries with two seeds, three layers."""

from __future__ import annotations

from typing import Any

import numpy as np

from optim_core.training import Experiment, network_entry
from optim_core.training.events import BINS

ROWS, LAYERS, PER_EPOCH = 4, 3, 10
TITLES = ("First", "=HYPERLINK(1)")

EXPERIMENT = Experiment(
    dataset="digits_8x8",
    dataset_settings={"examples": 160},
    network="mlp",
    network_settings={"width": 4, "depth": 2},
    entries=(network_entry("momentum"), network_entry("adam")),
    seeds=(3, 5),
    epochs=2,
    batch_size=16,
)

STARTED: dict[str, Any] = {
    "rows": [[0, 3], [0, 5], [1, 3], [1, 5]],
    "parameters": EXPERIMENT.built_network().size,
    "layers": ["dense 1", "dense 2", "output"],
    "pictures": [160, 1000, 1000],
    "classes": ["zero<b>", "one", "$x$"],
    "steps_per_epoch": PER_EPOCH,
    "steps": 2 * PER_EPOCH,
    "device": "CPU",
    "rows_at_once": 4,
    "seconds": 1.0,
}


def stepped(first: int, last: int, value: float | None = None) -> dict[str, Any]:
    """Steps ``first`` to ``last``; the loss is ``value``, or the step and a tenth for each row."""
    losses = [
        [step + row / 10 if value is None else value for row in range(ROWS)]
        for step in range(first, last + 1)
    ]
    return {
        "step": last,
        "losses": losses,
        "rate_factor": 0.5,
        "seconds": 1.0 + last / 10,
        "networks_steps_a_second": 40.0,
        "seconds_left": 2.0,
        "memory_bytes": None,
    }


def gradients(step: int) -> dict[str, Any]:
    histogram = np.zeros((ROWS, BINS), dtype=int)
    histogram[:, 0], histogram[:, 30] = 1, 3
    return {
        "step": step,
        "layer_norms": [[float(layer + 1) for layer in range(LAYERS)]] * ROWS,
        "histogram": histogram.tolist(),
    }


def epoch_done(epoch: int) -> dict[str, Any]:
    rates = np.zeros((ROWS, BINS), dtype=int)
    rates[:2, 40], rates[2:, 36:40] = 4, 1
    return {
        "epoch": epoch,
        "step": epoch * PER_EPOCH,
        "seconds": 1.0 + epoch,
        "train_loss": [1.0, 3.0, 0.5, None],
        "train_accuracy": [0.6, 0.7, 0.8, None],
        "validation_loss": [1.5, 2.5, 0.75, None],
        "validation_accuracy": [0.5, 0.6, 0.7, None],
        "layer_norms": [[0.1 * epoch, 1.0, 10.0]] * 3 + [[None] * 3],
        "rates": rates.tolist(),
    }


FINISHED: dict[str, Any] = {
    "step": 20,
    "seconds": 4.0,
    "stopped": False,
    "train_loss": [1.0, 2.0, 0.5, None],
    "train_accuracy": [0.9, 0.8, 0.95, None],
    "test_loss": [1.1, 2.1, 0.6, None],
    "test_accuracy": [0.8, 0.7, 0.85, None],
    "confusion": [[[8, 1, 1], [0, 10, 0], [3, 0, 7]]] * ROWS,
    "misclassified": [[4, 7], [], [1], []],
    "answered": [[2, 0], [], [0], []],
    "filters": None,
}

STOPPED = {"row": 3, "step": 9, "sentence": "Network 4 diverged at step 9."}

EVENTS: list[tuple[str, dict[str, Any]]] = [
    ("started", STARTED),
    ("gradients", gradients(1)),
    ("gradients", gradients(2)),
    ("stepped", stepped(1, 6)),
    ("stepped", stepped(7, 10)),
    ("row_stopped", STOPPED),
    ("epoch_done", epoch_done(1)),
    ("stepped", stepped(11, 20)),
    ("fewer_at_once", {"step": 15, "rows_at_once": 2, "sentence": "Memory ran out."}),
    ("epoch_done", epoch_done(2)),
    ("finished", FINISHED),
]
