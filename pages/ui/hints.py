"""Three hints for a first visit. They go for good when dismissed, or at the first change."""

from __future__ import annotations

import streamlit as st

from pages.ui import state
from pages.ui.words import _, plain


def show_hints() -> None:
    """The hints, over the bottom of the page, where they cover none of what they point at."""
    if not state.wants_hints():
        return
    row = st.container(
        key="hints", border=True, horizontal=True, wrap=False, vertical_alignment="center"
    )
    with row:
        hints = (
            _("Press play to watch it again."),
            _("Drag a slider: the paths follow."),
            _("Choose a place on the contour map: the paths start there."),
        )
        st.markdown("\n".join(f"- {plain(hint)}" for hint in hints))
        st.button(_("Got it"), key="hints.dismiss", wrap=False, on_click=state.dismiss_hints)
