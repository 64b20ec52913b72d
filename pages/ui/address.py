"""Keeps the address bar from filling the visitor's history.

Streamlit adds a history entry at every change of the query. A hundred slider moves would then need
a hundred presses of Back to leave the page. This wraps ``history.pushState`` so that a change of
the query alone replaces the present entry; a change of page still adds one.
"""

from __future__ import annotations

import streamlit as st

SCRIPT = """
const MARK = "downhillReplacesQuery";

export default function () {
  if (history[MARK]) return;
  const push = history.pushState;
  history.pushState = function (state, title, url) {
    const next = new URL(url ?? location.href, location.href);
    const samePage = next.origin === location.origin && next.pathname === location.pathname;
    return (samePage ? history.replaceState : push).call(history, state, title, url);
  };
  history[MARK] = true;
}
"""

_component = st.components.v2.component("downhill_address", js=SCRIPT)


def keep_history_short() -> None:
    """Put the wrapper on the page, once a visit."""
    _component(key="address", height=0)
