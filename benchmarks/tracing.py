"""How fast trace() is beside what one would write instead, in ratios taken in one run.

    python -m benchmarks.tracing

The yardstick is the plain loop around torch.optim: one optimizer, one start, forward, backward,
step, record; nine of them one after the other. Every repetition runs yardstick and candidates in
turn, so that a busy machine slows both; medians are kept. JAX's jitted scan joins where JAX is
installed, a numpy loop always.
"""

from __future__ import annotations

import dataclasses
import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from benchmarks.machine import describe, save
from landscapes import SURFACES, get_surface
from optim_core import OPTIMIZERS, Entry, RunConfig, Scenario, gradients, trace

STEPS = 500
REPETITIONS = 7
NINE = (
    ("sgd", {"learning_rate": 2e-4}),
    ("momentum", {"learning_rate": 2e-4}),
    ("adagrad", {"learning_rate": 0.1}),
    ("rmsprop", {"learning_rate": 0.01}),
    ("adam", {"learning_rate": 0.02}),
    ("amsgrad", {"learning_rate": 0.02}),
    ("adamw", {"learning_rate": 0.02}),
    ("nadam", {"learning_rate": 0.02}),
    ("radam", {"learning_rate": 2e-4}),
)
ENTRIES = tuple(Entry(key, settings) for key, settings in NINE)


@dataclass
class Timings:
    """Seconds of each repetition of each candidate."""

    seconds: dict[str, list[float]] = field(default_factory=dict)

    def measure(self, name: str, call: Callable[[], object]) -> None:
        """Run ``call`` once and note how long it took."""
        began = time.perf_counter()
        call()
        self.seconds.setdefault(name, []).append(time.perf_counter() - began)

    def median(self, name: str) -> float:
        """The median, the first (warming) repetition left out."""
        return statistics.median(self.seconds[name][1:])


def torch_optim_loops(surface: str) -> None:
    """Nine runs of STEPS steps from the surface's start, each by its torch.optim optimizer."""
    landscape = get_surface(surface)
    for entry in ENTRIES:
        point = torch.tensor(landscape.start, dtype=torch.float64, requires_grad=True)
        twin = OPTIMIZERS[entry.optimizer].torch_twin
        assert twin is not None
        optimizer = twin([point], dict(entry.settings))
        path = [point.detach().clone()]
        for _ in range(STEPS):
            optimizer.zero_grad()
            landscape.value(point[0], point[1]).backward()
            optimizer.step()
            path.append(point.detach().clone())
        torch.stack(path)


def scenario(surface: str, starts: int) -> Scenario:
    """The nine entries from ``starts`` starts near the surface's own."""
    landscape = get_surface(surface)
    x, y = landscape.start
    around = tuple((x + 0.01 * i, y - 0.01 * i) for i in range(starts))
    return Scenario(surface=surface, entries=ENTRIES, starts=around, config=RunConfig(steps=STEPS))


def trace_by_autograd(nine: Scenario) -> None:
    """As trace(), the surface differentiated by plain autograd at every step."""
    recorded = gradients.checked_recording
    gradients.checked_recording = lambda *_: None  # type: ignore[assignment]
    try:
        trace(nine)
    finally:
        gradients.checked_recording = recorded


def numpy_adam(starts: int) -> None:
    """Adam on Rosenbrock in numpy, all starts at once, in place, traced: a hand-written rival."""
    points = np.tile([[-1.5], [2.2]], (1, starts))
    first, second = np.zeros_like(points), np.zeros_like(points)
    path = np.empty((STEPS + 1, *points.shape))
    path[0] = points
    gradient = np.empty_like(points)
    for step in range(1, STEPS + 1):
        x, y = points
        rise = 200 * (y - x * x)
        gradient[0] = -2 * (1 - x) - 2 * x * rise
        gradient[1] = rise
        first += 0.1 * (gradient - first)
        second += 0.001 * (gradient * gradient - second)
        size = 0.02 / (1 - 0.9**step)
        points = points - size * first / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
        path[step] = points


def jax_adam(starts: int) -> Callable[[], object] | None:
    """The same as one jitted scan in JAX, compiled beforehand; None where JAX is not installed."""
    try:
        import jax  # type: ignore[import-not-found]
        import jax.numpy as jnp  # type: ignore[import-not-found]
    except ImportError:
        return None
    jax.config.update("jax_enable_x64", True)

    def rosenbrock(point: Any) -> Any:
        return (1 - point[0]) ** 2 + 100 * (point[1] - point[0] ** 2) ** 2

    def step(carry: Any, number: Any) -> Any:
        point, first, second = carry
        gradient = jax.grad(rosenbrock)(point)
        first = first + 0.1 * (gradient - first)
        second = second + 0.001 * (gradient**2 - second)
        size = 0.02 / (1 - 0.9**number)
        point = point - size * first / (jnp.sqrt(second / (1 - 0.999**number)) + 1e-8)
        return (point, first, second), point

    def run(point: Any) -> Any:
        nothing = jnp.zeros_like(point)
        numbers = jnp.arange(1.0, STEPS + 1)
        return jax.lax.scan(step, (point, nothing, nothing), numbers)[1]

    compiled = jax.jit(jax.vmap(run))
    points = jnp.tile(jnp.array([-1.5, 2.2]), (starts, 1))
    compiled(points).block_until_ready()
    return lambda: compiled(points).block_until_ready()


