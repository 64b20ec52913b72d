"""Mends what Streamlit makes of the document around a page: its history, and its language.

Streamlit adds a history entry at every change of the query. A hundred slider moves would then need
a hundred presses of Back to leave the page. This wraps ``history.pushState`` so that a change of
the query alone replaces the present entry; a change of page still adds one.

And it says that every page is English, which screen readers and the choice of fonts believe.
"""

from __future__ import annotations

import streamlit as st

SCRIPT = """
const MARK = "downhillReplacesQuery";

function keepHistoryShort() {
  if (history[MARK]) return;
  const push = history.pushState;
  history.pushState = function (state, title, url) {
    const next = new URL(url ?? location.href, location.href);
    const samePage = next.origin === location.origin && next.pathname === location.pathname;
    return (samePage ? history.replaceState : push).call(history, state, title, url);
  };
  history[MARK] = true;
}

export default function ({ data }) {
  keepHistoryShort();
  document.documentElement.lang = data.language;
}
"""

_component = st.components.v2.component("downhill_document", js=SCRIPT)


def mend_document(language: str) -> None:
    """Keep the visitor's history short, and mark the document as being in ``language``."""
    _component(key="document", data={"language": language}, height=0)
