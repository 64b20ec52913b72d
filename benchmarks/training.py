"""How fast fit() trains many networks beside what one would write instead, in one run.

    python -m benchmarks.training

Four ways to take the same steps of R small CNNs with Adam on batches of 128 pictures:

- plain: one torch.nn network after the other, each with its torch.optim.Adam (fused on a GPU);
- graph: the plain step of one network captured in a CUDA graph and replayed (GPU only);
- vmap: torch.func.vmap over stacked parameters, with one step for all;
- ours: the layers and rules of optim_core, grouped as a trial of this run finds best.

Every repetition runs all of them in turn, so that a busy machine slows all; medians are kept.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.machine import describe, save
from optim_core.scenario import Schedule
from optim_core.training import network_entry
from optim_core.training.computing import Computer
from optim_core.training.data.dataset import ImageShape
from optim_core.training.measuring import memory_bytes
from optim_core.training.networks import build_network
from optim_core.training.updating import Updater

BATCH = 128
RATE = 1e-3
REPETITIONS = 5

Step = Callable[[], object]

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


def plain_network(size: dict[str, Any]) -> nn.Module:
    """The same network as one would write it."""
    shape, settings = size["shape"], size["settings"]
    layers: list[nn.Module] = []
    channels, side = shape.channels, shape.height
    for number in range(settings["depth"]):
        outputs = settings["width"] * 2**number
        layers += [
            nn.Conv2d(channels, outputs, 3, padding=1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
            nn.MaxPool2d(2),
        ]
        channels, side = outputs, side // 2
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(channels * side * side, shape.classes))


class Batch:
    """One batch, the same for every way."""

    def __init__(self, size: dict[str, Any], device: torch.device) -> None:
        shape = size["shape"]
        draw = torch.Generator().manual_seed(0)
        self.images = torch.randn(BATCH, *shape[:3], generator=draw).to(device)
        self.labels = torch.randint(0, shape.classes, (BATCH,), generator=draw).to(device)


def plain_loop(size: dict[str, Any], rows: int, batch: Batch, precision: str) -> Step:
    """A step of each of ``rows`` networks, one after the other."""
    device = batch.images.device
    models = [plain_network(size).to(device) for _ in range(rows)]
    on_gpu = device.type == "cuda"
    optimizers = [
        torch.optim.Adam(m.parameters(), lr=RATE, fused=True if on_gpu else None) for m in models
    ]

    def step() -> None:
        for model, optimizer in zip(models, optimizers, strict=True):
            optimizer.zero_grad()
            with torch.autocast(device.type, torch.bfloat16, enabled=precision == "bfloat16"):
                logits = model(batch.images)
            functional.cross_entropy(logits.float(), batch.labels).backward()
            optimizer.step()

    return step


def captured_loop(size: dict[str, Any], rows: int, batch: Batch) -> Step:
    """The plain step of one network as a CUDA graph, replayed once for each of ``rows``."""
    model = plain_network(size).to(batch.images.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE, capturable=True)

    def one() -> None:
        optimizer.zero_grad()
        functional.cross_entropy(model(batch.images), batch.labels).backward()
        optimizer.step()

    aside = torch.cuda.Stream()
    aside.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(aside):
        for _ in range(3):
            one()
    torch.cuda.current_stream().wait_stream(aside)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        one()

    def step() -> None:
        for _ in range(rows):
            graph.replay()

    return step


def vmapped(size: dict[str, Any], rows: int, batch: Batch) -> Step:
    """torch.func's way: one vmapped gradient over stacked parameters."""
    device = batch.images.device
    models = [plain_network(size).to(device) for _ in range(rows)]
    for model in models:
        for layer in model.modules():
            if isinstance(layer, nn.BatchNorm2d):
                # vmap cannot change running statistics in place; without them it has less to do.
                layer.running_mean = layer.running_var = layer.num_batches_tracked = None
    stacked, _ = torch.func.stack_module_state(models)
    leaves = {name: value.detach().requires_grad_() for name, value in stacked.items()}
    optimizer = torch.optim.Adam(list(leaves.values()), lr=RATE)

    def loss(parameters: dict[str, Tensor]) -> Tensor:
        logits = torch.func.functional_call(models[0], parameters, (batch.images,))
        return functional.cross_entropy(logits, batch.labels)

    gradient = torch.func.vmap(torch.func.grad(loss))

    def step() -> None:
        for name, value in gradient(leaves).items():
            leaves[name].grad = value
        optimizer.step()

    return step


