"""What trainings and measurements cost, told before anything is computed.

What cannot end in time is refused.
"""

from __future__ import annotations

import torch

from landscapes import Refusal
from optim_core.jobs.kinds import KINDS
from optim_core.training.experiment import Experiment

FASTEST_PROCESSOR = 1e12
"""Operations a second that no processor does with networks as small as these."""

FASTEST_GRAPHICS_CARD = 2e14
"""The same of a graphics card: a limit, not an estimate (:mod:`pages.ui.training.estimating`)."""


def most_operations(seconds: float) -> float:
    """Operations that no device could do in ``seconds``.

    Which devices there are is not asked: to ask would wake the graphics card in the server. A torch
    built without CUDA has none.
    """
    return seconds * (FASTEST_GRAPHICS_CARD if torch.version.cuda else FASTEST_PROCESSOR)


def check(experiment: Experiment) -> None:
    """Refuse a training that the fastest machine could not end within the time limit of a run.

    Raises:
        Refusal: with the cost and the limit in words.
    """
    limit = KINDS["fit"].time_limit
    most = most_operations(limit)
    if experiment.flops > most:
        raise Refusal(
            "this training would be {times:,} times more than the fastest machine does in the"
            " {minutes} min that one run may take: fewer epochs, fewer or smaller networks, or"
            " fewer examples",
            times=max(2, round(experiment.flops / most)),
            minutes=round(limit / 60),
        )


def check_measurement(kind: str, operations: float) -> None:
    """Refuse a measurement of networks that the fastest machine could not end within its limit.

    Args:
        kind: of job, a key of ``KINDS``.
        operations: multiplications and additions, at the least.

    Raises:
        Refusal: with the cost and the limit in words.
    """
    limit = KINDS[kind].time_limit
    most = most_operations(limit)
    if operations > most:
        raise Refusal(
            "this measurement would be {times:,} times more than the fastest machine does in the"
            " {minutes} min that one run may take: fewer pictures, points or steps, or a smaller"
            " network",
            times=max(2, round(operations / most)),
            minutes=round(limit / 60),
        )
