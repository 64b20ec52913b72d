"""The recipe of deep learning: look at the training loss before you blame overfitting."""

from __future__ import annotations

import streamlit as st

from pages.ui.choosing import worded
from pages.ui.exhibits.frame import source
from pages.ui.words import _, plain


def show_diagnosis() -> None:
    """Two questions, and what follows from the answers."""
    good, bad = "good", "bad"
    titles = {good: _("good"), bad: _("bad")}
    training = st.segmented_control(
        _("The loss on the training data is"),
        [good, bad],
        format_func=lambda key: titles[key],
        default=bad,
        key=worded("exhibit.diagnosis.training"),
        required=True,
    )
    if training == bad:
        shallow = st.segmented_control(
            _("A smaller or shallower net trains"),
            ["better", "worse"],
            format_func=lambda key: {"better": _("better"), "worse": _("no better")}[key],
            default="better",
            key=worded("exhibit.diagnosis.shallow"),
            required=True,
        )
        advice = {
            "better": _(
                "Optimisation fails: the larger net could do what the smaller one does. Try "
                "another activation, another optimizer or rate, normalisation, shortcuts."
            ),
            "worse": _(
                "The model is too small: what it can express is not enough. Give it more features, "
                "units or layers."
            ),
        }[shallow or "better"]
    else:
        test = st.segmented_control(
            _("The loss on the test data is"),
            [good, bad],
            format_func=lambda key: titles[key],
            default=bad,
            key=worded("exhibit.diagnosis.test"),
            required=True,
        )
        advice = {
            good: _("Nothing is left to mend."),
            bad: _(
                "Overfitting, or test data of another kind: more data, augmentation, early "
                "stopping, weight decay, dropout, a simpler model."
            ),
        }[test or bad]
    st.info(plain(advice), icon=":material/stethoscope:")
    source("H.-Y. Lee, ML Lecture 9-1; He et al., CVPR 2016, arXiv 1512.03385")
