"""The server of the player's browser tests: one page, and the player's own files."""

import streamlit as st

from pages.player import routes

app = st.App("player_page.py", routes=routes())
