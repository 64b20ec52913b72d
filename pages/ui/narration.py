"""What happened in each run, step by step: the moving picture told to those who read or listen."""

from __future__ import annotations

import re
from collections.abc import Sequence

import streamlit as st

from optim_core import Event, Scenario, Trajectories
from pages.player import EntryStyle
from pages.ui import cached
from pages.ui.choosing import worded
from pages.ui.words import _, plain, plural
from pages.ui.writing import written_place

SIDE_BY_SIDE = 4
"""More columns would break the sentences into single words."""


MINUS = re.compile(r"(?<!\w)-(?=\d)|(?<=\de)-(?=\d)")
"""The minus of a number, as the table of outcomes writes it, and no hyphen."""


def sentences(events: Sequence[Event]) -> list[str]:
    """The events of one run in the visitor's language, each with its step."""
    numbered = _("step {step}: {sentence}")
    return [
        MINUS.sub("\u2212", numbered.format(step=event.step, sentence=event.told(_)))
        for event in events
    ]


def rows_of_start(trajectories: Trajectories, start: int) -> tuple[int, ...]:
    """The row of each entry's run from ``start``, the first one of several with noise."""
    return tuple(
        row
        for row, label in enumerate(trajectories.labels)
        if label.start == start and label.noise_seed == 0
    )


def show_narration(
    scenario: Scenario, trajectories: Trajectories, styles: Sequence[EntryStyle]
) -> None:
    """A closed list a run; it is told when it is opened, and then only."""
    story = st.expander(
        _("What happened, step by step"),
        key="narration",
        icon=":material/format_list_bulleted:",
        on_change="rerun",
    )
    if not story.open:
        return
    with story:
        start = _choose_start(scenario)
        runs = scenario.config.noise_seeds
        if runs > 1:
            told = plural("Told of the only run.", "Told of the first of {number} runs.", runs)
            st.caption(plain(told.format(number=runs)))
        stories = cached.narrations(scenario, rows_of_start(trajectories, start))
        told_of = list(zip(styles, stories, strict=True))
        columns = min(SIDE_BY_SIDE, len(told_of))
        for first in range(0, len(told_of), columns):
            line = zip(st.columns(columns), told_of[first : first + columns], strict=False)
            for column, (style, events) in line:
                items = (f"- {plain(sentence)}" for sentence in sentences(events))
                column.markdown("\n".join((f"**{plain(style.title)}**\n", *items)))


def _choose_start(scenario: Scenario) -> int:
    """Which start to tell of; there is nothing to choose where there is one."""
    if len(scenario.starts) == 1:
        return 0
    numbered = _("{number}, from {place}")
    titles = [
        numbered.format(number=index + 1, place=written_place(x, y))
        for index, (x, y) in enumerate(scenario.starts)
    ]
    return st.selectbox(
        _("Told from start"),
        range(len(scenario.starts)),
        format_func=lambda start: titles[start],
        key=worded("narration.start"),
        filter_mode=None,
        width=280,
    )
