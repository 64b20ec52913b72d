"""The kind of job "edge": a training with whole batches, its sharpness recorded on the way."""

from __future__ import annotations

import json
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
from optim_core.training.data import DataMissingError
from optim_core.training.experiment import Experiment
from optim_core.training.job import device_of
from optim_core.training.landscape.edge import EDGE_KNOBS, EdgeRecording, record_edge
from optim_core.training.landscape.edge_log import ARTIFACT, SEEN, EdgeLog
from optim_core.training.measuring import in_words
from optim_core.training.row_groups import RowsOutOfMemoryError, StoppedError

Spec = dict[str, Any]


def checked(spec: Spec) -> Spec:
    """``spec`` in full: an experiment, and the fields of an EdgeRecording besides.

    Raises:
        ValueError: when it is none, or more than any machine could do in time.
    """
    recording = from_spec(spec)
    check_measurement("edge", recording.least_operations)
    return to_spec(recording)


def to_spec(recording: EdgeRecording) -> Spec:
    """``recording`` as plain JSON, the same for equal ones."""
    # Whole batches: how the pictures would have been dealt out does not matter.
    experiment = recording.experiment.changed(epochs=1, batch_size=128, order_seed=0)
    fields: Spec = {name: getattr(recording, name) for name in EDGE_KNOBS}
    return {"experiment": json.loads(experiment.to_json()), **fields}


def from_spec(spec: Spec) -> EdgeRecording:
    """The recording that plain JSON describes.

    Raises:
        ValueError: for anything else, unknown parts included.
    """
    if not {"experiment"} <= set(spec) <= {"experiment", *EDGE_KNOBS}:
        raise Refusal("a recording has an experiment and settings, and nothing else")
    experiment = Experiment.from_json(json.dumps(spec["experiment"]))
    return EdgeRecording(
        experiment=experiment, **{name: spec[name] for name in EDGE_KNOBS if name in spec}
    )


def run(spec: Spec, report: Reporter, stop: Callable[[], bool]) -> dict[str, Any] | None:
    """Record ``spec`` on the worker's device; the result has one number a row, None for NaN.

    Raises:
        JobFailedError: when every row diverged, none fits into memory or there is no data.
    """
    # The server next door computes too.
    torch.set_num_threads(max(1, (os.cpu_count() or 1) - 1))
    recording = from_spec(spec)
    began = time.perf_counter()
    log = EdgeLog()
    try:
        for seen in record_edge(recording, device_of(report.device), stop):
            arrays = {
                "losses": seen.losses,
                "sharpness": seen.sharpness,
                "bounds": seen.bounds,
                "curvature": seen.curvature,
                "stopped_at": seen.stopped_at,
            }
            log.add(seen.step, arrays)
            report.event(SEEN, {"step": seen.step}, arrays)
            report.progress(seen.step, recording.steps)
    except DataMissingError as error:
        raise JobFailedError(Failure.REFUSED, reason=str(error).rstrip(".")) from error
    except RowsOutOfMemoryError as error:
        raise JobFailedError(Failure.OUT_OF_MEMORY) from error
    except StoppedError:
        return None
    if (log.stopped_at >= 0).all():
        raise JobFailedError(Failure.DIVERGED)
    report.artifact(ARTIFACT, log.to_arrays())
    last = [float(value) if np.isfinite(value) else None for value in log.sharpness[-1]]
    return {
        "sharpness": last,
        "limits": list(recording.limits),
        "device": in_words(torch.device(device_of(report.device))),
        "seconds": time.perf_counter() - began,
    }
