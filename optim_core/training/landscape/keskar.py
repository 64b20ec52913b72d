"""Keskar's epsilon-sharpness: how much the loss can rise in a small box around the weights.

N. Keskar et al., "On large-batch training for deep learning", ICLR 2017, arXiv 1609.04836, metric
2.1.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from optim_core.training.landscape.box import climb
from optim_core.training.landscape.eigenvalues import random_vectors
from optim_core.training.landscape.objective import Objective

ITERATIONS = 10
"""As in the paper."""


@dataclass(frozen=True)
class EpsilonSharpness:
    """How sharp G networks are.

    Attributes:
        percent: (G,) ``100 (highest - loss) / (1 + loss)``, the paper's phi.
        loss: (G,) at the weights themselves.
        highest: (G,) the highest loss that was found in the box: a lower bound of what there is.
        points: (G, D) where.
    """

    percent: Tensor
    loss: Tensor
    highest: Tensor
    points: Tensor


def epsilon_sharpness(
    objective: Objective,
    points: Tensor,
    epsilon: float,
    *,
    directions: Tensor | None = None,
    iterations: int = ITERATIONS,
    starts: int = 1,
    seed: int = 0,
) -> EpsilonSharpness:
    """The highest loss with each component y of a move within ``epsilon (|x| + 1)``.

    The paper maximises by ten iterations of L-BFGS-B from the weights; here it is ten of
    :func:`~optim_core.training.landscape.box.climb`, from the weights and, where more ``starts``
    are asked for, from random corners of the box as well.

    Args:
        objective: the loss.
        points: (G, D) the weights x.
        epsilon: half the box's width, in units of ``|x| + 1``.
        directions: (D, p) the columns of A: moves are ``A y`` and the box is that of
            ``|pinv(A) x|``. None for moves of every weight (A the identity).
        iterations: of the climb.
        starts: how many climbs.
        seed: of the corners.
    """
    inside = _Within(objective, points, directions)
    reach = epsilon * (inside.centre.abs() + 1)  # (G, p)
    rows = len(points) * starts
    corners = random_vectors(rows, reach, seed).sign() * reach.repeat_interleave(starts, dim=0)
    corners[::starts] = 0  # the first climb of each begins at the weights
    high = reach.repeat_interleave(starts, dim=0)
    found = climb(inside.losses, inside.gradients, corners, -high, high, iterations)
    highest, best = found.values.view(len(points), starts).max(dim=1)
    loss = objective.losses(points)
    chosen = found.points.view(len(points), starts, -1)
    moves = chosen[torch.arange(len(points), device=points.device), best]
    highest = torch.maximum(highest, loss)
    return EpsilonSharpness(
        percent=100 * (highest - loss) / (1 + loss),
        loss=loss,
        highest=highest,
        points=inside.moved(moves),
    )


def random_manifold(like: Tensor, dimensions: int, seed: int) -> Tensor:
    """Random unit columns (D, dimensions): the paper's manifold, which has 100."""
    drawn = random_vectors(dimensions, like, seed)
    unit: Tensor = drawn / drawn.norm(dim=1, keepdim=True)
    return unit.T


class _Within:
    """The loss as a function of the moves y around the weights."""

    def __init__(self, objective: Objective, points: Tensor, directions: Tensor | None) -> None:
        self._objective = objective
        self._points = points
        self._directions = directions
        self.centre = points
        if directions is not None:
            self.centre = points @ torch.linalg.pinv(directions).T

    def moved(self, moves: Tensor) -> Tensor:
        """The weights (M, D) after moves (M, p), M a multiple of G."""
        own = self._points.repeat_interleave(len(moves) // len(self._points), dim=0)
        return own + (moves if self._directions is None else moves @ self._directions.T)

    def losses(self, moves: Tensor) -> Tensor:
        """(M,)."""
        return self._objective.losses(self.moved(moves))

    def gradients(self, moves: Tensor) -> tuple[Tensor, Tensor]:
        """(M,) and (M, p)."""
        losses, slopes = self._objective.gradients(self.moved(moves))
        return losses, slopes if self._directions is None else slopes @ self._directions
