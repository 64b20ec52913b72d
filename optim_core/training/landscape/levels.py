"""The lines of a grid that each of its levels has, from coarse to fine. No torch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

STRIDES = (8, 4, 2, 1)
"""Every 8th point of each side comes first, then every 4th, every 2nd, all."""

Places = NDArray[np.int64]


def every(length: int, stride: int) -> Places:
    """Every ``stride``-th of so many, and the last: the picture has its full width at once."""
    return np.unique(np.append(np.arange(0, length, stride), length - 1))
