"""Downhill's server. Start it with ``streamlit run app.py``."""

import streamlit as st
from starlette.middleware import Middleware

from pages.player import routes
from pages.ui.server import lifespan, report
from pages.ui.visitor import NamesVisitors

app = st.App(
    "pages/router.py",
    lifespan=lifespan,
    routes=routes(),
    middleware=[Middleware(NamesVisitors)],
    on_script_error=report,
)
