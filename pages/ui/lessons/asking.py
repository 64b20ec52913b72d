"""The question and the ways to answer it: choices, an order, a place on the map."""

from __future__ import annotations

import streamlit as st

from optim_core import Scenario
from optim_core.lessons import Choose, Place, Rank
from pages.ui.lessons.ground import show_ground
from pages.ui.lessons.progress import Asked, Progress, ask_again, guess, keep, progress, tell
from pages.ui.lessons.telling import show_belief, show_verdict
from pages.ui.words import _, plain


def show_question(asked: Asked, *, plays: bool = True) -> None:
    """What is asked, and either the ways to answer it or what came of it.

    ``plays`` is whether there is a run to play, whose end brings the answer.
    """
    now = progress(asked)
    if asked.ask is None:
        if asked.question:
            st.markdown(f"**{plain(asked.question)}**")
        if asked.after:
            st.markdown(asked.after)
        return
    with st.container(key="lesson-question", gap="small"):
        st.markdown(f"**{plain(asked.question)}**")
        if now.stage == "asked":
            _show_ways(asked, now, plays)
        elif now.stage == "played":
            _show_playing(asked, plays)
        else:
            show_verdict(asked, now)
            with st.container(
                key="lesson-belief", horizontal=True, vertical_alignment="center", gap="medium"
            ):
                show_belief(asked)
                st.button(
                    _("Ask again"),
                    key="lesson.again",
                    icon=":material/replay:",
                    type="tertiary",
                    on_click=ask_again,
                    args=(asked,),
                )


def show_map(asked: Asked, scenario: Scenario) -> None:
    """The surface and the starts, before anything has moved; a place is chosen on it."""
    places = isinstance(asked.ask, Place)
    marked = progress(asked).marked

    def picked(_panel: int, x: float, y: float) -> None:
        keep(asked, marked=(x, y))

    show_ground(scenario, marked, on_pick=picked if places else None)


def _show_ways(asked: Asked, now: Progress, plays: bool) -> None:
    if isinstance(asked.ask, Rank):
        _show_ranking(asked, now)
    with st.container(key="lesson-choices", horizontal=True, gap="small"):
        if isinstance(asked.ask, Choose):
            for index, choice in enumerate(asked.choices):
                st.button(
                    plain(choice),
                    key=f"lesson.choice.{index}",
                    on_click=guess,
                    args=(asked, index),
                )
        elif isinstance(asked.ask, Rank):
            _show_unranked(asked, now)
        else:
            st.button(
                _("Play"),
                key="lesson.place",
                icon=":material/play_arrow:",
                type="primary",
                disabled=now.marked is None,
                on_click=guess,
                args=(asked, now.marked),
            )
        st.button(
            _("Just play") if plays else _("Just show it"),
            key="lesson.skip",
            icon=":material/skip_next:",
            type="tertiary",
            help=_("Without a guess: the class has made its own"),
            on_click=guess,
            args=(asked, None),
        )
    if isinstance(asked.ask, Place) and now.marked is None:
        st.caption(_("Click on the map, or move with the arrow keys and press Enter."))


def _show_ranking(asked: Asked, now: Progress) -> None:
    told = [f"{place}. {plain(asked.choices[one])}" for place, one in enumerate(now.ranked, 1)]
    hint = _("Press them in the order you expect, the first one first.")
    st.caption("   ".join(told) if told else hint)


def _show_unranked(asked: Asked, now: Progress) -> None:
    for index, choice in enumerate(asked.choices):
        if index not in now.ranked:
            st.button(
                plain(choice),
                key=f"lesson.rank.{index}",
                on_click=_rank,
                args=(asked, index),
            )
    if now.ranked:
        st.button(
            _("Start over"),
            key="lesson.unrank",
            icon=":material/undo:",
            type="tertiary",
            on_click=keep,
            args=(asked,),
            kwargs={"ranked": ()},
        )


def _rank(asked: Asked, index: int) -> None:
    ranked = (*progress(asked).ranked, index)
    left = [one for one in range(len(asked.choices)) if one not in ranked]
    if len(left) > 1:
        keep(asked, ranked=ranked)
    else:
        # The last one has only one place left.
        guess(asked, (*ranked, *left))


def _show_playing(asked: Asked, plays: bool) -> None:
    watch = _("Watch it to the end: then the answer comes.")
    look = _("Look at it first, then ask for the answer.")
    with st.container(key="lesson-choices", horizontal=True, vertical_alignment="center"):
        st.markdown(plain(watch if plays else look))
        st.button(
            _("Answer"),
            key="lesson.tell",
            on_click=tell,
            args=(asked,),
        )
