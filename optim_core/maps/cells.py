"""Cells: how each run of a grid ended, in one code a run, and a few numbers beside it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NOT_YET, ELSEWHERE, DIVERGED, LEFT, UNKNOWN = -1, -2, -3, -4, -5
"""Codes of runs that reached no minimum: ran out of steps; settled where no minimum is; ran away;
left the region where the surface is defined; not computed yet."""

TRIPLE = 3
"""Each pass has three times the cells of the last along each side: the middle one of nine cells
was there before."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Cells:
    """The ends of P panels of H x W runs. All arrays are (P, H, W) and read-only.

    A cell that has not been computed shows what its nearest computed one does.

    Attributes:
        where: int16; index of the minimum that was reached, or one of the negative codes above.
        settled_at: int32; the first step from which the gradient norm stayed within the
            tolerance, -1 where it did not (``Trajectories.settled_at``).
        stopped_at: int32; the last step whose point was finite and near.
        losses: float64; the true loss at the last such point.
        turns: float32; share of the steps after which a component of the gradient had changed its
            sign, until the run settled or stopped; NaN where it was not counted.
        computed: bool; which of them are runs and not copies of a neighbour.
    """

    where: NDArray[np.int16]
    settled_at: NDArray[np.int32]
    stopped_at: NDArray[np.int32]
    losses: NDArray[np.float64]
    turns: NDArray[np.float32]
    computed: NDArray[np.bool_]

    @classmethod
    def empty(cls, panels: int, height: int, width: int) -> Cells:
        """Nothing computed yet; the arrays are writeable."""
        shape = (panels, height, width)
        return cls(
            where=np.full(shape, UNKNOWN, dtype=np.int16),
            settled_at=np.full(shape, -1, dtype=np.int32),
            stopped_at=np.zeros(shape, dtype=np.int32),
            losses=np.full(shape, np.nan),
            turns=np.full(shape, np.nan, dtype=np.float32),
            computed=np.zeros(shape, dtype=np.bool_),
        )

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """The arrays by name."""
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}

    @property
    def nbytes(self) -> int:
        """The memory of the arrays."""
        return sum(array.nbytes for array in self.arrays().values())

    @property
    def share(self) -> float:
        """How many of the cells have been computed, 0 to 1."""
        return float(self.computed.mean())

    def filled(self, strides: list[int]) -> Cells:
        """A read-only copy in which the cells of panel p that are missing have their neighbour's.

        ``strides[p]`` is that of the last pass that is complete there, 0 for none.
        """
        copies = {name: array.copy() for name, array in self.arrays().items()}
        height, width = self.where.shape[1:]
        for panel, stride in enumerate(strides):
            if stride <= 1:
                continue
            rows, columns = nearest(height, stride), nearest(width, stride)
            missing = ~self.computed[panel]
            for name, array in copies.items():
                if name != "computed":
                    array[panel][missing] = array[panel][np.ix_(rows, columns)][missing]
        for array in copies.values():
            array.flags.writeable = False
        return Cells(**copies)  # type: ignore[arg-type]


def middles(count: int, stride: int) -> NDArray[np.int64]:
    """The cells of a side that a pass with ``stride`` computes: the middle of each block."""
    found = np.arange(stride // 2, count, stride)
    return found if len(found) else np.array([count // 2])


def nearest(count: int, stride: int) -> NDArray[np.int64]:
    """For each cell of a side, the middle of the block that it lies in."""
    known = middles(count, stride)
    return known[np.minimum(np.arange(count) // stride, len(known) - 1)]


def strides(height: int, width: int, most_first: int) -> Iterator[int]:
    """The strides of the passes, coarse to fine; the first one computes at most ``most_first``."""
    stride = 1
    while len(middles(height, stride)) * len(middles(width, stride)) > most_first:
        stride *= TRIPLE
        if stride > max(height, width):
            break
    while stride >= 1:
        yield stride
        stride //= TRIPLE


def missing(cells: Cells, panel: int, stride: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows and columns of the cells of a pass over one panel that have not been computed."""
    height, width = cells.where.shape[1:]
    sides = (middles(height, stride), middles(width, stride))
    rows, columns = (part.ravel() for part in np.meshgrid(*sides, indexing="ij"))
    kept = ~cells.computed[panel, rows, columns]
    return rows[kept], columns[kept]


def shares_of(cells: Cells, panel: int) -> dict[int, float]:
    """The share of a panel's computed runs with each code of ``cells.where``."""
    known = cells.where[panel][cells.computed[panel]]
    codes, counts = np.unique(known, return_counts=True)
    return dict(zip(codes.tolist(), (counts / len(known)).tolist(), strict=True))
