"""The update rules, by family. Importing this package declares them all."""

from optim_core.optimizers import descent, adaptive, adam, refined

__all__ = ["adam", "adaptive", "descent", "refined"]
