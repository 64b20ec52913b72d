"""Plan: everything that a picture has to measure, as one list of points in one order.

One list, so that what is known of it can be kept as one array and gone on from.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from optim_core.training.events import Floats
from optim_core.training.landscape.directions import cosine, random_directions
from optim_core.training.landscape.frame import Frame
from optim_core.training.landscape.interpolation import HIGHEST, LOWEST, line_between
from optim_core.training.landscape.networks import FoundNetworks, Recorded
from optim_core.training.landscape.paths import PathPlane, path_plane
from optim_core.training.landscape.planes import plane_through
from optim_core.training.landscape.request import LandscapeRequest
from optim_core.training.landscape.slices import Grid, around, square
from optim_core.training.networks import Network

ROOM = 0.25
"""Around the three networks of a plane, and around paths, as a share of their extent."""


@dataclass(frozen=True, eq=False)
class Segment:
    """Some points of a plan.

    Attributes:
        name: what they are.
        count: how many.
        of: their weights (last - first, D), of ``(first, last)``.
    """

    name: str
    count: int
    of: Callable[[int, int], Tensor]


@dataclass(frozen=True, eq=False)
class Plan:
    """What is measured where.

    Attributes:
        frame: the line or plane.
        grid: the picture's points on it.
        marks: (K, 1) or (K, 2) where the networks lie, or their shadows.
        found: the networks themselves.
        paths: the paths, for a picture of them.
        recorded: their true weights.
        cosine: of the angle between two random directions; None for other pictures.
    """

    frame: Frame
    grid: Grid
    marks: Floats
    found: FoundNetworks
    paths: PathPlane | None = None
    recorded: Recorded | None = None
    cosine: float | None = None

    def segments(self, device: torch.device) -> list[Segment]:
        """All its points, with weights on ``device``, in float64 or as they were kept.

        ``networks`` as they are, ``marks`` as the picture has them (in its plane), ``grid`` from
        coarse to fine, and of paths that are still there likewise ``path_true``, ``path_plane``.
        """
        frame = self.frame.to(device)
        weights = self.found.weights.to(device)
        places = self.grid.coordinates[self.grid.order()]
        found = [
            Segment("networks", len(weights), lambda first, last: weights[first:last]),
            _in_plane("marks", frame, self.marks),
            _in_plane("grid", frame, places),
        ]
        if self.paths is not None and self.recorded is not None:
            there = self.there()
            own = self.recorded.weights.flatten(0, 1)
            rows = torch.from_numpy(np.flatnonzero(there))
            count = len(rows)
            found.append(
                Segment("path_true", count, lambda first, last: own[rows[first:last]].to(device))
            )
            shadows = self.paths.coordinates.reshape(-1, 2)[there.ravel()]
            found.append(_in_plane("path_plane", frame, shadows))
        return found

    def there(self) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """Which moments (M, K) of the paths there are."""
        assert self.paths is not None
        return np.isfinite(self.paths.distances)


def _in_plane(name: str, frame: Frame, places: Floats) -> Segment:
    return Segment(name, len(places), lambda first, last: frame.points(places[first:last]))


def joined(segments: list[Segment], dtype: torch.dtype) -> Callable[[int, int], Tensor]:
    """The points of all segments one after the other, ``(first, last) -> (last - first, D)``."""

    def points(first: int, last: int) -> Tensor:
        parts, before = [], 0
        for segment in segments:
            own = max(0, first - before), min(segment.count, last - before)
            if own[0] < own[1]:
                parts.append(segment.of(*own).to(dtype))
            before += segment.count
        return torch.cat(parts)

    return points


def plan_of(
    request: LandscapeRequest,
    network: Network,
    found: FoundNetworks,
    recorded: Recorded | None = None,
) -> Plan:
    """The plan of a request.

    Args:
        request: what to draw.
        network: what the weights are of.
        found: the networks.
        recorded: their paths; a picture of paths needs them.

    Raises:
        ValueError: when they span no such picture.
    """
    if request.kind == "paths":
        assert recorded is not None
        return _plan_of_paths(request, found, recorded)
    if request.kind == "plane":
        frame, places = plane_through(found.weights)
        return Plan(frame, around(places, request.resolution, ROOM), places, found)
    if request.kind == "interpolation":
        line = Grid(np.linspace(LOWEST, HIGHEST, request.resolution))
        return Plan(line_between(found.weights), line, np.array([[0.0], [1.0]]), found)
    count = 2 if request.picture.flat else 1
    axes = random_directions(network, found.weights[0], request.seed, count)
    frame = Frame(found.weights[0].double(), axes)
    grid = square(request.span, request.resolution)
    if count == 1:
        return Plan(frame, Grid(grid.x), np.zeros((1, 1)), found)
    return Plan(frame, grid, np.zeros((1, 2)), found, cosine=cosine(axes))


def _plan_of_paths(request: LandscapeRequest, found: FoundNetworks, recorded: Recorded) -> Plan:
    centre = found.weights[request.centre].double()
    if request.centre < 0:
        centre = recorded.weights.double().nanmean(dim=(0, 1))
    paths = path_plane(recorded.weights, centre)
    ends = ((found.weights.double() - centre) @ paths.frame.axes.T).numpy()
    shadows = paths.coordinates.reshape(-1, 2)
    seen = np.concatenate([shadows[np.isfinite(shadows).all(axis=1)], ends])
    grid = around(seen, request.resolution, ROOM)
    return Plan(paths.frame, grid, ends, found, paths, recorded)
