"""What people ask of measurements: measure, record, train a pair; refusals become notices."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

from optim_core.jobs import JobRefusedError, JobStore, Run, State
from optim_core.training.landscape import LandscapeRequest
from optim_core.training.landscape.edge_job import to_spec
from optim_core.training.landscape.edge_presets import batch_pair
from optim_core.training.landscape.sharpness import SharpnessRequest
from pages.ui.sharpness import state
from pages.ui.training.watching import store
from pages.ui.visitor import visitor
from pages.ui.words import _, reason

LINE_POINTS = 49
"""Of the line between the two networks: a point at every sixteenth of the way between them."""


def measure() -> None:
    """Ask for the sharpness of the visit's networks and lay it open."""

    def ask() -> None:
        request = state.visit().request
        if request is not None:
            run = _submitted("sharpness", request.to_spec())
            state.lay_open(measured=run)

    tried(ask)


def record() -> None:
    """Ask for the visit's recording and lay it open."""
    tried(lambda: state.lay_open(recorded=_submitted("edge", to_spec(state.visit().recording))))


def train_pair() -> None:
    """Train with small and with large batches; what is measured of both comes after."""

    def ask() -> None:
        names = (_("Small batches"), _("Large batches"))
        runs = [
            store().submit("fit", json.loads(experiment.to_json()), visitor(), name).run
            for experiment, name in zip(batch_pair(), names, strict=True)
        ]
        state.lay_open(small=runs[0], large=runs[1], line="", sharp="")

    tried(ask)


def measure_pair(jobs: JobStore, small: str, large: str) -> None:
    """Ask for the line between two networks and the sharpness of both.

    Raises:
        JobRefusedError: when the store refuses.
    """
    networks = ((small, 0), (large, 0))
    line = LandscapeRequest(
        kind="interpolation", networks=networks, resolution=LINE_POINTS, pictures=1_000
    )
    sharp = SharpnessRequest(networks=networks)
    state.lay_open(
        line=jobs.submit("landscape", line.to_spec(), visitor()).run,
        sharp=jobs.submit("sharpness", sharp.to_spec(), visitor()).run,
    )


def _submitted(kind: str, spec: dict[str, object]) -> str:
    submitted = store().submit(kind, spec, visitor())
    if submitted.joined and store().status(submitted.run).state is State.DONE:
        state.tell(_("Exactly this was measured before: here it is."))
    return submitted.run


def again(name: str, run: Run) -> None:
    """Ask once more for a run that failed or was cancelled."""

    def ask() -> None:
        fresh = store().submit(run.kind, run.spec, visitor(), run.name).run
        state.lay_open(**{name: fresh})

    tried(ask)


def buttons(name: str, run: Run) -> list[tuple[str, str, str, Callable[[], None]]]:
    """What can be done with a run now: key, label, icon and act of each button."""
    found: list[tuple[str, str, str, Callable[[], None]]] = []

    def act(method: str) -> Callable[[], None]:
        return partial(tried, lambda: getattr(store(), method)(run.id, visitor()))

    if run.state in (State.QUEUED, State.RUNNING) and run.wanted and run.pausable:
        found.append(("pause", _("Pause"), "pause", act("pause")))
    if run.state is State.PAUSED and run.wanted:
        found.append(("go-on", _("Go on"), "play_arrow", act("go_on")))
    if not run.state.ended and run.wanted:
        found.append(("cancel", _("Cancel"), "stop", act("cancel")))
    if run.state in (State.FAILED, State.CANCELLED):
        found.append(("again", _("Measure again"), "replay", partial(again, name, run)))
    return found


def tried(act: Callable[[], None]) -> None:
    """Do it, or keep the sentence why not."""
    try:
        act()
    except JobRefusedError as error:
        state.tell(reason(error))
