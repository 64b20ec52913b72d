"""The networks of a request, taken out of the trainings that found them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from landscapes import Refusal
from optim_core.jobs.reporting import Reporter
from optim_core.jobs.sources import Source
from optim_core.jobs.words import Failure, JobFailedError
from optim_core.training.events import Integers
from optim_core.training.experiment import Experiment
from optim_core.training.job import RECORDED, WEIGHTS
from optim_core.training.landscape.request import LandscapeRequest, Network

KIND = "fit"
"""The kind of run that networks come from."""

MOST_POINTS = 240
"""Recorded moments of all paths together that are drawn: each is measured twice."""

MOST_NUMBERS = 60_000_000
"""Weights of all these moments together."""


@dataclass(frozen=True, eq=False)
class FoundNetworks:
    """Networks that are alike.

    Attributes:
        experiments: (K,) of the trainings that they are from.
        weights: (K, D) as they ended, on the CPU.
        statistics: (K, S) what their batch norms remember.
    """

    experiments: tuple[Experiment, ...]
    weights: Tensor
    statistics: Tensor

    @property
    def experiment(self) -> Experiment:
        """That of the first, whose data a picture of several is of."""
        return self.experiments[0]


@dataclass(frozen=True, eq=False)
class Recorded:
    """The ways of networks through the space of weights.

    Attributes:
        steps: (M, K) of each moment; the last again where a path has fewer moments than others.
        weights: float32 (M, K, D); NaN where a path has ended.
        every: each so-manieth recorded moment was taken, for each path.
    """

    steps: Integers
    weights: Tensor
    every: int


def found_networks(networks: Sequence[Network], report: Reporter) -> FoundNetworks:
    """The networks that are named.

    Raises:
        JobFailedError: when a training is not there any more.
        ValueError: when one is none, has not ended, or the networks are not alike.
    """
    sources = {run: trained(report, run) for run, _ in networks}
    experiments = {run: experiment_of(source) for run, source in sources.items()}
    first = experiments[networks[0][0]]
    alike = ("network", "network_settings", "dataset")
    for other in experiments.values():
        same = all(getattr(other, name) == getattr(first, name) for name in alike)
        if not same or other.built_network().size != first.built_network().size:
            raise Refusal("the networks are not alike: the same network on the same data set")
    kept = {run: source.artifact(WEIGHTS) for run, source in sources.items()}
    for run, row in networks:
        if row >= len(kept[run]["weights"]):
            raise Refusal("there is no network {number} in that training", number=row + 1)
    weights, statistics = (
        torch.from_numpy(np.stack([kept[run][name][row] for run, row in networks]))
        for name in ("weights", "normalisation")
    )
    if not bool(weights.isfinite().all()):
        raise Refusal("one of the networks has weights that are not finite")
    return FoundNetworks(tuple(experiments[run] for run, _row in networks), weights, statistics)


def same_data(one: Experiment, other: Experiment) -> bool:
    """Whether both, of one data set, were trained on the same examples, in the same numbers."""
    names = ("dataset_settings", "precision")
    return all(getattr(one, name) == getattr(other, name) for name in names)


def recorded_paths(request: LandscapeRequest, report: Reporter) -> Recorded:
    """What was recorded of the networks that ``request`` names, thinned evenly if it is much.

    Raises:
        JobFailedError: when a training is not there any more.
        ValueError: when nothing was recorded of one.
    """
    runs = dict.fromkeys(run for run, _ in request.networks)
    events = {}
    for run in runs:
        source = trained(report, run)
        events[run] = (source, list(source.events(RECORDED)))
        if len(events[run][1]) < 2:
            raise Refusal(
                "the weights of this training were not recorded: train with "
                "“Record the weights every” above 0"
            )
    longest = max(len(told) for _, told in events.values())
    size = experiment_of(events[request.networks[0][0]][0]).built_network().size
    most = max(2 * len(request.networks), min(MOST_POINTS, MOST_NUMBERS // size))
    every = max(1, -(-longest * len(request.networks) // most))
    moments = max(len(_thinned(len(told), every)) for _, told in events.values())
    steps = np.zeros((moments, len(request.networks)), dtype=np.int64)
    weights: Tensor | None = None
    for run in runs:
        source, told = events[run]
        places = [place for place, (own, _) in enumerate(request.networks) if own == run]
        rows = [request.networks[place][1] for place in places]
        for moment, number in enumerate(_thinned(len(told), every)):
            now = source.arrays(told[number])["weights"]
            if weights is None:
                weights = torch.full((moments, len(request.networks), now.shape[1]), torch.nan)
            weights[moment, places] = torch.from_numpy(now[rows])
            steps[moment:, places] = int(told[number].body["step"])
    if weights is None:
        raise JobFailedError(Failure.NO_SOURCE)
    return Recorded(steps, weights, every)


def _thinned(count: int, every: int) -> list[int]:
    """Each so-manieth of ``count`` moments, and the last."""
    return sorted({*range(0, count, every), count - 1})


def trained(report: Reporter, run: str) -> Source:
    """The training called ``run``.

    Raises:
        JobFailedError: when it is not there any more.
        ValueError: when it is another kind of run.
    """
    source = report.source(run)
    if source.kind != KIND:
        raise Refusal("that run is no training")
    return source


def experiment_of(source: Source) -> Experiment:
    """What a training was asked for."""
    return Experiment.from_json(json.dumps(source.spec))
