"""The kind of job "sharpness": networks measured in the worker, one after the other.

What is known is told and kept after each network (on a graphics card after each handful, computed
together), so that it goes on from there. Events ``measured`` hold arrays that
:func:`~optim_core.training.landscape.measured.measured_of` reads.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import partial
from itertools import takewhile
from typing import Any

import torch

from landscapes import Refusal
from optim_core.jobs.reporting import Reporter
from optim_core.jobs.words import Failure, JobFailedError
from optim_core.training.cost import check_measurement
from optim_core.training.course import DTYPES
from optim_core.training.data import DATASETS, DataMissingError
from optim_core.training.experiment import Experiment
from optim_core.training.job import device_of
from optim_core.training.landscape.measured import ARTIFACT, Measured, joined, measured_of
from optim_core.training.landscape.networks import found_networks, same_data
from optim_core.training.landscape.sharpness import (
    Measurer,
    SharpnessRequest,
    sharpness_from_spec,
)
from optim_core.training.measuring import in_words
from optim_core.training.row_groups import RowsOutOfMemoryError, StoppedError

Spec = dict[str, Any]

MEASURED = "measured"
"""The kind of its events."""

ON_GPU = 8
"""Networks that are measured together on a graphics card."""


def checked(spec: Spec) -> Spec:
    """``spec`` in full: the fields of a SharpnessRequest.

    Raises:
        ValueError: when it is none.
    """
    return sharpness_from_spec(spec).to_spec()


def least_operations(request: SharpnessRequest, experiment: Experiment) -> float:
    """What ``request`` costs if every product with a Hessian cost no more than a gradient."""
    looked_at = min(request.pictures, experiment.pictures) * experiment.built_network().flops()
    return len(request.networks) * request.probes * request.depth * looked_at


def run(spec: Spec, report: Reporter, stop: Callable[[], bool]) -> dict[str, Any] | None:
    """Measure ``spec`` on the worker's device; the result tells how it was done.

    Raises:
        JobFailedError: when a training is gone, the networks are not alike, it would take too
            long, one does not fit into memory, or there is no data.
    """
    # The server next door computes too.
    torch.set_num_threads(max(1, (os.cpu_count() or 1) - 1))
    try:
        return _measured(sharpness_from_spec(spec), report, stop)
    except (Refusal, DataMissingError) as error:
        raise JobFailedError(Failure.REFUSED, reason=str(error).rstrip(".")) from error
    except RowsOutOfMemoryError as error:
        raise JobFailedError(Failure.OUT_OF_MEMORY) from error
    except StoppedError:
        return None


def _measured(
    request: SharpnessRequest, report: Reporter, stop: Callable[[], bool]
) -> dict[str, Any]:
    began = time.perf_counter()
    device = torch.device(device_of(report.device))
    found = found_networks(request.networks, report)
    network = found.experiment.built_network()
    check_measurement("sharpness", least_operations(request, found.experiment))
    measurer: Measurer | None = None
    looked_at, most = found.experiment, request.pictures
    known: list[Measured] = []
    if report.resume is not None:
        known.append(measured_of(report.resume.arrays))
    count, together = len(request.networks), ON_GPU if device.type == "cuda" else 1
    done = sum(map(len, known))
    while done < count:
        own = found.experiments[done]
        if measurer is None or not same_data(looked_at, own):
            # Each on what it was trained on: a gap over another's pictures would be none.
            examples = DATASETS[own.dataset].load(dict(own.dataset_settings))
            measurer = Measurer(network, examples, request, DTYPES[own.precision], device, stop)
            looked_at, most = own, min(most, len(examples.train))
        alike = takewhile(partial(same_data, own), found.experiments[done : done + together])
        place = slice(done, done + len(list(alike)))
        size, first = place.stop - place.start, done

        def tick(share: float, first: int = first, size: int = size) -> None:
            report.progress(first + share * size, count)

        known.append(measurer.measure(found.weights[place], found.statistics[place], tick))
        done = place.stop
        arrays = joined(known).to_arrays()
        report.event(MEASURED, {"networks": done}, arrays)
        report.checkpoint({"networks": done}, arrays)
    report.artifact(ARTIFACT, joined(known).to_arrays())
    return {
        "networks": count,
        "parameters": network.size,
        "pictures": most,
        "device": in_words(device),
        "seconds": time.perf_counter() - began,
    }
