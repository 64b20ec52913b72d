"""Measured: how sharp networks are, as it is kept, and as pages and files read it."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optim_core.training.events import Floats

FACTORS = (0.25, 0.5, 2.0, 4.0, 8.0)
"""By what rescaled networks are rescaled: powers of two, which change no digit."""

RESCALED = ("eigenvalue", "bound", "loss", "epsilon_sharpness", "highest")
"""What is measured of rescaled networks."""

ARTIFACT = "sharpness"
"""Name of the file that a finished table is kept in."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Measured:
    """How sharp K networks are.

    Attributes:
        train_loss, train_accuracy, validation_loss, validation_accuracy: (K,).
        loss: (K,) on the pictures that the sharpness is of.
        eigenvalues, bounds: (K, n) the largest of the Hessian, descending, and their error bounds.
        lowest, lowest_bounds: (K,) the smallest.
        traces: (K, P) one estimate a probe.
        epsilon_sharpness: (K,) Keskar's, in percent.
        neighbourhood: (K,) SAM's loss; ``highest`` the highest found in its ball.
        density_points, density_weights: (K, P, k) how the eigenvalues are spread.
        rescaled: (K, F, 5) ``RESCALED`` of the network rescaled by each of ``FACTORS``; NaN where a
            network cannot be rescaled.
    """

    train_loss: Floats
    train_accuracy: Floats
    validation_loss: Floats
    validation_accuracy: Floats
    loss: Floats
    eigenvalues: Floats
    bounds: Floats
    lowest: Floats
    lowest_bounds: Floats
    traces: Floats
    epsilon_sharpness: Floats
    neighbourhood: Floats
    highest: Floats
    density_points: Floats
    density_weights: Floats
    rescaled: Floats

    def __len__(self) -> int:
        return len(self.loss)

    @property
    def gap(self) -> Floats:
        """The generalisation gap (K,): validation less training loss."""
        return self.validation_loss - self.train_loss

    @property
    def trace(self) -> Floats:
        """(K,)."""
        mean: Floats = self.traces.mean(axis=1)
        return mean

    @property
    def trace_error(self) -> Floats:
        """The standard error (K,) of ``trace``."""
        error: Floats = self.traces.std(axis=1, ddof=1) / self.traces.shape[1] ** 0.5
        return error

    def of_rescaled(self, factor: float, name: str) -> Floats:
        """One of ``RESCALED`` (K,); at a factor of 1 that of the networks themselves."""
        if factor == 1:
            own = {
                "eigenvalue": self.eigenvalues[:, 0],
                "bound": self.bounds[:, 0],
                "loss": self.loss,
                "epsilon_sharpness": self.epsilon_sharpness,
                "highest": self.highest,
            }
            return own[name]
        found: Floats = self.rescaled[:, FACTORS.index(factor), RESCALED.index(name)]
        return found

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Named arrays, as they are kept; :func:`measured_of` reads them back."""
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}

    def to_npz(self) -> bytes:
        """The arrays as a file for numpy."""
        file, arrays = io.BytesIO(), dict[str, Any](self.to_arrays())
        np.savez_compressed(file, **arrays)
        return file.getvalue()

    def to_csv(self, names: Sequence[str]) -> str:
        """One line a network; ``names`` must be safe for spreadsheets."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        count = self.eigenvalues.shape[1]
        plain = ("train_loss", "validation_loss", "gap", "train_accuracy", "validation_accuracy")
        around = ("loss", "epsilon_sharpness", "neighbourhood", "highest")
        outer = ("trace", "trace_error", "lowest", "lowest_bounds")
        header = ["network", *plain, *around, *outer]
        header += [f"eigenvalue_{place + 1}" for place in range(count)]
        header += [f"eigenvalue_{place + 1}_bound" for place in range(count)]
        writer.writerow(header)
        for row, name in enumerate(names):
            values = [getattr(self, column)[row] for column in (*plain, *around, *outer)]
            values += [*self.eigenvalues[row], *self.bounds[row]]
            writer.writerow([name, *(f"{v:.7g}" if np.isfinite(v) else "" for v in values)])
        return text.getvalue()


def measured_of(arrays: Mapping[str, NDArray[Any]]) -> Measured:
    """The table that named arrays hold.

    Raises:
        KeyError: when one is missing.
        ValueError: when they do not fit together.
    """
    names = [field.name for field in dataclasses.fields(Measured)]
    found = {name: np.asarray(arrays[name], dtype=np.float64) for name in names}
    if len({len(values) for values in found.values()}) != 1:
        raise ValueError("the measures are of different numbers of networks")
    return Measured(**found)


def joined(parts: Iterable[Measured]) -> Measured:
    """The networks of all ``parts``, of which there is at least one."""
    tables = [part.to_arrays() for part in parts]
    return measured_of({name: np.concatenate([own[name] for own in tables]) for name in tables[0]})
