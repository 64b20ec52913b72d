"""Sharing: the link that opens the set-up and the runs laid open."""

from __future__ import annotations

from optim_core.training import Experiment
from pages.ui.sharing import Sharing, offer
from pages.ui.training import state


def show_link(experiment: Experiment) -> None:
    """A button that opens the link, a way to copy it, and its code."""
    offer(lambda: _shared(experiment), "training.share")


def _shared(experiment: Experiment) -> Sharing:
    """The code holds less than the link where the runs tell what was set up."""
    link = state.link(experiment)
    return Sharing(link, state.short_link() or link)
