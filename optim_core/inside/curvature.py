"""The Hessian along a run, and how near its steps are to being unstable.

A rule that multiplies each axis by a rate of its own is, as long as the rates stay as they are, the
plain rule on the surface whose axes are stretched by their roots: what counts is the largest
eigenvalue of ``R^(1/2) H R^(1/2)`` (Cohen et al. 2022, arXiv 2207.14484).
"""

from __future__ import annotations

import numpy as np
import torch

from optim_core.gradients import Formula
from optim_core.settings import Floats


def hessians(formula: Formula, points: Floats) -> Floats:
    """The second derivatives (K, 2, 2) of ``formula`` at ``points`` (K, 2); NaN where undefined."""
    place = torch.from_numpy(np.ascontiguousarray(points.T)).requires_grad_(True)
    with torch.enable_grad():
        value = formula(place[0], place[1])
        if not value.requires_grad:
            return np.zeros((len(points), 2, 2))
        (slope,) = torch.autograd.grad(value.sum(), place, create_graph=True)
        rows = [
            torch.autograd.grad(slope[axis].sum(), place, retain_graph=True)[0]
            if slope.requires_grad
            else torch.zeros_like(place)
            for axis in (0, 1)
        ]
    found = torch.stack(rows).permute(2, 0, 1).detach().numpy()
    return np.asarray((found + found.transpose(0, 2, 1)) / 2)


def eigenvalues(matrices: Floats) -> Floats:
    """The eigenvalues (K, 2) of symmetric matrices (K, 2, 2), larger first; NaN with NaN."""
    sound = np.isfinite(matrices).all(axis=(1, 2))
    found = np.full((len(matrices), 2), np.nan)
    if sound.any():
        found[sound] = np.linalg.eigvalsh(matrices[sound])[:, ::-1]
    return found


def scaled_sharpness(matrices: Floats, rates: Floats) -> Floats:
    """The largest eigenvalue (K,) of each Hessian once its axes are scaled by ``rates`` (K, 2).

    NaN where a rate is negative or not finite.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        roots = np.sqrt(rates)
        scaled = matrices * roots[:, :, None] * roots[:, None, :]
    return eigenvalues(scaled)[:, 0]
