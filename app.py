"""Downhill's server. Start it with ``streamlit run app.py``, or ``uvicorn app:app``."""

import os

import streamlit as st

from pages.player import routes
from pages.ui.server import lifespan, report
from pages.ui.serving import Front

front = Front.of(os.environ)
app = st.App(
    "pages/router.py",
    lifespan=lifespan,
    routes=[*routes(), *front.routes()],
    middleware=front.middleware(),
    on_script_error=report,
)
