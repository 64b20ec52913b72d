"""The server of the browser test of steps seen from inside: one page, and the player's files."""

import streamlit as st

from pages.player import routes

app = st.App("inside_page.py", routes=routes())
