"""Small networks trained by the very same optimizers: rows of one batch."""

from optim_core.training.data import DATASETS, DataMissingError

__all__ = ["DATASETS", "DataMissingError"]
