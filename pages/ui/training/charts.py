"""The charts of the runs laid open: what is drawn, against what, one section at a time."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

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
    learning_pair,
    lines_beside,
    lines_of,
    published_curves,
)
from pages.figures.curves import PARTS, Measure
from pages.player import EntryStyle, show_figure
from pages.ui.choosing import worded
from pages.ui.words import _, current_language, plain

PAIRS: tuple[tuple[Measure, int, bool], ...] = (("loss", 270, False), ("accuracy", 330, True))
"""What is drawn of training and validation, how many pixels high (both are seen at once on a
laptop's screen), and whether it is the lowest."""

CURVES, GRADIENTS, RATES, FIRST = "curves", "layer_norms", "rates", "gradients"
RESULTS = "results"
SECTION = "charts.section"

KEPT_FIGURES = 96
KEPT_SECONDS = 600.0
"""Figures as they went to browsers: who looks on draws the same as the one before."""


@dataclass(frozen=True)
class Shown:
    """A run to draw.

    Attributes:
        run: its id.
        name: what it is called; may hold anything that a visitor wrote.
        log: what it has told.
        styles: how its entries look.
        hidden: the entries that are left out of the charts.
        text: whether it learns characters, whose loss has a perplexity.
    """

    run: str
    name: str
    log: TrainingLog
    styles: Sequence[EntryStyle]
    hidden: frozenset[int] = frozenset()
    text: bool = False

    @property
    def told(self) -> tuple[object, ...]:
        """All that a figure of it depends on."""
        looks = tuple(dataclasses.astuple(style) for style in self.styles)
        return self.run, self.log.number, self.name, looks, tuple(sorted(self.hidden))


def drawn(
    what: str,
    shown: Sequence[Shown],
    make: Callable[[], Sequence[go.Figure]],
    *options: str | float | bool,
) -> tuple[str, ...]:
    """Figures as JSON: made anew only where a run has told more, or is to be drawn otherwise.

    Args:
        what: names what ``make`` draws.
        shown: the runs.
        make: draws them, in the present language and theme.
        options: what else the figures depend on.
    """
    key = (what, options, theme().ground, current_language(), *(one.told for one in shown))
    return _drawn(repr(key), make)


@st.cache_resource(max_entries=KEPT_FIGURES, ttl=KEPT_SECONDS, show_spinner=False)
def _drawn(key: str, _make: Callable[[], Sequence[go.Figure]]) -> tuple[str, ...]:
    del key
    return tuple(str(figure.to_json()) for figure in _make())


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
    key = worded(SECTION)
    if st.session_state.get(key) not in titles:
        st.session_state[key] = CURVES
    chosen = st.segmented_control(
        _("What to look at"),
        list(titles),
        format_func=lambda key: titles[key],
        key=key,
        label_visibility="collapsed",
        required=True,
    )
    return str(chosen or CURVES)


def lines(shown: Sequence[Shown]) -> list[Line]:
    """The lines of the runs but for hidden ones; of several runs, each by its run's name too."""
    if len(shown) == 1:
        found = lines_of(shown[0].log, shown[0].styles, theme())
    else:
        runs = [(one.name, one.log, one.styles) for one in shown]
        found = lines_beside(runs, theme(), figure_words(_))
    hidden = {(id(one.log), entry) for one in shown for entry in one.hidden}
    return [line for line in found if (id(line.log), line.entry) not in hidden]


def draw_curves(shown: Sequence[Shown]) -> None:
    """Loss and accuracy of training and validation."""
    against, log_scale, as_perplexity, published = _choose_axes(all(one.text for one in shown))
    words = figure_words(_)
    for kind, height, last in PAIRS:
        measure: Measure = "perplexity" if as_perplexity and kind == "loss" else kind
        make = partial(_pair, shown, measure, against, log_scale, height, last)
        figures = drawn("curves", shown, make, measure, against.value, log_scale)
        for column, part, figure in zip(st.columns(2, gap="small"), PARTS, figures, strict=True):
            with column:
                title = words["of_part"].format(part=words[part], measure=words[measure])
                show_figure(figure, key=f"chart.{kind}.{part}", label=title)
    if published:
        _draw_published()


def _pair(
    shown: Sequence[Shown],
    measure: Measure,
    against: Against,
    log_scale: bool,
    height: int,
    last: bool,
) -> tuple[go.Figure, go.Figure]:
    return learning_pair(
        lines(shown),
        measure,
        against,
        figure_words(_),
        theme(),
        log_scale=log_scale,
        height=height,
        last=last,
    )


def draw_gradients(shown: Sequence[Shown]) -> None:
    """How long each layer's part of the gradient is."""
    _drawn_when(
        any(one.log.layer_norms is not None for one in shown),
        shown,
        lambda: layer_norms(lines(shown), figure_words(_), theme()),
        "chart.layer_norms",
        _("Gradients by layer"),
    )


def draw_rates(shown: Sequence[Shown]) -> None:
    """Which effective learning rates the parameters have, after the last epoch so far."""
    _drawn_when(
        any(len(one.log.epochs.epoch) for one in shown),
        shown,
        lambda: effective_rates(lines(shown), figure_words(_), theme()),
        "chart.rates",
        _("Effective rates"),
    )


def draw_first_gradients(shown: Sequence[Shown]) -> None:
    """How large the components of the first gradients were."""
    _drawn_when(
        any(one.log.first_gradients for one in shown),
        shown,
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
    make = partial(published_curves, study, figure_words(_), theme())
    (figure,) = drawn("published", (), lambda: (make(),), str(key))
    show_figure(figure, key="chart.published", label=_("Published curves"))
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


def _choose_axes(text: bool) -> tuple[Against, bool, bool, bool]:
    """Against what, and whether loss is logarithmic, told as perplexity, and published too."""
    titles = {
        Against.EPOCHS.value: _("Epochs"),
        Against.STEPS.value: _("Steps"),
        Against.SECONDS.value: _("Seconds"),
    }
    key = worded("charts.against")
    if st.session_state.get(key) not in titles:
        st.session_state[key] = Against.EPOCHS.value
    with st.container(key="axes", horizontal=True, vertical_alignment="center", gap="medium"):
        against = st.segmented_control(
            _("Against"),
            list(titles),
            format_func=lambda key: titles[key],
            key=key,
            label_visibility="collapsed",
            required=True,
        )
        log_scale = st.toggle(_("Logarithmic loss"), key="charts.log")
        perplexity = text and st.toggle(
            _("Perplexity"),
            key="charts.perplexity",
            help=_(
                "e to the power of the loss: guessing the next character is as hard as drawing"
                " among so many equally likely ones."
            ),
        )
        published = st.toggle(
            _("Published curves"),
            key="charts.published",
            help=_("What others have measured on large networks, below our own curves."),
        )
        st.caption(_("Lines are means, bands reach from the lowest to the highest seed."))
    chosen = Against(against or Against.EPOCHS.value)
    return chosen, bool(log_scale), bool(perplexity), bool(published)


def _drawn_when(
    ready: bool, shown: Sequence[Shown], make: Callable[[], go.Figure], key: str, label: str
) -> None:
    if ready:
        (figure,) = drawn(key, shown, lambda: (make(),))
        show_figure(figure, key=key, label=label)
    else:
        st.caption(_("Nothing to see yet: it comes with the first epoch."))
