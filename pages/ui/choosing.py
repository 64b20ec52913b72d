"""Widgets whose options are words: what a browser sends of them is a word, not a key.

A browser that has chosen in one language goes on sending that language's word, which means nothing
in another. So such a widget is another widget in every language, and takes over what was chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from pages.ui.words import SOURCE_LANGUAGE, current_language, languages


def worded(key: str) -> str:
    """The key of a widget with words for options: ``key`` itself in English.

    What was chosen in the language before is chosen in this one too.
    """
    own = _in(current_language(), key)
    if own not in st.session_state:
        before = (_in(language, key) for language in languages())
        known = next((other for other in before if other in st.session_state), None)
        if known is not None:
            st.session_state[own] = st.session_state[known]
    return own


def _in(language: str, key: str) -> str:
    return key if language == SOURCE_LANGUAGE else f"{key}.{language}"


def choose(
    label: str,
    titles: Mapping[str, str],
    key: str,
    value: str,
    edit: Callable[..., Any],
    view: Callable[..., dict[str, Any]],
    **looks: Any,
) -> None:
    """A box to choose one key of ``titles``, a view of ``value`` whose changes are ``edit``.

    Args:
        label: of the box.
        titles: what each key is called, in the visitor's language.
        key: of the widget.
        value: the key that is chosen.
        edit: ``(contest, chosen key) -> contest``.
        view: what makes a widget a view of a value; see :func:`pages.ui.state.view`.
        looks: more arguments of the box.
    """
    options = list(titles)
    st.selectbox(
        label,
        options,
        options.index(value),
        format_func=lambda chosen: titles[chosen],
        **looks,
        **view(worded(key), value, edit),
    )
