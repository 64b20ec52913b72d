"""How sure a share is, and what the middle of many runs is, divergence included."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from optim_core.settings import Floats

NORMAL_95 = 1.959963984540054
"""The 97.5 % quantile of the normal distribution: two-sided 95 %."""

BAND = (0.1, 0.5, 0.9)
"""The quantiles of a fan: the middle run, and the range of four runs in five."""


def wilson(
    successes: ArrayLike, trials: ArrayLike, deviations: float = NORMAL_95
) -> tuple[Floats, Floats]:
    """Lower and upper end of Wilson's score interval for a share.

    Unlike the share plus or minus its standard error it stays within 0 and 1, and 0 of 200 runs
    does not count as "never": its upper end is 1.9 %.

    Args:
        successes: how many of the trials; any shape.
        trials: out of how many, at least 1; broadcasts.
        deviations: of the normal distribution; 95 % if not given.

    Source: E. B. Wilson, Journal of the American Statistical Association 22, 1927.

    Raises:
        ValueError: for counts that no experiment has.
    """
    hits, n = np.asarray(successes, dtype=np.float64), np.asarray(trials, dtype=np.float64)
    if not (np.all(n >= 1) and np.all((hits >= 0) & (hits <= n))):
        raise ValueError("successes must lie between 0 and a positive number of trials")
    share, square = hits / n, deviations**2
    middle = (share + square / (2 * n)) / (1 + square / n)
    spread = np.sqrt(share * (1 - share) / n + square / (4 * n * n))
    half = deviations / (1 + square / n) * spread
    low = np.where(hits == 0, 0.0, middle - half)
    high = np.where(hits == n, 1.0, middle + half)
    return low, high


def order_statistics(values: Floats, shares: tuple[float, ...] = BAND) -> Floats:
    """Quantiles over the last axis, each of them one of the values.

    So a run that diverged may stand as infinity: it is worse than any number, and nothing is
    interpolated with it.

    Args:
        values: (..., N), infinite but never NaN.
        shares: each above 0 and up to 1.

    Returns:
        (..., len(shares)).
    """
    count = values.shape[-1]
    places = [max(0, math.ceil(share * count - 1e-9) - 1) for share in shares]
    picked: Floats = np.sort(values, axis=-1)[..., places]
    return picked
