"""Lets a widget hear only values of its own kind.

A browser never says that a slider stands at a picture, but whoever writes frames by hand can, and
Streamlit 1.67 ends that visit's run with an error deep in its own code. Such a value is left out,
as if the widget had not been touched. What is wrapped here (``set_widgets_from_proto``) is private:
where another release has it no longer, nothing is changed.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.state import SessionState

_NAME = "set_widgets_from_proto"


def drop_foreign_kinds() -> None:
    """From now on, in this process."""
    found = vars(SessionState).get(_NAME)
    if callable(found) and not hasattr(found, "__wrapped__"):
        setattr(SessionState, _NAME, _sifted(found))


def _sifted(take: Callable[[Any, WidgetStates], None]) -> Callable[[Any, WidgetStates], None]:
    @functools.wraps(take)
    def sifted(session: Any, states: WidgetStates) -> None:
        known = session._new_widget_state.widget_metadata
        sound = WidgetStates()
        sound.widgets.extend(state for state in states.widgets if _is_sound(state, known))
        take(session, sound)

    return sifted


def _is_sound(state: Any, known: dict[str, Any]) -> bool:
    kind, widget = state.WhichOneof("value"), known.get(state.id)
    return widget is None or kind is None or kind == widget.value_type
