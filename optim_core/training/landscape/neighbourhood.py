"""SAM's neighbourhood loss: the highest loss within a ball around the weights.

P. Foret et al., "Sharpness-aware minimization", ICLR 2021, arXiv 2010.01412, equations 1 and 2.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from optim_core.training.landscape.objective import Objective


@dataclass(frozen=True)
class NeighbourhoodLoss:
    """The losses around G networks.

    Attributes:
        loss: (G,) at the weights themselves.
        first_order: (G,) where SAM looks: at ``rho`` along the gradient.
        highest: (G,) the highest that was found within the ball: a lower bound of what there is.
    """

    loss: Tensor
    first_order: Tensor
    highest: Tensor


def neighbourhood_loss(
    objective: Objective, points: Tensor, rho: float, *, steps: int = 5
) -> NeighbourhoodLoss:
    """The loss at distance ``rho``.

    Args:
        objective: the loss.
        points: (G, D) the weights.
        rho: the radius, in units of the weights; the paper has 0.05.
        steps: how often the direction is taken anew, each time along the gradient at the last
            place. The first is SAM's own.
    """
    loss, slopes = objective.gradients(points)
    highest = first_order = loss
    for step in range(max(1, steps)):
        size = slopes.norm(dim=1, keepdim=True)
        # Where there is no slope there is no direction, and the weights stay.
        unit = torch.where(size > 0, slopes / size, torch.zeros_like(slopes))
        around, slopes = objective.gradients(points + rho * unit)
        if step == 0:
            first_order = around
        highest = torch.maximum(highest, around)
    return NeighbourhoodLoss(loss=loss, first_order=first_order, highest=highest)
