"""Easy first: Bengio et al., ICML 2009, on a surface whose waves are smoothed and then let back in.

Rastrigin's surface seen through Gaussian noise of width s on x keeps its bowl, while its waves
shrink by ``exp(-2 pi**2 s**2)``: smoothing is a lower amplitude.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray

from landscapes import get_surface
from optim_core.scenario import Entry, RunConfig, Scenario
from optim_core.tracing import trace

Floats = NDArray[np.float64]

WIDTHS = (0.6, 0.35, 0.25, 0.15, 0.0)
"""Of the smoothing, stage by stage: the last one is the true surface."""

AMPLITUDE, RATE, STAGE, START = 10.0, 0.003, 600, -3.6
PLACES = 400


def amplitude(width: float) -> float:
    """Height of the waves that smoothing by ``width`` leaves of 10."""
    return AMPLITUDE * math.exp(-2 * (math.pi * width) ** 2)


@dataclass(frozen=True)
class EasyFirst:
    """Two runs of SGD along y = 0, 600 steps a stage.

    Attributes:
        x: (N,) places.
        surfaces: (S, N) the loss of each stage.
        eased: (S+1, 2) where the run on the smoothed surfaces stands, and its loss on the stage's
            surface, at the start and at the end of each stage.
        direct: (S+1, 2) the same of the run that meets the true surface from the first step.
    """

    x: Floats
    surfaces: Floats
    eased: Floats
    direct: Floats


@lru_cache(maxsize=1)
def curriculum() -> EasyFirst:
    """Both runs with the same rate, start and number of steps."""
    x = np.linspace(-4.6, 4.6, PLACES)
    surfaces = np.stack([losses(amplitude(width), x) for width in WIDTHS])
    eased, direct = [START], [START]
    for width in WIDTHS:
        eased.append(_moved(amplitude(width), eased[-1]))
        direct.append(_moved(AMPLITUDE, direct[-1]))
    heights = [amplitude(width) for width in (WIDTHS[0], *WIDTHS)]
    return EasyFirst(
        x=x,
        surfaces=surfaces,
        eased=np.array(
            [(at, losses(high, np.array([at]))[0]) for at, high in zip(eased, heights, strict=True)]
        ),
        direct=np.array([(at, losses(AMPLITUDE, np.array([at]))[0]) for at in direct]),
    )


def losses(high: float, x: Floats) -> Floats:
    """Rastrigin's loss with waves ``high`` at ``x`` (N,) on y = 0."""
    places = torch.from_numpy(np.ascontiguousarray(x))
    found: Floats = (
        get_surface("rastrigin", amplitude=high).value(places, torch.zeros_like(places)).numpy()
    )
    return found


def _moved(high: float, start: float) -> float:
    scenario = Scenario(
        surface="rastrigin",
        surface_settings={"amplitude": high},
        entries=(Entry("sgd", {"learning_rate": RATE}),),
        starts=((start, 0.0),),
        config=RunConfig(steps=STAGE),
    )
    return float(trace(scenario).positions[-1, 0, 0])
