"""Small kinds of job that do on purpose what real ones do by accident."""

import errno
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from landscapes.registry import Registry
from optim_core.jobs.kinds import JobKind, Stop
from optim_core.jobs.reporting import Reporter
from optim_core.jobs.words import Failure, JobFailedError, StoppedError

Spec = dict[str, Any]
LOOK = 0.002
KINDS: Registry[JobKind] = Registry("kind of run")


def kind(key: str, **fields: Any) -> Any:
    def declare(function: Any) -> Any:
        KINDS.add(key, JobKind(key=key, load=lambda: function, **fields))
        return function

    return declare


def opened(gate: str) -> bool:
    return not gate or Path(gate).exists()


@kind("count")
def count(spec: Spec, report: Reporter, stop: Stop) -> dict[str, Any]:
    """Counts; each number is an event with its square root in an array."""
    for number in range(1, spec["to"] + 1):
        report.event("number", {"number": number}, {"root": np.sqrt([float(number)])})
        report.progress(number, spec["to"])
    report.artifact("weights", {"all": np.arange(spec["to"], dtype=np.float32)})
    return {"counted": spec["to"], "by": os.getpid()}


@kind("wait")
def wait(spec: Spec, report: Reporter, stop: Stop) -> dict[str, Any] | None:
    """Waits for a file, or to be stopped."""
    report.event("began", {"process": os.getpid()})
    while not stop():
        if spec.get("gate") and opened(spec["gate"]):
            return {"waited": True}
        time.sleep(LOOK)
    raise StoppedError


@kind("brief", time_limit=0.2)
def brief(spec: Spec, report: Reporter, stop: Stop) -> dict[str, Any] | None:
    """Like ``wait``, with a time limit it exceeds."""
    return wait(spec, report, stop)


@kind("deaf")
def deaf(spec: Spec, report: Reporter, stop: Stop) -> dict[str, Any]:
    """Never listens."""
    report.event("began", {"process": os.getpid()})
    while True:
        time.sleep(LOOK)


@kind("deaf_brief", time_limit=0.2)
def deaf_brief(spec: Spec, report: Reporter, stop: Stop) -> dict[str, Any]:
    """Never listens, not to its time limit either."""
    return deaf(spec, report, stop)


@kind("chapters", keeps_checkpoints=True)
def chapters(spec: Spec, report: Reporter, stop: Stop) -> dict[str, Any] | None:
    """Steps with a checkpoint after every other one; may die or wait on its way."""
    step = report.resume.state["step"] if report.resume else 0
    total = float(report.resume.arrays["total"]) if report.resume else 0.0
    while step < spec["steps"]:
        if stop():
            report.checkpoint({"step": step}, {"total": np.float64(total)})
            return None
        step += 1
        total += step
        report.event("step", {"step": step})
        report.progress(step, spec["steps"])
        if step == spec.get("die_at") and not opened(spec.get("spared", "nowhere")):
            os.kill(os.getpid(), signal.SIGKILL)
        if step % 2 == 0:
            report.checkpoint({"step": step}, {"total": np.float64(total)})
        if step == spec.get("wait_at"):
            while not opened(spec["gate"]) and not stop():
                time.sleep(LOOK)
        if spec.get("pace"):
            time.sleep(spec["pace"])
    return {"total": total}


@kind("heavy", keeps_checkpoints=True)
def heavy(spec: Spec, report: Reporter, stop: Stop) -> dict[str, Any] | None:
    """Tells and keeps many numbers, and waits for a file in between, or to be stopped."""
    if report.resume is None:
        numbers = np.arange(spec["numbers"], dtype=np.float64)
        report.event("large", {}, {"all": numbers})
        report.event("waits", {})
    else:
        numbers = report.resume.arrays["all"]
    while not opened(spec["gate"]):
        if stop():
            report.checkpoint({}, {"all": numbers})
            return None
        time.sleep(LOOK)
    report.artifact("weights", {"all": 2 * numbers})
    return {}


@kind("sum")
def add_up(spec: Spec, report: Reporter, stop: Stop) -> dict[str, Any]:
    """Adds up what a run that counted has told and kept."""
    source = report.source(spec["of"])
    roots = sum(float(source.arrays(event)["root"][0]) for event in source.events("number"))
    weights = float(source.artifact("weights")["all"].sum())
    return {"roots": roots, "weights": weights, "to": source.spec["to"]}


@kind("spoil")
def spoil(spec: Spec, report: Reporter, stop: Stop) -> Any:
    """Goes wrong in the way asked for."""

    class OutOfMemoryError(RuntimeError):
        """Named as that of torch."""

    how = spec["how"]
    if how == "diverged":
        raise JobFailedError(Failure.DIVERGED)
    if how == "bug":
        raise ZeroDivisionError("secret details")
    if how == "no result":
        return None
    if how == "no json":
        return {"loss": float("nan")}
    if how == "exit":
        sys.exit(3)
    if how == "vanish":
        os._exit(3)
    if how == "full":
        with Path("/dev/full").open("w") as file:
            file.write("x")
            file.flush()
    if how == "quota":
        raise OSError(errno.EDQUOT, "quota exceeded")
    errors = {
        "memory": MemoryError(),
        "cuda memory": OutOfMemoryError("CUDA out of memory"),
        "cpu memory": RuntimeError("DefaultCPUAllocator: can't allocate memory"),
        "device": RuntimeError("CUDA error: device-side assert triggered"),
    }
    raise errors[how]


def even(spec: Spec) -> Spec:
    if not isinstance(spec.get("number"), int) or spec["number"] % 2:
        raise ValueError("the number must be even")
    return {"number": spec["number"], "colour": spec.get("colour", "red")}


@kind("even", check=lambda: even)
def report_back(spec: Spec, report: Reporter, stop: Stop) -> dict[str, Any]:
    """Takes even numbers only."""
    return spec
