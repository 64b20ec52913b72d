"""Growing: an array that rows are added to, and taken back from by the number of their event."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

FIRST_ROOM = 64


class Growing:
    """Rows of one shape, each with the number of the event that brought it.

    Adding costs what is added: the room doubles when it is full.

    Args:
        shape: of one row.
        dtype: of its numbers.
    """

    def __init__(self, *shape: int, dtype: type[np.generic] = np.float64) -> None:
        self._room: NDArray[Any] = np.empty((FIRST_ROOM, *shape), dtype=dtype)
        self._numbers: NDArray[np.int64] = np.empty(FIRST_ROOM, dtype=np.int64)
        self._length = 0

    def __len__(self) -> int:
        return self._length

    @property
    def values(self) -> NDArray[Any]:
        """The rows (N, *shape); read-only."""
        view = self._room[: self._length]
        view.flags.writeable = False
        return view

    def add(self, number: int, rows: ArrayLike) -> None:
        """Put ``rows`` (n, *shape), of event ``number``, at the end.

        Raises:
            ValueError: for rows of another shape.
        """
        new = np.asarray(rows, dtype=self._room.dtype)
        if new.shape[1:] != self._room.shape[1:]:
            raise ValueError(f"rows of shape {new.shape[1:]}, not {self._room.shape[1:]}")
        end = self._length + len(new)
        if end > len(self._room):
            self._room = self._larger(self._room, end)
            self._numbers = self._larger(self._numbers, end)
        self._room[self._length : end] = new
        self._numbers[self._length : end] = number
        self._length = end

    def take_back(self, after: int) -> None:
        """Forget the rows of all events after number ``after``."""
        self._length = int(np.searchsorted(self._numbers[: self._length], after, side="right"))

    def _larger(self, room: NDArray[Any], least: int) -> NDArray[Any]:
        wide = np.empty((max(least, 2 * len(room)), *room.shape[1:]), dtype=room.dtype)
        wide[: self._length] = room[: self._length]
        return wide
