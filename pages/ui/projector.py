"""Projector mode: the question and the picture fill the screen, and nothing else is there.

How it looks is in ``assets/styles.css``, which knows it by a class of the body, and in the player's
own styles.
"""

from __future__ import annotations

import dataclasses
from typing import Literal

import streamlit as st

from pages.ui import state
from pages.ui.words import _

WAY_OUT = "projector-leave"
"""The key of the button that leaves."""

# On the way in the player gets the keyboard. Escape belongs to whatever is open first: a list, the
# code on the whole screen, the browser's own full screen, a start that is held or selected.
SCRIPT = """
const OPEN = '[data-testid="stPopoverBody"], [role="dialog"], [role="listbox"], dialog[open]';
let shown = false, leave, waiting;

function press(event) {
  if (event.key !== "Escape" || !shown || event.defaultPrevented) return;
  if (document.fullscreenElement || document.querySelector(OPEN)) return;
  if (event.target.closest?.(".dh-telling")) return;
  leave?.();
}

function focusPlayer() {
  const player = document.querySelector(".dh-player:not(.dh-loading)");
  player?.focus({ preventScroll: true });
  return Boolean(player);
}

let told;

export default function ({ data, setTriggerValue }) {
  if (told !== undefined && data.choices > told) rewind();
  told = data.choices;
  leave = () => setTriggerValue("left", true);
  const { shown: projecting, question: asking } = data;
  const classes = { projecting, asking, asked: asking === "asked" };
  for (const [name, on] of Object.entries(classes)) dress(name, Boolean(on));
  // The same function is listened to once, however often; on another page it has no business.
  document.addEventListener("keydown", press, true);
  if (data.shown !== shown) changed(data.shown);
  return () => {
    document.removeEventListener("keydown", press, true);
    for (const name of Object.keys(classes)) dress(name, false);
  };
}

function dress(name, on) {
  document.body.classList.toggle(`dh-${name}`, on);
}

// A change of a knob keeps the step that is being looked at, often the last. A new question is no
// question when its outcome stands beside it.
function rewind() {
  const home = { key: "Home", bubbles: true, cancelable: true };
  for (const player of document.querySelectorAll(".dh-player")) {
    player.dispatchEvent(new KeyboardEvent("keydown", home));
  }
}

function changed(now) {
  shown = now;
  waiting?.disconnect();
  if (!shown || focusPlayer()) return;
  waiting = new MutationObserver(() => focusPlayer() && waiting.disconnect());
  waiting.observe(document.body, { childList: true, subtree: true, attributeFilter: ["class"] });
}
"""

_component = st.components.v2.component("downhill_player_keys", js=SCRIPT)


def projecting() -> bool:
    """Whether the visit is in projector mode."""
    return state.presentation().projector


def show_way_in_or_out() -> None:
    """The button that changes the mode."""
    if projecting():
        st.button(
            _("Leave"),
            key=WAY_OUT,
            icon=":material/close:",
            help=_("Leave the projector mode (Escape)"),
            on_click=_project,
            args=(False,),
        )
    else:
        st.button(
            _("Projector"),
            key="projector-enter",
            icon=":material/tv:",
            help=_("Only the question and the picture, as large as the screen"),
            on_click=_project,
            args=(True,),
        )


Question = Literal["", "told", "asked"]
"""Whether something stands above the picture, and whether it is the question of a preset."""


def steer_player(choices: int, question: Question) -> None:
    """Go to the start each time that ``choices``, a count of experiments chosen, has grown.

    Give the keyboard to the player on the way into the projector mode, with Escape as the way out;
    and tell the style sheet of the mode and of ``question``.
    """
    _component(
        key="player-keys",
        data={"shown": projecting(), "choices": choices, "question": question},
        on_left_change=_left,
        height=0,
    )


def _left() -> None:
    _project(False)


def _project(on: bool) -> None:
    state.dismiss_hints()
    state.show(dataclasses.replace(state.presentation(), projector=on))
