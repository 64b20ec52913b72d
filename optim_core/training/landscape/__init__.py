"""The loss around networks that were found: slices, planes, lines and the paths to them.

A point of a picture is a row: its weights are one row of the same (R, D) that training uses.
"""

from optim_core.training.landscape.directions import random_directions
from optim_core.training.landscape.evaluating import Evaluator
from optim_core.training.landscape.frame import Frame
from optim_core.training.landscape.interpolation import line_between
from optim_core.training.landscape.kept import MEASURES, Landscape, landscape_of
from optim_core.training.landscape.paths import PathPlane, path_plane
from optim_core.training.landscape.planes import plane_through
from optim_core.training.landscape.request import LANDSCAPE_KNOBS, PICTURES, LandscapeRequest
from optim_core.training.landscape.slices import Grid, sweep

__all__ = [
    "LANDSCAPE_KNOBS",
    "MEASURES",
    "PICTURES",
    "Evaluator",
    "Frame",
    "Grid",
    "Landscape",
    "LandscapeRequest",
    "PathPlane",
    "landscape_of",
    "line_between",
    "path_plane",
    "plane_through",
    "random_directions",
    "sweep",
]
