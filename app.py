"""Downhill's server. Start it with ``streamlit run app.py``."""

import streamlit as st

from pages.player import routes
from pages.ui.server import lifespan, report

app = st.App("pages/router.py", lifespan=lifespan, routes=routes(), on_script_error=report)
