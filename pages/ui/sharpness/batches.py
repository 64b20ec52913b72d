"""Small batches against large ones, as Keskar et al. compare them: the line and the sharpness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from optim_core.jobs import JobStore, Run, State
from optim_core.training.landscape.request import from_spec
from pages.figures import figure_words, profile
from pages.player import show_figure
from pages.ui.landscape.drawing import named
from pages.ui.landscape.networks import Training
from pages.ui.sharpness import asking
from pages.ui.sharpness.following import Runs, picture, show_progress
from pages.ui.sharpness.tables import show_measured
from pages.ui.training.charts import theme
from pages.ui.words import _, plain


def show_batches(known: Mapping[str, Training], store: JobStore, runs: Runs) -> None:
    """Both trainings; once they are done, the line through them and the sharpness of both."""
    titles = {
        "small": _("Training with small batches"),
        "large": _("Training with large batches"),
        "line": _("Line through both networks"),
        "sharp": _("Sharpness of both networks"),
    }
    for name, title in titles.items():
        run = runs.get(name)
        if run is not None and (name in ("line", "sharp") or run.state is not State.DONE):
            show_progress(store, name, run, title)
    pair = [runs[name] for name in ("small", "large") if name in runs]
    trained = len(pair) == 2 and all(run.state is State.DONE for run in pair)
    if trained and all(run.wanted for run in pair) and not {"line", "sharp"} & set(runs):
        # Whoever asked for the pair asked for this; who only came by a link has asked for nothing.
        asking.measure_pair(store, pair[0].id, pair[1].id)
        return
    line, sharp = runs.get("line"), runs.get("sharp")
    if line is not None and line.state is State.DONE:
        _draw_line(store, line, known, pair)
    if sharp is not None:
        show_measured(store, sharp, known)


def _draw_line(
    store: JobStore, run: Run, known: Mapping[str, Training], pair: Sequence[Run]
) -> None:
    request = from_spec(run.spec)
    landscape, networks = picture(run.id, store), named(request, known)
    words = figure_words(_)
    for column, measure in zip(st.columns(2, gap="small"), ("loss", "accuracy"), strict=True):
        with column:
            figure = profile(
                landscape,
                "interpolation",
                measure,
                networks,
                words,
                theme(),
                log_scale=measure == "loss",
            )
            key, label = f"batches.{measure}", words[measure]
            show_figure(figure, key=key, label=label, svg=_("Download as SVG"))
    if request.networks != tuple((one.id, 0) for one in pair):
        # A link may call any line the line between the pair.
        return
    st.caption(
        plain(
            _(
                "0 is the network of small batches, 1 that of large ones, both from the same start."
                " Keskar et al. (2017) found the valley at 1 the narrower, with Adam on both sides:"
                " it is about batches, not about rules. See whether it holds here."
            )
        )
    )
