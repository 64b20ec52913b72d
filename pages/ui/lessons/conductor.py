"""What the browser tells the page of a lesson: that the run has ended, and a remote's "next".

A presenter's remote is a keyboard with two keys, Page Down and Page Up. They turn the pages of the
lesson in the projector mode; at a desk they scroll, as anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from pages.ui.projector import projecting

# The run has ended when the player stands still at its last step, twice in a row: the player of
# the question before may still be on the page the first time.
SCRIPT = """
const TURNS = { PageDown: 1, PageUp: -1 };
const PAUSE = 300;
let data, send, timer;

function press(event) {
  const turn = TURNS[event.key];
  if (!turn || !data?.presenting || event.defaultPrevented) return;
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  if (document.querySelector("dialog[open]")) return;
  event.preventDefault();
  event.stopPropagation();
  send("turned", turn);
}

function watch(waiting) {
  clearInterval(timer);
  if (!waiting) return;
  let still = 0;
  timer = setInterval(() => {
    const player = globalThis.downhill_player;
    const ended = player?.steps && !player.playing && player.frame >= player.steps;
    still = ended ? still + 1 : 0;
    if (still < 2) return;
    clearInterval(timer);
    send("ended", waiting);
  }, PAUSE);
}

export default function (component) {
  ({ data, setTriggerValue: send } = component);
  document.addEventListener("keydown", press, true);
  watch(data.waiting);
  return () => {
    document.removeEventListener("keydown", press, true);
    clearInterval(timer);
  };
}
"""

_component = st.components.v2.component("downhill_lesson", js=SCRIPT)


def conduct(
    *,
    waiting: str,
    ended: Callable[[], None],
    turn: Callable[[int], object],
) -> None:
    """Listen in the browser.

    Args:
        waiting: what is being played, while its end is waited for; empty: nothing.
        ended: called before the next run of the script, once the run stands at its last step.
        turn: called likewise with 1 or -1 after Page Down or Page Up in the projector mode.
    """

    def turned() -> None:
        given = st.session_state.get("lesson-keys")
        way = given.get("turned") if isinstance(given, Mapping) else None
        if way in (1, -1):
            turn(int(way))

    _component(
        key="lesson-keys",
        data={"waiting": waiting, "presenting": projecting()},
        on_ended_change=ended,
        on_turned_change=turned,
        height=0,
    )
