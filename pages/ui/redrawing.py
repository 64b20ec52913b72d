"""What a change on a page draws anew: those parts alone that show something else than before.

A rerun of a whole body is some seventy messages, and the browser works on them for as long as the
server did. Most of a body changes with few of its widgets: so it has parts (``body.py`` draws
them), the page says what each of them shows, and a callback asks for those that differ. Whatever
else has changed draws all of it. A part that runs alone makes a whole run longer: so only those do
whose knobs somebody has turned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAPIException
from streamlit.runtime.scriptrunner import get_script_run_ctx

REST = ""
"""What of a body is in none of its parts."""

BODY = "body"
"""The name of the whole."""

UNTOLD = "values not told"
"""Where the session keeps what widgets showed before values that are still on their way."""

MOST_ALONE = 10
"""Of the parts that were touched last, as many run alone: each makes a whole run longer."""

FEW = 2
"""Of so many parts that change together each will again: the picture and what was touched."""

_DRAWN = "what the parts show"
_ALONE = "parts that run alone"
_TOUCHED = "parts that were touched"


@dataclass(frozen=True)
class Part:
    """A part of a body.

    Attributes:
        key: its name in the page, or :data:`REST`.
        shows: what each part of the page and its rest show at present, in the order in which they
            are to be drawn. What is equal looks the same.
    """

    key: str
    shows: Callable[[], Mapping[str, object]]

    def redraw(self) -> None:
        """To be called last in a callback of a widget here: draw this part and what has changed.

        Returns where what the browser has asked for does that anyway.

        Raises:
            RerunException: as ``st.rerun`` does, to have them drawn.
        """
        present = self.shows()
        changed = {self.key} | _differing(present)
        self.touch(changed)
        asked, body = _asked(), _numbers(BODY)
        if not asked or (body and body <= asked):
            return
        # What else was asked for, or for a part that is gone, is drawn with all of it: such a
        # message was sent before the browser knew what there is now.
        alone = st.session_state.get(_ALONE, frozenset())
        mine = asked == _numbers(self.key) and not st.session_state.get(UNTOLD)
        if mine and changed == {self.key}:
            return
        few = mine and changed <= alone
        with suppress(StreamlitAPIException):  # not drawn yet: then whatever runs sees what differs
            st.rerun([key for key in present if key in changed] if few else [BODY])

    def touch(self, changed: set[str]) -> None:
        """Have this part, and what has changed with it, run alone from the next whole run on."""
        few = changed if len(changed - {REST}) <= FEW else {self.key}
        before = st.session_state.get(_TOUCHED, ())
        touched = (*(key for key in before if key not in few), *sorted(few - {REST}))
        st.session_state[_TOUCHED] = touched[-MOST_ALONE:]

    def is_touched(self) -> bool:
        """Whether somebody has turned a knob of it, so that it is worth a fragment."""
        return self.key in st.session_state.get(_TOUCHED, ())

    def suffices(self) -> bool:
        """Whether the page is right once this part is drawn, and others that this run draws too."""
        asked, present = _asked(), self.shows()
        drawn = {self.key, *(key for key in present if asked & _numbers(key))}
        return _differing(present) <= drawn and not st.session_state.get(UNTOLD)

    def begin(self) -> None:
        """This part is about to be drawn: what is left in the midst shows nothing for certain."""
        drawn = st.session_state.get(_DRAWN, {})
        kept = {} if self.key == REST else {key: drawn[key] for key in drawn if key != self.key}
        st.session_state[_DRAWN] = kept

    def note(self) -> None:
        """This part has been drawn; :data:`REST` stands for all of them."""
        present = self.shows()
        if self.key == REST:
            st.session_state[_DRAWN] = dict(present)
            touched = st.session_state.get(_TOUCHED, ())
            st.session_state[_ALONE] = frozenset(touched).intersection(present)
            return
        drawn = st.session_state.get(_DRAWN, {})
        st.session_state[_DRAWN] = {**drawn, self.key: present.get(self.key)}


def _differing(present: Mapping[str, object]) -> set[str]:
    """The parts that show something else than was drawn."""
    drawn = st.session_state.get(_DRAWN, {})
    return {key for key, value in present.items() if key not in drawn or drawn[key] != value}


def _asked() -> set[str]:
    """Streamlit's numbers of the fragments that this run draws; none where it draws the page."""
    context = get_script_run_ctx()
    return set() if context is None else set(context.fragment_ids_this_run or ())


def _numbers(key: str) -> set[str]:
    """Streamlit's numbers of the part of this name; none where it does not run alone."""
    context = get_script_run_ctx()
    try:
        return set() if context is None else set(context.fragment_storage.resolve_target(key))
    except StreamlitAPIException:
        return set()


DRAWING: ContextVar[Part | None] = ContextVar("the part that is being drawn", default=None)


def nothing() -> None:
    """A callback of what only opens and closes: redrawn, it shows more or less."""


def then_redrawn(act: Callable[..., Any]) -> Callable[..., None]:
    """``act`` as a callback in the part that is being drawn: what it changes is drawn, no more."""
    part = DRAWING.get()

    def acted(*given: Any, **named: Any) -> None:
        act(*given, **named)
        if part is not None and part.key != REST:
            part.redraw()

    return acted
