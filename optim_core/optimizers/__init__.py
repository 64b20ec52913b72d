"""The update rules, by family. Importing this package declares them all."""

# The order of import is the order in pickers and tables: the lecture's, simple rules first.
# isort: off
from optim_core.optimizers import descent
from optim_core.optimizers import adaptive
from optim_core.optimizers import adam
from optim_core.optimizers import refined
from optim_core.optimizers import bounded
from optim_core.optimizers import switching
from optim_core.optimizers import wrappers
# isort: on

__all__ = ["adam", "adaptive", "bounded", "descent", "refined", "switching", "wrappers"]
