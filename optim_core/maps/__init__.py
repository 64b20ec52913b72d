"""Maps: grids of runs through the one loop, computed from coarse to fine."""

from optim_core.maps.axes import Axis
from optim_core.maps.basins import BasinMap, BasinRequest
from optim_core.maps.cells import DIVERGED, ELSEWHERE, LEFT, NOT_YET, UNKNOWN, Cells
from optim_core.maps.edges import Edge
from optim_core.maps.phase import PhaseMap, PhaseRequest
from optim_core.maps.requests import MapRequest, MapResult

__all__ = [
    "DIVERGED",
    "ELSEWHERE",
    "LEFT",
    "NOT_YET",
    "UNKNOWN",
    "Axis",
    "BasinMap",
    "BasinRequest",
    "Cells",
    "Edge",
    "MapRequest",
    "MapResult",
    "PhaseMap",
    "PhaseRequest",
]
