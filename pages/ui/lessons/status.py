"""How well the point of a lesson is established, in a word."""

from __future__ import annotations

from optim_core.lessons import Status
from pages.ui.words import _


def status_words(status: Status) -> tuple[str, str, str]:
    """Its name, its colour and what it means."""
    return {
        "fact": (_("Fact"), "green", _("Proved, or measured and repeated by others")),
        "hypothesis": (_("Hypothesis"), "orange", _("Plausible, with evidence on both sides")),
        "folklore": (_("Folklore"), "violet", _("Often said, hardly ever measured")),
    }[status]