def ours(
    size: dict[str, Any], rows: int, batch: Batch, precision: str, steps: int
) -> tuple[Step, Computer]:
    """What fit() does in a step."""
    device = batch.images.device
    network = build_network("small_cnn", size["shape"], size["settings"])
    updater = Updater((network_entry("adam", learning_rate=RATE),), rows, Schedule(), steps)
    points = network.initial_weights(range(rows)).float().to(device)
    updater.start(points)
    computer = Computer(network, rows, torch.float32, device, autocast=precision == "bfloat16")
    images = batch.images
    if precision == "bfloat16" and device.type == "cuda":
        images = images.contiguous(memory_format=torch.channels_last)
    computer.choose_rows_at_once(points, images, batch.labels)
    alive, taken = [True] * rows, 0

    def step() -> None:
        nonlocal points, taken
        taken += 1
        _, _, gradients = computer.gradients(points, images, batch.labels, alive)
        points = updater.step(taken, points, gradients)

    return step, computer


def milliseconds(step: Step, steps: int, rows: int, device: torch.device) -> float:
    """Of one step of one network."""
    if device.type == "cuda":
        torch.cuda.synchronize()
    began = time.perf_counter()
    for _ in range(steps):
        step()
    if device.type == "cuda":
        torch.cuda.synchronize()
    return (time.perf_counter() - began) * 1e3 / steps / rows


def measure(device: torch.device, rows: int, precision: str) -> dict[str, Any]:
    """All ways with ``rows`` networks: medians in milliseconds a step and network, and ratios."""
    size = SIZES[device.type]
    batch = Batch(size, device)
    total = (REPETITIONS + 1) * size["steps"]
    step, computer = ours(size, rows, batch, precision, total)
    ways: dict[str, Step] = {"plain": plain_loop(size, rows, batch, precision), "ours": step}
    if precision == "float32":
        ways["vmap"] = vmapped(size, rows, batch)
        if device.type == "cuda":
            ways["graph"] = captured_loop(size, rows, batch)
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(REPETITIONS + 1):
        for name, way in ways.items():
            times[name].append(milliseconds(way, size["steps"], rows, device))
    medians = {name: statistics.median(taken[1:]) for name, taken in times.items()}
    return {
        "milliseconds_a_step_and_network": medians,
        "times_the_plain_loop": {name: medians["plain"] / m for name, m in medians.items()},
        "rows_at_once": computer.rows_at_once,
        "peak_bytes_so_far": memory_bytes(device),
    }


def main() -> None:
    """Measure everything, print and save it."""
    torch.set_num_threads(1)
    machine = describe()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.backends.cuda.matmul.allow_tf32 = True
    size = SIZES[device.type]
    payload: dict[str, Any] = {
        "device": device.type,
        "repetitions": REPETITIONS,
        "steps_a_repetition": size["steps"],
        "batch": BATCH,
        "network": {"key": "small_cnn", "shape": list(size["shape"]), **size["settings"]},
        "not_measured": []
        if device.type == "cuda"
        else ["CUDA graphs, bfloat16 and 64 rows: this machine has no GPU"],
        "rows": {},
    }
    for rows in size["rows"]:
        for precision in ("float32", "bfloat16") if device.type == "cuda" else ("float32",):
            figures = measure(device, rows, precision)
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
