"""What published curves really say: the curves, and the lecture's claims in numbers."""

from __future__ import annotations

from functools import partial

import streamlit as st

from optim_core.exhibits.published_numbers import LAST, Told, told
from optim_core.training.published import Study, studies
from pages.figures import figure_words, published_curves
from pages.ui.exhibits.frame import show, source, theme
from pages.ui.words import _

FIRST = "adabound_cifar10.ResNet-34"


def show_published() -> None:
    """A study to choose, its curves and its numbers."""
    found = studies()
    key = st.selectbox(
        _("Published curves"),
        list(found),
        format_func=lambda name: _("{model} on {data}, by {authors}").format(
            model=found[name].model, data=found[name].data, authors=found[name].authors
        ),
        index=list(found).index(FIRST),
        key="exhibit.published.study",
    )
    study = found[key]
    numbers = told(study)
    show(
        "published",
        _("Published curves"),
        _sentence(study, numbers),
        partial(published_curves, study, figure_words(_), theme()),
        key,
    )
    st.dataframe(
        {
            _("Optimizer"): [one.title for one in numbers],
            _("Best in the test"): [round(one.best, 2) for one in numbers],
            _("in epoch"): [one.best_epoch for one in numbers],
            _("After the last epoch"): [round(one.final, 2) for one in numbers],
            _("Spread of the last ten epochs"): [round(one.spread, 3) for one in numbers],
        },
        hide_index=True,
        width="stretch",
    )
    source(f"{study.paper}; {study.source}; {study.licence}")


def _sentence(study: Study, numbers: list[Told]) -> str:
    higher = study.measure == "accuracy"
    best = (max if higher else min)(numbers, key=lambda one: one.best)
    steady = min(numbers, key=lambda one: one.spread)
    restless = max(numbers, key=lambda one: one.spread)
    return _(
        "Best of all is {best} with {value:.2f} in epoch {epoch}. Over the last {last} epochs "
        "{steady} varies least (standard deviation {small:.3f}) and {restless} most ({large:.3f})."
    ).format(
        best=best.title,
        value=best.best,
        epoch=best.best_epoch,
        last=LAST,
        steady=steady.title,
        small=steady.spread,
        restless=restless.title,
        large=restless.spread,
    )
