"""show_figure(): a Plotly figure that is drawn again in place."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from pages.player.component import loader

_figure = st.components.v2.component(
    "downhill_figure", js=loader("showFigure"), isolate_styles=False
)


def show_figure(figure: go.Figure | str, *, key: str, label: str, svg: str = "") -> None:
    """Show ``figure``, and the next one under the same ``key`` in its place.

    What somebody has zoomed or hidden stays as long as ``layout.uirevision`` does, and nothing
    blinks. ``st.plotly_chart`` is mounted anew with every change, with a key or without: it is for
    figures that stay as they are.

    Args:
        figure: with a height; or the JSON of one that was made before.
        key: of the place on the page.
        label: what it shows, for those who cannot see it.
        svg: the name of the button that saves it as SVG; without one there is only the PNG's.
    """
    text = figure if isinstance(figure, str) else figure.to_json()
    _figure(key=key, data={"figure": text, "label": label, "svg": svg})
