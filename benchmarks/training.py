"""How fast fit() trains many networks beside what one would write instead, in one run.

    python -m benchmarks.training [--compiled]

Five ways to take the same steps of R small CNNs with Adam on batches of 128 pictures:

- plain: one torch.nn network after the other, each with its torch.optim.Adam (fused on a GPU);
- graph: the plain step of one network captured in a CUDA graph and replayed (GPU only);
- vmap: torch.func.vmap over stacked parameters, with one step for all;
- ours: the layers and rules of optim_core, grouped as a trial of this run finds best;
- compiled: the same with layers compiled by torch.compile, and apart from it what compiling took;
  on a GPU, and on a CPU only with --compiled, since it seldom pays there.

All begin at the same weights. Before anything is timed, each takes some steps in float64 and must
come to the weights of the plain loop. Then every repetition runs all of them in turn, so that a
busy machine slows all; medians are kept.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from benchmarks.machine import describe, save
from benchmarks.plain_training import (
    BATCH,
    RATE,
    Batch,
    Way,
    captured_loop,
    plain_loop,
    vmapped,
)
from optim_core.scenario import Schedule
from optim_core.training import network_entry
from optim_core.training.computing import Computer
from optim_core.training.data.dataset import ImageShape
from optim_core.training.measuring import memory_bytes
from optim_core.training.networks import build_network
from optim_core.training.updating import Updater

REPETITIONS = 5

CHECKED_ROWS = (1, 2)
CHECKED_STEPS = 6
TOLERANCE = 1e-8
"""How far weights may then be apart: rounding in float64, and what six steps of Adam make of it."""


SIZES: dict[str, dict[str, Any]] = {
    "cpu": {
        "shape": ImageShape(1, 28, 28, 10),
        "settings": {"width": 16, "depth": 2, "batch_norm": True},
        "rows": (1, 8, 32),
        "steps": 2,
    },
    "cuda": {
        "shape": ImageShape(3, 32, 32, 10),
        "settings": {"width": 32, "depth": 3, "batch_norm": True},
        "rows": (1, 8, 32, 64),
        "steps": 20,
    },
}
"""What is trained on which device: on a CPU the laptop's MNIST net, on a GPU the larger one."""


def ours(
    size: dict[str, Any],
    starts: Tensor,
    batch: Batch,
    precision: str,
    steps: int,
    compiled: bool = False,
) -> Way:
    """What fit() does in a step.

    Raises:
        RuntimeError: when the layers were to be compiled and could not be.
    """
    device, rows = starts.device, len(starts)
    network = build_network("small_cnn", size["shape"], size["settings"])
    updater = Updater((network_entry("adam", learning_rate=RATE),), rows, Schedule(), steps)
    points = starts.clone()
    updater.start(points)
    computer = Computer(network, rows, starts.dtype, device, autocast=precision == "bfloat16")
    images = batch.images
    if precision == "bfloat16" and device.type == "cuda":
        images = images.contiguous(memory_format=torch.channels_last)
    computer.choose_rows_at_once(points, images, batch.labels)
    seconds: float | None = None
    if compiled:
        seconds = computer.compile(points, images, batch.labels)
        if seconds is None:
            raise RuntimeError("the layers could not be compiled")
    alive, taken = [True] * rows, 0

    def step() -> None:
        nonlocal points, taken
        taken += 1
        _, _, gradients = computer.gradients(points, images, batch.labels, alive)
        points = updater.step(taken, points, gradients)

    return Way(step, lambda: points, computer.rows_at_once, compile_seconds=seconds)


def ways(
    device: torch.device,
    rows: int,
    dtype: torch.dtype,
    precision: str,
    steps: int,
    compiled: bool,
) -> dict[str, Way]:
    """All there are on this device, with ``rows`` networks that begin alike."""
    size = SIZES[device.type]
    batch = Batch(size, device, dtype)
    network = build_network("small_cnn", size["shape"], size["settings"])
    starts = network.initial_weights(range(rows)).to(device, dtype)
    found = {
        "plain": plain_loop(size, starts, batch, precision),
        "ours": ours(size, starts, batch, precision, steps),
    }
    if compiled:
        found["compiled"] = ours(size, starts, batch, precision, steps, compiled=True)
    if precision != "bfloat16":
        found["vmap"] = vmapped(size, starts, batch)
        if device.type == "cuda":
            found["graph"] = captured_loop(size, starts, batch)
    return found


