"""The edge of stability: a recording, and what to watch in it."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from optim_core.jobs import JobStore, State
from optim_core.training.experiment import Experiment
from optim_core.training.landscape.edge import EdgeRecording
from optim_core.training.landscape.edge_job import from_spec
from optim_core.training.landscape.edge_log import EdgeLog
from pages.figures import Named, edge_curves, edge_losses, figure_words
from pages.player import show_figure
from pages.ui.sharpness.following import Runs, recorded, show_progress
from pages.ui.styling import entry_styles
from pages.ui.training.charts import theme
from pages.ui.training.titles import pace
from pages.ui.words import _, plain


def show_edge(store: JobStore, runs: Runs) -> None:
    """The recording laid open."""
    run = runs.get("recorded")
    if run is None:
        return
    show_progress(store, "recorded", run, _("Edge of stability"))
    recording = from_spec(run.spec)
    log = recorded(store, run)
    if not len(log):
        if not run.state.ended:
            st.caption(_("Getting data and networks ready."))
        return
    networks = looks(recording.experiment)
    limits = limits_of(recording)
    words = figure_words(_)
    left, right = st.columns(2, gap="small")
    with left:
        figure = edge_curves(log.steps, log.sharpness, log.bounds, limits, networks, words, theme())
        label = _("Sharpness against the edge of stability")
        show_figure(figure, key="edge.sharpness", label=label, svg=_("Download as SVG"))
    with right:
        figure = edge_losses(log.losses, networks, words, theme())
        label = _("Loss of whole batches")
        show_figure(figure, key="edge.losses", label=label, svg=_("Download as SVG"))
    st.caption(plain(_told(log, networks, limits)))
    if run.state is State.DONE:
        with st.container(key="edge-files", horizontal=True, gap="small"):
            titles = [network.title for network in networks]
            st.download_button(
                _("Table (.csv)"),
                partial(log.to_csv, titles, limits),
                file_name=f"downhill-edge-{run.id[:8]}.csv",
                mime="text/csv",
                key="edge.file.csv",
                icon=":material/download:",
                on_click="ignore",
            )
            st.download_button(
                _("Arrays (.npz)"),
                log.to_npz,
                file_name=f"downhill-edge-{run.id[:8]}.npz",
                mime="application/octet-stream",
                key="edge.file.npz",
                icon=":material/download:",
                on_click="ignore",
            )
            st.caption(_("PNG and SVG: in the corner of each figure."))


def looks(experiment: Experiment) -> list[Named]:
    """The rows of a recording as they look and are called in figures."""
    found = []
    styles = entry_styles(experiment.entries)
    for place, style in enumerate(styles):
        entry = experiment.entries[place]
        rates = {
            float(other["learning_rate"])
            for other in experiment.entries
            if other.optimizer == entry.optimizer
        }
        for seed in experiment.seeds:
            title = style.title
            if len(rates) == 1:
                # Where they differ, the rate is what the entries are called by already.
                title = _("{optimizer}, rate {rate:g}").format(optimizer=title, rate=min(rates))
            if len(experiment.seeds) > 1:
                title = _("{entry}, seed {seed}").format(entry=title, seed=seed)
            found.append(Named(style, title))
    return found


def limits_of(recording: EdgeRecording) -> list[float]:
    """The edge of each row."""
    return [limit for limit in recording.limits for _seed in recording.experiment.seeds]


def _told(log: EdgeLog, networks: list[Named], limits: list[float]) -> str:
    """Each row's edge, and when it first came beyond it."""
    parts = []
    for row, network in enumerate(networks):
        beyond = np.flatnonzero(log.sharpness[:, row] > limits[row])
        told = (
            _("{network}: edge at {limit}, first beyond it at step {step}.")
            if len(beyond)
            else _("{network}: edge at {limit}, not reached.")
        )
        step = int(log.steps[beyond[0]]) if len(beyond) else 0
        parts.append(told.format(network=network.title, limit=pace(limits[row]), step=step))
    parts.append(
        _(
            "Bars reach as far as the error of an eigenvalue. With small batches or after the loss"
            " has become small the edge need not be reached."
        )
    )
    return " ".join(parts)
