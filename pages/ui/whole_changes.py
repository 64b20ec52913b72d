"""Lets the callbacks of a session run to their end before a newer message of its browser is read.

Streamlit 1.67 reads a newer message wherever a session's state is touched, in the callbacks of
widgets too, and begins anew with it. What such a callback was about to write is lost for good: the
widget's value is no longer new in the next run (Streamlit's issue 10578 calls that a trade for
speed). A text typed while the page was busy vanished that way. What is held back here
(``_execing``, which says whether a script may be left) is private: where another release has it no
longer, nothing is changed.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from streamlit.runtime.state.safe_session_state import SafeSessionState

_NAME = "on_script_will_rerun"
_MAY_BE_LEFT = "_execing"


def finish_changes() -> None:
    """From now on, in this process."""
    found = vars(SafeSessionState).get(_NAME)
    if callable(found) and not hasattr(found, "__wrapped__"):
        setattr(SafeSessionState, _NAME, _whole(found))


def _whole(call_callbacks: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(call_callbacks)
    def whole(state: SafeSessionState, *states: Any, **replayed: Any) -> None:
        runner = getattr(state._yield_callback, "__self__", None)
        if not getattr(runner, _MAY_BE_LEFT, False):
            call_callbacks(state, *states, **replayed)
            return
        # Here nothing has been changed yet; afterwards Streamlit itself looks for newer messages.
        state._yield_callback()
        setattr(runner, _MAY_BE_LEFT, False)
        try:
            call_callbacks(state, *states, **replayed)
        finally:
            setattr(runner, _MAY_BE_LEFT, True)

    return whole
