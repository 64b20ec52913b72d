"""Networks beside each other: the table, the scatter with its caveat, and the spectrum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import streamlit as st

from optim_core.jobs import JobStore, Run, State
from optim_core.training.landscape import LandscapeRequest
from optim_core.training.landscape.measured import FACTORS, Measured
from optim_core.training.landscape.sharpness import SharpnessRequest, sharpness_from_spec
from pages.figures import Named, figure_words, sharpness_scatter, spectrum
from pages.figures.sharpness import MEASURES
from pages.player import show_figure
from pages.ui.landscape.drawing import named
from pages.ui.landscape.networks import Training
from pages.ui.sharpness.following import Runs, measured, show_progress
from pages.ui.training.charts import theme
from pages.ui.words import _, plain

SHOWN_EIGENVALUES = 3


def show_networks(known: Mapping[str, Training], store: JobStore, runs: Runs) -> None:
    """The measurement laid open."""
    run = runs.get("measured")
    if run is None:
        return
    show_progress(store, "measured", run, _("Sharpness"))
    show_measured(store, run, known)


def show_measured(store: JobStore, run: Run, known: Mapping[str, Training]) -> None:
    """What is known of a run of the kind "sharpness"."""
    request = sharpness_from_spec(run.spec)
    found = measured(store, run)
    if found is None:
        if not run.state.ended:
            st.caption(_("Getting data and networks ready."))
        return
    networks = looks(request, known)[: len(found)]
    names = [network.title for network in networks]
    st.dataframe(_table(found, names), hide_index=True, row_height=36)
    st.caption(plain(_footnote(request)))
    left, right = st.columns(2, gap="small")
    with left:
        _draw_scatter(found, networks)
    with right:
        st.markdown(f"##### {plain(_('How the eigenvalues are spread'))}")
        size = store.result(run.id)["parameters"] if run.state is State.DONE else _size(known, run)
        figure = spectrum(found, size, networks, figure_words(_), theme())
        label = _("Density of the eigenvalues of the Hessian")
        show_figure(figure, key="sharpness.spectrum", label=label, svg=_("Download as SVG"))
        told = _(
            "Most eigenvalues of a trained network are close to 0, and a few stand far apart:"
            " about as many as there are classes."
        )
        st.caption(plain(told))
    if run.state is State.DONE:
        _offer_files(run, found, names)


def looks(request: SharpnessRequest, known: Mapping[str, Training]) -> list[Named]:
    """The networks of a request, as they look and are called in figures."""
    return named(LandscapeRequest(kind="paths", networks=request.networks), known)


def _size(known: Mapping[str, Training], run: Run) -> int:
    training = known.get(sharpness_from_spec(run.spec).networks[0][0])
    return training.experiment.built_network().size if training is not None else 1


def _table(found: Measured, names: Sequence[str]) -> dict[str, list[str]]:
    """Columns of texts: numbers with their errors, to the digits that are known."""
    table = {
        _("Network"): list(names),
        _("Generalisation gap"): [_number(value) for value in found.gap],
        _("Validation accuracy"): [f"{value:.1%}" for value in found.validation_accuracy],
    }
    count = min(SHOWN_EIGENVALUES, found.eigenvalues.shape[1])
    for place in range(count):
        title = _("Eigenvalue {number}").format(number=place + 1)
        pairs = zip(found.eigenvalues[:, place], found.bounds[:, place], strict=True)
        table[title] = [with_error(value, bound) for value, bound in pairs]
    table[_("Lowest eigenvalue")] = [
        with_error(value, bound)
        for value, bound in zip(found.lowest, found.lowest_bounds, strict=True)
    ]
    table[_("Trace")] = [
        with_error(value, error)
        for value, error in zip(found.trace, found.trace_error, strict=True)
    ]
    table[_("Epsilon-sharpness (%)")] = [_number(value) for value in found.epsilon_sharpness]
    table[_("SAM's loss less the loss")] = [
        _number(value) for value in found.neighbourhood - found.loss
    ]
    return table


def _number(value: float) -> str:
    """To three digits; nothing where a training has diverged."""
    return f"{value:.3g}" if np.isfinite(value) else ""


def with_error(value: float, error: float) -> str:
    """``12.3 ± 0.4``: the error to one digit, the value to the same place."""
    if not np.isfinite(value):
        return ""
    if not np.isfinite(error) or error <= 0:
        return f"{value:.4g}"
    digits = int(-np.floor(np.log10(error)))
    # No more digits than a float32 could have.
    digits = min(digits, 6 - int(np.floor(np.log10(abs(value) or 1.0))))
    if digits < 0:
        return f"{round(value, digits):g} ± {round(error, digits):g}"
    return f"{value:.{digits}f} ± {max(error, 10.0**-digits):.1g}"


def _footnote(request: SharpnessRequest) -> str:
    told = _(
        "Sharpness is that of the loss on {pictures:,} of the pictures that a network was trained"
        " on; the gap is validation loss less training loss. Behind ±: of an eigenvalue, within"
        " which distance a true one lies; of the trace, its standard error over {probes} probes."
        " Epsilon-sharpness is the highest rise of the loss found with epsilon {epsilon:g}, in"
        " percent of one plus the loss. SAM's loss is that at the end of its one step of length"
        " {rho:g}; SAM's ball, in the figure, is the highest rise found within that distance. All"
        " of them are lower bounds of what there is. Keskar's maximiser is L-BFGS-B; here it is ten"
        " steps along the projected gradient, from the network and from a corner of the box."
    )
    return told.format(
        pictures=request.pictures, probes=request.probes, epsilon=request.epsilon, rho=request.rho
    )


def _draw_scatter(found: Measured, networks: Sequence[Named]) -> None:
    titles = {
        "eigenvalue": _("Largest eigenvalue"),
        "epsilon_sharpness": _("Epsilon-sharpness"),
        "highest": _("SAM's ball"),
    }
    st.markdown(f"##### {plain(_('Does a flat minimum generalise better?'))}")
    measure = str(
        st.segmented_control(
            _("Sharpness by"),
            list(MEASURES),
            format_func=lambda key: titles[key],
            default=MEASURES[0],
            key="sharpness.measure",
            label_visibility="collapsed",
            required=True,
        )
        or MEASURES[0]
    )
    factor = 1.0
    if np.isfinite(found.rescaled).any():
        factor = float(
            st.select_slider(
                _("Rescale the first layer by"),
                sorted((*FACTORS, 1.0)),
                value=1.0,
                format_func=lambda value: f"{value:g}",
                key="sharpness.factor",
                help=plain(
                    _(
                        "The weights before a rectifier are multiplied by this and those behind it"
                        " divided: every answer of the network stays, to the last bit."
                    )
                ),
            )
        )
    figure = sharpness_scatter(found, measure, networks, figure_words(_), theme(), factor=factor)
    label = _("Generalisation gap against sharpness")
    show_figure(figure, key="sharpness.scatter", label=label, svg=_("Download as SVG"))
    st.caption(plain(_caveat(found, measure, factor)))


def _caveat(found: Measured, measure: str, factor: float) -> str:
    if not np.isfinite(found.rescaled).any():
        return _(
            "Sharpness depends on how a function is written in weights (Dinh et al. 2017). This"
            " network has no rectifier between two layers, so it cannot be rescaled to show it."
        )
    if factor == 1:
        return _(
            "Before you believe it, pull the slider: it shows the same networks with other weights"
            " (Dinh et al. 2017)."
        )
    own, moved = (found.of_rescaled(by, measure)[0] for by in (1.0, factor))
    told = _(
        "The same networks: loss and every answer are the same to the last bit, so they generalise"
        " as before. Yet the first is {times:.3g} times as sharp. Sharpness alone says little; it"
        " may be compared between networks that were made alike."
    )
    if measure == "highest":
        own, moved = own - found.loss[0], moved - found.loss[0]
    return told.format(times=float(moved / own) if own else float("nan"))


def _offer_files(run: Run, found: Measured, names: Sequence[str]) -> None:
    safe = [f"'{name}" if name.lstrip()[:1] in ("=", "+", "-", "@") else name for name in names]
    with st.container(key="sharpness-files", horizontal=True, gap="small"):
        st.download_button(
            _("Table (.csv)"),
            partial(found.to_csv, safe),
            file_name=f"downhill-sharpness-{run.id[:8]}.csv",
            mime="text/csv",
            key="sharpness.file.csv",
            icon=":material/download:",
            on_click="ignore",
        )
        st.download_button(
            _("Arrays (.npz)"),
            found.to_npz,
            file_name=f"downhill-sharpness-{run.id[:8]}.npz",
            mime="application/octet-stream",
            key="sharpness.file.npz",
            icon=":material/download:",
            on_click="ignore",
        )
        st.caption(_("PNG and SVG: in the corner of each figure."))
