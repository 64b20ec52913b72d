"""How many critical points are minima, and how many are saddles, in D dimensions.

A critical point is a minimum only if the loss rises along every direction. Three models of what
chance that has:

* **Independent**: each curvature is negative with chance p, by itself. The lecture's argument.
* **Symmetric matrix**: a random symmetric matrix (Gaussian orthogonal ensemble), shifted so that in
  high dimensions a share p of its eigenvalues is negative. Its eigenvalues repel each other.
* **Double wells**: a sum of D double wells has 3^D critical points, 2^D of them minima.

Sources: Y. Dauphin et al., NeurIPS 2014, arXiv 1406.2572 (saddles, not minima, in high dimensions);
A. Bray and D. Dean, Physical Review Letters 98, 2007 (the higher the loss, the larger the share of
negative curvature: near the bottom it is small); I. Dumitriu and A. Edelman, Journal of
Mathematical Physics 43, 2002 (a tridiagonal matrix with the eigenvalues of the ensemble).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landscapes import Refusal
from optim_core.maps.intervals import wilson
from optim_core.settings import Floats

SAMPLES = 2_000
"""Random matrices a dimension: an interval of at most plus or minus two percent."""

LOWEST, HIGHEST = 2, 1_000
"""The dimensions on offer."""


def check_dimensions(dimensions: tuple[int, ...]) -> None:
    """Refuse what is no ascending list of dimensions.

    Raises:
        ValueError: in words.
    """
    fine = all(isinstance(d, int) and LOWEST <= d <= HIGHEST for d in dimensions)
    if not dimensions or not fine:
        raise Refusal(
            "dimensions must be whole numbers from {low} to {high:,}", low=LOWEST, high=HIGHEST
        )
    if list(dimensions) != sorted(set(dimensions)):
        raise Refusal("dimensions must ascend, each named once")


def check_negative_share(share: float) -> None:
    """Refuse what is no share of negative curvature.

    Raises:
        ValueError: in words.
    """
    if not (isinstance(share, (int, float)) and 0 <= share <= 1):
        raise Refusal("the share of negative curvature must lie between 0 and 1")


@dataclass(frozen=True, kw_only=True, eq=False)
class CriticalShares:
    """Shares of the critical points that are minima and maxima; the rest are saddles.

    Attributes:
        dimensions: (K,) D.
        negative_share: p.
        independent: (K, 2) shares of minima and of maxima, exact.
        symmetric: (K, 2), sampled.
        symmetric_low, symmetric_high: (K, 2) 95 % intervals.
        wells: (K, 2), exact.
    """

    dimensions: NDArray[np.int64]
    negative_share: float
    independent: Floats
    symmetric: Floats
    symmetric_low: Floats
    symmetric_high: Floats
    wells: Floats


def critical_shares(
    dimensions: tuple[int, ...], negative_share: float, samples: int = SAMPLES, seed: int = 0
) -> CriticalShares:
    """The shares at each of ``dimensions``.

    Raises:
        ValueError: for dimensions or a share out of bounds.
    """
    check_dimensions(dimensions)
    check_negative_share(negative_share)
    d = np.array(dimensions, dtype=np.int64)
    p = float(negative_share)
    counts = np.array([_definite(int(size), p, samples, seed) for size in d])
    low, high = wilson(counts, samples)
    return CriticalShares(
        dimensions=d,
        negative_share=p,
        independent=np.stack([(1 - p) ** d, p**d], axis=1),
        symmetric=counts / samples,
        symmetric_low=low,
        symmetric_high=high,
        wells=np.stack([(2 / 3) ** d, (1 / 3) ** d], axis=1),
    )


def _definite(dimension: int, negative_share: float, samples: int, seed: int) -> tuple[int, int]:
    """How many of the sampled matrices have no negative eigenvalue, and how many only such."""
    if negative_share in (0.0, 1.0):  # the edge of the semicircle wavers; "none" is meant
        return (samples, 0) if negative_share == 0 else (0, samples)
    chance = np.random.default_rng((seed, dimension))
    negatives = negative_counts(*symmetric_matrices(dimension, negative_share, samples, chance))
    return int((negatives == 0).sum()), int((negatives == dimension).sum())


def symmetric_matrices(
    dimension: int, negative_share: float, count: int, chance: np.random.Generator
) -> tuple[Floats, Floats]:
    """Random symmetric matrices as tridiagonal ones with the same eigenvalues.

    The semicircle of the eigenvalues has radius 1 in high dimensions, around a middle that puts
    ``negative_share`` of it below 0.

    Returns:
        The diagonals (D, N) and what stands beside them (D - 1, N).
    """
    scale = 1 / math.sqrt(2 * dimension)  # of the diagonal; the radius is sqrt(2 D) times it
    diagonal = scale * chance.standard_normal((dimension, count)) + shift(negative_share)
    freedoms = np.arange(dimension - 1, 0, -1)[:, None]
    beside = scale * np.sqrt(chance.chisquare(freedoms, (dimension - 1, count)) / 2)
    return diagonal, beside


def negative_counts(diagonal: Floats, beside: Floats) -> NDArray[np.int64]:
    """How many eigenvalues of each tridiagonal matrix are negative, (N,).

    As many as negative pivots (Sylvester's law of inertia), so no eigenvalue is computed.
    """
    pivot = diagonal[0].copy()
    negatives: NDArray[np.int64] = (pivot < 0).astype(np.int64)
    for own, link in zip(diagonal[1:], beside, strict=True):
        pivot[pivot == 0] = np.finfo(np.float64).tiny
        pivot = own - link * link / pivot
        negatives += pivot < 0
    return negatives


def semicircle(x: float) -> float:
    """The share of the semicircle of radius 1 that lies below ``x`` (E. Wigner, 1958)."""
    inside = min(1.0, max(-1.0, x))
    return 0.5 + (inside * math.sqrt(1 - inside * inside) + math.asin(inside)) / math.pi


def shift(negative_share: float) -> float:
    """How far the semicircle must be moved up for this share of it to be negative."""
    low, high = -1.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if semicircle(middle) < negative_share else (low, middle)
    return -(low + high) / 2


def minimum_chance_in_the_plane(negative_share: float) -> float:
    """The exact chance that a symmetric matrix of D = 2 has no negative eigenvalue.

    Half the trace is normal around the shift, and independent of half the eigenvalues' distance,
    which is Rayleigh distributed with the same scale; the integral over both is elementary. Without
    a shift it is ``(2 - sqrt 2) / 4`` = 14.6 %, where two independent signs give 25 %.
    """
    s = 2 * shift(negative_share)  # in units of the diagonal's deviation, 1 / sqrt(2 D) = 1 / 2
    return _normal(math.sqrt(2) * s) - math.exp(-s * s / 2) * _normal(s) / math.sqrt(2)


def _normal(x: float) -> float:
    return (1 + math.erf(x / math.sqrt(2))) / 2
