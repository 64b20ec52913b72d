"""One exhibit; ``?exhibit=`` picks which."""

import streamlit as st

from pages.ui.exhibits import show_exhibit
from pages.ui.language import choose_language

st.set_page_config(layout="wide")
choose_language()
show_exhibit(st.query_params.get("exhibit", "shift"))
