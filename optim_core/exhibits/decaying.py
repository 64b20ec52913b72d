"""L2 in the gradient against decay of the weight: Loshchilov and Hutter, arXiv 1711.05101."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from optim_core.exhibits.feeding import feed
from optim_core.scenario import Entry

Floats = NDArray[np.float64]

RATE, STEPS = 1e-3, 100

AMPLITUDES = (0.0, 1e-3, 1e-2, 1e-1, 1.0)
"""Of five weights' gradients, which change their sign at every step: on average they are 0."""

RULES = ("l2", "decoupled", "sgd")


@dataclass(frozen=True)
class Decay:
    """Five weights that start at 1, one for each of ``AMPLITUDES``, under three rules.

    Attributes:
        points: rule -> (T+1, 5).
        without: the same without any decay.
    """

    points: dict[str, Floats]
    without: dict[str, Floats]

    def lost(self, rule: str) -> Floats:
        """How much lower each weight is after the last step than it were without decay, (5,)."""
        lost: Floats = self.without[rule][-1] - self.points[rule][-1]
        return lost


@lru_cache(maxsize=64)
def decay(coefficient: float) -> Decay:
    """Adam with L2, AdamW and SGD with L2, all with rate 1e-3 for 100 steps."""
    signs = np.where(np.arange(STEPS) % 2 == 0, 1.0, -1.0)
    gradients = signs[:, None] * np.array(AMPLITUDES)
    return Decay(_run(coefficient, gradients), _run(0.0, gradients))


def _run(coefficient: float, gradients: Floats) -> dict[str, Floats]:
    settings = {"learning_rate": RATE, "weight_decay": coefficient}
    entries = {
        "l2": Entry("adam", settings),
        "decoupled": Entry("adamw", settings),
        "sgd": Entry("sgd", settings),
    }
    return {rule: feed(entry, gradients, start=1.0).points for rule, entry in entries.items()}
