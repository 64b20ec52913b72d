"""The update rules, by family. Importing this package declares them all."""

from optim_core.optimizers import adam, descent

__all__ = ["adam", "descent"]
