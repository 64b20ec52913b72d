"""MapKind: everything the page needs to know of one kind of map."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from landscapes import Knob, Value
from optim_core import Scenario
from optim_core.maps import MapRequest

Settings = Mapping[str, Value]
"""The settings of a kind of map by the keys of its knobs, complete."""


@dataclass(frozen=True, kw_only=True)
class MapKind:
    """One kind of map, declared once; the page, the link and the tests follow from it.

    Attributes:
        key: stands in links and never changes.
        title, story: English source text, told through gettext when shown.
        icon: of the kind, as Streamlit names icons.
        knobs: its settings. They stand in the link as ``map=key~setting~value...``, are read back
            leniently, and :func:`pages.ui.maps.state.draw_settings` makes widgets of them.
        choose: draws the controls over the map, ``(scenario, settings)``.
        request: what is to be computed, ``(scenario, settings)``. Raises a ValueError that says
            in words why it cannot be, its cost above all.
        on_surface: whether it is a map of the visit's surface, which then stands in the heading.
        draw: draws what there is so far, ``(scenario, settings, result)``. It runs in a fragment
            that is drawn again while the work goes on.
    """

    key: str
    title: str
    story: str
    icon: str
    knobs: tuple[Knob, ...]
    choose: Callable[[Scenario, Settings], None]
    request: Callable[[Scenario, Settings], MapRequest]
    draw: Callable[[Scenario, Settings, Any], None]
    on_surface: bool = True
