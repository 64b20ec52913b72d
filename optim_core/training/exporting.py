"""Files to take home: curves as CSV, the whole log as JSON, weights as safetensors.

Column names are plain English words in every language: they stand in students' scripts.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from optim_core.jobs.tensor_files import pack
from optim_core.training.events import EDGES
from optim_core.training.experiment import Experiment
from optim_core.training.log import TrainingLog
from optim_core.training.log_parts import MEASURES
from optim_core.training.networks import Network

WHO = ("entry", "optimizer", "seed")
FORMAT = "downhill training log 1"


def epochs_csv(log: TrainingLog, experiment: Experiment, titles: Sequence[str]) -> str:
    """One line an epoch and network: loss and accuracy, training and validation.

    Args:
        log: of the run.
        experiment: that was run.
        titles: how each entry is called, in the order of the line-up.
    """
    epochs = log.epochs
    who = _who(log, experiment, titles)
    lines: list[list[object]] = [[*WHO, "epoch", "step", "seconds", *MEASURES]]
    for row, names in enumerate(who):
        for place, epoch in enumerate(epochs.epoch):
            when = (int(epoch), int(epochs.step[place]), _number(epochs.seconds[place]))
            measured = [_number(getattr(epochs, name)[place, row]) for name in MEASURES]
            lines.append([*names, *when, *measured])
    return _csv(lines)


def steps_csv(log: TrainingLog, experiment: Experiment, titles: Sequence[str]) -> str:
    """One line a step: when, and the loss on the batch of each network, a column each.

    The columns are called ``loss, Adam, seed 0``; nothing is thinned.
    """
    names = [f"loss, {title}, seed {seed}" for title, _, seed in _who(log, experiment, titles)]
    lines: list[list[object]] = [["step", "seconds", *map(_safe, names)]]
    for step, seconds, losses in zip(log.steps, log.step_seconds, log.losses, strict=True):
        lines.append([int(step), _number(seconds), *map(_number, losses)])
    return _csv(lines)


def log_json(log: TrainingLog, experiment: Experiment, titles: Sequence[str]) -> str:
    """Everything that was told of a run, with the experiment itself; NaN is null."""
    final, epochs = log.final, log.epochs
    start, pace = log.start, log.pace
    whole = {
        "format": FORMAT,
        "experiment": json.loads(experiment.to_json()),
        "networks": [
            dict(zip(WHO, (title, optimizer, seed), strict=True))
            for title, optimizer, seed in _who(log, experiment, titles)
        ],
        "start": dataclasses.asdict(start) if start else None,
        "pace": dataclasses.asdict(pace) if pace else None,
        "steps": {"step": log.steps, "seconds": log.step_seconds, "loss": log.losses},
        "epochs": {field.name: getattr(epochs, field.name) for field in dataclasses.fields(epochs)},
        "first_gradients": [dataclasses.asdict(one) for one in log.first_gradients],
        "histogram_edges": EDGES,
        "stopped": [dataclasses.asdict(one) for one in log.stopped],
        "notices": list(log.notices),
        "final": dataclasses.asdict(final) if final else None,
    }
    return json.dumps(_plain(whole), allow_nan=False, ensure_ascii=False, separators=(",", ":"))


def network_weights(kept: Mapping[str, NDArray[Any]], experiment: Experiment, row: int) -> bytes:
    """One network as a safetensors file: an array a parameter, named by its layer.

    ``conv 1.weight`` has the shape that ``torch.nn`` gives such a layer. Where a layer has several
    of a kind (an LSTM) they are ``lstm 1.weight 1``, ``lstm 1.weight 2``. The batch norm after
    ``conv 1`` is ``conv 1 norm``, with a scale and a shift, and the mean and the variance that it
    remembers: without those the network could not be used.

    Args:
        kept: ``weights`` (R, D) and ``normalisation`` (R, S), as a run keeps them.
        experiment: that was run.
        row: which network.

    Raises:
        ValueError: for weights of another network, or a row that is not there.
        KeyError: when one of the two is not there.
    """
    network = experiment.built_network()
    widths = {"weights": network.size, "normalisation": 2 * sum(network.layers.normalised())}
    for name, width in widths.items():
        table = kept[name]
        if table.ndim != 2 or table.shape[1] != width or not 0 <= row < len(table):
            raise ValueError(f"no network {row} with {width} numbers in {name} {table.shape}")
    weights, normalisation = (torch.from_numpy(kept[name][row : row + 1].copy()) for name in widths)
    owners = _owners(network)
    named = {"embedding": "weight"}  # as torch calls it
    kinds = [
        (owner, named.get(p.kind, p.kind))
        for owner, p in zip(owners, network.parameters, strict=True)
    ]
    arrays: dict[str, NDArray[Any]] = {}
    for number, (kind, piece) in enumerate(zip(kinds, network.pieces(weights), strict=True)):
        name = ".".join(kind)
        if kinds.count(kind) > 1:
            name = f"{name} {kinds[: number + 1].count(kind)}"
        arrays[name] = piece[0].numpy()
    norms = [owner for owner, kind in kinds if kind == "scale"]
    for norm, remembered in zip(norms, network.statistics(normalisation), strict=True):
        arrays |= {
            f"{norm}.{what}": values[0].numpy() for what, values in remembered._asdict().items()
        }
    return pack(arrays)


def _owners(network: Network) -> list[str]:
    """The name of what each parameter belongs to; a batch norm goes by the layer before it."""
    owners, layer = [], ""
    for parameter in network.parameters:
        layer = parameter.layer or layer
        owners.append(parameter.layer or f"{layer} norm")
    return owners


def file_name(experiment: Experiment, what: str, kind: str, name: str = "") -> str:
    """For a download: ``mnist-small_cnn-curves.csv``, or the name that a visitor gave the run.

    Letters of every script, digits, ``_`` and ``-`` are kept; all else becomes ``-``.
    """
    asked = name.strip() or f"{experiment.dataset}-{experiment.network}"
    tidy = re.sub(r"[^\w-]+", "-", asked).strip("-")[:60]
    return f"{tidy or 'run'}-{what}.{kind}"


def _who(
    log: TrainingLog, experiment: Experiment, titles: Sequence[str]
) -> list[tuple[str, str, int]]:
    """Title, optimizer and seed of each network."""
    rows = log.start.rows if log.start else ()
    entries = experiment.entries
    return [(_safe(titles[entry]), entries[entry].optimizer, seed) for entry, seed in rows]


def _safe(title: str) -> str:
    """``title`` so that no spreadsheet takes it for a formula."""
    return f"'{title}" if title.lstrip()[:1] in ("=", "+", "-", "@") else title


def _number(value: float) -> float | str:
    """Seven digits, an empty cell for what is not a number."""
    return float(f"{value:.7g}") if np.isfinite(value) else ""


def _csv(lines: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue()


def _plain(value: object) -> Any:
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return float(f"{value:.9g}") if np.isfinite(value) else None
    return value
