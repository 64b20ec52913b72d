"""The numbers of a map to take home."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.ui.words import _


def offer_table(table: Callable[[], str], name: str) -> None:
    """A button that saves what ``table`` makes, CSV, when it is pressed.

    Streamlit calls it in a thread that belongs to no visit: it must know all that it needs.
    """
    st.download_button(
        _("Save table (CSV)"),
        table,
        file_name=f"{name}.csv",
        mime="text/csv",
        key=f"map.table.{name}",
        icon=":material/download:",
        on_click="ignore",
    )
