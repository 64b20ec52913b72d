"""Lets Streamlit read the theme of the settings once, and not at the beginning of every run.

Each run tells its browser the colours and fonts of ``config.toml``, and Streamlit 1.67 goes through
all its settings six times to write that down. A server is not set otherwise
while it serves. What is wrapped here (``_populate_theme_msg``) is private: where another release
has it no longer, nothing is changed.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from streamlit.runtime import app_session

_NAME = "_populate_theme_msg"


def read_theme_once() -> None:
    """From now on, in this process."""
    found = vars(app_session).get(_NAME)
    if callable(found) and not hasattr(found, "__wrapped__"):
        setattr(app_session, _NAME, _kept(found))


def _kept(fill: Callable[..., None]) -> Callable[..., None]:
    known: dict[str, Any] = {}

    @functools.wraps(fill)
    def filled(message: Any, section: str = "theme") -> None:
        if section not in known:
            # Of its own: the message of one section holds those of others.
            known[section] = type(message)()
            fill(known[section], section)
        message.MergeFrom(known[section])

    return filled