def peak_bytes() -> int:
    """The most memory this process has held so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def many_starts() -> dict[str, float]:
    """Adam from 40,000 starts, ends only: seconds and megabytes above what was held before."""
    rng = np.random.default_rng(0)
    starts = tuple(map(tuple, rng.uniform(-2, 2, (40_000, 2)).tolist()))
    entry = Entry("adam", {"learning_rate": 0.02})
    crowd = Scenario(
        surface="rosenbrock", entries=(entry,), starts=starts, config=RunConfig(steps=STEPS)
    )
    trace(dataclasses.replace(crowd, starts=crowd.starts[:100]), keep="ends")  # loads what it needs
    before = peak_bytes()
    seconds = [trace(crowd, keep="ends").seconds for _ in range(REPETITIONS)]
    return {
        "seconds_median": statistics.median(seconds[1:]),
        "megabytes_over_start": (peak_bytes() - before) / 1e6,
    }


def nine_against_torch_optim(surface: str) -> dict[str, float]:
    """How many times as fast as the torch.optim loops, for 1 and 8 starts."""
    timings = Timings()
    one, eight = scenario(surface, 1), scenario(surface, 8)
    for _ in range(REPETITIONS):
        timings.measure("torch_optim", lambda: torch_optim_loops(surface))
        timings.measure("one_start", lambda: trace(one))
        timings.measure("eight_starts", lambda: trace(eight))
        timings.measure("eight_starts_autograd", lambda: trace_by_autograd(eight))
    yardstick = timings.median("torch_optim")
    return {
        "torch_optim_seconds": yardstick,
        "nine_by_one_start_seconds": timings.median("one_start"),
        "nine_by_eight_starts_seconds": timings.median("eight_starts"),
        "ratio_nine_by_one_start": yardstick / timings.median("one_start"),
        "ratio_nine_by_eight_starts": 8 * yardstick / timings.median("eight_starts"),
        "ratio_nine_by_eight_starts_autograd": 8
        * yardstick
        / timings.median("eight_starts_autograd"),
    }


def adam_against_others(starts: int) -> dict[str, float]:
    """Adam alone on Rosenbrock: how many times as fast as numpy's and JAX's loops."""
    timings = Timings()
    adam = Scenario(
        surface="rosenbrock",
        entries=(Entry("adam", {"learning_rate": 0.02}),),
        starts=((-1.5, 2.2),) * starts,
        config=RunConfig(steps=STEPS),
    )
    rivals = {"numpy": lambda: numpy_adam(starts), "jax": jax_adam(starts)}
    for _ in range(REPETITIONS):
        timings.measure("trace", lambda: trace(adam))
        for name, rival in rivals.items():
            if rival is not None:
                timings.measure(name, rival)
    return {
        f"ratio_to_{name}": timings.median(name) / timings.median("trace")
        for name, rival in rivals.items()
        if rival is not None
    }


def main() -> None:
    """Measure everything, print and save it."""
    torch.set_num_threads(1)
    machine = describe()
    trace(scenario("rosenbrock", 1))
    payload: dict[str, Any] = {
        "steps": STEPS,
        "repetitions": REPETITIONS,
        "ends_of_40000_starts_adam": many_starts(),
        "surfaces": {},
    }
    for surface in SURFACES:
        figures = nine_against_torch_optim(surface)
        payload["surfaces"][surface] = figures
        print(
            f"{surface:18s} torch.optim times {figures['ratio_nine_by_one_start']:5.1f} (1 start),"
            f"{figures['ratio_nine_by_eight_starts']:6.0f} (8),"
            f"{figures['ratio_nine_by_eight_starts_autograd']:5.0f} (8, by autograd)"
        )
    payload["adam_on_rosenbrock"] = {str(n): adam_against_others(n) for n in (1, 8, 1024)}
    payload["lowest"] = {
        name: min(figures[name] for figures in payload["surfaces"].values())
        for name in (
            "ratio_nine_by_one_start",
            "ratio_nine_by_eight_starts",
            "ratio_nine_by_eight_starts_autograd",
        )
    }
    print(payload["lowest"], payload["ends_of_40000_starts_adam"], payload["adam_on_rosenbrock"])
    print(save("tracing", payload, machine))


if __name__ == "__main__":
    main()
