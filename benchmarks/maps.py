"""How fast maps are: whole ones, their first coarse picture, and what they cost other visitors.

    python -m benchmarks.maps

The yardstick is the plain loop around torch.optim, one run at a time: a few runs are timed, the
thousands of a map are that many times as long. Every repetition runs yardstick and candidates in
turn; medians are kept, the first repetition left out. A numpy loop of the same algorithm joins
always, JAX's jitted scan where JAX is installed.
"""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from benchmarks.machine import describe, save
from benchmarks.tracing import Timings, jax_adam
from landscapes import get_surface
from optim_core import OPTIMIZERS, Entry, RunConfig, Scenario, trace
from optim_core.maps import BasinRequest, MapRequest, PhaseRequest
from pages.ui.maps.workshop import Workshop

STEPS = 500
REPETITIONS = 7
SIDE, PHASE_SIDE, PAGE_SIDE = 200, 128, 100
ADAM = Entry("adam", {"learning_rate": 0.02})
HEAVY_BALL = Entry("momentum", {"learning_rate": 0.02})
FIVE = tuple(
    Entry(key, {"learning_rate": 0.06})
    for key in ("sgd", "adam", "rmsprop", "nesterov", "momentum")
)
CONFIG = RunConfig(steps=STEPS)


def whole(request: MapRequest) -> None:
    """All of a map, as the page computes it."""
    for _stage in request.stages():
        pass


def first(request: MapRequest) -> None:
    """Its coarse picture."""
    next(request.stages())


def torch_optim_loop(surface: str, entry: Entry) -> None:
    """One run of STEPS steps, of which the end is kept."""
    landscape = get_surface(surface)
    point = torch.tensor(landscape.start, dtype=torch.float64, requires_grad=True)
    twin = OPTIMIZERS[entry.optimizer].torch_twin
    assert twin is not None
    optimizer = twin([point], dict(entry.settings))
    for _step in range(STEPS):
        optimizer.zero_grad()
        landscape.value(point[0], point[1]).backward()
        optimizer.step()


def numpy_adam(points: np.ndarray) -> np.ndarray:
    """Adam on Rosenbrock in numpy, all starts (2, N) at once: a hand-written rival."""
    points = points.copy()
    moment, square = np.zeros_like(points), np.zeros_like(points)
    gradient = np.empty_like(points)
    for step in range(1, STEPS + 1):
        x, y = points
        rise = 200 * (y - x * x)
        gradient[0] = -2 * (1 - x) - 2 * x * rise
        gradient[1] = rise
        moment += 0.1 * (gradient - moment)
        square += 0.001 * (gradient * gradient - square)
        size = 0.02 / (1 - 0.9**step)
        points -= size * moment / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return points


def numpy_heavy_ball(rate: np.ndarray, momentum: np.ndarray) -> np.ndarray:
    """The heavy ball on the ravine in numpy, a row a pair of settings (N,)."""
    points = np.tile([[-1.8], [0.9]], (1, len(rate)))
    velocity, curvature = np.zeros_like(points), np.array([[1.0], [100.0]])
    with np.errstate(all="ignore"):
        for _step in range(STEPS):
            velocity = momentum * velocity + curvature * points
            points = points - rate * velocity
    return points


def check_the_rivals() -> None:
    """The numpy loops end where the maps do.

    Raises:
        AssertionError: if not.
    """
    basin = BasinRequest.of(Scenario(surface="rosenbrock", entries=(ADAM,), config=CONFIG), 20)
    found = list(basin.stages())[-1]
    x, y = np.meshgrid(found.x.array(), found.y.array())
    ends = numpy_adam(np.stack([x.ravel(), y.ravel()]))
    losses = (1 - ends[0]) ** 2 + 100 * (ends[1] - ends[0] ** 2) ** 2
    np.testing.assert_allclose(losses, found.cells.losses.ravel(), rtol=1e-4, atol=1e-9)
    scenario = Scenario(surface="ravine", entries=(HEAVY_BALL,), config=CONFIG)
    pairs = list(PhaseRequest.of(scenario, 0, "learning_rate", "momentum", 20).stages())[-1]
    rate, momentum = np.meshgrid(pairs.x.array(), pairs.y.array())
    ends = numpy_heavy_ball(rate.ravel(), momentum.ravel())
    stayed = pairs.cells.where.ravel() >= -1
    with np.errstate(all="ignore"):
        losses = 0.5 * (ends[0] ** 2 + 100 * ends[1] ** 2)
    mapped = pairs.cells.losses.ravel()
    np.testing.assert_allclose(losses[stayed], mapped[stayed], rtol=1e-4, atol=1e-12)


