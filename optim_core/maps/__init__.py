"""Maps: grids of runs through the one loop, computed from coarse to fine."""

from optim_core.maps.requests import MapRequest

__all__ = ["MapRequest"]
