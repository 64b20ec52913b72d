"""What became of every run, in words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import pyarrow
import streamlit as st
import torch
from numpy.typing import NDArray

from landscapes import CriticalPoint, Surface
from landscapes.surface import REACH
from optim_core import Outcome, Trajectories
from pages.player import EntryStyle
from pages.ui.words import _, listed, plain, plural, spoken
from pages.ui.writing import is_deepest, written_minimum, written_number, written_place

MOST_ROWS = 16
"""A longer table is not read: then each entry gets one row for all of its runs."""


MOST_EACH = 3
"""So many runs of one entry are told one by one; of more, it is told how many ended where."""


@dataclass(frozen=True)
class Told:
    """One row of the table, as plain text."""

    title: str
    story: str
    loss: str
    test_loss: str = ""
    """On unseen data; empty where the surface has none."""


def tell(surface: Surface, trajectories: Trajectories, styles: Sequence[EntryStyle]) -> list[Told]:
    """What became of each run, or of each entry's runs together where there are many."""
    each = Counter(label.entry for label in trajectories.labels)
    if trajectories.rows > MOST_ROWS or max(each.values(), default=0) > MOST_EACH:
        return [
            _tell_together(surface, trajectories, entry, style)
            for entry, style in enumerate(styles)
        ]
    labels = trajectories.labels
    numbered_starts = len({label.start for label in labels}) > 1
    numbered_streams = len({label.noise_seed for label in labels}) > 1
    told = []
    for row, label in enumerate(labels):
        title = styles[label.entry].title
        if numbered_starts:
            title += _(", start {number}").format(number=label.start + 1)
        if numbered_streams:
            title += _(", run {number}").format(number=label.noise_seed + 1)
        last = int(trajectories.stopped_at[row])
        loss = written_number(float(trajectories.losses[last, row]))
        unseen = _written_median(_test_losses(surface, trajectories, [row]))
        told.append(Told(title, story(surface, trajectories, row), loss, unseen))
    return told


def _test_losses(
    surface: Surface, trajectories: Trajectories, rows: Sequence[int]
) -> NDArray[np.float64]:
    """What unseen data measure where each of ``rows`` ended (R,); empty if the surface has none."""
    if surface.test_function is None:
        return np.empty(0)
    ends = np.array([trajectories.positions[trajectories.stopped_at[row], row] for row in rows])
    return surface.test_value(*torch.from_numpy(ends.T.copy())).numpy()


def _written_median(losses: NDArray[np.float64]) -> str:
    return written_number(float(np.median(losses))) if len(losses) else ""


def story(surface: Surface, trajectories: Trajectories, row: int) -> str:
    """The sentence that tells what became of one run."""
    last = int(trajectories.stopped_at[row])
    x, y = (float(value) for value in trajectories.positions[last, row])
    place = written_place(x, y)
    outcome = trajectories.outcomes[row]
    if outcome is Outcome.DIVERGED:
        sentence = _(
            "Diverged: its steps grew until it ran away after step {step}, last seen at {place}."
        )
        return sentence.format(step=last, place=place)
    if outcome is Outcome.LEFT_THE_DOMAIN:
        sentence = _("Left the region where the surface is defined after step {step}, at {place}.")
        return sentence.format(step=last, place=place)
    if outcome is Outcome.CONVERGED:
        sentence = _("Settled at step {step} {where}.")
        where = _resting(surface, trajectories, row, x, y)
        return sentence.format(step=int(trajectories.settled_at[row]), where=where)
    where = _moving(surface, trajectories, row, x, y)
    return _("Still moving after {step} steps, {where}.").format(step=last, where=where)


def _resting(surface: Surface, trajectories: Trajectories, row: int, x: float, y: float) -> str:
    sentences = {
        "only": _("in the minimum {place}"),
        "deepest": _("in the deepest minimum {place}"),
        "local": _("in the local minimum {place}"),
        "named": _("in the {name} minimum {place}"),
    }
    if told := _by_minimum(surface, trajectories, row, (x, y), sentences):
        return told
    saddle = _saddle_at(surface, x, y)
    if saddle is not None:
        sentence = _("on the saddle {place}, which is no minimum")
        return sentence.format(place=written_place(saddle.x, saddle.y))
    return _("where the ground is flat, {where}").format(where=_at(surface, x, y))


def _moving(surface: Surface, trajectories: Trajectories, row: int, x: float, y: float) -> str:
    sentences = {
        "only": _("near the minimum {place}"),
        "deepest": _("near the deepest minimum {place}"),
        "local": _("near the local minimum {place}"),
        "named": _("near the {name} minimum {place}"),
    }
    if told := _by_minimum(surface, trajectories, row, (x, y), sentences):
        return told
    saddle = _saddle_at(surface, x, y)
    if saddle is not None:
        return _("near the saddle {place}").format(place=written_place(saddle.x, saddle.y))
    return _at(surface, x, y)


def _by_minimum(
    surface: Surface,
    trajectories: Trajectories,
    row: int,
    point: tuple[float, float],
    sentences: Mapping[str, str],
) -> str:
    """The one of ``sentences`` that fits the minimum reached by a run that is at ``point``.

    They go by what sets it apart; empty where the run reached none.
    """
    minimum, rank = _minimum_reached(surface, trajectories, row)
    if minimum is None:
        return ""
    if minimum.degenerate:
        return _in_valley(surface, *point)
    place = written_place(minimum.x, minimum.y)
    return sentences[rank].format(name=_(minimum.name), place=place)


