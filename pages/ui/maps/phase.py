"""Phase map: two settings of one entry, every pair of values a run; a click sets the sliders."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from landscapes import Choice, Knob, Value
from optim_core import OPTIMIZERS, WRAPPERS, Entry, Scenario
from optim_core.maps import MapRequest, PhaseMap, PhaseRequest
from optim_core.maps.tables import phase_table
from optim_core.scenario import MAX_LINE_UP
from optim_core.sweeping import numeric_knobs, setting_of, with_setting
from pages.player import Course, GridMap, Ink, Key, Mark, Panel, show_grid_map
from pages.ui import state
from pages.ui.maps.endings import endings, minimum_title, numbers, told_shares
from pages.ui.maps.files import offer_table
from pages.ui.maps.inks import Palette, steps_range
from pages.ui.maps.kind import MapKind, Settings
from pages.ui.maps.legends import legend
from pages.ui.maps.plotting import tell_noise
from pages.ui.maps.scales import SCALES, Painted
from pages.ui.maps.settings import draw_settings, play, set_setting, view
from pages.ui.styling import entry_styles
from pages.ui.words import _

PREFERRED = ("learning_rate", "momentum", "beta1", "beta2")
"""What the sides of a map are when nobody has chosen."""


def sides(entry: Entry, settings: Settings) -> tuple[str, str]:
    """The knobs across and up: the chosen ones where the entry has them, else its first ones."""
    known = list(numeric_knobs(entry))
    order = [name for name in PREFERRED if name in known]
    order += [name for name in known if name not in order]
    across = str(settings["across"])
    across = across if across in known else order[0]
    up = str(settings["up"])
    if up not in known or up == across:
        up = next(name for name in order if name != across)
    return across, up


def entry_of(scenario: Scenario, settings: Settings) -> int:
    """Which entry is mapped; the last one where the line-up has got shorter."""
    return min(int(settings["entry"]), len(scenario.entries)) - 1


def choose(scenario: Scenario, settings: Settings) -> None:
    """Which entry, which two of its settings, and what colours mean."""
    place = entry_of(scenario, settings)
    entry = scenario.entries[place]
    titles = [style.title for style in entry_styles(scenario.entries, state.presentation())]
    knobs = {name: _(knob.title) for name, knob in numeric_knobs(entry).items()}
    across, up = sides(entry, settings)
    colours = {choice.key: _(choice.title) for choice in COLOUR.choices}
    with st.container(
        key="map-controls", horizontal=True, vertical_alignment="bottom", gap="small"
    ):
        _choose("entry", _("Optimizer"), range(1, len(titles) + 1), _title_in(titles), place + 1)
        _choose("across", _("Across"), list(knobs), lambda name: knobs[name], across)
        _choose("up", _("Up"), list(knobs), lambda name: knobs[name], up)
        _choose("colour", _("Colour"), list(colours), lambda key: colours[key], settings["colour"])
        with st.container(width=270):
            draw_settings(PHASE, settings, "size")


def _title_in(titles: list[str]) -> Callable[[int], str]:
    return lambda number: titles[number - 1]


def _choose(
    key: str, label: str, options: Any, title: Callable[[Any], str], present: Value
) -> None:
    st.selectbox(
        label,
        options,
        list(options).index(present),
        format_func=title,
        width=168,
        filter_mode=None,
        **view(PHASE, f"map.phase.{key}", present, partial(_set, key)),
    )


def _set(key: str, settings: Settings, value: Value) -> Settings:
    return set_setting(settings, key, value)


def request(scenario: Scenario, settings: Settings) -> MapRequest:
    """The map of the chosen entry over the chosen settings."""
    place = entry_of(scenario, settings)
    across, up = sides(scenario.entries[place], settings)
    return PhaseRequest.of(scenario, place, across, up, int(settings["size"]))


def draw(scenario: Scenario, settings: Settings, found: PhaseMap) -> None:
    """The map, with a cross-hair at the sliders' values; a click sets them and plays."""
    place = entry_of(scenario, settings)

    def picked(panel: int, x: float, y: float) -> None:
        del panel
        play(set_two, (place, found.x.key, x, found.y.key, y))

    show_grid_map(grid(scenario, settings, found), key="map.phase", on_pick=picked)
    tell_noise(scenario)
    offer_table(partial(phase_table, found), "phase")


def set_two(scenario: Scenario, given: tuple[int, str, float, str, float]) -> Scenario:
    """Two settings of one entry at once: ``(entry, name, value, name, value)``.

    Raises:
        ValueError: where the entry has no such settings, or does not take these values.
    """
    place, across, x, up, y = given
    if not 0 <= place < len(scenario.entries):
        raise ValueError(_("This optimizer is no longer in the line-up."))
    entry = scenario.entries[place]
    for name, value in ((across, x), (up, y)):
        knob = numeric_knobs(entry)[name]
        entry = with_setting(entry, name, round(value) if knob.scale == "integer" else value)
    entries = (*scenario.entries[:place], entry, *scenario.entries[place + 1 :])
    return dataclasses.replace(scenario, entries=entries)


