"""Draws a Knob as a widget. The only place that makes sliders: pages and panels go through here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import streamlit as st

from landscapes import Knob, Value
from pages.ui.choosing import choose
from pages.ui.fields import number_field
from pages.ui.positions import closest, nearest, positions, written
from pages.ui.state import view
from pages.ui.words import _, plain

Edit = Callable[..., Any]
SetKnob = Callable[..., Any]
"""``(contest, key of the knob, new value) -> contest``."""

View = Callable[[str, Any, Edit], dict[str, Any]]
"""What makes a widget a view of a value; see :func:`pages.ui.state.view`."""

FIELD_PIXELS = 96
"""Of a number field beside its slider: it still shows six digits."""


def draw_knobs(
    knobs: Iterable[Knob],
    values: Mapping[str, Value],
    prefix: str,
    change: SetKnob,
    view: View = view,
    *,
    rows: bool = True,
) -> None:
    """Draw each of ``knobs`` with its value; the widgets' keys start with ``prefix``.

    Without ``rows`` what is around them puts each slider beside its field.
    """
    for knob in knobs:
        edit = partial(_set, change, knob.key)
        draw_knob(knob, values[knob.key], f"{prefix}.{knob.key}", edit, view, row=rows)


def draw_knob(
    knob: Knob, value: Value, key: str, edit: Edit, view: View = view, *, row: bool = True
) -> None:
    """Draw ``knob`` showing ``value``; a change of the widget is ``edit``."""
    if knob.scale == "switch":
        st.toggle(plain(_(knob.title)), bool(value), help=_help(knob), **view(key, value, edit))
    elif knob.scale == "choice":
        _draw_choice(knob, str(value), key, edit, view)
    else:
        _draw_number(knob, value, key, edit, view, row)


def _draw_choice(knob: Knob, value: str, key: str, edit: Edit, view: View) -> None:
    titles = {choice.key: _(choice.title) for choice in knob.choices}
    looks = {"help": _help(knob), "filter_mode": None}
    choose(plain(_(knob.title)), titles, key, value, edit, view, **looks)
    chosen = next(choice for choice in knob.choices if choice.key == value)
    if chosen.help:
        st.caption(plain(_(chosen.help)))


def _draw_number(knob: Knob, value: Value, key: str, edit: Edit, view: View, in_row: bool) -> None:
    """A slider over round values and, beside it, a field that takes any allowed value."""
    stops = positions(knob)
    if not stops[0] <= float(value) <= stops[-1]:
        stops = tuple(sorted({*stops, float(value)}))  # typed beyond the slider: it shows that too
    label = _label(knob)
    # One block and not the three of two columns: many of them are a good part of a rerun.
    row: Any = st
    if in_row:
        row = st.container(horizontal=True, vertical_alignment="bottom", gap="small", wrap=False)
    stop = nearest(stops, float(value))
    row.select_slider(
        label,
        stops,
        stop,
        format_func=written,
        help=_help(knob),
        **view(f"{key}.slider", stop, edit),
    )
    number_field(
        row,
        _("{knob}, typed").format(knob=label),
        _(knob.title),
        knob,
        value,
        f"{key}.number",
        edit,
        view,
        1 if knob.scale == "integer" else closest(stops),
        label_visibility="collapsed",
        width=FIELD_PIXELS,
    )


def _label(knob: Knob) -> str:
    title = plain(_(knob.title))
    counts_itself = knob.unit.lower() in ("", knob.title.lower())
    if counts_itself:
        return title
    return _("{knob} ({unit})").format(knob=title, unit=plain(_(knob.unit)))


def _help(knob: Knob) -> str | None:
    return plain(_(knob.help)) if knob.help else None


def _set(change: SetKnob, key: str, contest: Any, value: Value) -> Any:
    return change(contest, key, value)