def basins(timings: Timings) -> Callable[[], dict[str, float]]:
    """Adam from 200 x 200 starts on Rosenbrock."""
    request = BasinRequest.of(Scenario(surface="rosenbrock", entries=(ADAM,), config=CONFIG), SIDE)
    points = np.random.default_rng(0).uniform(-2, 2, (2, SIDE * SIDE))
    rival = jax_adam(SIDE * SIDE)
    timings.measure("basins", lambda: whole(request))
    timings.measure("basins_torch", lambda: torch_optim_loop("rosenbrock", ADAM))
    timings.measure("basins_numpy", lambda: numpy_adam(points))
    if rival is not None:
        timings.measure("basins_jax", rival)

    def told() -> dict[str, float]:
        seconds = timings.median("basins")
        return {
            "seconds": seconds,
            "ratio_to_torch_optim_loop": SIDE**2 * timings.median("basins_torch") / seconds,
            **{
                f"ratio_to_{name}": timings.median(f"basins_{name}") / seconds
                for name in ("numpy", "jax")
                if f"basins_{name}" in timings.seconds
            },
        }

    return told


def phase(timings: Timings) -> Callable[[], dict[str, float]]:
    """128 x 128 pairs of rate and momentum of the heavy ball on the ravine."""
    scenario = Scenario(surface="ravine", entries=(HEAVY_BALL,), config=CONFIG)
    request = PhaseRequest.of(scenario, 0, "learning_rate", "momentum", PHASE_SIDE)
    rate, momentum = np.meshgrid(*(axis.array() for axis in request.axes()))
    timings.measure("phase", lambda: whole(request))
    timings.measure("phase_torch", lambda: torch_optim_loop("ravine", HEAVY_BALL))
    timings.measure("phase_numpy", lambda: numpy_heavy_ball(rate.ravel(), momentum.ravel()))

    def told() -> dict[str, float]:
        seconds = timings.median("phase")
        return {
            "seconds": seconds,
            "ratio_to_torch_optim_loop": PHASE_SIDE**2 * timings.median("phase_torch") / seconds,
            "ratio_to_numpy": timings.median("phase_numpy") / seconds,
        }

    return told


def page(timings: Timings) -> Callable[[], dict[str, float]]:
    """Five optimizers at 100 x 100: the coarse picture and all of it."""
    scenario = Scenario(surface="sharp_flat", entries=FIVE, config=CONFIG)
    request = BasinRequest.of(scenario, PAGE_SIDE)
    timings.measure("page_first", lambda: first(request))
    timings.measure("page", lambda: whole(request))
    return lambda: {
        "first_picture_seconds": timings.median("page_first"),
        "seconds": timings.median("page"),
    }


def neighbours() -> dict[str, float]:
    """How long another visitor's run takes while a large map is being computed, and alone."""
    visitor = Scenario(
        surface="sharp_flat", entries=FIVE, starts=((-3.8, 0.5),), config=RunConfig(steps=300)
    )

    def median() -> float:
        seconds = []
        for _ in range(20):
            began = time.perf_counter()
            trace(visitor)
            seconds.append(time.perf_counter() - began)
            time.sleep(0.02)
        return statistics.median(seconds)

    alone = median()
    large = BasinRequest.of(Scenario(surface="sharp_flat", entries=FIVE, config=CONFIG), 400)
    workshop = Workshop()
    workshop.look(large, "somebody", wait=2.0)
    beside = median()
    working = workshop.unfinished() > 0 and threading.active_count() > 1
    workshop.leave("somebody")
    return {
        "trace_alone_milliseconds": 1e3 * alone,
        "trace_beside_a_map_milliseconds": 1e3 * beside,
        "map_was_still_being_computed": float(working),
    }


def main() -> None:
    """Measure everything, print and save it."""
    torch.set_num_threads(1)
    machine = describe()
    check_the_rivals()
    timings = Timings()
    tellers: list[Callable[[], dict[str, float]]] = []
    for _ in range(REPETITIONS):
        tellers = [part(timings) for part in (basins, phase, page)]
    payload: dict[str, Any] = {"steps": STEPS, "repetitions": REPETITIONS}
    names = ("adam_basins_200_x_200", "heavy_ball_phase_128_x_128", "five_basins_100_x_100")
    for name, told in zip(names, tellers, strict=True):
        payload[name] = told()
        print(name, payload[name])
    payload["other_visitors"] = neighbours()
    print(payload["other_visitors"])
    print(save("maps", payload, machine))


if __name__ == "__main__":
    main()
