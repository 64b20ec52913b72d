"""Frame: a line or a plane in the space of weights, with coordinates on it."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from optim_core.training.events import Floats


@dataclass(frozen=True, eq=False)
class Frame:
    """The points ``origin + coordinates @ axes``.

    Attributes:
        origin: (D,) float64.
        axes: (K, D) float64; one for a line, two for a plane. They need not be unit vectors.
    """

    origin: Tensor
    axes: Tensor

    def points(self, coordinates: Floats, dtype: torch.dtype = torch.float64) -> Tensor:
        """The weights (P, D) at ``coordinates`` (P, K), computed in float64 and rounded once."""
        given = torch.from_numpy(coordinates).to(self.origin.device)
        return torch.addmm(self.origin[None], given, self.axes).to(dtype)

    def to(self, device: torch.device) -> Frame:
        """The same on another device."""
        return Frame(self.origin.to(device), self.axes.to(device))
