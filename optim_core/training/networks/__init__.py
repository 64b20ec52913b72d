"""What is trained: small networks whose layers carry many at once. Importing declares them all."""

# The order of import is the order in pickers.
# isort: off
from optim_core.training.networks import convolutional
from optim_core.training.networks import dense
from optim_core.training.networks import residual
from optim_core.training.networks import recurrent
from optim_core.training.networks.network import (
    NETWORKS,
    Network,
    NetworkSpec,
    build_network,
    networks_for,
)
# isort: on

__all__ = [
    "NETWORKS",
    "Network",
    "NetworkSpec",
    "build_network",
    "convolutional",
    "dense",
    "networks_for",
    "recurrent",
    "residual",
]
