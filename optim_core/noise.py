"""Noise on the gradient: streams that know the seed and the step, but not the optimizer.

Every entry and every start meets the same noise at the same seed and step, so no optimizer is
favoured by luck. The noise of stream s at step t depends on (seed, s, t) alone: a longer run or
more streams only add to what was there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landscapes import Choice, Knob, Refusal, Registry, Value

Floats = NDArray[np.float64]
Settings = Mapping[str, Value]
"""The settings of a kind of noise by key, complete (as ``Noise.settings`` keeps them)."""

MAX_NUMBERS = 50_000_000
"""The most numbers that one call draws: 400 MB."""


@dataclass(frozen=True, kw_only=True, eq=False)
class NoiseStreams:
    """The noise of T steps in S streams on D parameters; read-only float64, or None for none.

    Attributes:
        gradient: (T, S, D), added to the true gradient.
        shift: (T, S, D), added to the point at which the gradient is measured.
    """

    gradient: Floats | None = None
    shift: Floats | None = None


Streams = Callable[[int, int, int, Settings, int], NoiseStreams]
"""``(steps T, streams S, dimension D, settings, seed) -> noise``."""


@dataclass(frozen=True, kw_only=True)
class NoiseSpec:
    """A declared kind of noise."""

    key: str
    title: str
    knobs: tuple[Knob, ...]
    story: str
    source: str
    streams: Streams


NOISES: Registry[NoiseSpec] = Registry("noise")
"""Every declared kind of noise by key."""


def noise(
    *, key: str, title: str, story: str, source: str, knobs: tuple[Knob, ...] = ()
) -> Callable[[Streams], Streams]:
    """Declare the decorated function as a kind of noise; the arguments are NoiseSpec's fields."""

    def declare(streams: Streams) -> Streams:
        spec = NoiseSpec(
            key=key, title=title, knobs=knobs, story=story, source=source, streams=streams
        )
        NOISES.add(key, spec)
        return streams

    return declare


def standard_normals(steps: int, seeds: int, dimension: int, seed: int) -> Floats:
    """Independent N(0, 1) numbers, shape (steps, seeds, dimension).

    One generator a stream, seeded with (seed, stream number) and drawn step by step, so that
    ``[:t, :s]`` is the same whatever ``steps`` and ``seeds`` are.

    Raises:
        ValueError: for more than ``MAX_NUMBERS`` of them, before any is drawn.
    """
    count = steps * seeds * dimension
    if count > MAX_NUMBERS:
        raise Refusal(
            "noise for {steps:,} steps, {seeds:,} noise seeds and {dimension:,} parameters needs "
            "{count:,} random numbers; at most {most:,} are drawn",
            steps=steps,
            seeds=seeds,
            dimension=dimension,
            count=count,
            most=MAX_NUMBERS,
        )
    drawn = np.empty((steps, seeds, dimension))
    for stream in range(seeds):
        generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence((seed, stream))))
        drawn[:, stream] = generator.standard_normal((steps, dimension))
    return drawn


def _scaled(normals: Floats, deviations: NDArray[np.floating] | float) -> Floats:
    """``normals`` times one standard deviation a step, in place and then read-only."""
    normals *= deviations
    normals.flags.writeable = False
    return normals


@noise(
    key="none",
    title="No noise",
    story="The true gradient at every step: the same run every time.",
    source="full-batch gradient descent",
)
def none(steps: int, seeds: int, dimension: int, settings: Settings, seed: int) -> NoiseStreams:
    """Nothing is added anywhere."""
    del steps, seeds, dimension, settings, seed
    return NoiseStreams()


@noise(
    key="gaussian",
    title="Gaussian gradient noise",
    knobs=(
        Knob(
            key="scale",
            title="Size",
            default=1.0,
            low=0.0,
            high=1e6,
            scale="log",
            slider_low=1e-3,
            slider_high=100.0,
            help="How large the noise is at the first step, in units of the gradient.",
        ),
        Knob(
            key="decay",
            title="Decay",
            default=0.55,
            low=0.0,
            high=10.0,
            slider_high=2.0,
            help="How fast the noise fades (gamma); 0 keeps it constant.",
        ),
        Knob(
            key="law",
            title="What decays",
            default="deviation",
            scale="choice",
            choices=(
                Choice(
                    key="deviation",
                    title="Standard deviation (lecture)",
                    help="The standard deviation is size / (1 + t)^decay, t from 0.",
                ),
                Choice(
                    key="variance",
                    title="Variance (paper)",
                    help="The variance is size / (1 + t)^decay, t from 0: the noise itself fades "
                    "half as fast on a logarithmic scale.",
                ),
            ),
            help="The lecture and the paper it cites use one formula for two different things.",
        ),
    ),
    story="A random push at every step: large ones shake the ball out of shallow minima, and as "
    "they fade it settles.",
    source="Neelakantan et al. 2015, arXiv 1511.06807, section 3 (the variance, decay 0.55, size "
    "0.01 to 1); the lecture writes the same law for the standard deviation",
)
def gaussian(steps: int, seeds: int, dimension: int, settings: Settings, seed: int) -> NoiseStreams:
    """Independent N(0, sigma_t^2) on every component of the gradient."""
    normals = standard_normals(steps, seeds, dimension, seed)
    law = float(settings["scale"]) / (1 + np.arange(steps)) ** float(settings["decay"])
    deviations = law if settings["law"] == "deviation" else np.sqrt(law)
    return NoiseStreams(gradient=_scaled(normals, deviations[:, None, None]))


@noise(
    key="minibatch",
    title="Minibatch-like noise",
    knobs=(
        Knob(
            key="spread",
            title="Spread of the examples",
            default=0.5,
            low=0.0,
            high=1e3,
            scale="log",
            slider_low=1e-2,
            slider_high=5.0,
            help="How far a single example's surface lies from the average one, in units of x, y.",
        ),
        Knob(
            key="batch_size",
            title="Batch size",
            default=32,
            low=1,
            high=65_536,
            scale="integer",
            slider_high=512,
            unit="examples",
            help="Averaging more examples shrinks the shift by the root of their number.",
        ),
    ),
    story="Each batch sees the surface shifted a little, so walls of a sharp minimum move under "
    "the ball while the floor of a flat one hardly does. A stand-in: in real minibatch noise every "
    "example has a surface of its own, not a shifted copy. What it keeps is that the noise follows "
    "the curvature: here it grows with the Hessian itself, in networks its covariance does.",
    source="the shifted surfaces of Keskar et al., ICLR 2017, arXiv 1609.04836; noise that follows "
    "the curvature: Jastrzebski et al. 2017, arXiv 1711.04623, and Zhu et al., ICML 2019, "
    "arXiv 1803.00195",
)
def minibatch(
    steps: int, seeds: int, dimension: int, settings: Settings, seed: int
) -> NoiseStreams:
    """The gradient is measured N(0, spread^2 / batch_size) away, on each axis."""
    normals = standard_normals(steps, seeds, dimension, seed)
    deviation = float(settings["spread"]) / float(settings["batch_size"]) ** 0.5
    return NoiseStreams(shift=_scaled(normals, deviation))
