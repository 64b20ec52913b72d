"""The line through two networks.

Goodfellow et al. 2015 (arXiv 1412.6544), Keskar et al. 2017 (arXiv 1609.04836), figure 3.
"""

from __future__ import annotations

import torch
from torch import Tensor

from landscapes import Refusal
from optim_core.training.landscape.frame import Frame

LOWEST, HIGHEST = -1.0, 2.0
"""How far the line is followed, as Keskar et al. do: 0 is the first network, 1 the second."""


def line_between(two: Tensor) -> Frame:
    """The networks ``(1 - alpha) first + alpha second``; the coordinate is alpha.

    Args:
        two: (2, D).

    Raises:
        ValueError: when they are the same.
    """
    first, second = two.detach().to("cpu", torch.float64)
    if torch.equal(first, second):
        raise Refusal("these two networks are the same: there is nothing between them")
    return Frame(first, (second - first)[None])
