"""How long a training will take here, judged by the visitor's earlier runs and by nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from optim_core.jobs import Run, State
from optim_core.training import Experiment
from pages.ui.training.watching import experiment_of


def seconds_expected(experiment: Experiment, runs: Iterable[Run]) -> float | None:
    """From the newest run of the same network that is done; None where there is none.

    Its operations a second are taken over. What differs between two sizes of one network and two
    numbers of networks side by side is within a factor of about two, so say "about".
    """
    for run in runs:
        known = experiment_of(run) if run.state is State.DONE else None
        if known is not None and run.seconds > 0 and known.network == experiment.network:
            return run.seconds * experiment.flops / max(1, known.flops)
    return None
