"""Sharing: the link that opens the present experiment anywhere."""

from __future__ import annotations

import streamlit as st

from optim_core import Scenario
from pages.ui import state
from pages.ui.words import _, plain, reason


def show_link(scenario: Scenario) -> None:
    """A button that opens the link with a way to copy it."""
    with st.popover(_("Share"), help=_("A link to exactly this experiment")):
        try:
            address = state.link(scenario)
        except ValueError as error:
            st.caption(plain(reason(error)))
            return
        st.caption(_("This link opens exactly this experiment. The address bar holds it too."))
        # A code block brings its own copy button and never reads its text as Markdown.
        st.code(address, language=None, wrap_lines=True)
