"""Sharing: the link that opens the set-up and the runs laid open."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from optim_core.jobs import Run
from optim_core.training import Experiment
from pages.ui.sharing import Sharing, offer
from pages.ui.training import state
from pages.ui.words import _


def show_link(experiment: Experiment, runs: Sequence[Run]) -> None:
    """A button that opens the link, a way to copy it, and its code."""
    offer(partial(sharing, experiment, runs), "training.share")


def sharing(experiment: Experiment, runs: Sequence[Run]) -> Sharing:
    """What to share: the code holds less than the link where the runs tell what is set up.

    Raises:
        ValueError: saying why, for an experiment too large for a link.
    """
    link = state.link(experiment)
    return Sharing(
        link,
        state.short_link(experiment, runs) or link,
        too_long=_(
            "This link is too long for a code that could be read from a distance: fewer entries"
            " make it shorter. Copy it instead."
        ),
    )
