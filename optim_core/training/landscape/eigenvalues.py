"""The largest eigenvalues of Hessians, each with a bound on its error, and the lowest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from optim_core.training.landscape.lanczos import Floats, Krylov, Products, lanczos


@dataclass(frozen=True)
class Eigenvalues:
    """The outer eigenvalues of R symmetric matrices.

    Attributes:
        values: (R, n) the largest, descending; NaN beyond the size of a matrix.
        bounds: (R, n) the length of ``H y - value y`` for the unit vector y found with it, as
            measured by one product more: a true eigenvalue lies within this distance (whichever
            way H was rounded). It does not say that none was missed in between.
        lowest: (R,) the smallest.
        lowest_bounds: (R,) as ``bounds``.
        leading: (R, D) the unit vector of the largest.
        steps: how many steps of Lanczos it took.
    """

    values: Floats
    bounds: Floats
    lowest: Floats
    lowest_bounds: Floats
    leading: Tensor
    steps: int


def top_eigenvalues(
    products: Products,
    starts: Tensor,
    count: int,
    *,
    steps: int = 60,
    tolerance: float = 1e-3,
) -> Eigenvalues:
    """The ``count`` largest eigenvalues of each matrix, and its lowest.

    Args:
        products: of the matrices.
        starts: (R, D) where Lanczos begins, for instance :func:`random_vectors`.
        count: how many.
        steps: at most; each costs one product of every row.
        tolerance: Lanczos ends once the ``count`` largest of every row are known within this share
            of the row's largest in size.
    """

    def settled(found: Krylov) -> bool:
        return all(_settled(found, row, count, tolerance) for row in range(len(starts)))

    found = lanczos(products, starts, steps, enough=settled)
    rows = len(starts)
    places = range(count + 1)  # the last is the lowest
    values = np.full((rows, count + 1), np.nan)
    vectors = starts.new_zeros((count + 1, *starts.shape))
    for row in range(rows):
        ritz, shares = found.eigen(row)
        chosen = [*range(len(ritz) - 1, max(-1, len(ritz) - 1 - count), -1)]
        for place, index in [*enumerate(chosen), (count, 0)]:
            values[row, place] = ritz[index]
            weights = torch.from_numpy(shares[:, index].copy()).to(starts)
            vectors[place, row] = weights @ found.basis[: len(ritz), row]
    bounds = np.full((rows, count + 1), np.nan)
    for place in places:
        unit = vectors[place]
        known = torch.from_numpy(np.nan_to_num(values[:, place])).to(starts)
        rest = products(unit) - known[:, None] * unit
        bounds[:, place] = rest.norm(dim=1).double().cpu().numpy()
    bounds[np.isnan(values)] = np.nan
    return Eigenvalues(
        values=values[:, :count],
        bounds=bounds[:, :count],
        lowest=values[:, count],
        lowest_bounds=bounds[:, count],
        leading=vectors[0],
        steps=found.diagonal.shape[1],
    )


def random_vectors(rows: int, like: Tensor, seed: int) -> Tensor:
    """Normal numbers (rows, D), the same for the same seed on every device."""
    chance = torch.Generator(device="cpu").manual_seed(seed)
    drawn = torch.randn((rows, like.shape[-1]), generator=chance, dtype=torch.float64)
    return drawn.to(like)


def _settled(found: Krylov, row: int, count: int, tolerance: float) -> bool:
    """Whether the largest eigenvalues of a row will hardly move: by what is left outside."""
    ritz, shares = found.eigen(row)
    if np.isnan(ritz).any() or found.beside[row, len(ritz) - 1] == 0.0:
        return True
    outside = np.abs(found.beside[row, len(ritz) - 1] * shares[-1, -count:])
    return len(ritz) > count and bool((outside <= tolerance * np.abs(ritz).max()).all())
