"""The trace of a matrix known by its products: Hutchinson's estimate, with its standard error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from optim_core.training.landscape.lanczos import Floats, Products


@dataclass(frozen=True)
class Trace:
    """Estimates of the traces of G matrices.

    Attributes:
        samples: (G, P) one estimate a probe.
    """

    samples: Floats

    @property
    def mean(self) -> Floats:
        """The estimate (G,): right on average."""
        mean: Floats = self.samples.mean(axis=1)
        return mean

    @property
    def standard_error(self) -> Floats:
        """How far off the mean is, as a rule (G,); NaN for a single probe."""
        probes = self.samples.shape[1]
        if probes < 2:
            return np.full(len(self.samples), np.nan)
        error: Floats = self.samples.std(axis=1, ddof=1) / probes**0.5
        return error


def signs(rows: int, like: Tensor, seed: int) -> Tensor:
    """Random signs (rows, D), the same for the same seed on every device."""
    chance = torch.Generator(device="cpu").manual_seed(seed)
    drawn = torch.randint(0, 2, (rows, like.shape[-1]), generator=chance)
    return (2 * drawn - 1).to(like)


def hutchinson(products: Products, probes: Tensor, matrices: int) -> Trace:
    """The trace as the mean of ``z H z`` over random signs z.

    M. Hutchinson, Communications in Statistics 18, 1989: of all probes with independent
    components of mean 0 and variance 1, signs have the least variance, ``2 (|H|^2 - sum H_ii^2)``.

    Args:
        products: of N = G x P rows, those of one matrix side by side.
        probes: (N, D) signs.
        matrices: G.
    """
    sums = (products(probes) * probes).sum(dim=1).double().cpu().numpy()
    return Trace(sums.reshape(matrices, -1))
