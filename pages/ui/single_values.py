"""Lets Streamlit look up one value of a session without collecting all of them.

Each number field and each list of Streamlit 1.67 asks whether its own value is None, and to answer
that has every value of the session presented and copied: some seventy, for eleven widgets of the
playground, are an eighth of a rerun. What it asks there (``filtered_state``) is private: where
another release has it no longer, nothing is changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from streamlit.runtime.state.safe_session_state import SafeSessionState

_NAME = "filtered_state"


class Values(Mapping[str, Any]):
    """The values of a session by key: one is looked up, and only who asks for all collects them."""

    def __init__(
        self, state: SafeSessionState, collect: Callable[[SafeSessionState], dict[str, Any]]
    ) -> None:
        self._state = state
        self._collect = collect

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key in self._state

    def __getitem__(self, key: str) -> Any:
        return self._state[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._collect(self._state))

    def __len__(self) -> int:
        return len(self._collect(self._state))


def look_up_singly() -> None:
    """From now on, in this process."""
    found = vars(SafeSessionState).get(_NAME)
    if isinstance(found, property) and found.fget is not None and not _is_ours(found):
        setattr(SafeSessionState, _NAME, property(_Single(found.fget)))


class _Single:
    """What the property calls."""

    def __init__(self, collect: Callable[[Any], dict[str, Any]]) -> None:
        self.collect = collect

    def __call__(self, state: SafeSessionState) -> Values:
        return Values(state, self.collect)


def _is_ours(found: property) -> bool:
    return isinstance(found.fget, _Single)
