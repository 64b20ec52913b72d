"""How fast a slice is measured beside the usual loop, in one run, and what float32 costs it.

    python -m benchmarks.slices

The picture is a 51 x 51 grid of the small CNN over 10,000 pictures. The usual loop writes the
weights of one point after the other into a torch.nn network and runs it over batches that lie ready
on the device. Ours takes the points as rows. Both are given the same batches and the same points.

On a CPU the whole grid takes most of an hour either way, so ``POINTS`` of its points, spread over
the whole of it, are timed over all 10,000 pictures; the time of the grid is that, multiplied, and
said to be. On a GPU all points are timed. Losses of both are compared, and ours in float32 with
ours in float64, which tells what of a picture is rounding.
"""

from __future__ import annotations

import statistics
import time
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.machine import describe, save
from optim_core.training.batches import EVALUATED_AT_ONCE, Loader, Scale
from optim_core.training.data import DATASETS
from optim_core.training.data.dataset import Examples, ImageShape, Part
from optim_core.training.events import Floats
from optim_core.training.landscape import Evaluator, Frame, random_directions
from optim_core.training.landscape.slices import square, sweep
from optim_core.training.networks import build_network

SHAPE = ImageShape(1, 28, 28, 10)
SETTINGS = {"width": 16, "depth": 2}
RESOLUTION = 51
PICTURES = 10_000
POINTS = {"cpu": 6, "cuda": RESOLUTION**2}
CHECKED = {"cpu": 3, "cuda": 64}
REPETITIONS = 3
TOLERANCE = 1e-4
"""How far the losses of both may be apart in float32, as a share."""


def pictures() -> Examples:
    """All 10,000 digits, in two halves that are both looked at."""
    spec = DATASETS["mnist"]
    parts = spec.load(spec.settings({}))
    whole = (parts.train, parts.validation, parts.test)
    images = np.concatenate([part.images for part in whole])
    labels = np.concatenate([part.labels for part in whole])
    half = PICTURES // 2
    first, second = Part(images[:half], labels[:half]), Part(images[half:], labels[half:])
    return Examples(first, second, second)


def usual_network() -> nn.Module:
    """The small CNN as one would write it."""
    width = SETTINGS["width"]
    return nn.Sequential(
        nn.Conv2d(1, width, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(width, 2 * width, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(2 * width * 49, 10),
    )


def usual_loop(points: Tensor, batches: list[tuple[Tensor, Tensor]]) -> Floats:
    """The mean loss of each point (P,): its weights are loaded, then all batches are run."""
    model = usual_network().to(points.device, points.dtype).eval()
    found = []
    with torch.no_grad():
        for point in points:
            nn.utils.vector_to_parameters(point, model.parameters())
            total = torch.zeros((), dtype=torch.float64, device=points.device)
            for images, labels in batches:
                total += functional.cross_entropy(model(images), labels, reduction="sum")
            found.append(total)
    count = sum(len(labels) for _, labels in batches)
    return (torch.stack(found) / count).cpu().numpy()


def ours(points: Tensor, evaluator: Evaluator) -> Floats:
    """The same, by the sweep of a picture."""
    *_, (_done, measured) = sweep(lambda first, last: points[first:last], len(points), evaluator)
    return measured[:, [0, 2]].mean(axis=1)


def seconds(device: torch.device, work: Any) -> tuple[float, Floats]:
    """How long ``work`` takes, and what it finds."""
    began = time.perf_counter()
    found: Floats = work()
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter() - began, found


def main() -> None:
    """Measure, print and save."""
    machine = describe()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    network = build_network("small_cnn", SHAPE, SETTINGS)
    (weights,) = network.initial_weights([0])
    frame = Frame(weights, random_directions(network, weights, 0)).to(device)
    places = square(1.0, RESOLUTION).coordinates
    chosen = np.linspace(0, len(places) - 1, POINTS[device.type]).round().astype(int)
    points = frame.points(places[chosen], torch.float32)
    examples, scale = pictures(), Scale.of(pictures().train)
    batches = [
        batch
        for part in (examples.train, examples.validation)
        for batch in Loader(part, scale, torch.float32, device).in_order()
    ]
    evaluator = Evaluator(network, examples, PICTURES, torch.float32, device, torch.zeros(0))
    exact = Evaluator(network, examples, PICTURES, torch.float64, device, torch.zeros(0))

    ours(points[:2], evaluator)
    usual_loop(points[:2], batches)
    times: dict[str, list[float]] = {"usual": [], "ours": []}
    losses: dict[str, Floats] = {}
    for _ in range(REPETITIONS):
        for name, work in (
            ("usual", lambda: usual_loop(points, batches)),
            ("ours", lambda: ours(points, evaluator)),
        ):
            taken, losses[name] = seconds(device, work)
            times[name].append(taken)
    apart = float(np.max(np.abs(losses["ours"] / losses["usual"] - 1)))
    if apart > TOLERANCE:
        raise RuntimeError(f"the losses of both differ by a share of {apart:.2g}")
    checked = chosen[:: max(1, len(chosen) // CHECKED[device.type])]
    double = ours(frame.points(places[checked]), exact)
    single = ours(frame.points(places[checked], torch.float32), evaluator)
    rounding = np.abs(single - double)

    medians = {name: statistics.median(own) for name, own in times.items()}
    whole = len(places) / len(chosen)
    result = {
        "device": str(device),
        "grid": [RESOLUTION, RESOLUTION],
        "pictures": PICTURES,
        "pictures_at_once": EVALUATED_AT_ONCE,
        "parameters": network.size,
        "points_timed": len(chosen),
        "repetitions": REPETITIONS,
        "seconds": times,
        "median_seconds": medians,
        "seconds_of_the_whole_grid": {name: own * whole for name, own in medians.items()},
        "whole_grid_is_extrapolated": len(chosen) < len(places),
        "times_the_usual_loop": medians["usual"] / medians["ours"],
        "largest_relative_difference_to_the_usual_loop": apart,
        "float32_against_float64": {
            "points": len(checked),
            "largest_difference_of_the_loss": float(rounding.max()),
            "largest_relative_difference": float((rounding / double).max()),
        },
    }
    print(f"{device}: {medians['usual']:.2f} s usual, {medians['ours']:.2f} s ours, ", end="")
    print(f"{result['times_the_usual_loop']:.2f} times as fast over {len(chosen)} points")
    print(f"float32 against float64: at most {rounding.max():.2g} of the loss")
    save("slices" if device.type == "cpu" else f"slices_{device.type}", result, machine)


if __name__ == "__main__":
    main()
