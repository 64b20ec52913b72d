"""The kind of job "fit": an Experiment trained in the worker, told event by event.

``told`` takes an event apart for the store of runs, from which a page's ``TrainingLog`` puts it
together again; the weights are kept in a file of their own. A run that was paused, or whose worker
or server was ended, goes on from its last checkpoint.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import os
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

from optim_core.jobs.reporting import Reporter
from optim_core.jobs.tensor_files import Array
from optim_core.jobs.words import Failure, JobFailedError
from optim_core.training.checkpoint import Checkpoint, UnfitCheckpointError
from optim_core.training.cost import check as check_cost
from optim_core.training.data import DataMissingError
from optim_core.training.events import (
    KINDS,
    NOT_IN_JSON,
    Event,
    Finished,
    Recorded,
    Started,
    Stepped,
    plain,
)
from optim_core.training.experiment import Experiment
from optim_core.training.fitting import fit
from optim_core.training.keeping import RunKeeper
from optim_core.training.row_groups import RowsOutOfMemoryError

LOG = logging.getLogger("downhill.jobs")

Spec = dict[str, Any]

RESULT = ("step", "seconds", "train_loss", "train_accuracy", "test_loss", "test_accuracy")
WEIGHTS = "weights"
"""Name of the file with ``weights`` and ``normalisation`` of the event that ends a training."""

RECORDED = "recorded"
"""The kind of event with ``weights`` on their way."""


def checked(spec: Spec) -> Spec:
    """``spec`` in full: the fields of an Experiment.

    Raises:
        ValueError: when it is none, or more than any machine could do in time.
    """
    experiment = Experiment.from_json(json.dumps(spec))
    check_cost(experiment)
    complete: Spec = json.loads(experiment.to_json())
    return complete


def run(spec: Spec, report: Reporter, stop: Callable[[], bool]) -> dict[str, Any] | None:
    """Train ``spec`` on the worker's device; the result has one number a row, None for NaN.

    Raises:
        JobFailedError: when every row diverged, no row fits into memory or there is no data.
    """
    # The server next door computes too.
    torch.set_num_threads(max(1, (os.cpu_count() or 1) - 1))
    experiment = Experiment.from_json(json.dumps(spec))
    finished: Finished | None = None
    steps = experiment.steps
    try:
        for event in _events(experiment, report, stop):
            kind, body, arrays = told(event)
            if isinstance(event, Recorded):
                arrays = {"weights": event.weights}
            report.event(kind, body, arrays)
            if isinstance(event, Started):
                steps = event.steps
            elif isinstance(event, Stepped):
                report.progress(event.step, steps)
            elif isinstance(event, Finished):
                finished = event
    except DataMissingError as error:
        raise JobFailedError(Failure.REFUSED, reason=str(error).rstrip(".")) from error
    except RowsOutOfMemoryError as error:
        raise JobFailedError(Failure.OUT_OF_MEMORY) from error
    if finished is None or (finished.stopped and stop()):
        return None
    if finished.stopped:
        raise JobFailedError(Failure.DIVERGED)
    kept = {name: getattr(finished, name) for name in sorted(NOT_IN_JSON)}
    report.artifact(WEIGHTS, kept)
    everything = plain(finished)
    return {name: everything[name] for name in RESULT}


def _events(experiment: Experiment, report: Reporter, stop: Callable[[], bool]) -> Iterator[Event]:
    """The training from where it was; from the beginning where that cannot be had."""
    device = device_of(report.device)
    kept, report.resume = report.resume, None
    if kept is not None:
        resume, kept = Checkpoint(kept.state, kept.arrays), None
        keeper = RunKeeper(report, has_one=True)
        going_on = fit(experiment, device, stop, keeper=keeper, resume=resume)
        # Its arrays are not needed twice.
        del resume
        try:
            yield from going_on
        except UnfitCheckpointError as error:
            # The pictures, or the program, have changed since: better anew than not at all.
            LOG.warning("a run begins anew: %s", error)
            report.begin_anew()
        else:
            return
    yield from fit(experiment, device, stop, keeper=RunKeeper(report))


def device_of(slot: str) -> str:
    """What torch calls the device of a worker's slot; ``auto`` is a graphics card if there is one.

    Raises:
        RuntimeError: for a name that torch does not know.
    """
    if slot == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    return str(torch.device(slot))


def told(event: Event) -> tuple[str, dict[str, Any], dict[str, Array]]:
    """``event`` as kind, plain JSON and arrays."""
    arrays: dict[str, Array] = {}
    for field in dataclasses.fields(event):
        value = getattr(event, field.name)
        if field.name in NOT_IN_JSON:
            continue
        if isinstance(value, np.ndarray):
            arrays[field.name] = value
        elif isinstance(value, tuple) and value and isinstance(value[0], np.ndarray):
            arrays |= {f"{field.name}.{place}": item for place, item in enumerate(value)}
    whole = {name.partition(".")[0] for name in arrays}
    # The arrays are taken out first: as lists of numbers they would be long.
    scalars = {
        field.name: _listed(getattr(event, field.name))
        for field in dataclasses.fields(event)
        if field.name not in whole | NOT_IN_JSON
    }
    kind = next(name for name, cls in KINDS.items() if type(event) is cls)
    return kind, scalars, arrays


def _listed(value: object) -> Any:
    return [_listed(item) for item in value] if isinstance(value, tuple) else value
