"""What the player shows of a run: which view, which trails, which entries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

VIEWS = ("together", "side")
"""All entries in one picture, or a panel for each. The first is what a visit begins with."""

TRAILS = ("stay", "fade")


@dataclass(frozen=True)
class Present:
    """How a run is shown. ``hidden`` are numbers of entries, in order."""

    view: str = VIEWS[0]
    trails: str = TRAILS[0]
    projector: bool = False
    hidden: tuple[int, ...] = ()

    def header(self) -> dict[str, Any]:
        """Its part of the run message."""
        return {
            "view": self.view,
            "trails": self.trails,
            "projector": self.projector,
            "hidden": list(self.hidden),
        }


def present_in(state: object, entries: int) -> Present | None:
    """What somebody has chosen in the player, or None for anything that is not such a choice.

    The state comes from a browser and may hold anything. Whether there is a projector is not the
    player's to choose.
    """
    given = state.get("present") if isinstance(state, Mapping) else None
    if not isinstance(given, Mapping):
        return None
    view, trails, hidden = given.get("view"), given.get("trails"), given.get("hidden")
    if view not in VIEWS or trails not in TRAILS or not isinstance(hidden, (list, tuple)):
        return None
    if any(isinstance(one, bool) or not isinstance(one, int) for one in hidden):
        return None
    within = sorted({one for one in hidden if 0 <= one < entries})
    return Present(view=view, trails=trails, hidden=tuple(within))
