"""The server of the test of changes that a newer message meets: one page of two text fields."""

import streamlit as st

from pages.ui.whole_changes import finish_changes

finish_changes()
app = st.App("changing_page.py")
