"""Curves that others have published, to be laid beside our own and never mixed with them.

``assets/reference/README.md`` tells of their sources and licences.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import numpy as np

from optim_core.training.events import Floats

FOLDER = Path(__file__).parents[2] / "assets" / "reference"
FILES = ("adabound_cifar10", "adabelief_cifar10", "adabelief_ptb")


@dataclass(frozen=True)
class PublishedCurve:
    """One run of somebody else.

    Attributes:
        title: of the optimizer, as its authors call it.
        optimizer: its key here; empty for one that we do not have.
        settings: what its file says, by our names for them.
        train, test: a number an epoch (E,), percent for accuracies.
    """

    title: str
    optimizer: str
    settings: Mapping[str, float]
    train: Floats
    test: Floats


@dataclass(frozen=True)
class Study:
    """The curves of one publication for one network.

    Attributes:
        key: its name in links.
        authors, paper, source, licence: who, where, under which terms.
        model, data: what was trained on what.
        measure: "accuracy" (percent) or "perplexity" (less is better).
        epochs: how long.
        batch_size: 0 where it is not told.
        drops: after which epochs the learning rate was lowered.
        curves: in the order of a legend.
    """

    key: str
    authors: str
    paper: str
    source: str
    licence: str
    model: str
    data: str
    measure: str
    epochs: int
    batch_size: int
    drops: tuple[int, ...]
    curves: tuple[PublishedCurve, ...]


@lru_cache(maxsize=1)
def studies() -> Mapping[str, Study]:
    """Every study by key, for instance ``adabound_cifar10.ResNet-34``, read once."""
    found: dict[str, Study] = {}
    for name in FILES:
        whole = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
        curves = whole.pop("curves")
        drops = tuple(whole.pop("drops"))
        for model in dict.fromkeys(curve["model"] for curve in curves):
            own = tuple(_curve(curve) for curve in curves if curve["model"] == model)
            key = f"{name}.{model}"
            found[key] = Study(key=key, model=model, drops=drops, curves=own, **whole)
    return MappingProxyType(found)


def _curve(given: Mapping[str, object]) -> PublishedCurve:
    settings = given["settings"]
    assert isinstance(settings, dict)
    return PublishedCurve(
        title=str(given["title"]),
        optimizer=str(given["optimizer"]),
        settings=MappingProxyType(settings),
        train=np.asarray(given["train"], dtype=np.float64),
        test=np.asarray(given["test"], dtype=np.float64),
    )
