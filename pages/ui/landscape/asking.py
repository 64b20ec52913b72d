"""What people ask of pictures: measure, stop, pause, go on, delete; refusals become notices."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from optim_core.jobs import JobRefusedError, Run, State
from pages.ui.landscape import state
from pages.ui.training.watching import store
from pages.ui.visitor import visitor
from pages.ui.words import _, reason

KIND = "landscape"


def draw() -> None:
    """Ask for the visit's picture and lay it open."""

    def ask() -> None:
        request = state.open_link()
        if request is None:
            return
        submitted = store().submit(KIND, request.to_spec(), visitor())
        state.lay_open(submitted.run)
        if submitted.joined and store().status(submitted.run).state is State.DONE:
            state.tell(_("Exactly this was measured before: here it is."))

    tried(ask)


def again(run: Run) -> None:
    """Ask once more for a picture that failed or was cancelled."""
    tried(lambda: state.lay_open(store().submit(KIND, run.spec, visitor(), run.name).run))


def cancel(run: str) -> None:
    """Stop a picture, or let the others who want it have it."""
    tried(lambda: store().cancel(run, visitor()))


def pause(run: str) -> None:
    """Stop a picture for now."""
    tried(lambda: store().pause(run, visitor()))


def go_on(run: str) -> None:
    """Go on with a paused picture."""
    tried(lambda: store().go_on(run, visitor()))


def keep(run: str) -> None:
    """Put a picture that a link named into the visitor's list."""
    tried(lambda: store().watch(run, visitor()))


def delete(run: str) -> None:
    """Take a picture off the visitor's list and off the page."""

    def remove() -> None:
        store().delete(run, visitor())
        if state.opened() == run:
            state.lay_open("")

    tried(remove)


def buttons(run: Run) -> list[tuple[str, str, str, Callable[[], None]]]:
    """What can be done with a picture now: key, label, icon and act of each button."""
    found: list[tuple[str, str, str, Callable[[], None]]] = []
    if run.state in (State.QUEUED, State.RUNNING) and run.wanted:
        found.append(("pause", _("Pause"), "pause", partial(pause, run.id)))
    if run.state is State.PAUSED and run.wanted:
        found.append(("go-on", _("Go on"), "play_arrow", partial(go_on, run.id)))
    if not run.state.ended and run.wanted:
        found.append(("cancel", _("Cancel"), "stop", partial(cancel, run.id)))
    if run.state in (State.FAILED, State.CANCELLED):
        found.append(("again", _("Measure again"), "replay", partial(again, run)))
    if not run.listed:
        found.append(("keep", _("Keep in my pictures"), "bookmark", partial(keep, run.id)))
    return found


def tried(act: Callable[[], None]) -> None:
    """Do it, or keep the sentence why not."""
    try:
        act()
    except JobRefusedError as error:
        state.tell(reason(error))
