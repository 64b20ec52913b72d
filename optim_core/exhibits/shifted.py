"""Sharp and flat minima under a shift: Keskar et al., ICLR 2017, arXiv 1609.04836, figure 1."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray

from landscapes import get_surface

Floats = NDArray[np.float64]

PLACES = 361


@dataclass(frozen=True)
class Section:
    """The surface ``sharp_flat`` along y = 0, and what a shift of the data does to its minima.

    Attributes:
        x: (N,) places.
        train, test: (N,) the training loss, and the test loss, which is shifted along x.
        minima: x of the sharp minimum and of the flat one.
        train_at, test_at: their losses in training and in the test.
    """

    x: Floats
    train: Floats
    test: Floats
    minima: tuple[float, float]
    train_at: tuple[float, float]
    test_at: tuple[float, float]


@lru_cache(maxsize=256)
def section(shift: float) -> Section:
    """The section for a test surface moved by ``shift``."""
    surface = get_surface("sharp_flat", shift=shift)
    sharp, flat = (point.x for point in surface.declared(surface.minima))
    x = np.linspace(-3.6, 4.4, PLACES)
    places = torch.from_numpy(np.concatenate([x, [sharp, flat]]))
    level = torch.zeros_like(places)
    trained, tested = surface.value(places, level), surface.test_value(places, level)
    return Section(
        x=x,
        train=trained[:-2].numpy(),
        test=tested[:-2].numpy(),
        minima=(sharp, flat),
        train_at=(float(trained[-2]), float(trained[-1])),
        test_at=(float(tested[-2]), float(tested[-1])),
    )
