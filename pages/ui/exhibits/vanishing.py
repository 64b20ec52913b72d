"""Vanishing gradients: a bar a layer, for sigmoids and for ReLUs."""

from __future__ import annotations

from functools import partial

import plotly.graph_objects as go
import streamlit as st

from optim_core.exhibits.vanishing import layer_gradients, two_weights
from pages.figures.exhibits import Bars, bars
from pages.ui.exhibits.frame import show, source, theme
from pages.ui.words import _, following

LOOKS = {"sigmoid": "#d62728", "tanh": "#e08e0b", "relu": "#0077ff", "leaky_relu": "#17803d"}


def _titles() -> dict[str, str]:
    return {
        "sigmoid": _("Sigmoid"),
        "tanh": _("Tanh"),
        "relu": _("ReLU"),
        "leaky_relu": _("Leaky ReLU"),
    }


def show_vanishing() -> None:
    """Depth and kinds to choose; then the smallest such net, with two weights."""
    titles = _titles()
    layers = st.slider(_("Layers"), 2, 24, 10, key="exhibit.vanishing.layers")
    chosen = st.pills(
        _("Activations"),
        list(titles),
        selection_mode="multi",
        default=["sigmoid", "relu"],
        format_func=lambda name: titles[name],
        key="exhibit.vanishing.kinds",
    )
    kinds = [name for name in titles if name in (chosen or ["sigmoid"])]
    parts = []
    for name in kinds:
        norms = layer_gradients(layers, name)
        told = _("{activation}: the first layer's gradient is {share:.2g} times the last one's.")
        parts.append(told.format(activation=titles[name], share=norms[0] / norms[-1]))
    show(
        "vanishing",
        _("Length of the gradient, layer by layer"),
        following(*parts),
        partial(_figure, layers, tuple(kinds)),
        layers,
        kinds,
    )
    loss, first, second = two_weights(-10.0, -10.0)
    st.markdown(
        _(
            "The smallest case has two weights, {net} with target 0.8: at (-10, -10) its loss is "
            "{loss:.3f}, far from 0, and yet the slopes are {first:.1e} and {second:.1e}."
        ).format(net=r"$\sigma(y\,\sigma(x))$", loss=loss, first=first, second=second)
    )
    source("Glorot and Bengio, AISTATS 2010; H.-Y. Lee, ML Lecture 9-1")


def _figure(layers: int, kinds: tuple[str, ...]) -> go.Figure:
    titles = _titles()
    return bars(
        [Bars(titles[name], LOOKS[name], layer_gradients(layers, name)) for name in kinds],
        [str(layer) for layer in range(1, layers + 1)],
        (_("Layer, from input to output"), _("Length of the gradient")),
        theme(),
        revision=f"{layers}",
    )
