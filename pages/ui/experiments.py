"""Prepared experiments, of either page: the list to choose from, the question and its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal, Protocol, TypeVar

import streamlit as st

from pages.ui.words import _, plain


class Prepared(Protocol):
    """What both kinds of presets have: a key and English texts."""

    @property
    def key(self) -> str:
        """It never changes: it stands in links."""

    @property
    def title(self) -> str:
        """What it is called."""

    @property
    def sentence(self) -> str:
        """What to watch."""

    @property
    def question(self) -> str:
        """What a class is asked first."""

    @property
    def answer(self) -> str:
        """For those who ask for it."""


One = TypeVar("One", bound=Prepared)


def choose_experiment(
    presets: Iterable[One],
    chosen: str,
    pick: Callable[[str], None],
    *,
    picker: str,
    prefix: str,
    caption: str,
    about: Callable[[One], str],
) -> None:
    """A button that opens the list of all presets, each with what to watch.

    Args:
        presets: what there is.
        chosen: the key of the present one; empty for none.
        pick: called with the key of another one.
        picker: key of the button that opens the list.
        prefix: of the keys of the buttons in the list.
        caption: what to do with them.
        about: what is told of each below its title, in the visitor's language.
    """
    opened = st.popover(
        _("Experiments"),
        key=picker,
        icon=":material/experiment:",
        width="stretch",
        on_change="rerun",
    )
    opened.caption(caption)
    # Closed, the list is not even drawn: 44 elements would double the work of a rerun.
    if not opened.open:
        return
    for preset in presets:
        with opened.container(key=f"preset-{preset.key}", gap=None):
            st.button(
                f"**{plain(_(preset.title))}**",
                key=f"{prefix}.{preset.key}",
                type="tertiary",
                icon=":material/check:" if preset.key == chosen else None,
                on_click=pick,
                args=(preset.key,),
            )
            st.caption(plain(about(preset)))


def ask(
    preset: Prepared, *, revealed: str, key: str, kind: Literal["primary", "secondary"]
) -> None:
    """What the class is asked, what to watch, and the answer to those who ask for it.

    Args:
        preset: the present one.
        revealed: where the session keeps the key of the preset whose answer is shown.
        key: of the button that shows it.
        kind: how that button looks.
    """
    shown = st.session_state.get(revealed) == preset.key
    below = _("Answer: {answer}").format(answer=_(preset.answer)) if shown else ""
    with st.container(key="question", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{plain(_(preset.question))}**\n\n{plain(below or _(preset.sentence))}")
        st.button(
            _("Hide the answer") if shown else _("Answer"),
            key=key,
            type="secondary" if shown else kind,
            on_click=_reveal,
            args=(revealed, "" if shown else preset.key),
        )


def _reveal(revealed: str, key: str) -> None:
    st.session_state[revealed] = key
