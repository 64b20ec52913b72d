"""The networks there are to draw: those of the trainings that a visitor knows of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from optim_core.jobs import JobRefusedError, JobStore, Run, State
from optim_core.training import Experiment
from optim_core.training.landscape.request import Network
from pages.player import EntryStyle
from pages.ui.training.titles import name_of, styles_of
from pages.ui.training.watching import experiment_of
from pages.ui.visitor import visitor
from pages.ui.words import _

TRAINING = "fit"
"""The kind of run that networks come from."""


@dataclass(frozen=True)
class Training:
    """A training that is done.

    Attributes:
        run: as the store has it.
        experiment: what it trained.
        styles: how its entries look.
    """

    run: Run
    experiment: Experiment
    styles: Sequence[EntryStyle]

    @property
    def name(self) -> str:
        """What it is called; may hold anything that a visitor wrote."""
        return name_of(self.run, self.experiment)

    @property
    def networks(self) -> list[Network]:
        """All its networks."""
        return [(self.run.id, row) for row in range(self.experiment.rows)]

    def entry(self, row: int) -> int:
        """The entry of a network."""
        return row // len(self.experiment.seeds)

    def title(self, row: int) -> str:
        """``Adam, seed 0``."""
        seeds = self.experiment.seeds
        return _("{entry}, seed {seed}").format(
            entry=self.styles[self.entry(row)].title, seed=seeds[row % len(seeds)]
        )


def trainings(store: JobStore, named: Sequence[Network]) -> dict[str, Training]:
    """The visitor's trainings that are done, newest first, and those of ``named`` networks."""
    try:
        runs = [run for run in store.list(visitor()) if _is_done(run)]
    except JobRefusedError:
        runs = []
    known = {run.id for run in runs}
    for wanted, _row in named:
        if wanted not in known:
            known.add(wanted)
            try:
                status = store.status(wanted, visitor())
            except JobRefusedError:
                continue
            if _is_done(status):
                runs.append(status)
    found = {}
    for run in runs:
        experiment = experiment_of(run)
        found[run.id] = Training(run, experiment, styles_of(experiment))
    return found


def _is_done(run: Run) -> bool:
    return run.kind == TRAINING and run.state is State.DONE


def alike(one: Experiment, other: Experiment) -> bool:
    """Whether networks of both can be in one picture."""
    names = ("network", "network_settings", "dataset")
    same = all(getattr(one, name) == getattr(other, name) for name in names)
    return same and one.built_network().size == other.built_network().size
