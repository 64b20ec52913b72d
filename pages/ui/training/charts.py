"""The charts of the runs laid open: what is drawn, against what, one section at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from optim_core.training.curves import Against
from optim_core.training.log import TrainingLog
from optim_core.training.published import studies
from pages.figures import (
    DARK,
    LIGHT,
    FigureTheme,
    Line,
    effective_rates,
    figure_words,
    first_gradients,
    layer_norms,
    learning_curves,
    lines_beside,
    lines_of,
    published_curves,
)
from pages.figures.curves import PARTS, Measure
from pages.player import EntryStyle, show_figure
from pages.ui.words import _, plain

SHORT, TALL = 270, 330
"""Pixels of the upper and the lower curves: both are seen at once on a laptop's screen."""

CURVES, GRADIENTS, RATES, FIRST = "curves", "layer_norms", "rates", "gradients"
RESULTS = "results"
SECTION = "charts.section"

Shown = tuple[str, TrainingLog, Sequence[EntryStyle]]
"""A run to draw: its name, its log, how its entries look."""


def theme() -> FigureTheme:
    """The theme that the visitor sees."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def choose_section() -> str:
    """What to look at; the section stays chosen while a run goes on."""
    titles = {
        CURVES: _("Curves"),
        GRADIENTS: _("Gradients by layer"),
        RATES: _("Effective rates"),
        FIRST: _("First gradients"),
        RESULTS: _("Results"),
    }
    if st.session_state.get(SECTION) not in titles:
        st.session_state[SECTION] = CURVES
    chosen = st.segmented_control(
        _("What to look at"),
        list(titles),
        format_func=lambda key: titles[key],
        key=SECTION,
        label_visibility="collapsed",
        required=True,
    )
    return str(chosen or CURVES)


def lines(shown: Sequence[Shown]) -> list[Line]:
    """The lines of the runs; of several ones, each by its run's name too."""
    if len(shown) == 1:
        return lines_of(shown[0][1], shown[0][2], theme())
    return lines_beside(shown, theme(), figure_words(_))


def draw_curves(shown: Sequence[Shown]) -> None:
    """Loss and accuracy of training and validation."""
    against, log_scale, published = _choose_axes()
    drawn, words = lines(shown), figure_words(_)
    for measure, height, last in (("loss", SHORT, False), ("accuracy", TALL, True)):
        figures = [
            learning_curves(
                drawn,
                _measure(measure),
                against,
                words,
                theme(),
                parts=(part,),
                log_scale=log_scale,
                height=height,
            )
            for part in PARTS
        ]
        _share_vertical(figures, log_scale and measure == "loss")
        columns = st.columns(2, gap="small")
        for column, part, figure in zip(columns, PARTS, figures, strict=True):
            figure.update_layout(showlegend=last)
            if not last:
                figure.update_layout(xaxis_title_text="")
            with column:
                title = words["of_part"].format(part=words[part], measure=words[measure])
                show_figure(figure, key=f"chart.{measure}.{part}", label=title)
    if published:
        _draw_published()


def draw_gradients(shown: Sequence[Shown]) -> None:
    """How long each layer's part of the gradient is."""
    _drawn_when(
        [log for _, log, _ in shown if log.layer_norms is not None],
        lambda: layer_norms(lines(shown), figure_words(_), theme(), height=SHORT + TALL),
        "chart.layer_norms",
        _("Gradients by layer"),
    )


def draw_rates(shown: Sequence[Shown]) -> None:
    """Which effective learning rates the parameters have, after the last epoch so far."""
    _drawn_when(
        [log for _, log, _ in shown if len(log.epochs.epoch)],
        lambda: effective_rates(lines(shown), figure_words(_), theme()),
        "chart.rates",
        _("Effective rates"),
    )


def draw_first_gradients(shown: Sequence[Shown]) -> None:
    """How large the components of the first gradients were."""
    _drawn_when(
        [log for _, log, _ in shown if log.first_gradients],
        lambda: first_gradients(lines(shown), figure_words(_), theme()),
        "chart.first_gradients",
        _("First gradients"),
    )


def _draw_published() -> None:
    """What others have measured, as what it is: nothing of this server."""
    found = studies()
    key = st.selectbox(
        _("Publication"),
        list(found),
        format_func=lambda key: f"{found[key].model}, {found[key].data}: {found[key].paper}",
        key="charts.study",
    )
    study = found[key]
    show_figure(
        published_curves(study, figure_words(_), theme()),
        key="chart.published",
        label=_("Published curves"),
    )
    told = _("Not measured here: {authors}, {paper}. Source: {source}. Licence: {licence}.")
    st.caption(
        plain(
            told.format(
                authors=study.authors,
                paper=study.paper,
                source=study.source,
                licence=study.licence,
            )
        )
    )


def _choose_axes() -> tuple[Against, bool, bool]:
    titles = {
        Against.EPOCHS.value: _("Epochs"),
        Against.STEPS.value: _("Steps"),
        Against.SECONDS.value: _("Seconds"),
    }
    if st.session_state.get("charts.against") not in titles:
        st.session_state["charts.against"] = Against.EPOCHS.value
    with st.container(key="axes", horizontal=True, vertical_alignment="center", gap="medium"):
        against = st.segmented_control(
            _("Against"),
            list(titles),
            format_func=lambda key: titles[key],
            key="charts.against",
            label_visibility="collapsed",
            required=True,
        )
        log_scale = st.toggle(_("Logarithmic loss"), key="charts.log")
        published = st.toggle(
            _("Published curves"),
            key="charts.published",
            help=_("What others have measured on large networks, below our own curves."),
        )
        st.caption(_("Lines are means, bands reach from the lowest to the highest seed."))
    return Against(against or Against.EPOCHS.value), bool(log_scale), bool(published)


def _measure(name: str) -> Measure:
    return "loss" if name == "loss" else "accuracy"


def _share_vertical(figures: Sequence[go.Figure], log_scale: bool) -> None:
    """Training and validation on one scale: the gap between them is what people look for."""
    if any(figure.layout.yaxis.range is not None for figure in figures):
        given = [figure.layout.yaxis.range for figure in figures if figure.layout.yaxis.range]
        low, high = min(one[0] for one in given), max(one[1] for one in given)
    else:
        values = np.concatenate(
            [np.zeros(0), *(np.asarray(trace.y) for figure in figures for trace in figure.data)]
        )
        values = values[np.isfinite(values)]
        if log_scale:
            values = np.log10(values[values > 0])
        if not len(values):
            return
        room = 0.05 * float(np.ptp(values)) or 0.05
        low, high = float(values.min()) - room, float(values.max()) + room
        if not log_scale:
            low = max(0.0, low)
    for figure in figures:
        figure.layout.yaxis.range = (low, high)


def _drawn_when(ready: Sequence[Any], make: Callable[[], go.Figure], key: str, label: str) -> None:
    if ready:
        show_figure(make(), key=key, label=label)
    else:
        st.caption(_("Nothing to see yet: it comes with the first epoch."))
