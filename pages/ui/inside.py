"""The inside of a step: a strip to open under the player, and what a page or a lesson shows."""

from __future__ import annotations

import re
from collections.abc import Sequence

import streamlit as st

from landscapes import Phrase
from optim_core import Scenario, Trajectories
from optim_core.link_format import INSIDE
from pages.player import EntryStyle
from pages.player.inside import show_inside as show_component
from pages.player.inside_words import inside_words
from pages.ui import cached
from pages.ui.narration import rows_of_start
from pages.ui.teaching.guide import Guide
from pages.ui.teaching.parts import tell
from pages.ui.ways import show_way
from pages.ui.words import _, plain, reason
from pages.ui.writing import written_place

RUN = "run"
"""Whose steps the page looks into, as a part that a lesson can fix."""

OPEN = Guide()
"""Fixes nothing."""

_OF_PAGE = ("inside.page.entry", "inside.page.start")
_CHOICE = re.compile(r"([1-9]\d?)\.([1-9]\d?)")


def open_choice() -> None:
    """On the first run of a visit to the page: look into the run that its address names.

    What names no run there is opens the first one, as an address without a name does.
    """
    entry, start = _OF_PAGE
    if entry in st.session_state:
        return
    found = _CHOICE.fullmatch(st.query_params.get(INSIDE, ""))
    st.session_state[entry] = int(found[1]) - 1 if found else 0
    st.session_state[start] = int(found[2]) - 1 if found else 0


def chosen_parameters() -> dict[str, list[str]]:
    """Whose steps the page looks into, as its address holds it; nothing for the first run."""
    entry, start = (int(st.session_state.get(key, 0)) for key in _OF_PAGE)
    return {INSIDE: [f"{entry + 1}.{start + 1}"]} if entry or start else {}


def show_strip(
    scenario: Scenario, trajectories: Trajectories, styles: Sequence[EntryStyle]
) -> None:
    """A closed strip under the player; what is inside is worked out once it is opened."""
    strip = st.expander(
        _("Inside a step"), key="inside", icon=":material/function:", on_change="rerun"
    )
    if strip.open:
        with strip:
            choose_and_show(scenario, trajectories, styles, key="playground", way=True)


def choose_and_show(
    scenario: Scenario,
    trajectories: Trajectories,
    styles: Sequence[EntryStyle],
    *,
    key: str,
    way: bool = False,
    guide: Guide = OPEN,
) -> None:
    """Choose one of the runs, and see it from inside.

    Args:
        scenario: what the player on the page shows.
        trajectories: of it.
        styles: of its entries.
        key: of the widgets; another one for each place where this is shown.
        way: whether to offer the page that is made for it.
        guide: what a lesson's link fixes of the choice.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        titles = [style.title for style in styles]
        entry = _choose(_("Optimizer"), titles, f"inside.{key}.entry", guide)
        numbered = _("{number}, from {place}")
        starts = [
            numbered.format(number=index + 1, place=written_place(x, y))
            for index, (x, y) in enumerate(scenario.starts)
        ]
        start = _choose(_("Start"), starts, f"inside.{key}.start", guide)
        if way:
            show_way("inside.py", _("As a page"), ":material/open_in_full:", scenario)
    show_inside(scenario, trajectories, entry=entry, start=start, key=f"inside.{key}.strip")


def show_inside(
    scenario: Scenario,
    trajectories: Trajectories,
    *,
    entry: int = 0,
    start: int = 0,
    key: str = "inside.strip",
) -> None:
    """The inside of the step under the cursor of the player on the same page.

    Args:
        scenario: what the player shows.
        trajectories: of it.
        entry: whose run, by its number in the line-up.
        start: from which start; of several runs with noise it is the first.
        key: of the component.
    """
    row = rows_of_start(trajectories, start)[entry]
    try:
        inside = cached.inside(scenario, row)
    except ValueError as error:
        st.warning(plain(reason(error)), icon=":material/info:")
        return
    if inside is None:
        st.caption(plain(_("This run never takes a step: there is nothing inside.")))
        return

    def told(phrase: Phrase) -> str:
        return phrase.told(_)

    show_component(
        key=key, inside=inside, entry=entry, start=start, told=told, words=inside_words(_)
    )


def _choose(label: str, titles: Sequence[str], key: str, guide: Guide) -> int:
    """One of ``titles``, by number; nothing to choose where there is one or ``guide`` fixes it."""
    if len(titles) == 1:
        st.session_state[key] = 0
        return 0
    if st.session_state.get(key, 0) >= len(titles):
        st.session_state[key] = 0  # the line-up has become shorter
    if RUN in guide.fixed:
        fixed = int(st.session_state.get(key, 0))
        if RUN in guide.locked:
            tell(label, [titles[fixed]])
        return fixed
    chosen: int = st.selectbox(
        label,
        range(len(titles)),
        format_func=lambda number: titles[number],
        key=key,
        filter_mode=None,
        width=280,
    )
    return chosen
