"""The largest value of a function in a box, as far as gradients find it: all rows at once.

Ascent along the projected gradient. Every step looks at several lengths along the bent path
``P(y + t g)``, rows of one call, up to the length at which each coordinate has reached its end of
the box, and takes the best. (L-BFGS-B bends the same path and then solves a quadratic model on what
is left; where the function is convex, as it is around a minimum, it skips its pairs of gradients
and is this ascent, too.)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

SHARES = (0.0, 0.1, 0.5, 0.9, 1.0)
"""A step goes as far as this share of the coordinates needs to reach the end of the box."""

SHORTER = (1 / 64, 1 / 8, 1 / 2)
"""And to these parts of the way to the first end, for what bends within the box."""


@dataclass(frozen=True)
class Climb:
    """The best that was found.

    Attributes:
        points: (N, p), in the box.
        values: (N,).
        looks: how often each row's function was computed, gradients included.
    """

    points: Tensor
    values: Tensor
    looks: int


def climb(
    values: Callable[[Tensor], Tensor],
    gradients: Callable[[Tensor], tuple[Tensor, Tensor]],
    starts: Tensor,
    low: Tensor,
    high: Tensor,
    iterations: int,
) -> Climb:
    """Climb from ``starts`` within the box.

    Args:
        values: of points (M, p), M a multiple of N, those of one row side by side.
        gradients: values (N,) and gradients (N, p).
        starts: (N, p), in the box.
        low: (N, p) where the box begins.
        high: (N, p) where it ends.
        iterations: steps; a row that finds nothing higher stays.
    """
    points, looks = starts, 0
    best = values(starts)
    for _ in range(iterations):
        _, slopes = gradients(points)
        room = torch.where(slopes > 0, high - points, points - low)
        moving = (slopes != 0) & (room > 0) & slopes.isfinite()
        if not bool(moving.any()):
            break
        ends = torch.where(moving, room / slopes.abs(), torch.nan)
        # By sorting: torch.quantile refuses more than 16 million numbers.
        ordered = ends.sort(dim=1).values
        count = moving.sum(dim=1, keepdim=True)
        places = [((count - 1).clamp(min=0) * share).long() for share in SHARES]
        lengths = torch.cat([ordered.gather(1, place) for place in places], dim=1).nan_to_num(0.0)
        shorter = lengths[:, :1] * torch.tensor(SHORTER).to(lengths)
        lengths = torch.cat((shorter, lengths), dim=1)
        tried = points[:, None] + lengths[:, :, None] * slopes[:, None]
        tried = torch.maximum(torch.minimum(tried, high[:, None]), low[:, None])
        found = values(tried.flatten(0, 1)).view(len(points), -1)
        highest, place = found.nan_to_num(-torch.inf).max(dim=1)
        better = highest > best
        chosen = tried[torch.arange(len(points), device=points.device), place]
        points = torch.where(better[:, None], chosen, points)
        best = torch.where(better, highest, best)
        looks += 1 + lengths.shape[1]
        if not bool(better.any()):
            break
    return Climb(points, best, looks)
