"""The kind of job "landscape": a picture measured in the worker, from coarse to fine.

It keeps what is known at its checkpoints and goes on from there. Its events ``known`` hold the
picture so far, as arrays that :func:`~optim_core.training.landscape.kept.landscape_of` reads; in
the end the whole is kept in a file of its own.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from landscapes import Refusal
from optim_core.jobs.reporting import Reporter
from optim_core.jobs.words import Failure, JobFailedError
from optim_core.training.cost import check_measurement
from optim_core.training.course import DTYPES
from optim_core.training.data import DATASETS, DataMissingError
from optim_core.training.events import Floats
from optim_core.training.job import device_of
from optim_core.training.landscape.evaluating import Evaluator
from optim_core.training.landscape.kept import ARTIFACT, MEASURES, Landscape, Paths
from optim_core.training.landscape.networks import found_networks, recorded_paths
from optim_core.training.landscape.plan import Plan, Segment, joined, plan_of
from optim_core.training.landscape.request import LandscapeRequest, from_spec
from optim_core.training.landscape.slices import sweep
from optim_core.training.measuring import in_words
from optim_core.training.row_groups import RowsOutOfMemoryError, StoppedError

Spec = dict[str, Any]

KNOWN = "known"
"""The kind of its events."""

SECONDS_BETWEEN_EVENTS = 2.0
SECONDS_BETWEEN_CHECKPOINTS = 5.0


def checked(spec: Spec) -> Spec:
    """``spec`` in full: the fields of a LandscapeRequest.

    Raises:
        ValueError: when it is none.
    """
    return from_spec(spec).to_spec()


def run(spec: Spec, report: Reporter, stop: Callable[[], bool]) -> dict[str, Any] | None:
    """Measure ``spec`` on the worker's device; the result tells how it was done.

    Raises:
        JobFailedError: when a training is gone, the networks span no such picture, it would take
            too long, one network does not fit into memory, or there is no data.
    """
    # The server next door computes too.
    torch.set_num_threads(max(1, (os.cpu_count() or 1) - 1))
    request = from_spec(spec)
    try:
        return _measured(request, report, stop)
    except (Refusal, DataMissingError) as error:
        raise JobFailedError(Failure.REFUSED, reason=str(error).rstrip(".")) from error
    except RowsOutOfMemoryError as error:
        raise JobFailedError(Failure.OUT_OF_MEMORY) from error
    except StoppedError:
        return None


def _measured(
    request: LandscapeRequest, report: Reporter, stop: Callable[[], bool]
) -> dict[str, Any] | None:
    began = time.perf_counter()
    device = torch.device(device_of(report.device))
    found = found_networks(request.networks, report)
    experiment = found.experiment
    network = experiment.built_network()
    paths = recorded_paths(request, report) if request.kind == "paths" else None
    plan = plan_of(request, network, found, paths)
    evaluator = Evaluator(
        network,
        DATASETS[experiment.dataset].load(dict(experiment.dataset_settings)),
        request.pictures,
        DTYPES[experiment.precision],
        device,
        None if request.recomputed else found.statistics[0],
    )
    segments = plan.segments(device)
    count = sum(segment.count for segment in segments)
    # The way there alone is a third of both ways.
    check_measurement("landscape", count * sum(evaluator.pictures) * network.flops() / 3)
    known, report.resume = _known(report, count), None
    told = kept = time.perf_counter()
    measured = np.empty((0, len(MEASURES))) if known is None else known
    levels = _level_ends(plan, segments)
    try:
        points = joined(segments, evaluator.dtype)
        for done, now in sweep(points, count, evaluator, known, stop):
            before, measured = len(measured), now
            report.progress(done, count)
            clock = time.perf_counter()
            level_done = any(before < end <= done for end in levels)
            if level_done or clock - told > SECONDS_BETWEEN_EVENTS:
                told = clock
                _tell(report, plan, segments, measured, count)
            if clock - kept > SECONDS_BETWEEN_CHECKPOINTS:
                kept = clock
                report.checkpoint({"points": count}, {"measured": measured})
            if stop() and done < count:
                raise StoppedError
    except StoppedError:
        if report.goes_on:
            report.checkpoint({"points": count}, {"measured": measured})
        raise
    whole = picture_of(plan, segments, measured)
    report.artifact(ARTIFACT, whole.to_arrays())
    train, validation = evaluator.pictures
    return {
        "points": count,
        "parameters": network.size,
        "pictures": [train, validation],
        "batch_norms": len(network.layers.normalised()),
        "device": in_words(device),
        "cosine": plan.cosine,
        "every": paths.every if paths is not None else None,
        "seconds": time.perf_counter() - began,
    }


def _known(report: Reporter, count: int) -> Floats | None:
    """What an earlier attempt has measured; None where there is nothing that fits."""
    if report.resume is None or report.resume.state.get("points") != count:
        return None
    measured = report.resume.arrays.get("measured")
    if measured is None or measured.ndim != 2 or measured.shape[1] != len(MEASURES):
        return None
    return np.array(measured[:count], dtype=np.float64)


def _level_ends(plan: Plan, segments: list[Segment]) -> list[int]:
    """After how many points there is a whole picture, coarse or fine, and the paths' losses."""
    ends, done = [], 0
    for segment in segments:
        if segment.name == "grid":
            ends += (done + np.cumsum([len(level) for level in plan.grid.levels()])).tolist()
        done += segment.count
        ends.append(done)
    return ends


def _tell(
    report: Reporter, plan: Plan, segments: list[Segment], measured: Floats, count: int
) -> None:
    arrays = picture_of(plan, segments, measured).to_arrays()
    report.event(KNOWN, {"done": len(measured), "points": count}, arrays)


def picture_of(plan: Plan, segments: list[Segment], measured: Floats) -> Landscape:
    """The picture as far as its points are measured.

    Args:
        plan: of it.
        segments: of the plan.
        measured: (k, 4) of the first k points.
    """
    total = sum(segment.count for segment in segments)
    whole = np.full((total, len(MEASURES)), np.nan)
    whole[: len(measured)] = measured
    sizes = np.cumsum([segment.count for segment in segments])[:-1]
    parts = dict(zip([one.name for one in segments], np.split(whole, sizes), strict=True))
    grid = np.empty_like(parts["grid"])
    grid[plan.grid.order()] = parts["grid"]
    paths = None
    if plan.paths is not None and plan.recorded is not None:
        there = plan.there()
        losses = {}
        for name in ("path_true", "path_plane"):
            losses[name] = np.full((*there.shape, len(MEASURES)), np.nan)
            losses[name][there] = parts[name]
        paths = Paths(
            steps=plan.recorded.steps,
            places=plan.paths.coordinates,
            distances=plan.paths.distances,
            true=losses["path_true"],
            plane=losses["path_plane"],
            explained=plan.paths.explained,
        )
    return Landscape(
        x=plan.grid.x,
        y=plan.grid.y,
        values=grid.T.reshape(len(MEASURES), *plan.grid.shape),
        marks=plan.marks,
        networks=parts["networks"],
        shadows=parts["marks"],
        paths=paths,
    )
