"""Lanczos: the outer eigenvalues of symmetric matrices known by their products alone.

R matrices at once, a row each. All former directions are taken out of every new one, twice, so
that rounding makes no eigenvalue appear a second time (full reorthogonalisation; C. Paige 1972;
B. Parlett, The Symmetric Eigenvalue Problem, 1980, chapter 13).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Floats = NDArray[np.float64]
Products = Callable[[Tensor], Tensor]
"""Vectors (R, D) to products (R, D): row r times the r-th matrix."""

LOOK_EVERY = 4
"""Steps between two looks at whether the eigenvalues have settled: each costs R small problems."""


@dataclass(frozen=True)
class Krylov:
    """What Lanczos found: an orthonormal basis in which each matrix is tridiagonal.

    Attributes:
        basis: (k, R, D), or nothing where it was not kept.
        diagonal: (R, k).
        beside: (R, k) beside the diagonal; the last is what is left outside the basis.
        lengths: (R,) how many steps count. A row whose basis holds all there is stops early.
    """

    basis: Tensor
    diagonal: Floats
    beside: Floats
    lengths: NDArray[np.int64]

    def eigen(self, row: int) -> tuple[Floats, Floats]:
        """Eigenvalues (k,), ascending, and eigenvectors (k, k) of a row's tridiagonal matrix.

        Not-a-numbers where the products were none, as those of a network that has diverged.
        """
        count = int(self.lengths[row])
        beside = self.beside[row, : count - 1]
        matrix = np.diag(self.diagonal[row, :count])
        if not (np.isfinite(matrix).all() and np.isfinite(beside).all()):
            return np.full(count, np.nan), np.full((count, count), np.nan)
        values, vectors = np.linalg.eigh(matrix + np.diag(beside, 1) + np.diag(beside, -1))
        return values, vectors


def lanczos(
    products: Products,
    starts: Tensor,
    steps: int,
    *,
    enough: Callable[[Krylov], bool] = lambda found: False,
) -> Krylov:
    """Take Lanczos steps from ``starts``.

    Args:
        products: of the matrices.
        starts: (R, D), none of them zero; they need not be of unit length.
        steps: at most; never more than D.
        enough: asked now and then with what there is; True ends it.
    """
    rows, size = starts.shape
    steps = min(steps, size)
    basis = starts.new_zeros((steps, rows, size))
    diagonal, beside = np.zeros((rows, steps)), np.zeros((rows, steps))
    lengths = np.zeros(rows, dtype=np.int64)
    going = np.ones(rows, dtype=bool)
    smallest = torch.finfo(starts.dtype).eps * size**0.5
    vector = starts / starts.norm(dim=1, keepdim=True)
    for step in range(steps):
        basis[step] = vector
        image = products(vector)
        along = (image * vector).sum(dim=1)
        image = image - along[:, None] * vector
        if step:
            image = image - _of(beside[:, step - 1], image)[:, None] * basis[step - 1]
        for _ in range(2):
            shares = torch.einsum("krd,rd->kr", basis[: step + 1], image)
            image = image - torch.einsum("kr,krd->rd", shares, basis[: step + 1])
        left = image.norm(dim=1)
        diagonal[:, step] = along.double().cpu().numpy()
        beside[:, step] = left.double().cpu().numpy()
        lengths[going] = step + 1
        scale = np.abs(diagonal).max(axis=1) + beside[:, : step + 1].max(axis=1)
        ended = beside[:, step] <= smallest * scale
        beside[ended & going, step] = 0.0
        going &= ~ended
        found = Krylov(basis[: step + 1], diagonal[:, : step + 1], beside[:, : step + 1], lengths)
        looks = step % LOOK_EVERY == LOOK_EVERY - 1
        if not going.any() or (looks and enough(found)):
            return found
        # A row that has ended goes on from a vector of zeros, which changes nothing.
        inverse = np.divide(1.0, beside[:, step], out=np.zeros(rows), where=going)
        vector = image * _of(inverse, image)[:, None]
    return Krylov(basis, diagonal, beside, lengths)


def _of(values: Floats, like: Tensor) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(values)).to(like)
