"""Experiments with real networks: what was measured here, and the way to the training lab."""

from __future__ import annotations

import streamlit as st

from optim_core.training.presets import TRAINING_PRESETS
from pages.ui.language import language_parameters
from pages.ui.words import _, plain

LAB = (
    "depth",
    "sigmoid_relu",
    "batch_norm",
    "cat_dog",
    "char_lstm",
    "warm_up",
    "decay",
    "batch_size",
)
"""Keys of the training presets that lessons send people to."""

ADDRESS = "training"
"""The name that the lab's page reads a preset under."""


def show_lab(key: str) -> None:
    """What to look for in the preset ``key``, and a link to it.

    What was measured is told by the lesson, after the prediction.
    """
    preset = TRAINING_PRESETS[key]
    with st.container(border=True):
        st.markdown(f"**{plain(_(preset.title))}**  \n{plain(_(preset.sentence))}")
        st.page_link(
            "training.py",
            label=_("Train it in the lab"),
            icon=":material/school:",
            query_params={ADDRESS: key, **language_parameters()},
        )
