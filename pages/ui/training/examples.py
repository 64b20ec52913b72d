"""The examples of a run, to show some of them: read once for all who look."""

from __future__ import annotations

import streamlit as st

from optim_core.scenario import Given
from optim_core.training import DATASETS, Experiment
from optim_core.training.data import Examples

KEPT_DATASETS = 2


def examples_of(experiment: Experiment) -> Examples:
    """What ``experiment`` learns from.

    Raises:
        DataMissingError: when its files are not on this server any more.
    """
    return _examples(experiment.dataset, experiment.dataset_settings)


@st.cache_resource(max_entries=KEPT_DATASETS, show_spinner=False)
def _examples(dataset: str, settings: Given) -> Examples:
    return DATASETS[dataset].load(dict(settings))
