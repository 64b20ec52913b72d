"""Prepared experiments, of either page: the list to choose from, the question and its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from gettext import NullTranslations
from typing import Literal, Protocol, TypeVar

import streamlit as st

from pages.ui import words
from pages.ui.words import _, current_language, plain


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

_TOLD: dict[tuple[str, NullTranslations], dict[str, str]] = {}
"""What the lists say, by the key of the list and the language: some seventy sentences a list."""


def choose_experiment(
    presets: Iterable[One],
    present: str | None,
    pick: Callable[[str], None],
    *,
    key: str,
    caption: str,
    about: Callable[[One], str],
) -> None:
    """A button that opens the list of all presets, each with what to watch.

    Args:
        presets: what there is.
        present: the key of the one that is shown as it was declared, if any.
        pick: called with the key of another one.
        key: of the list.
        caption: what to do with them.
        about: what is told of each below its title, in the visitor's language.
    """
    known = {preset.key: preset for preset in presets}
    counted = f"{key}.picked"
    round_of = st.session_state.get(counted, 0)
    language = current_language()
    listed = f"{key}.{round_of}.{present or 'none'}.{language}"
    spoken = words.catalogue(language)
    if (key, spoken) not in _TOLD:
        _TOLD[key, spoken] = {
            one: f"**{plain(_(preset.title))}** {plain(about(preset))}"
            for one, preset in known.items()
        }

    def picked() -> None:
        chosen = st.session_state.get(listed)
        if chosen is not None:
            st.session_state[counted] = round_of + 1
            pick(chosen)

    # The list is one widget, so drawn open or closed it is one message, and opening it asks nothing
    # of the server. Another key for the button is another button, which is closed: so the list
    # closes once something was picked.
    opened = st.popover(
        _("Experiments"),
        key=f"{key}.list.{round_of}",
        icon=":material/experiment:",
        width="stretch",
    )
    # Another list for each one that is shown: while it is closed the browser does not hear what a
    # list is given, and would go on saying what was picked in it last. Buttons, not radio buttons:
    # there an arrow key picks the next one at once.
    opened.pills(
        caption,
        list(known),
        format_func=_TOLD[key, spoken].__getitem__,
        default=present,
        required=True,
        key=listed,
        on_change=picked,
        width="stretch",
    )


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
