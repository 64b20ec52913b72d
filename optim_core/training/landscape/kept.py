"""Landscape: a picture as it is kept, and as pages and files read it. No torch, no networks."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optim_core.training.events import Floats
from optim_core.training.landscape.levels import STRIDES, Places, every

MEASURES = ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy")
"""What is measured of every point, in this order."""

ARTIFACT = "landscape"
"""Name of the file that a finished picture is kept in."""


@dataclass(frozen=True, eq=False)
class Paths:
    """The paths of K networks over M moments; NaN where a path has ended.

    Attributes:
        steps: (M, K) the step of each moment.
        places: (M, K, 2) their shadows in the plane.
        distances: (M, K) from the plane, in lengths of the space of weights.
        true, plane: (M, K, 4) the measures of the weights themselves and of their shadows; NaN
            while they are not known.
        explained: the share of the squared distances from the centre that the first components
            have, falling.
    """

    steps: NDArray[np.int64]
    places: Floats
    distances: Floats
    true: Floats
    plane: Floats
    explained: Floats


@dataclass(frozen=True, eq=False)
class Landscape:
    """A picture, or as much of it as is known: NaN elsewhere.

    Attributes:
        x: (n,) along the first axis.
        y: (m,) along the second; None on a line.
        values: (4, n) or (4, m, n) the ``MEASURES`` of the grid.
        marks: (K, 1) or (K, 2) where the networks lie, or their shadows.
        networks, shadows: (K, 4) the measures of the networks, and of what the picture shows at
            their place.
        paths: of a picture of paths.
    """

    x: Floats
    y: Floats | None
    values: Floats
    marks: Floats
    networks: Floats
    shadows: Floats
    paths: Paths | None = None

    def of(self, measure: str) -> Floats:
        """One measure of the grid, (n,) or (m, n)."""
        found: Floats = self.values[MEASURES.index(measure)]
        return found

    def coarse(self) -> Landscape:
        """The finest level of the picture that is whole, so that it has no holes.

        Of the first level those lines that are whole; on a line all points that are known.
        """
        known = ~np.isnan(self.values[1])
        if self.y is None:
            return self._only(np.flatnonzero(known), None)
        for stride in reversed(STRIDES):
            rows, columns = (every(length, stride) for length in known.shape)
            if known[np.ix_(rows, columns)].all():
                return self._only(columns, rows)
        across = known.any(axis=0)
        return self._only(np.flatnonzero(across), np.flatnonzero(known[:, across].all(axis=1)))

    def _only(self, columns: Places, rows: Places | None) -> Landscape:
        values = self.values[..., columns]
        y = self.y
        if rows is not None and y is not None:
            values, y = values[:, rows], y[rows]
        others = (self.marks, self.networks, self.shadows, self.paths)
        return Landscape(self.x[columns], y, values, *others)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Named arrays, as they are kept; :func:`landscape_of` reads them back."""
        arrays: dict[str, NDArray[Any]] = {"x": self.x}
        if self.y is not None:
            arrays["y"] = self.y
        arrays |= {name: self.of(name) for name in MEASURES}
        arrays |= {"marks": self.marks, "networks": self.networks, "shadows": self.shadows}
        if self.paths is not None:
            arrays |= {
                f"path_{name}": getattr(self.paths, name) for name in Paths.__dataclass_fields__
            }
        return arrays

    def to_npz(self) -> bytes:
        """The arrays as a file for numpy."""
        file, arrays = io.BytesIO(), dict[str, Any](self.to_arrays())
        np.savez_compressed(file, **arrays)
        return file.getvalue()

    def to_csv(self) -> str:
        """One line a point of the grid."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        flat = self.values.reshape(len(MEASURES), -1).T
        if self.y is None:
            writer.writerow(["x", *MEASURES])
            places = self.x[:, None]
        else:
            writer.writerow(["x", "y", *MEASURES])
            across, along = np.meshgrid(self.x, self.y)
            places = np.stack([across.ravel(), along.ravel()], axis=1)
        for place, measured in zip(places, flat, strict=True):
            cells = [f"{value:.9g}" if np.isfinite(value) else "" for value in (*place, *measured)]
            writer.writerow(cells)
        return text.getvalue()

    def paths_csv(self) -> str:
        """One line a moment and path; nothing without paths."""
        if self.paths is None:
            return ""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        told = ("true", "plane")
        names = [f"{which}_{name}" for which in told for name in MEASURES]
        writer.writerow(["network", "step", "x", "y", "distance", *names])
        paths = self.paths
        for network in range(paths.steps.shape[1]):
            for moment in np.flatnonzero(np.isfinite(paths.distances[:, network])):
                at = (moment, network)
                measured = (*paths.places[at], paths.distances[at], *paths.true[at])
                cells = [
                    f"{value:.9g}" if np.isfinite(value) else ""
                    for value in (*measured, *paths.plane[at])
                ]
                writer.writerow([network + 1, int(paths.steps[at]), *cells])
        return text.getvalue()


def landscape_of(arrays: Mapping[str, NDArray[Any]]) -> Landscape:
    """The picture that named arrays hold.

    Raises:
        ValueError: for arrays that do not fit together.
        KeyError: when one is missing.
    """
    x, y = _floats(arrays["x"]), arrays.get("y")
    shape = x.shape if y is None else (len(y), len(x))
    values = np.stack([_floats(arrays[name]) for name in MEASURES])
    if values.shape[1:] != shape:
        raise ValueError("the measures do not fit the axes")
    paths = None
    if "path_places" in arrays:
        paths = Paths(**{name: arrays[f"path_{name}"] for name in Paths.__dataclass_fields__})
    return Landscape(
        x=x,
        y=None if y is None else _floats(y),
        values=values,
        marks=_floats(arrays["marks"]),
        networks=_floats(arrays["networks"]),
        shadows=_floats(arrays["shadows"]),
        paths=paths,
    )


def _floats(values: NDArray[Any]) -> Floats:
    return np.asarray(values, dtype=np.float64)
