"""What every page keeps of a visit in one way: a way back, a sentence to show once, its address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st


class Undoable:
    """The parts of a session that make up an experiment: replaced together, brought back together.

    Args:
        keys: of the session's state.
        before: the key under which they are kept as they were before the last such change.
    """

    def __init__(self, keys: Sequence[str], before: str) -> None:
        self._keys = tuple(keys)
        self._before = before

    def replace(self, change: Callable[[], None], without: Sequence[str] = ()) -> None:
        """Make a change that loses much at once, so that it can be taken back.

        What is kept under the keys ``without`` stays as it is then, whenever that may be.
        """
        keys = [key for key in self._keys if key not in without]
        before = _held(keys)
        change()
        if _held(keys) != before:
            st.session_state[self._before] = before

    def can_undo(self) -> bool:
        """Whether there is an experiment to go back to."""
        return self._before in st.session_state

    def undo(self) -> None:
        """Go back to the experiment before the last such change; once more, and forth."""
        before = st.session_state.get(self._before)
        if before is None:
            return
        st.session_state[self._before] = _held(before)
        for key, value in before.items():
            if value is _ABSENT:
                st.session_state.pop(key, None)
            else:
                st.session_state[key] = value


_ABSENT = object()


def _held(keys: Iterable[str]) -> dict[str, Any]:
    return {key: st.session_state.get(key, _ABSENT) for key in keys}


class Notice:
    """A sentence to show once.

    Args:
        key: where the session keeps it.
    """

    def __init__(self, key: str) -> None:
        self._key = key

    def tell(self, sentence: str) -> None:
        """Keep a sentence; it takes the place of one that has not been shown."""
        st.session_state[self._key] = sentence

    def waits(self) -> bool:
        """Whether there is a sentence to show."""
        return self._key in st.session_state

    def take(self) -> str | None:
        """The sentence, which is gone then; None for none."""
        return st.session_state.pop(self._key, None)


def absolute(parameters: Mapping[str, Sequence[str]]) -> str:
    """The whole address of this page with ``parameters``."""
    parts = urlsplit(st.context.url or "")
    query = urlencode(parameters, doseq=True)
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", query, ""))
