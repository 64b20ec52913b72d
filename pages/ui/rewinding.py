"""Takes the player back to the start when another experiment is chosen.

A change of a knob keeps the step that is being looked at, which is often the last. A new question
is no question when its outcome stands beside it: so a choice presses the player's Home key.
"""

from __future__ import annotations

import streamlit as st

SCRIPT = """
let told;

export default function ({ data }) {
  const chosen = told !== undefined && data.choices > told;
  told = data.choices;
  if (!chosen) return;
  const home = { key: "Home", bubbles: true, cancelable: true };
  for (const player of document.querySelectorAll(".dh-player")) {
    player.dispatchEvent(new KeyboardEvent("keydown", home));
  }
}
"""

_component = st.components.v2.component("downhill_rewinding", js=SCRIPT)


def rewind_after(choices: int) -> None:
    """Go to the start once each time that ``choices``, a count, has grown."""
    _component(key="rewinding", data={"choices": choices}, height=0)
