"""The words of the pages: gettext, in the language of the present visitor.

The language belongs to the session (``language.py`` chooses it), never to the process: two visitors
of one server read two languages. Catalogues are ``assets/translations/<language>/LC_MESSAGES``.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import streamlit as st

from landscapes import Phrase, Refusal
from pages.ui.catalogue import read, translations

DOMAIN = "downhill"
TRANSLATIONS = Path(__file__).resolve().parents[2] / "assets" / "translations"
SOURCE_LANGUAGE = "en"
LANGUAGE = "language of the visit"
"""Where the session keeps it."""
_SPOKEN: ContextVar[str | None] = ContextVar("language of this run", default=None)
"""The language of this run of a script; each run has its own thread, hence its own value."""


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """The languages there are catalogues for, as language tags, English first."""
    found = {path.parents[1].name for path in TRANSLATIONS.glob(f"*/LC_MESSAGES/{DOMAIN}.po")}
    return (SOURCE_LANGUAGE, *sorted(found - {SOURCE_LANGUAGE}))


@lru_cache(maxsize=16)
def catalogue(language: str) -> gettext.NullTranslations:
    """The translations into ``language``; English source text where there are none."""
    if language == SOURCE_LANGUAGE or language not in languages():
        return gettext.NullTranslations()
    file = TRANSLATIONS / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    return translations(list(read(file.read_text(encoding="utf-8"))))


def current_language() -> str:
    """The language of the present visitor."""
    # A page asks some two hundred times a run, and the session's state is slow to ask. Callbacks
    # come before the run has chosen.
    return _SPOKEN.get() or st.session_state.get(LANGUAGE, SOURCE_LANGUAGE)


def spoken() -> gettext.NullTranslations:
    """The present visitor's catalogue: it stands for the language where sentences are kept."""
    return catalogue(current_language())


def speak(language: str) -> None:
    """Make ``language`` the visitor's."""
    st.session_state[LANGUAGE] = language
    _SPOKEN.set(language)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Sentences in ``language`` outside a visit: for what the server itself answers."""
    before = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


def _(text: str) -> str:
    """``text`` in the visitor's language."""
    # gettext answers the empty string with the catalogue's header.
    return spoken().gettext(text) if text else ""


Words = TypeVar("Words")


def once_a_language(words: Callable[[], Words]) -> Callable[[], Words]:
    """``words()``, which nobody may change, made once for each language and then kept."""
    kept: dict[gettext.NullTranslations, Words] = {}

    def known() -> Words:
        language = spoken()
        if language not in kept:
            kept[language] = words()
        return kept[language]

    return known


def plural(one: str, many: str, number: int) -> str:
    """The form of a sentence that goes with ``number``, in the visitor's language."""
    return spoken().ngettext(one, many, number)


def reason(error: Exception) -> str:
    """Why something cannot be, in the visitor's language where the error can be translated."""
    return error.phrase.told(_) if isinstance(error, Refusal) else str(error)


def phrased(text: str | Phrase) -> str:
    """``text`` in the visitor's language where it can be translated."""
    return text.told(_) if isinstance(text, Phrase) else text


def listed(parts: Sequence[str]) -> str:
    """``parts`` one after the other, parted as the visitor's language does it.

    Where one of them has a comma of its own, semicolons tell them apart.
    """
    has_comma = any(comma in part for part in parts for comma in (", ", "，"))
    return (_("; ") if has_comma else _(", ")).join(parts)


def following(*sentences: str) -> str:
    """Sentences one after the other, parted as the visitor's language does it."""
    told, *rest = sentences
    for sentence in rest:
        told = _("{sentence} {next}").format(sentence=told, next=sentence)
    return told


_PUNCTUATION = frozenset("\\`*_{}[]()<>#+-.!|~$:&\"'=^@/%")


# A page says the same words in every rerun, some three hundred of them.
@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """``text`` so that a Markdown label shows it as it is: no emphasis, links, maths or icons."""
    escaped = (f"\\{letter}" if letter in _PUNCTUATION else letter for letter in text)
    return " ".join("".join(escaped).split())
