"""A field to type a number into, which can do no harm: what it cannot take leaves all as it was.

Streamlit bounds a number field in the browser, and cuts what is beyond without a word. So this one
has no bounds, and what comes from it is looked at here. Left empty it goes back to its value.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

from streamlit.delta_generator import DeltaGenerator

from landscapes import Knob, Refusal, Value

DIGITS = 10
"""Of a whole number; no seed has more."""


def number_field(
    place: DeltaGenerator,
    label: str,
    name: str,
    knob: Knob,
    value: Value,
    key: str,
    edit: Callable[..., Any],
    view: Callable[..., dict[str, Any]],
    step: float,
    **looks: Any,
) -> None:
    """A field that shows ``value``; a number that ``knob`` allows is ``edit``, else it says why.

    Args:
        place: where it goes.
        label: of the field, as Markdown.
        name: what a sentence about it calls it, as plain text.
        knob: what is allowed.
        value: the present one.
        key: of the widget.
        edit: ``(contest, new value) -> contest``.
        view: what makes a widget a view of a value; see :func:`pages.ui.state.view`.
        step: what the arrow keys add.
        looks: more arguments of the field.
    """
    place.number_input(
        label,
        # Emptied, it shows this again; and so does one whose value has not come.
        value=float(value),
        step=float(step),
        format=f"%.{DIGITS}g" if knob.scale == "integer" else "%.6g",
        **looks,
        **view(key, value, partial(_type, knob, name, value, edit)),
    )


def _type(
    knob: Knob, name: str, before: Value, edit: Callable[..., Any], contest: Any, typed: Any
) -> Any:
    return edit(contest, accepted(knob, name, before, typed))


def accepted(knob: Knob, name: str, before: Value, typed: float | None) -> Value:
    """What was ``typed`` as ``knob`` keeps it.

    Raises:
        ValueError: saying what is wrong with it, and that ``before`` stays.
    """
    words = {"name": name, "before": readable(before)}
    if typed is None or not math.isfinite(typed):
        raise Refusal("{name} needs a number; it stays at {before}.", **words)
    if not knob.low <= typed <= knob.high:
        low, high = readable(knob.low), readable(knob.high)
        raise Refusal(
            "{name} must lie between {low} and {high}; it stays at {before}.",
            low=low,
            high=high,
            **words,
        )
    if knob.scale == "integer" and typed != int(typed):
        raise Refusal("{name} must be a whole number; it stays at {before}.", **words)
    return knob.check(int(typed) if knob.scale == "integer" else float(typed))


def readable(number: Value) -> str:
    """``number`` in a sentence: whole ones with all their digits, as people write them."""
    value = float(number)
    return f"{value:,.0f}" if value == round(value) and abs(value) < 1e12 else f"{value:.6g}"
