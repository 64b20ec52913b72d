"""The plane through three networks: Garipov et al. 2018 (arXiv 1802.10026), figure 1."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from landscapes import Refusal
from optim_core.training.events import Floats
from optim_core.training.landscape.frame import Frame

ALIGNED = 1e-6
"""Three networks whose triangle is flatter than this (height over base) lie on a line."""


def plane_through(three: Tensor) -> tuple[Frame, Floats]:
    """The plane through three networks, with unit axes at a right angle.

    Args:
        three: (3, D).

    Returns:
        The plane, whose origin is the first network and whose first axis leads to the second, and
        the coordinates (3, 2) of the networks, in lengths of the space of weights.

    Raises:
        ValueError: when they lie on one line, or two are the same.
    """
    first, second, third = three.detach().to("cpu", torch.float64)
    along, aside = second - first, third - first
    base = along.norm()
    if base > 0:
        along = along / base
        shadow = aside @ along
        # Twice, since rounding leaves a rest of the first axis in the second.
        rest = aside - shadow * along
        rest = rest - (rest @ along) * along
        height = rest.norm()
        if height > ALIGNED * max(float(base), float(aside.norm())):
            frame = Frame(first, torch.stack((along, rest / height)))
            places = [[0.0, 0.0], [float(base), 0.0], [float(shadow), float(height)]]
            return frame, np.array(places)
    raise Refusal("these three networks lie on one line: no plane is theirs alone")
