"""Downhill's server. Start it with ``streamlit run app.py``, or ``uvicorn app:app``."""

import os

# Each rerun has a thread of its own, and OpenMP would start others for each of them anew, which
# costs as much as the rerun. It reads this once, when torch is imported; what torch is told later
# holds for the thread that tells it.
os.environ.setdefault("OMP_NUM_THREADS", "1")

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
