"""Two texts, each taken over by a callback that takes its time."""

import time

import streamlit as st

FIELDS = ("first", "second")


def take(field: str) -> None:
    """Write down what has been typed, long after it was read."""
    text = st.session_state[field]
    time.sleep(0.5)
    st.session_state[f"{field} taken"] = text


if __name__ == "__main__":
    for name in FIELDS:
        st.text_input(name, key=name, on_change=take, args=(name,))
    st.text_area("taken", " ".join(st.session_state.get(f"{name} taken", "-") for name in FIELDS))
