"""How fast runs went: per-step measures for charts, read off finished trajectories."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optim_core.scenario import Scenario
from optim_core.schedules import SCHEDULES
from optim_core.trajectories import Trajectories

Floats = NDArray[np.float64]


def check_whole(trajectories: Trajectories) -> None:
    """Refuse trajectories of which only the ends were kept.

    Raises:
        ValueError: saying so.
    """
    if len(trajectories.positions) != trajectories.steps + 1:
        raise ValueError("only the ends of these runs were kept: trace them with whole paths")


def step_lengths(trajectories: Trajectories) -> Floats:
    """The distance moved by each step, (T, R); NaN for steps that were not taken.

    Index t - 1 is step t, from point t - 1 to point t.

    Raises:
        ValueError: when only the ends of the runs were kept.
    """
    check_whole(trajectories)
    # A run may end at numbers of any size: their difference has none then.
    with np.errstate(over="ignore", invalid="ignore"):
        moves = np.diff(trajectories.positions, axis=0)
        lengths: Floats = np.hypot(moves[..., 0], moves[..., 1])
    return lengths


def effective_step_sizes(trajectories: Trajectories) -> Floats:
    """Step length over the norm of the gradient where the step began, (T, R).

    For plain gradient descent this is the learning rate; for the others it is the rate at which
    gradient descent would have moved as far. It is taken against the true gradient, without noise
    and before clipping. NaN where that gradient is 0 (or the ratio beyond floating point), and for
    steps that were not taken.

    Raises:
        ValueError: when only the ends of the runs were kept.
    """
    lengths = step_lengths(trajectories)
    norms = trajectories.gradient_norms[:-1]
    with np.errstate(over="ignore"):
        sizes = np.divide(lengths, norms, out=np.full_like(lengths, np.nan), where=norms > 0)
    sizes[np.isinf(sizes)] = np.nan
    return sizes


def learning_rates(scenario: Scenario) -> Floats:
    """The learning rate of each entry at each step under the schedule, (T, E).

    Index t - 1 is step t. What a rule makes of the rate by itself (Adagrad's decay, Adam's bias
    corrections) is not in it; see :func:`effective_step_sizes` for what came of it all.
    """
    config = scenario.config
    schedule = SCHEDULES[config.schedule.key]
    factors = schedule.factors(config.steps, dict(config.schedule.settings)).learning_rate
    rates = [float(entry["learning_rate"]) for entry in scenario.entries]
    return np.outer(np.array(factors, dtype=np.float64), np.array(rates))
