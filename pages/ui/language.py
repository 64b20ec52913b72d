"""Which language a visitor reads: the link's, else the one they switched to or their browser's."""

from __future__ import annotations

import streamlit as st

from landscapes import Phrase
from optim_core.link_format import unusable
from pages.ui.words import (
    LANGUAGE,
    SOURCE_LANGUAGE,
    _,
    catalogue,
    current_language,
    languages,
    speak,
)

PARAMETER = "lang"
_CHOSEN = "language chosen"
_SWITCH = "language.switch"


def choose_language() -> str:
    """Settle this visitor's language, at the first run of a visit, and return it.

    What the address asks for comes first, then what the browser prefers. From then on only the
    switch changes it.
    """
    if LANGUAGE not in st.session_state:
        asked = nearest(st.query_params.get(PARAMETER, ""))
        st.session_state[_CHOSEN] = asked is not None
        speak(asked or preferred(st.context.locale or ""))
    else:
        speak(st.session_state[LANGUAGE])
    return current_language()


def preferred(locale: str) -> str:
    """The language there is that is nearest to a browser's ``locale``, such as ``zh-Hant-TW``."""
    return nearest(locale) or SOURCE_LANGUAGE


def nearest(tag: str) -> str | None:
    """The language there is that is nearest to ``tag``; None where none is near."""
    if tag in languages():
        return tag
    primary = tag.partition("-")[0].lower()
    near = (language for language in languages() if language.partition("-")[0] == primary)
    return next(near, None)


def unreadable_language() -> Phrase | None:
    """A sentence about the language that the address asks for where there is none like it."""
    asked = st.query_params.get(PARAMETER)
    if asked is None or nearest(asked) is not None:
        return None
    return unusable(PARAMETER, asked, own_name(current_language()))


def language_parameters() -> dict[str, list[str]]:
    """Its part of a link: none while it is English because nobody asked for anything else."""
    language = current_language()
    told = st.session_state.get(_CHOSEN) or language != SOURCE_LANGUAGE
    return {PARAMETER: [language]} if told else {}


def own_name(language: str) -> str:
    """What a language calls itself."""
    return catalogue(language).info().get("x-language-name", "English")


def show_switch() -> None:
    """The switch, each language under its own name."""
    language = current_language()
    if st.session_state.get(_SWITCH) != language:
        st.session_state[_SWITCH] = language
    if len(languages()) < 2:
        return
    with st.container(key="languages"):
        st.segmented_control(
            _("Language"),
            languages(),
            format_func=own_name,
            key=_SWITCH,
            label_visibility="collapsed",
            required=True,
            on_change=_switch,
        )


def _switch() -> None:
    language = st.session_state.get(_SWITCH)
    if language in languages():
        st.session_state[_CHOSEN] = True
        speak(language)
