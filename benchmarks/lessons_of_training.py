"""Whether the lecture's claims about networks hold here: measured, and reported as they come out.

    python -m benchmarks.lessons_of_training [mnist] [depth] [pets]

- mnist: the small CNN on 8,000 digits, SGD with momentum and Adam at several rates; does the best
  rate by validation accuracy reach 97 %?
- depth: plain and residual nets of 20 and of 56 layers; is the deeper plain net worse in training
  loss, and do shortcuts close the gap? In small: tiny digits, 8 channels, a few epochs.
- pets: cats against dogs, five seeds; does Adam fit first, is momentum steadier or better on
  validation? In small: 4,000 pictures. Only where CIFAR-10 is at hand.

Without names all three are measured, some minutes of one processor core; what was not is said so.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from benchmarks.machine import describe, save
from optim_core import Entry
from optim_core.training import DATASETS, Experiment, fit, network_entry
from optim_core.training.events import EpochDone, Finished

Figures = dict[str, Any]


def curves(experiment: Experiment) -> tuple[list[EpochDone], Finished]:
    """The epochs of a training, and its end."""
    epochs = []
    for event in fit(experiment):
        if isinstance(event, EpochDone):
            epochs.append(event)
            print(".", end="", flush=True)
        elif isinstance(event, Finished):
            return epochs, event
    raise RuntimeError("a training without an end")


def mnist() -> Figures:
    """The best of three rates for SGD with momentum, and for Adam."""
    rates = {"momentum": (0.01, 0.02, 0.05), "adam": (1e-3, 3e-3, 1e-2)}
    entries = tuple(
        network_entry(key, learning_rate=rate) for key, tried in rates.items() for rate in tried
    )
    experiment = Experiment(
        dataset="mnist", network="small_cnn", entries=entries, epochs=4, batch_size=64
    )
    epochs, end = curves(experiment)
    best: Figures = {}
    for number, (key, tried) in enumerate(rates.items()):
        rows = slice(3 * number, 3 * number + 3)
        reached = epochs[-1].validation_accuracy[rows]
        row = int(np.nanargmax(reached))
        best[key] = {
            "learning_rate": tried[row],
            "validation_accuracy": float(reached[row]),
            "test_accuracy": float(end.test_accuracy[rows][row]),
            "reaches_97_percent": bool(reached[row] >= 0.97),
        }
    return {"experiment": experiment.to_json(), "seconds": end.seconds, **best}


def depth() -> Figures:
    """Training loss after the last epoch, by depth and kind."""
    figures: Figures = {}
    for network in ("plain", "resnet"):
        for layers in ("20", "56"):
            experiment = Experiment(
                dataset="digits_8x8",
                dataset_settings={"examples": 4_000},
                network=network,
                network_settings={"depth": layers, "width": 8},
                entries=(network_entry("momentum", learning_rate=0.05),),
                epochs=5,
                batch_size=128,
            )
            epochs, end = curves(experiment)
            figures[f"{network} {layers}"] = {
                "train_loss_by_epoch": [float(e.train_loss[0]) for e in epochs],
                "validation_accuracy": float(epochs[-1].validation_accuracy[0]),
                "seconds": end.seconds,
            }
    last = {name: made["train_loss_by_epoch"][-1] for name, made in figures.items()}
    figures["plain_56_is_worse_than_plain_20"] = last["plain 56"] > last["plain 20"]
    gaps = [last[f"{network} 56"] - last[f"{network} 20"] for network in ("plain", "resnet")]
    figures["gap_in_training_loss"] = dict(zip(("plain", "residual"), gaps, strict=True))
    figures["residual_closes_the_gap"] = gaps[1] < 0.25 * gaps[0]
    return figures


def pets() -> Figures | None:
    """Five seeds of SGD with momentum and Adam on cats and dogs; None without the pictures."""
    if not DATASETS["cat_dog"].present():
        return None
    entries: tuple[Entry, ...] = (
        network_entry("momentum", learning_rate=0.01),
        network_entry("adam"),
    )
    experiment = Experiment(
        dataset="cat_dog",
        dataset_settings={"examples": 4_000},
        network="small_cnn",
        network_settings={"width": 8, "depth": 3},
        entries=entries,
        seeds=(0, 1, 2, 3, 4),
        epochs=12,
        batch_size=64,
    )
    epochs, end = curves(experiment)
    train = np.array([epoch.train_accuracy for epoch in epochs]).reshape(-1, 2, 5)
    validation = np.array([epoch.validation_accuracy for epoch in epochs]).reshape(-1, 2, 5)
    figures: Figures = {"experiment": experiment.to_json(), "seconds": end.seconds}
    for number, entry in enumerate(entries):
        jumps = np.abs(np.diff(validation[-6:, number], axis=0))
        figures[entry.optimizer] = {
            "train_accuracy_by_epoch": train[:, number].mean(axis=1).tolist(),
            "validation_accuracy_by_epoch": validation[:, number].mean(axis=1).tolist(),
            "final_validation_accuracy_by_seed": validation[-1, number].tolist(),
            "mean_jump_of_validation_in_the_last_epochs": float(jumps.mean()),
            "test_accuracy_by_seed": end.test_accuracy.reshape(2, 5)[number].tolist(),
        }
    ahead = train[:, 1].mean(axis=1) > train[:, 0].mean(axis=1)
    figures["adam_fits_better_in_epochs"] = int(ahead.sum())
    figures["momentum_ends_higher_on_validation_in_seeds"] = int(
        (validation[-1, 0] > validation[-1, 1]).sum()
    )
    return figures


LESSONS: dict[str, Callable[[], Figures | None]] = {"mnist": mnist, "depth": depth, "pets": pets}


def main() -> None:
    """Measure what is asked for, print and save it."""
    torch.set_num_threads(1)
    machine = describe()
    payload: Figures = {"not_measured": []}
    for name, lesson in LESSONS.items():
        found = lesson() if name in (sys.argv[1:] or LESSONS) else None
        print(name, found)
        if found is None:
            payload["not_measured"].append(name)
        else:
            payload[name] = found
    print(save("lessons_of_training", payload, machine))


if __name__ == "__main__":
    main()
