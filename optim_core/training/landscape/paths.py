"""The paths of trainings in one plane: principal components of the recorded weights.

As Li et al. 2018 (arXiv 1712.09913), section 7, but for *all* paths at once and about a centre of
one's choice. The plane goes through the centre exactly, and every other point is shown by its
shadow: so the picture depends on the centre, and a network that looks as if it stood on a hill may
be down in a valley beside the plane. Distances from the plane and true losses say by how much.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from landscapes import Refusal
from optim_core.training.events import Floats
from optim_core.training.landscape.frame import Frame

TOLD = 10
"""Components whose share of the variance is told."""

NOTHING = 1e-12
"""A component with less than this share of the first is rounding."""


@dataclass(frozen=True, eq=False)
class PathPlane:
    """A plane with the shadows of paths on it.

    Attributes:
        frame: its origin is the centre, its axes are unit vectors at a right angle.
        coordinates: (M, R, 2) of each moment of each path; NaN where a path has ended.
        distances: (M, R) of the true weights from the plane.
        explained: the share of the squared distance from the centre that each of the first
            components has, at most ``TOLD`` of them, falling.
    """

    frame: Frame
    coordinates: Floats
    distances: Floats
    explained: Floats


def path_plane(recorded: Tensor, centre: Tensor) -> PathPlane:
    """The plane through ``centre`` that is nearest to all the points of all the paths.

    Nearest by the sum of squared distances, every recorded moment of every path counting alike.

    Args:
        recorded: (M, R, D) on the CPU; NaN where a path has ended.
        centre: (D,).

    Raises:
        ValueError: when nothing has moved.
    """
    moments, rows, size = recorded.shape
    origin = centre.double()
    flat = recorded.reshape(-1, size).double() - origin
    there = flat.isfinite().all(dim=1)
    own = flat[there]
    total = float(own.square().sum())
    if total == 0:
        raise Refusal("the recorded weights are all the same: there is no path to draw")
    values, axes = _principal(own)
    shadows = own @ axes.T
    # By Pythagoras nearby points would lose all digits of their distance.
    distances = (own - shadows @ axes).norm(dim=1)
    coordinates = np.full((moments * rows, 2), np.nan)
    away = np.full(moments * rows, np.nan)
    coordinates[there.numpy()] = shadows.numpy()
    away[there.numpy()] = distances.numpy()
    return PathPlane(
        frame=Frame(origin, axes),
        coordinates=coordinates.reshape(moments, rows, 2),
        distances=away.reshape(moments, rows),
        explained=(values[:TOLD] / total).numpy(),
    )


def _principal(points: Tensor) -> tuple[Tensor, Tensor]:
    """Squared singular values (falling) and the first two right singular vectors (2, D).

    By the products of all pairs where there are fewer points than parameters, as is usual. Each
    vector points to where its largest component is positive, so that it is the same everywhere.
    """
    count, size = points.shape
    wide = count < size
    products = points @ points.T if wide else points.T @ points
    values, vectors = torch.linalg.eigh(products)
    values, vectors = values.flip(0).clamp(min=0.0), vectors.flip(1)[:, :2]
    axes = (points.T @ vectors).T if wide else vectors.T
    chosen: list[Tensor] = []
    for place in range(2):
        enough = place < len(values) and values[place] > NOTHING * values[0]
        axis = axes[place] if enough else _spare(size)
        for other in chosen * 2:
            axis = axis - (axis @ other) * other
        axis = axis / axis.norm()
        chosen.append(axis if axis[axis.abs().argmax()] > 0 else -axis)
    return values, torch.stack(chosen)


def _spare(size: int) -> Tensor:
    """Any direction, the same each time: the second axis of paths that lie on one line."""
    chance = torch.Generator(device="cpu").manual_seed(0)
    return torch.randn(size, dtype=torch.float64, generator=chance)