def check(device: torch.device, rows: int, compiled: bool) -> dict[str, float]:
    """How far apart all ways are after some steps in float64: the largest difference of a weight.

    Raises:
        RuntimeError: when one is further from the plain loop than ``TOLERANCE``, or when the plain
            loop itself has hardly moved.
    """
    made = ways(device, rows, torch.float64, "float64", CHECKED_STEPS, compiled)
    if rows > 1:
        made.pop("graph", None)  # it trains one network alone, for each of the others
    start = made["plain"].weights()
    for way in made.values():
        for _ in range(CHECKED_STEPS - way.taken):
            way.step()
    expected = made["plain"].weights()
    if (expected - start).abs().max() < RATE:
        raise RuntimeError("the plain loop has not trained")
    apart = {name: float((way.weights() - expected).abs().max()) for name, way in made.items()}
    for name, difference in apart.items():
        if not difference <= TOLERANCE:
            raise RuntimeError(f"{name} is {difference:.1e} away from the plain loop")
    return apart


def milliseconds(step: Callable[[], object], steps: int, rows: int, device: torch.device) -> float:
    """Of one step of one network."""
    if device.type == "cuda":
        torch.cuda.synchronize()
    began = time.perf_counter()
    for _ in range(steps):
        step()
    if device.type == "cuda":
        torch.cuda.synchronize()
    return (time.perf_counter() - began) * 1e3 / steps / rows


def measure(device: torch.device, rows: int, precision: str, compiled: bool) -> dict[str, Any]:
    """All ways with ``rows`` networks: medians in milliseconds a step and network, and ratios."""
    steps = SIZES[device.type]["steps"]
    made = ways(device, rows, torch.float32, precision, (REPETITIONS + 1) * steps, compiled)
    times: dict[str, list[float]] = {name: [] for name in made}
    for _ in range(REPETITIONS + 1):
        for name, way in made.items():
            times[name].append(milliseconds(way.step, steps, rows, device))
    medians = {name: statistics.median(taken[1:]) for name, taken in times.items()}
    return {
        "milliseconds_a_step_and_network": medians,
        "times_the_plain_loop": {name: medians["plain"] / m for name, m in medians.items()},
        "rows_at_once": made["ours"].rows_at_once,
        "compile_seconds": made["compiled"].compile_seconds if compiled else None,
        "peak_bytes_so_far": memory_bytes(device),
    }


def main() -> None:
    """Measure everything, print and save it."""
    torch.set_num_threads(1)
    machine = describe()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    compiled = device.type == "cuda" or "--compiled" in sys.argv[1:]
    not_measured = []
    if device.type == "cpu":
        not_measured.append("CUDA graphs, bfloat16 and 64 rows: this machine has no GPU")
    if not compiled:
        not_measured.append("compiled layers: on a CPU only with --compiled")
    torch.backends.cuda.matmul.allow_tf32 = True
    size = SIZES[device.type]
    payload: dict[str, Any] = {
        "device": device.type,
        "repetitions": REPETITIONS,
        "steps_a_repetition": size["steps"],
        "batch": BATCH,
        "network": {"key": "small_cnn", "shape": list(size["shape"]), **size["settings"]},
        "not_measured": not_measured,
        "checked": {
            "steps": CHECKED_STEPS,
            "precision": "float64",
            "tolerance": TOLERANCE,
            "largest_difference": {
                str(rows): check(device, rows, compiled) for rows in CHECKED_ROWS
            },
        },
        "rows": {},
    }
    for rows in size["rows"]:
        for precision in ("float32", "bfloat16") if device.type == "cuda" else ("float32",):
            figures = measure(device, rows, precision, compiled)
            payload["rows"][f"{rows} {precision}"] = figures
            ratios = {k: round(v, 2) for k, v in figures["times_the_plain_loop"].items()}
            plain = figures["milliseconds_a_step_and_network"]["plain"]
            together = figures["rows_at_once"]
            print(
                f"{rows:3d} {precision}: plain {plain:.2f} ms, ratios {ratios}, {together} at once"
            )
    print(save("training", payload, machine))


if __name__ == "__main__":
    main()
