"""The words of the pages: gettext, in the language of the present visitor.

The language belongs to the session (``?lang=`` in the address), never to the process: two visitors
of one server read two languages. Catalogues are ``assets/translations/<language>/LC_MESSAGES``.
"""

from __future__ import annotations

import gettext
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

import streamlit as st

DOMAIN = "downhill"
TRANSLATIONS = Path(__file__).resolve().parents[2] / "assets" / "translations"
SOURCE_LANGUAGE = "en"
PARAMETER = "lang"
_LANGUAGE = "language"
_SPOKEN: ContextVar[str | None] = ContextVar("language of this run", default=None)
"""The language of this run of a script; each run has its own thread, hence its own value."""


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """The languages there are catalogues for, English first."""
    found = {path.parents[1].name for path in TRANSLATIONS.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")}
    return (SOURCE_LANGUAGE, *sorted(found - {SOURCE_LANGUAGE}))


@lru_cache(maxsize=16)
def catalogue(language: str) -> gettext.NullTranslations:
    """The translations into ``language``; English source text where there are none."""
    return gettext.translation(DOMAIN, TRANSLATIONS, languages=[language], fallback=True)


def choose_language() -> str:
    """Take this visitor's language from the address and return it."""
    asked = st.query_params.get(PARAMETER, SOURCE_LANGUAGE)
    language = asked if asked in languages() else SOURCE_LANGUAGE
    st.session_state[_LANGUAGE] = language
    _SPOKEN.set(language)
    return language


def current_language() -> str:
    """The language of the present visitor."""
    # A page asks some two hundred times a run, and the session's state is slow to ask. Callbacks
    # come before the run has chosen.
    return _SPOKEN.get() or st.session_state.get(_LANGUAGE, SOURCE_LANGUAGE)


def _(text: str) -> str:
    """``text`` in the visitor's language."""
    # gettext answers the empty string with the catalogue's header.
    return catalogue(current_language()).gettext(text) if text else ""


def plural(one: str, many: str, number: int) -> str:
    """The form of a sentence that goes with ``number``, in the visitor's language."""
    return catalogue(current_language()).ngettext(one, many, number)


_PUNCTUATION = frozenset("\\`*_{}[]()<>#+-.!|~$:&\"'=^@/%")


def plain(text: str) -> str:
    """``text`` so that a Markdown label shows it as it is: no emphasis, links, maths or icons."""
    escaped = (f"\\{letter}" if letter in _PUNCTUATION else letter for letter in text)
    return " ".join("".join(escaped).split())