def _in_valley(surface: Surface, x: float, y: float) -> str:
    # Of a valley only some points are declared: its own place says where in it the run is.
    return _("on the floor of the valley, {where}").format(where=_at(surface, x, y))


def _at(surface: Surface, x: float, y: float) -> str:
    if surface.bounds.contains(x, y):
        return _("at {place}").format(place=written_place(x, y))
    return _("outside the picture at {place}").format(place=written_place(x, y))


def _minimum_reached(
    surface: Surface, trajectories: Trajectories, row: int
) -> tuple[CriticalPoint | None, str]:
    """The declared minimum that a run ended at, and what sets it apart: its name, or its rank."""
    reached = int(trajectories.reached[row])
    if reached < 0:
        return None, ""
    minima = surface.declared(surface.minima)
    minimum = minima[reached]
    if minimum.name:
        return minimum, "named"
    if len(minima) == 1:
        return minimum, "only"
    return minimum, "deepest" if is_deepest(surface, reached) else "local"


def _saddle_at(surface: Surface, x: float, y: float) -> CriticalPoint | None:
    reach = REACH * surface.bounds.size
    for saddle in surface.declared(surface.saddles):
        if math.hypot(saddle.x - x, saddle.y - y) <= reach:
            return saddle
    return None


def _tell_together(
    surface: Surface, trajectories: Trajectories, entry: int, style: EntryStyle
) -> Told:
    rows = [row for row, label in enumerate(trajectories.labels) if label.entry == entry]
    # Each run is counted once: where it ended, else how.
    minima = Counter(int(trajectories.reached[row]) for row in rows)
    others = Counter(trajectories.outcomes[row] for row in rows if trajectories.reached[row] < 0)
    sentences = {
        Outcome.CONVERGED: _("{count} settled at no minimum"),
        Outcome.RAN_OUT_OF_STEPS: _("{count} still on the way"),
        Outcome.DIVERGED: _("{count} diverged"),
        Outcome.LEFT_THE_DOMAIN: _("{count} left the region where the surface is defined"),
    }
    reached = _("{count} reached the {minimum}")
    parts = [
        reached.format(count=minima[index], minimum=written_minimum(surface, index))
        for index in sorted(minima)
        if index >= 0
    ]
    parts += [text.format(count=others[kind]) for kind, text in sentences.items() if others[kind]]
    settled = [step for row in rows if (step := int(trajectories.settled_at[row])) >= 0]
    if settled:
        sentence = _("those that settled did so at step {step} (median)")
        parts.append(sentence.format(step=f"{np.median(settled):g}"))
    losses = [trajectories.losses[int(trajectories.stopped_at[row]), row] for row in rows]
    loss = _("{value} (median)").format(value=written_number(float(np.median(losses))))
    unseen = _written_median(_test_losses(surface, trajectories, rows))
    if unseen:
        unseen = _("{value} (median)").format(value=unseen)
    labels = [trajectories.labels[row] for row in rows]
    starts = len({label.start for label in labels})
    sentence = _together(starts, len({label.noise_seed for label in labels}))
    told = sentence.format(number=len(rows), starts=starts, parts=listed(parts))
    return Told(style.title, told, loss, unseen)


def _together(starts: int, streams: int) -> str:
    """The sentence for the runs of one entry, with places for their number and what they did."""
    if streams == 1:
        return plural("Of {starts} start: {parts}.", "Of {starts} starts: {parts}.", starts)
    if starts == 1:
        return plural("Of {number} run: {parts}.", "Of {number} runs: {parts}.", streams)
    return _("Of {number} runs from {starts} starts: {parts}.")


_LAST: WeakKeyDictionary[Trajectories, tuple[tuple[object, ...], pyarrow.Table]] = (
    WeakKeyDictionary()
)
"""The last table of each run and whom it was for: a class shares runs, and most read the same."""


def _table(
    surface: Surface, trajectories: Trajectories, styles: tuple[EntryStyle, ...]
) -> pyarrow.Table:
    reader = (surface, styles, spoken())
    last, table = _LAST.get(trajectories, ((), None))
    if table is not None and last == reader:
        return table
    told = tell(surface, trajectories, styles)
    columns = {
        _("Optimizer"): [plain(row.title) for row in told],
        _("What happened"): [plain(row.story) for row in told],
        _("Final loss"): [plain(row.loss) for row in told],
    }
    if surface.test_function is not None:
        columns[_("Test loss")] = [plain(row.test_loss) for row in told]
    # Of a dict Streamlit makes a DataFrame first, a tenth of a rerun.
    table = pyarrow.table(columns)
    _LAST[trajectories] = (reader, table)
    return table


def show_outcomes(
    surface: Surface,
    trajectories: Trajectories,
    styles: Sequence[EntryStyle],
    tolerance: float,
) -> None:
    """Draw the table of outcomes; ``tolerance`` is the gradient norm that counts as settled."""
    st.table(
        _table(surface, trajectories, tuple(styles)),
        border="horizontal",
        hide_index=True,
        alt=_("What became of each optimizer"),
    )
    settled = _("Settled: from this step on the gradient norm stays within {tolerance}.")
    if (trajectories.settled_at >= 0).any():
        st.caption(plain(settled.format(tolerance=written_number(tolerance))))
    if surface.test_function is not None:
        st.caption(
            plain(
                _(
                    "Test loss: the loss at the same end point on the test surface, which is the"
                    " training surface moved a little, as unseen data would move it."
                )
            )
        )
