"""The starts of a race: one or several, typed, added and removed."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from functools import partial

import numpy as np
import streamlit as st
import torch
from streamlit.delta_generator import DeltaGenerator

from optim_core import Scenario
from optim_core.run_knobs import COORDINATE
from pages.player import Starting
from pages.ui import state
from pages.ui.fields import number_field
from pages.ui.redrawing import nothing, then_redrawn
from pages.ui.room import full_starts, most_starts
from pages.ui.stylesheet import show_styles
from pages.ui.words import _, plain

CELLS = 9
"""A new start stands in the middle of one of ``CELLS`` x ``CELLS`` cells of the view."""

EDGE = 0.08
"""The share of the view along each side that a new start keeps away from."""

LIST = "starts.list"
"""The key of the list of several starts."""

Point = tuple[float, float]


def starting(scenario: Scenario) -> Starting:
    """What the contour lets people do with the starts of ``scenario``."""
    return Starting(
        most=most_starts(scenario),
        full=full_starts(scenario),
        arrange=then_redrawn(rearranged_by_hand),
    )


def rearranged_by_hand(points: tuple[Point, ...]) -> None:
    """Take what somebody has arranged on the contour."""
    state.apply(set_starts, points)


def choose_starts(scenario: Scenario) -> None:
    """The only start as two numbers, or the list of several; and what adds one."""
    if len(scenario.starts) == 1:
        row = st.container(horizontal=True, gap="small", wrap=False)
        _choose_point(scenario, 0, (row, row), "start")
    else:
        _choose_several(scenario)
    full = len(scenario.starts) >= most_starts(scenario)
    st.button(
        _("Add a start"),
        key="start.add",
        icon=":material/add_location_alt:",
        width="stretch",
        disabled=full,
        help=plain(full_starts(scenario)) if full else None,
        on_click=_add,
    )
    if full:
        st.caption(plain(full_starts(scenario)))


def _choose_several(scenario: Scenario) -> None:
    # Without their number in its title: an expander of another title would close.
    listed = st.expander(
        _("Starts"),
        key=LIST,
        icon=":material/location_on:",
        type="compact",
        on_change=then_redrawn(nothing),
    )
    # Closed, the list is not even drawn: sixteen starts are 64 widgets.
    if not listed.open:
        return
    with listed:
        show_styles("starts", range(len(scenario.starts)))
        for index in range(len(scenario.starts)):
            with st.container(key=f"start-row-{index}"):
                _choose_one_of(scenario, index)


def _choose_one_of(scenario: Scenario, index: int) -> None:
    number = index + 1
    name, *fields, only, remove = st.columns((0.08, 0.34, 0.34, 0.12, 0.12), gap=None, wrap=False)
    name.markdown(plain(str(number)))
    _choose_point(scenario, index, fields, f"start.{index}")
    # The style sheet leaves only the pictures to see: the words are for those who listen.
    only.button(
        _("Keep only start {number}").format(number=number),
        key=f"start.{index}.only",
        icon=":material/adjust:",
        type="tertiary",
        help=_("Keep only this one"),
        on_click=state.apply,
        args=(keep_only, index),
    )
    remove.button(
        _("Remove start {number}").format(number=number),
        key=f"start.{index}.remove",
        icon=":material/close:",
        type="tertiary",
        help=_("Remove this start"),
        on_click=state.apply,
        args=(remove_start, index),
    )


def _choose_point(
    scenario: Scenario, index: int, columns: Sequence[DeltaGenerator], key: str
) -> None:
    several = len(scenario.starts) > 1
    for axis, (name, column) in enumerate(zip("xy", columns, strict=True)):
        label = _("Start {axis}").format(axis=name)
        if several:
            label = _("Start {number}, {axis}").format(number=index + 1, axis=name)
        number_field(
            column,
            label,
            label,
            COORDINATE,
            scenario.starts[index][axis],
            f"{key}.{name}",
            partial(set_coordinate, index, axis),
            state.view,
            scenario.landscape().bounds.size / 100,
            help=None if several else _("Or choose a place on the contour map."),
            label_visibility="collapsed" if several else "visible",
        )


def _add() -> None:
    state.apply(add_start, None)
    # Whoever adds one here goes on to type where it is.
    st.session_state[LIST] = True


def set_starts(scenario: Scenario, points: tuple[Point, ...]) -> Scenario:
    """Other starts, as arranged by hand.

    Raises:
        ValueError: saying why there cannot be so many; fewer than before are never too many.
    """
    if len(points) > max(most_starts(scenario), len(scenario.starts)):
        raise ValueError(full_starts(scenario))
    return dataclasses.replace(scenario, starts=points)


def set_coordinate(index: int, axis: int, scenario: Scenario, value: float) -> Scenario:
    """One coordinate of one start changed.

    Raises:
        ValueError: when there is no such start any more.
    """
    if index >= len(scenario.starts):
        raise ValueError(_("This start is no longer there."))
    point = list(scenario.starts[index])
    point[axis] = value
    changed = (*scenario.starts[:index], (point[0], point[1]), *scenario.starts[index + 1 :])
    return dataclasses.replace(scenario, starts=changed)


def add_start(scenario: Scenario, value: object = None) -> Scenario:
    """One start more, where there is most room.

    Raises:
        ValueError: saying why, when there is no room for another.
    """
    del value
    if len(scenario.starts) >= most_starts(scenario):
        raise ValueError(full_starts(scenario))
    return dataclasses.replace(scenario, starts=(*scenario.starts, free_place(scenario)))


def remove_start(scenario: Scenario, index: int) -> Scenario:
    """Without one of the starts; the last one stays."""
    if len(scenario.starts) == 1:
        return scenario
    left = scenario.starts[:index] + scenario.starts[index + 1 :]
    return dataclasses.replace(scenario, starts=left)


def keep_only(scenario: Scenario, index: int) -> Scenario:
    """Only one of the starts."""
    return dataclasses.replace(scenario, starts=scenario.starts[index : index + 1])


def free_place(scenario: Scenario) -> Point:
    """The place of a coarse grid over the view that is farthest from every start.

    Distances are shares of the view's sides. Where the loss is not finite nothing can start.
    """
    surface = scenario.landscape()
    bounds = surface.bounds
    shares = np.linspace(EDGE, 1 - EDGE, CELLS)
    across, up = (part.ravel() for part in np.meshgrid(shares, shares))
    width, depth = bounds.x_high - bounds.x_low, bounds.y_high - bounds.y_low
    x, y = bounds.x_low + across * width, bounds.y_low + up * depth
    taken = np.array(scenario.starts)
    gaps = np.hypot((x[:, None] - taken[:, 0]) / width, (y[:, None] - taken[:, 1]) / depth).min(
        axis=1
    )
    losses = surface.value(torch.from_numpy(x), torch.from_numpy(y)).numpy()
    best = int(np.argmax(np.where(np.isfinite(losses), gaps, -1.0)))
    return _rounded(float(x[best]), width), _rounded(float(y[best]), depth)


def _rounded(value: float, size: float) -> float:
    """``value`` with as many digits as the picture can show: it stands in the link."""
    return round(value, min(max(3 - math.floor(math.log10(size)), 0), 12))
