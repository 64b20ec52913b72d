"""How the eigenvalues of a Hessian are spread: stochastic Lanczos quadrature.

Ubaru, Chen and Saad, SIAM J. Matrix Anal. Appl. 38, 2017; for networks Ghorbani, Krishnan and Xiao,
ICML 2019, arXiv 1901.10159.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from torch import Tensor

from optim_core.training.landscape.lanczos import Floats, Products, lanczos
from optim_core.training.landscape.traces import Trace


@dataclass(frozen=True)
class Density:
    """The spread of the eigenvalues of G matrices as weighted points, P sets of them a matrix.

    Attributes:
        points: (G, P, k) the quadrature's nodes.
        weights: (G, P, k) each set sums to 1; padded with zeros.
        size: D, how many eigenvalues a matrix has.
    """

    points: Floats
    weights: Floats
    size: int

    def moments(self, order: int) -> Floats:
        """Each set's mean (G, P) of the eigenvalues to the power of ``order``.

        Exact, up to rounding, for that probe as long as ``order`` is below 2 k.
        """
        means: Floats = (self.weights * self.points**order).sum(axis=2)
        return means

    @property
    def trace(self) -> Trace:
        """What the same probes say of the trace: Hutchinson's estimate."""
        return Trace(self.size * self.moments(1))

    def smoothed(self, grid: Floats, width: float) -> Floats:
        """The mean density (G, X) on ``grid`` (X,), each point a bell of this standard deviation.

        It integrates to 1: times D it counts eigenvalues.
        """
        away = (grid - self.points[..., None]) / width
        bells = np.exp(-(away**2) / 2) / (width * np.sqrt(2 * np.pi))
        mean: Floats = (self.weights[..., None] * bells).sum(axis=2).mean(axis=1)
        return mean


def spectral_density(
    products: Products, probes: Tensor, matrices: int, *, steps: int = 40
) -> Density:
    """The spread of the eigenvalues.

    Args:
        products: of N = G x P rows, those of one matrix side by side.
        probes: (N, D), for instance random signs.
        matrices: G.
        steps: of Lanczos, each one product of every row; that many points there are in a set.
    """
    found = lanczos(products, probes, steps)
    rows, longest = found.diagonal.shape
    points, weights = np.zeros((rows, longest)), np.zeros((rows, longest))
    for row in range(rows):
        values, vectors = found.eigen(row)
        points[row, : len(values)] = values
        weights[row, : len(values)] = vectors[0] ** 2
    shape = (matrices, rows // matrices, longest)
    return Density(points.reshape(shape), weights.reshape(shape), probes.shape[1])
