"""How good the best of a few trials is, known from all of them."""

from __future__ import annotations

import math

import numpy as np

from optim_core.settings import Floats


def best_of(scores: Floats, trials: int, values: Floats) -> Floats:
    """The chance that the best of ``trials`` of the scores (N,) is at most each of ``values``.

    Without replacement: one minus the share of choices that are all worse (hypergeometric).

    Raises:
        ValueError: unless 1 <= trials <= N.
    """
    count = len(scores)
    if not 1 <= trials <= count:
        raise ValueError("trials must lie between 1 and those that were run")
    worse = count - np.searchsorted(np.sort(scores), values, side="right")
    total = math.comb(count, trials)
    return np.array([1 - math.comb(int(w), trials) / total for w in worse])
