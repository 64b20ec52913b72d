"""MapRequest: a whole map as a value that can be computed bit by bit."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Protocol


class MapResult(Protocol):
    """What a request has given so far: a frozen value of read-only numpy arrays."""

    @property
    def share(self) -> float:
        """How much of the request has been computed, 0 to 1."""

    @property
    def nbytes(self) -> int:
        """The memory that it holds, in bytes."""


class MapRequest(Hashable, Protocol):
    """All that a map depends on: two requests that are equal share one result.

    It is made of frozen values, and its constructor refuses (:class:`landscapes.Refusal`) what
    would cost too much, before anything is computed.
    """

    def stages(self) -> Iterator[MapResult]:
        """The results from coarse to fine; the last one is the whole map.

        Each takes at most some tenths of a second, the first one under 0.3: between two of them
        the work can be given up, or that of another visitor comes first.
        """
