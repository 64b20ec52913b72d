"""What came out of a run: the accuracy table, and what one network of it does with each picture."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from optim_core.training import Experiment
from optim_core.training.data import DataMissingError
from optim_core.training.events import Final
from pages.figures import (
    accuracy_rows,
    confusion_matrix,
    figure_words,
    first_filters,
    misclassified,
)
from pages.player import show_figure
from pages.ui.choosing import worded
from pages.ui.training.charts import Shown, drawn, theme
from pages.ui.training.examples import examples_of
from pages.ui.training.texts import draw_text
from pages.ui.words import _, plain

MOST_PICTURES = 24


def draw_results(shown: Sequence[Shown], experiments: Sequence[Experiment]) -> None:
    """The table of every run that is done, then the pictures of one of their networks."""
    done = [
        (place, final)
        for place, one in enumerate(shown)
        if (final := one.log.final) is not None and not final.stopped
    ]
    if not done:
        st.caption(_("Nothing to see yet: results come at the end of a run."))
        return
    words = figure_words(_)
    for place, _final in done:
        one = shown[place]
        if len(shown) > 1:
            st.markdown(f"**{plain(one.name)}**")
        rows = accuracy_rows(one.log, one.styles, words, perplexity=one.text)
        st.dataframe(rows, hide_index=True, width="stretch")
    st.caption(
        _(
            "Mean and standard deviation over the seeds. The gap is training minus test accuracy:"
            " what was learned by heart."
        )
    )
    if any(shown[place].text for place, _final in done):
        st.caption(
            _(
                "Of a text, accuracy is the share of the characters that were the most expected"
                " ones. Perplexity is e to the power of the loss: guessing the next character was"
                " as hard as drawing among so many equally likely ones."
            )
        )
    place, final, row = _choose_network(shown, done)
    if shown[place].text:
        draw_text(experiments[place], shown[place], final, row)
    else:
        _draw_network(experiments[place], shown[place], final, row)


def _choose_network(
    shown: Sequence[Shown], done: Sequence[tuple[int, Final]]
) -> tuple[int, Final, int]:
    """The run, its end and the row of the network to look into."""
    choices: list[tuple[int, int]] = []
    titles: list[str] = []
    for place, _final in done:
        one = shown[place]
        for row, (entry, seed) in enumerate(one.log.start.rows if one.log.start else ()):
            told = _("{entry}, seed {seed}").format(entry=one.styles[entry].title, seed=seed)
            choices.append((place, row))
            titles.append(f"{one.name}: {told}" if len(shown) > 1 else told)
    chosen = st.selectbox(
        _("Network to look into"),
        range(len(choices)),
        format_func=lambda number: titles[number],
        key=worded("results.network"),
    )
    place, row = choices[min(int(chosen or 0), len(choices) - 1)]
    return place, dict(done)[place], row


def _draw_network(experiment: Experiment, one: Shown, final: Final, row: int) -> None:
    classes, words = one.log.start.classes if one.log.start else (), figure_words(_)
    matrix, pictures = st.columns(2, gap="medium")
    with matrix:
        title = _("What each class was taken for")
        st.markdown(f"**{title}**")
        counts = final.confusion[row]
        (figure,) = drawn(
            "confusion", (one,), lambda: (confusion_matrix(counts, classes, words, theme()),), row
        )
        show_figure(figure, key="chart.confusion", label=title)
    with pictures:
        st.markdown(f"**{_('Test pictures it got wrong')}**")
        _draw_mistakes(experiment, one, final, row, classes)
    if final.filters is not None:
        title = _("What its first layer looks for")
        st.markdown(f"**{title}**")
        filters = final.filters[row]
        (figure,) = drawn("filters", (one,), lambda: (first_filters(filters, words, theme()),), row)
        show_figure(figure, key="chart.filters", label=title)


def _draw_mistakes(
    experiment: Experiment, one: Shown, final: Final, row: int, classes: Sequence[str]
) -> None:
    places = final.misclassified[row][:MOST_PICTURES]
    if not len(places):
        st.caption(_("None."))
        return
    try:
        test = examples_of(experiment).test
    except DataMissingError:
        st.caption(_("The pictures are not on this server any more."))
        return

    def make() -> tuple[go.Figure]:
        told = test.labels[places].tolist(), final.answered[row][:MOST_PICTURES].tolist()
        return (misclassified(test.images[places], *told, classes, figure_words(_), theme()),)

    (figure,) = drawn("mistakes", (one,), make, row)
    show_figure(figure, key="chart.mistakes", label=_("Test pictures it got wrong"))
