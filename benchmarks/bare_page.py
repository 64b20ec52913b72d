"""The least that a page with a slider costs: what the playground's rerun is measured against."""

import streamlit as st

step = st.slider("Step", 0, 100, 50)
st.text(f"At {step}.")
