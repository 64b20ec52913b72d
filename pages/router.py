"""The frame of every visit: page config, language, navigation. Pages carry content only."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.ui.document import mend_document
from pages.ui.language import choose_language, show_switch
from pages.ui.state import told_browser
from pages.ui.turns import turn
from pages.ui.words import _

ROOT = Path(__file__).resolve().parents[1]
SIDEBAR_PIXELS = 360
"""Wide enough for a slider with its number field beside it."""

with turn():
    language = choose_language()
    st.set_page_config(
        page_title=_("Downhill: watch optimizers move"),
        page_icon=str(ROOT / "assets" / "icon.png"),
        layout="wide",
        initial_sidebar_state=SIDEBAR_PIXELS,
    )
    st.html(ROOT / "assets" / "styles.css")
    mend_document(language)
    # Within a course page there is this page alone: no way to the others, the language of the link.
    embedded = bool(st.context.is_embedded)
    if not embedded:
        logo, icon = (str(ROOT / "assets" / name) for name in ("logo.png", "icon.png"))
        st.logo(logo, size="large", icon_image=icon)
        show_switch()
    page = st.navigation(
        [
            st.Page(ROOT / "pages" / "playground.py", title=_("Playground"), default=True),
            st.Page(ROOT / "pages" / "lessons.py", title=_("Lessons")),
            st.Page(ROOT / "pages" / "inside.py", title=_("Inside a step")),
            st.Page(ROOT / "pages" / "maps.py", title=_("Maps")),
            st.Page(ROOT / "pages" / "training.py", title=_("Training lab")),
            st.Page(ROOT / "pages" / "landscape.py", title=_("Landscape of a network")),
            st.Page(ROOT / "pages" / "sharpness.py", title=_("Sharpness")),
        ],
        position="hidden" if embedded else "top",
    )
    page.run()
    told_browser()
