"""The settings of each kind of map in this visit, as widgets; and what a click on a map does."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from landscapes import Value, complete_settings
from pages.ui import state
from pages.ui.controls import draw_knobs
from pages.ui.keeping import Notice
from pages.ui.maps.kind import MapKind, Settings
from pages.ui.words import reason

_SETTINGS = "map settings"
_PLAYING = "map plays"
_CLICKS = "map clicks"
_WATCHER = "map watcher"
NOTICE = Notice("map notice")


def settings_of(kind: MapKind) -> Settings:
    """The settings of ``kind`` in this visit, complete."""
    kept = st.session_state.get(_SETTINGS, {}).get(kind.key, ())
    return dict(kept or complete_settings(kind.knobs, {}, kind.key))


def keep(kind: MapKind, settings: Settings) -> None:
    """Make these the settings of ``kind``; what is left out is at its default.

    Raises:
        ValueError: for a setting that it has not, or a value out of bounds.
    """
    complete = complete_settings(kind.knobs, settings, kind.key)
    st.session_state[_SETTINGS] = {**st.session_state.get(_SETTINGS, {}), kind.key: complete}


def apply(kind: MapKind, edit: Callable[..., Any], value: Any) -> None:
    """Change settings by ``edit(settings, value)``, or keep the sentence why that cannot be."""
    try:
        keep(kind, edit(settings_of(kind), value))
    except ValueError as error:
        NOTICE.tell(reason(error))


def view(kind: MapKind, key: str, value: Any, edit: Callable[..., Any]) -> dict[str, Any]:
    """The arguments that make a widget a view of a setting; see :func:`pages.ui.state.view`."""
    return state.view(key, value, edit, apply=partial(apply, kind))


def set_setting(settings: Settings, key: str, value: Value) -> Settings:
    """``settings`` with one of them changed."""
    return {**settings, key: value}


def draw_settings(kind: MapKind, settings: Settings, *keys: str) -> None:
    """Widgets for the knobs of ``kind`` with these keys (all of them if none is given)."""
    chosen = [knob for knob in kind.knobs if not keys or knob.key in keys]
    draw_knobs(chosen, settings, f"map.{kind.key}", set_setting, partial(view, kind))


def play(edit: state.Edit, value: Any) -> None:
    """Change the Scenario, as a click on a map asks, and show its runs in the player below."""
    state.replace(lambda: state.apply(edit, value))
    st.session_state[_CLICKS] = st.session_state.get(_CLICKS, 0) + 1
    st.session_state[_PLAYING] = st.session_state[_CLICKS]


def playing() -> int:
    """Whether the player is on the page: by which click of the visit it came, 0 for not."""
    return int(st.session_state.get(_PLAYING, 0))


def stop_playing() -> None:
    """Take the player off the page."""
    st.session_state[_PLAYING] = 0


def watcher() -> str:
    """A name for this visit among those who look at maps."""
    if _WATCHER not in st.session_state:
        st.session_state[_WATCHER] = secrets.token_hex(8)
    return str(st.session_state[_WATCHER])
