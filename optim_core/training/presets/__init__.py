"""Ready comparisons of small networks, from the lecture's case studies."""

from optim_core.training.presets import contests, layers, regularising
from optim_core.training.presets.preset import (
    TRAINING_PRESETS,
    FirstChart,
    Labelled,
    TrainingPreset,
)

__all__ = [
    "TRAINING_PRESETS",
    "FirstChart",
    "Labelled",
    "TrainingPreset",
    "contests",
    "layers",
    "regularising",
]
