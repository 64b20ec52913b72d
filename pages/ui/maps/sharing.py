"""Sharing a map: the link that opens it with all of its Scenario."""

from __future__ import annotations

from optim_core import Scenario
from pages.ui.maps import state
from pages.ui.sharing import Sharing, offer


def show_link(scenario: Scenario) -> None:
    """A button that opens the link, a way to copy it, and its code."""

    def share() -> Sharing:
        link = state.link(scenario)
        return Sharing(link, link)

    offer(share, "share.maps")
