"""Small networks trained by the very same optimizers: rows of one batch."""

from optim_core.training.data import DATASETS, DataMissingError
from optim_core.training.events import Event, plain
from optim_core.training.experiment import (
    DEFAULT_EXPERIMENT,
    TRAINING_KNOBS,
    Experiment,
    network_entry,
)
from optim_core.training.experiment_text import ReadExperiment, read_json
from optim_core.training.fitting import fit
from optim_core.training.networks import NETWORKS

__all__ = [
    "DATASETS",
    "DEFAULT_EXPERIMENT",
    "NETWORKS",
    "TRAINING_KNOBS",
    "DataMissingError",
    "Event",
    "Experiment",
    "ReadExperiment",
    "fit",
    "network_entry",
    "plain",
    "read_json",
]
