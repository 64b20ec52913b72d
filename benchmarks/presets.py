"""What the training presets come to, and how long one core is busy with them.

``python -m benchmarks.presets`` runs those whose data are there and that a processor can do in a
lesson, one torch thread: all of them each time, so that the machine in the result is that of each.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import torch

from benchmarks.machine import describe, save
from optim_core.training.data import DATASETS
from optim_core.training.events import EpochDone, Finished, RowStopped
from optim_core.training.experiment import Experiment
from optim_core.training.fitting import fit
from optim_core.training.presets import TRAINING_PRESETS, TrainingPreset


def told(values: np.ndarray) -> list[float | None]:
    """For JSON: five digits, None for what is not a number."""
    return [round(float(value), 5) if np.isfinite(value) else None for value in values]


def outcome(experiment: Experiment) -> dict[str, Any]:
    """Train it once; means and spreads over the seeds, entry by entry."""
    core, wall = time.process_time(), time.perf_counter()
    epochs: list[EpochDone] = []
    stopped: list[RowStopped] = []
    ended: Finished | None = None
    for event in fit(experiment):
        if isinstance(event, EpochDone):
            epochs.append(event)
        elif isinstance(event, RowStopped):
            stopped.append(event)
        elif isinstance(event, Finished):
            ended = event
    seconds = time.process_time() - core, time.perf_counter() - wall
    assert ended is not None
    result: dict[str, Any] = {
        "core_seconds": round(seconds[0], 2),
        "wall_seconds": round(seconds[1], 2),
        "entries": [f"{entry.optimizer} {dict(entry.settings)}" for entry in experiment.entries],
        "seeds": len(experiment.seeds),
        "stopped_rows": [event.row for event in stopped],
    }
    for name in ("train_loss", "train_accuracy", "test_loss", "test_accuracy"):
        result[name] = told(getattr(ended, name))
    if DATASETS[experiment.dataset].kind == "text":
        result["test_perplexity"] = told(np.exp(ended.test_loss))
        for place, epoch in (("first", epochs[0]), ("last", epochs[-1])):
            result[f"{place}_validation_perplexity"] = told(np.exp(epoch.validation_loss))
    for place, epoch in (("first", epochs[0]), ("last", epochs[-1])):
        for name in ("train_loss", "validation_accuracy"):
            values = getattr(epoch, name).reshape(-1, len(experiment.seeds))
            result[f"{place}_epoch_mean_{name}"] = told(values.mean(axis=1))
        norms = epoch.layer_norms.reshape(len(experiment.entries), len(experiment.seeds), -1)
        result[f"{place}_epoch_layer_norms"] = [told(one) for one in norms.mean(axis=1)]
        counts = epoch.rates.reshape(len(experiment.entries), len(experiment.seeds), -1)
        # SGD moves all parameters at one rate, an adaptive rule at many.
        used = (counts > 0).sum(axis=2).mean(axis=1)
        result[f"{place}_epoch_bins_of_rates"] = told(used)
    return result


def measured(preset: TrainingPreset) -> dict[str, Any]:
    """All experiments of a preset."""
    outcomes = {one.label: outcome(one.experiment) for one in preset.experiments}
    busy = sum(one["core_seconds"] for one in outcomes.values())
    return {"core_seconds": round(busy, 1), "experiments": outcomes}


def main() -> None:
    """Run all presets that can be run here, and save them once, at the end."""
    torch.set_num_threads(1)
    machine = describe()
    found: dict[str, Any] = {}
    for key, preset in TRAINING_PRESETS.items():
        if preset.for_gpu or preset.missing:
            continue
        found[key] = measured(preset)
        print(f"{key}: {found[key]['core_seconds']} s", flush=True)
        for label, one in found[key]["experiments"].items():
            print(f"  {label}: train {one['train_loss']} test {one['test_accuracy']}", flush=True)
    print(save("presets", {"presets": found}, machine))


if __name__ == "__main__":
    main()
