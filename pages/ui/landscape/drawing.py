"""A picture as figures, and how far to believe it, in numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from optim_core.jobs import JobRefusedError, JobStore, Run, State
from optim_core.training.landscape import MEASURES, Landscape, LandscapeRequest
from pages.figures import Named, fidelity, figure_words, is_steep, level_map, profile, relief
from pages.player import EntryStyle, show_figure
from pages.ui import found_surfaces, surface_picker
from pages.ui.landscape import state
from pages.ui.landscape.networks import Training
from pages.ui.landscape.playing import show_paths
from pages.ui.styling import told_apart
from pages.ui.training.charts import theme
from pages.ui.words import _, plain

UNKNOWN = EntryStyle("", "#8a8f9c", "solid", "circle")
"""Of a network whose training is not here any more."""


def draw_picture(
    store: JobStore,
    run: Run,
    request: LandscapeRequest,
    landscape: Landscape,
    known: Mapping[str, Training],
) -> None:
    """The figures of a picture, what they are worth, and its files."""
    networks = named(request, known)
    if not is_drawable(landscape):
        if run.state is State.DONE:
            told = _(
                "The loss is a finite number almost nowhere in this picture, so there is nothing to"
                " draw: a training in it has diverged."
            )
            st.warning(plain(told), icon=":material/warning:")
    elif landscape.y is None:
        _draw_line(request, landscape, networks)
    elif len(landscape.x) > 2 and len(landscape.y) > 2:
        _draw_plane(run, request, landscape, networks, known)
    _tell_worth(store, run, request, landscape, known)
    if run.state is State.DONE:
        _offer_files(run, request, landscape)


def is_drawable(landscape: Landscape) -> bool:
    """Whether the training loss is a finite number at enough places to make a picture."""
    finite = np.atleast_2d(np.isfinite(landscape.of("train_loss")))
    across, up = finite.any(axis=0).sum(), finite.any(axis=1).sum()
    return bool(across > 1 and (landscape.y is None or up > 1))


def named(request: LandscapeRequest, known: Mapping[str, Training]) -> list[Named]:
    """The networks of a picture, as they look and are called in its figures.

    Those of one entry, and of the same optimizer in two trainings, are told apart to the eye.
    """
    titles, styles = [], []
    many = len({run for run, _row in request.networks}) > 1
    for run, row in request.networks:
        training = known.get(run)
        if training is None or row >= training.experiment.rows:
            titles.append(_("a network that is not here any more"))
            styles.append(UNKNOWN)
            continue
        title = training.title(row)
        if many:
            title = f"{training.name} ({run[:4]}): {title}"
        titles.append(title)
        styles.append(training.styles[training.entry(row)])
    return [Named(*one) for one in zip(told_apart(styles), titles, strict=True)]


def _draw_line(request: LandscapeRequest, landscape: Landscape, networks: Sequence[Named]) -> None:
    log_scale = _choose_log(request, landscape.of("train_loss"))
    words = figure_words(_)
    for column, measure in zip(st.columns(2, gap="small"), ("loss", "accuracy"), strict=True):
        with column:
            _show(
                partial(
                    profile,
                    landscape,
                    request.kind,
                    measure,
                    networks,
                    words,
                    theme(),
                    log_scale=log_scale,
                ),
                f"landscape.{measure}",
                words[measure],
            )


def _draw_plane(
    run: Run,
    request: LandscapeRequest,
    landscape: Landscape,
    networks: Sequence[Named],
    known: Mapping[str, Training],
) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        measure = _choose_measure()
        log_scale = _choose_log(request, landscape.of(measure)) and measure.endswith("loss")
    words = figure_words(_)
    if request.kind == "paths" and run.state is State.DONE and measure.endswith("loss"):
        show_paths(run, request, landscape, networks, known, measure, log_scale)
    else:
        for column, draw in zip(st.columns(2, gap="small"), (relief, level_map), strict=True):
            with column:
                _show(
                    partial(
                        draw,
                        landscape,
                        request.kind,
                        measure,
                        networks,
                        words,
                        theme(),
                        log_scale=log_scale,
                    ),
                    f"landscape.{draw.__name__}",
                    words["surface_of"] if draw is relief else words["map_of"],
                )
    if landscape.paths is not None and np.isfinite(landscape.paths.plane).any():
        st.caption(plain(words["truth_and_plane"]))
        _show(
            partial(fidelity, landscape, measure, networks, words, theme(), log_scale=log_scale),
            "landscape.fidelity",
            words["truth_and_plane"],
        )


def _show(make: Callable[[], go.Figure], key: str, label: str) -> None:
    show_figure(make(), key=key, label=label, svg=_("Download as SVG"))


def _choose_measure() -> str:
    titles = {
        "train_loss": _("Training loss"),
        "validation_loss": _("Validation loss"),
        "train_accuracy": _("Training accuracy"),
        "validation_accuracy": _("Validation accuracy"),
    }
    assert tuple(sorted(titles)) == tuple(sorted(MEASURES))
    chosen = st.segmented_control(
        _("What to draw"),
        list(titles),
        format_func=lambda key: titles[key],
        default="train_loss",
        key="landscape.measure",
        label_visibility="collapsed",
        required=True,
    )
    return str(chosen or "train_loss")


def _choose_log(request: LandscapeRequest, values: np.ndarray) -> bool:
    """Each kind of picture has its own switch, set to what suits the first one that is seen."""
    key = f"landscape.log.{request.kind}"
    if key not in st.session_state:
        st.session_state[key] = is_steep(values)
    return bool(st.toggle(_("Logarithmic loss"), key=key))


def _tell_worth(
    store: JobStore,
    run: Run,
    request: LandscapeRequest,
    landscape: Landscape,
    known: Mapping[str, Training],
) -> None:
    """What the picture shows and what it cannot."""
    try:
        result = store.result(run.id) if run.state is State.DONE else {}
    except JobRefusedError:
        result = {}
    parts = []
    if result:
        told = _(
            "{points:,} networks of {parameters:,} parameters, each measured on {train:,} training"
            " and {validation:,} validation pictures."
        )
        train, validation = result["pictures"]
        parts.append(
            told.format(
                points=result["points"],
                parameters=result["parameters"],
                train=train,
                validation=validation,
            )
        )
    blank = float(np.mean(~np.isfinite(landscape.of("train_loss"))))
    if run.state is State.DONE and blank:
        told = _("Where the loss is not a finite number the picture is blank: {share:.0%} of it.")
        parts.append(told.format(share=max(blank, 0.01)))
    if _differ_in_data(request, known):
        told = _(
            "These networks were trained on different data: every loss here is that on the data of"
            " the first one."
        )
        parts.append(told)
    if request.kind in ("slice", "line"):
        told = _(
            "A random section of a space of very many dimensions: most directions are not in it,"
            " and what looks like a bowl may have slopes that it does not show. Try other seeds."
        )
        parts.append(told)
        if result.get("cosine") is not None:
            told = _("The cosine of the angle between the directions is {cosine:.3f}.")
            parts.append(told.format(cosine=result["cosine"]))
        if result.get("batch_norms"):
            parts.append(
                _("Batch norms are recomputed at every point.")
                if request.recomputed
                else _("Batch norms keep the statistics that the network remembers.")
            )
    elif request.kind == "interpolation":
        told = _(
            "Weights mixed in proportion, along a straight line: a hill on it says nothing of ways"
            " around it, and the width of a valley depends on how large the weights are."
        )
        parts.append(told)
    elif landscape.paths is not None:
        parts += _worth_of_paths(landscape)
    elif request.kind == "plane":
        wrong = float(np.nanmax(np.abs(landscape.shadows[:, 0] - landscape.networks[:, 0])))
        if np.isfinite(wrong):
            told = _(
                "The three networks lie in this plane: its losses there differ from theirs by at"
                " most {wrong:.2g}. Of all other networks it says nothing."
            )
            parts.append(told.format(wrong=wrong))
    st.caption(plain(" ".join(parts)))


def _differ_in_data(request: LandscapeRequest, known: Mapping[str, Training]) -> bool:
    experiments = [known[run].experiment for run, _row in request.networks if run in known]
    return any(one.dataset_settings != experiments[0].dataset_settings for one in experiments)


def _worth_of_paths(landscape: Landscape) -> list[str]:
    paths = landscape.paths
    assert paths is not None
    shares = paths.explained
    told = _(
        "The plane holds {both:.1%} of the squared distances from its centre ({first:.1%} and"
        " {second:.1%}); the weights lie up to {distance:.3g} beside it."
    )
    parts = [
        told.format(
            both=float(shares[:2].sum()),
            first=float(shares[0]),
            second=float(shares[1]) if len(shares) > 1 else 0.0,
            distance=float(np.nanmax(paths.distances)),
        )
    ]
    wrong = np.abs(paths.true[..., 0] - paths.plane[..., 0])
    if np.isfinite(wrong).any():
        told = _(
            "On average its training loss is wrong by {mean:.3g}, at worst by {most:.3g}. A network"
            " that stands on a hill here may be in a valley beside the plane: centre on it to see."
        )
        finite = wrong[np.isfinite(wrong)]
        parts.append(told.format(mean=float(finite.mean()), most=float(finite.max())))
    return parts


def _offer_files(run: Run, request: LandscapeRequest, landscape: Landscape) -> None:
    name = f"downhill-{request.kind}-{run.id[:8]}"
    with st.container(key="landscape-files", horizontal=True, gap="small"):
        if found_surfaces.is_surface(request.kind) and is_drawable(landscape):
            st.button(
                _("Open in the playground"),
                key="landscape.bridge",
                icon=":material/open_in_new:",
                help=_("As a surface for all optimizers; its validation loss is the test surface."),
                on_click=_open_in_playground,
                args=(run.id,),
            )
        files = [("csv", _("Table (.csv)"), "text/csv", landscape.to_csv)]
        if landscape.paths is not None:
            files.append(("paths", _("Paths (.csv)"), "text/csv", landscape.paths_csv))
        for key, label, mime, write in files:
            st.download_button(
                label,
                write,
                file_name=f"{name}{'-paths' if key == 'paths' else ''}.csv",
                mime=mime,
                key=f"landscape.file.{key}",
                icon=":material/download:",
                on_click="ignore",
            )
        st.download_button(
            _("Arrays (.npz)"),
            landscape.to_npz,
            file_name=f"{name}.npz",
            mime="application/octet-stream",
            key="landscape.file.npz",
            icon=":material/download:",
            on_click="ignore",
        )
        st.caption(_("PNG and SVG: in the corner of each figure."))


def _open_in_playground(run: str) -> None:
    """Set the surface up there; the page itself goes over (a callback cannot)."""
    found_surfaces.declare()
    surface_picker.pick_surface(found_surfaces.key_of(run))
    st.session_state[state.PLAYGROUND] = True
