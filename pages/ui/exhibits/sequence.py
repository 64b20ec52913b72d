"""Adam's trouble-shooting table: gradients to be edited, and what each of them moves."""

from __future__ import annotations

from functools import partial

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from optim_core import OPTIMIZERS
from optim_core.exhibits import trouble
from optim_core.exhibits.feeding import Fed
from pages.figures import Axes, Rule, Series, ranges
from pages.figures.exhibits import Bars, bars
from pages.ui.choosing import worded
from pages.ui.exhibits.frame import show, source, theme
from pages.ui.words import _, plain, reason

COLOURS = {"paper": "#cc4433", "torch": "#e08e0b", "unbiased": "#7a3fbf"}
"""Of AMSGrad's forms."""


def show_sequence() -> None:
    """Movements gradient by gradient, the bound, and how long Adam takes to recover."""
    history = _choose_history()
    text = st.text_input(
        _("Gradients, one after the other"),
        value="3x1 100000 2x1" if history else "10 20x1",
        key=f"exhibit.sequence.{'after' if history else 'afresh'}",
        max_chars=200,
        help=_("Numbers parted by spaces or commas; 3x1 stands for three ones."),
    )
    left, right = st.columns(2)
    beta1 = left.select_slider(
        "β₁", [0.0, 0.5, 0.9], 0.0 if history else 0.9, key=f"exhibit.sequence.beta1.{history}"
    )
    beta2 = right.select_slider(
        "β₂", [0.9, 0.99, 0.999, 0.9999], 0.999, key=f"exhibit.sequence.beta2.{history}"
    )
    try:
        gradients = trouble.read_gradients(text)
    except ValueError as error:
        st.error(plain(reason(error)), icon=":material/error:")
        return
    fed = trouble.movements(gradients, beta1, beta2, history)
    shown = ["adam", "amsgrad paper"] if history else list(fed)
    show(
        "sequence",
        _("Movement of each step, in learning rates"),
        _told(gradients, fed, beta1, beta2),
        partial(_bars, gradients, {name: fed[name] for name in shown}, beta1, beta2),
        gradients,
        beta1,
        beta2,
        history,
    )
    if history:
        _show_recovery()
    else:
        st.markdown(plain(_ends(fed)))
    source("Reddi, Kale and Kumar, ICLR 2018, arXiv 1904.09237; H.-Y. Lee, ML 2020")


def _choose_history() -> bool:
    titles = {"after": _("After a long run of ones"), "afresh": _("From the first step")}
    key = worded("exhibit.sequence.history")
    chosen = st.segmented_control(
        _("When these gradients come"),
        list(titles),
        default="after",
        format_func=lambda name: titles[name],
        key=key,
        required=True,
    )
    return chosen != "afresh"


def titled(name: str) -> str:
    """The contestant ``name`` as people read it."""
    key, _space, form = name.partition(" ")
    spec = OPTIMIZERS[key]
    if not form:
        return _(spec.title)
    variant = next(knob for knob in spec.knobs if knob.key == "variant")
    return f"{_(spec.title)}: {next(_(c.title) for c in variant.choices if c.key == form)}"


def _colour(name: str) -> str:
    key, _space, form = name.partition(" ")
    return COLOURS[form] if form else OPTIMIZERS[key].colour


def _bars(
    gradients: tuple[float, ...], fed: dict[str, Fed], beta1: float, beta2: float
) -> go.Figure:
    limit = trouble.bound(beta1, beta2)
    kinds = [
        Bars(titled(name), _colour(name), np.abs(one.movements[:, 0])) for name, one in fed.items()
    ]
    return bars(
        kinds,
        [f"{gradient:g}" for gradient in gradients],
        (_("Gradient"), _("Movement, in learning rates")),
        theme(),
        limit=(limit, _("Adam's bound: {bound:.4g}").format(bound=limit)),
        revision=repr(gradients),
    )


def _told(gradients: tuple[float, ...], fed: dict[str, Fed], beta1: float, beta2: float) -> str:
    moved = np.abs(fed["adam"].movements[:, 0])
    most = int(np.argmax(moved))
    told = _(
        "Adam moves furthest at gradient {number} of {many} ({gradient:g}): {most:.4g} learning "
        "rates, where no step can exceed {bound:.4g}. Its last step is {last:.3g}, AMSGrad's "
        "(paper) {other:.3g}."
    )
    return told.format(
        number=most + 1,
        many=len(gradients),
        gradient=gradients[most],
        most=moved[most],
        bound=trouble.bound(beta1, beta2),
        last=moved[-1],
        other=abs(float(fed["amsgrad paper"].movements[-1, 0])),
    )


def _ends(fed: dict[str, Fed]) -> str:
    """Where each one stands after all the gradients, at a learning rate of 0.1."""
    parts = [
        _("{name} {end:.4f}").format(name=titled(name), end=0.1 * float(one.points[-1, 0]))
        for name, one in fed.items()
    ]
    return _("Started at 0 with learning rate 0.1, they end at: {ends}.").format(
        ends=_("; ").join(parts)
    )


def _show_recovery() -> None:
    found = trouble.recovery()
    show(
        "recovery",
        _("Recovery from one large gradient"),
        _(
            "After the lecture's one gradient of 100,000, with ones from then on and β₁ = 0, "
            "β₂ = 0.999: Adam needs {steps:,} steps until it moves half a learning rate again; "
            "AMSGrad stays at {stays:.3g} for ever."
        ).format(steps=found.half_after, stays=found.amsgrad[-1]),
        _recovery,
    )


def _recovery() -> go.Figure:
    found = trouble.recovery()
    # Two hundred points of the seventeen thousand show all there is to see.
    places = np.unique(np.geomspace(1, len(found.adam), 200).astype(int))
    series = [
        Series(
            title=title,
            colour=colour,
            dash=dash,
            x=places.astype(np.float64),
            middle=course[places - 1],
        )
        for title, colour, dash, course in (
            (titled("adam"), _colour("adam"), "solid", found.adam),
            (titled("amsgrad paper"), _colour("amsgrad paper"), "dashdot", found.amsgrad),
        )
    ]
    axes = Axes(
        x=_("Steps after the large gradient"),
        y=_("Movement, in learning rates"),
        x_scale="log",
        y_scale="log",
        lowest=1e-4,
    )
    rule = Rule(float(found.half_after), "½")
    return ranges(series, axes, theme(), rules=[rule], height=300)
