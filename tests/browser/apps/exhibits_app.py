"""The server of the exhibits' browser test: one page, and the player's own files."""

import streamlit as st

from pages.player import routes

app = st.App("exhibits_page.py", routes=routes())
