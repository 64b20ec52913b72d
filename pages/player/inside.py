"""show_inside(): what happened inside the step under the player's cursor, on the player's clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np
import streamlit as st

from landscapes import Phrase
from optim_core.inside import Inside
from optim_core.inside.expressions import Floats
from optim_core.inside.printed import DIGITS, EXACT_DIGITS
from pages.player.component import loader
from pages.player.packing import Array, Squeezed, pack_named

_inside = st.components.v2.component(
    "downhill_inside",
    js=loader("showInside", "inside.css"),
    isolate_styles=False,
)

Told = Callable[[Phrase], str]


def show_inside(
    *,
    key: str,
    inside: Inside,
    entry: int,
    start: int,
    told: Told,
    words: Mapping[str, str],
) -> None:
    """Show ``inside`` for the steps of the player on the same page.

    Args:
        key: of the component.
        inside: one run, taken apart.
        entry: whose run it is, by its number in the player's run.
        start: from which start, likewise.
        told: a phrase in the visitor's language.
        words: those of :func:`pages.player.inside_words.inside_words`.
    """
    titles = tuple(told(quantity.title) for quantity in inside.quantities.values())
    titles += tuple(told(chart.title) for chart in inside.charts)
    titles += tuple(told(mark.sentence) for mark in inside.marks)
    data = _packed(inside, entry, start, titles, tuple(sorted(words.items())))
    _inside(key=key, data=data)


@lru_cache(maxsize=32)
def _packed(
    inside: Inside,
    entry: int,
    start: int,
    titles: tuple[str, ...],
    words: tuple[tuple[str, str], ...],
) -> bytes:
    return pack_inside(inside, entry, start, titles, words)


def pack_inside(
    inside: Inside,
    entry: int,
    start: int,
    titles: tuple[str, ...],
    words: tuple[tuple[str, str], ...],
) -> bytes:
    """The message of ``inside``.

    Numbers are float64, sent as pairs of whole numbers: what a step computes with is not rounded
    before it is printed. ``titles`` are those of the quantities, then of the charts, then the
    sentences of the marks. What never changes stands in the header.
    """
    arrays: dict[str, Array | Squeezed] = {"steps": inside.steps.astype(np.int32)}
    quantities, rest = [], list(titles)
    for key, quantity in inside.quantities.items():
        values = inside.values[key]
        described: dict[str, object] = {
            "key": key,
            "title": rest.pop(0),
            "symbol": quantity.symbol.parts(),
            "digits": EXACT_DIGITS if quantity.exact else DIGITS,
            "axes": values.shape[1],
        }
        if len(values) == 1 and np.isfinite(values).all():
            described["value"] = values[0].tolist()
        else:
            spread = np.broadcast_to(values, (len(inside.steps), values.shape[1]))
            arrays[f"quantity {key}"] = _exact(spread)
        quantities.append(described)
    header: dict[str, object] = {
        "words": dict(words),
        "entry": entry,
        "start": start,
        "every": inside.every,
        "quantities": quantities,
        "tracks": [track.quantity.key for track in inside.tracks],
        "arrows": list(inside.arrows),
        "charts": [
            {
                "title": rest.pop(0),
                "log": chart.log,
                "quantities": [quantity.key for quantity in chart.quantities],
            }
            for chart in inside.charts
        ],
        "marks": [rest.pop(0) for _ in inside.marks],
    }
    lines = []
    for number, line in enumerate(inside.lines):
        told: dict[str, object] = {
            "quantity": line.quantity.key,
            "tree": line.expression.tree(),
            "aside": line.aside,
        }
        if line.when is not None:
            arrays[f"when {number}"] = line.when.astype(np.uint16)
            told["when"] = f"when {number}"
        lines.append(told)
    header["lines"] = lines
    for number, mark in enumerate(inside.marks):
        arrays[f"mark {number}"] = mark.when.astype(np.uint16)
    for role, vectors in inside.arrows.items():
        arrays[f"arrow {role}"] = _exact(vectors)
    arrays["rates"] = _exact(inside.rates)
    arrays["curvatures"] = _exact(inside.curvatures)
    arrays["sharpness"] = _exact(inside.sharpness[:, None])
    arrays["limits"] = _exact(inside.limits[:, None])
    message, _ = pack_named(header, arrays)
    return message


def _exact(values: Floats) -> Squeezed:
    """Numbers (K, n) in full, as whole numbers (K, 2 n)."""
    return Squeezed(np.ascontiguousarray(values, dtype="<f8").view("<i4"), deltas=False)