def grid(scenario: Scenario, settings: Settings, found: PhaseMap) -> GridMap:
    """What the map of ``found`` shows."""
    surface, place = scenario.landscape(), entry_of(scenario, settings)
    entry = scenario.entries[place]
    style = entry_styles(scenario.entries, state.presentation())[place]
    knobs = numeric_knobs(entry)
    palette = Palette.of(len(found.minima))
    sentences, which = endings(found.cells, surface, found.minima, found.steps)
    shares = told_shares(found.shares(), surface, found.minima, palette)
    painted = _painted(surface, found, palette, str(settings["colour"]))
    told = shares if settings["colour"] == "outcome" else tuple(Key((), k.title) for k in shares)
    return GridMap(
        panels=[Panel(style.title, style.colour, told)],
        x=(_(knobs[found.x.key].title), found.x),
        y=(_(knobs[found.y.key].title), found.y),
        inks=painted.inks,
        ink=painted.ink,
        endings=sentences,
        ending=which,
        numbers=numbers(found.cells),
        marks=_cross(entry, found),
        courses=_courses(surface, found),
        legend=painted.legend,
        words={
            "pick": _("A click or Enter sets the sliders there and plays; arrow keys move."),
            "picture": _("Save picture"),
            "place": "{x_title} {x}, {y_title} {y}",
        },
        name=f"phase-{scenario.surface}",
        label=_("Phase map: which settings work"),
        square=False,
    )


def _painted(surface: Any, found: PhaseMap, palette: Palette, colour: str) -> Painted:
    if colour in SCALES:
        return SCALES[colour](surface, found.cells, found.minima)
    quick, slow = steps_range(found.cells)
    ink: NDArray[np.uint16] = palette.paint(found.cells, quick, slow)
    keys = legend(surface, found.cells, palette, quick, slow)
    inks: tuple[Ink, ...] = palette.inks
    return Painted(inks, ink, keys)


def _cross(entry: Entry, found: PhaseMap) -> list[Mark]:
    """Where the sliders stand, if that is on the map."""
    x, y = (float(setting_of(entry, axis.key)) for axis in (found.x, found.y))
    seen = found.x.low <= x <= found.x.high and found.y.low <= y <= found.y.high
    return [Mark("cross", x, y)] if seen else []


def _courses(surface: Any, found: PhaseMap) -> list[Course]:
    courses = []
    for edge in found.edges:
        if edge.kind == "critical":
            title = _("critical damping: above it the gentle direction oscillates")
        elif "quadratic" in surface.traits:
            title = _("edge of stability (closed form)")
        else:
            minimum = minimum_title(surface, found.minima, edge.minimum)
            title = _("edge of stability of the {minimum}").format(minimum=minimum)
        courses.append(Course(title, edge.x.tolist(), edge.y.tolist(), edge.kind == "critical"))
    return courses


def _every_knob() -> tuple[Choice, ...]:
    """Every numeric knob of any optimizer or wrapper, by the name that entries know it by."""
    found: dict[str, str] = {}
    for spec in OPTIMIZERS.values():
        found |= {knob.key: knob.title for knob in spec.knobs if knob.is_number}
    for wrapper in WRAPPERS.values():
        names = {f"{wrapper.key}_{k.key}": k.title for k in wrapper.knobs if k.is_number}
        found |= names
    return tuple(Choice(key=key, title=title) for key, title in found.items())


COLOUR = Knob(
    key="colour",
    title="Colour",
    default="outcome",
    scale="choice",
    choices=(
        Choice(key="outcome", title="Where it ends"),
        Choice(key="loss", title="Final loss"),
        Choice(key="steps", title="Steps needed"),
        Choice(key="turns", title="Oscillation"),
    ),
    help="What the colours of the map mean.",
)

PHASE = MapKind(
    key="phase",
    title="Phase map",
    story="Two settings of one optimizer: every pair of values is a run from the first start.",
    icon=":material/tune:",
    knobs=(
        Knob(
            key="entry",
            title="Optimizer",
            default=1,
            low=1,
            high=MAX_LINE_UP,
            scale="integer",
            help="Whose settings the map is of, counted in the line-up.",
        ),
        Knob(
            key="across",
            title="Across",
            default="learning_rate",
            scale="choice",
            choices=_every_knob(),
        ),
        Knob(key="up", title="Up", default="momentum", scale="choice", choices=_every_knob()),
        COLOUR,
        Knob(
            key="size",
            title="Values a side",
            default=128,
            low=32,
            high=400,
            scale="integer",
            help="How many values there are along each side of the map.",
        ),
    ),
    choose=choose,
    request=request,
    draw=draw,
)
