"""What people ask of runs: train, stop, pause, go on, rename, delete; refusals become notices."""

from __future__ import annotations

import json
from collections.abc import Callable

from optim_core.jobs import JobRefusedError, Run, State
from optim_core.training import Experiment
from pages.ui.training import state
from pages.ui.training.watching import store
from pages.ui.visitor import visitor
from pages.ui.words import _, reason

KIND = "fit"


def jobs(experiment: Experiment) -> list[tuple[str, Experiment]]:
    """What to train now, each with its label: all of a preset that nobody has changed."""
    preset = state.untouched_preset()
    if preset is None:
        return [("", experiment)]
    return [(one.label, one.experiment) for one in preset.experiments]


def train() -> None:
    """Ask for the visit's experiment and lay its runs open."""

    def ask() -> None:
        asked, joined = [], 0
        for label, experiment in jobs(state.open_link()):
            name = _(label) if label else ""
            submitted = store().submit(KIND, json.loads(experiment.to_json()), visitor(), name)
            asked.append(submitted.run)
            joined += submitted.joined
            state.lay_open(asked)
        if joined == len(asked):
            ended = all(store().status(run).state is State.DONE for run in asked)
            state.tell(
                _("Exactly this was trained before: here is what came out.")
                if ended
                else _("Somebody trains exactly this already: you have joined that run.")
            )

    tried(ask)


def cancel(run: str) -> None:
    """Stop a run, or let the others who want it have it."""
    tried(lambda: store().cancel(run, visitor()))


def pause(run: str) -> None:
    """Stop a run for now."""
    tried(lambda: store().pause(run, visitor()))


def go_on(run: str) -> None:
    """Go on with a paused run."""
    tried(lambda: store().go_on(run, visitor()))


def again(run: Run) -> None:
    """Ask once more for what a failed or cancelled run was asked for."""

    def ask() -> None:
        new = store().submit(KIND, run.spec, visitor(), run.name).run
        state.lay_open([new if one == run.id else one for one in state.open_runs()])

    tried(ask)


def rename(run: str, name: str) -> None:
    """Call a run by a name."""
    tried(lambda: store().rename(run, visitor(), name))


def delete(run: str) -> None:
    """Take a run off the visitor's list and off the page."""

    def remove() -> None:
        store().delete(run, visitor())
        state.lay_open([one for one in state.open_runs() if one != run])

    tried(remove)


def keep(run: str) -> None:
    """Put a run that a link named into the visitor's list."""
    tried(lambda: store().watch(run, visitor()))


def tried(act: Callable[[], None]) -> None:
    """Do it, or keep the sentence why not."""
    try:
        act()
    except JobRefusedError as error:
        state.tell(reason(error))
