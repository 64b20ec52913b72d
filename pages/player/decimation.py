"""Which steps of a long run to draw.

Only the drawing is thinned. The step counter, the outcomes and the clock of the player run over the
true steps: each kept vertex carries its true step number, and between two kept vertices the drawn
head moves along the line that joins them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

VERTICES = 60_000
"""How many vertices all the paths together may have."""

FEWEST, MOST = 300, 2_400
"""Bounds on the vertices of one path."""


def vertex_budget(rows: int) -> int:
    """How many vertices each of ``rows`` paths may have."""
    return int(np.clip(VERTICES // max(rows, 1), FEWEST, MOST))


def kept_steps(
    points: NDArray[np.float64], inside: NDArray[np.bool_], budget: int
) -> NDArray[np.int64]:
    """The steps to draw of one path, ascending, at most ``budget`` of them.

    ``points`` (S+1, 3) are x, y and height in units of the picture, all finite; ``inside`` (S+1,)
    says which lie in the picture. Steps are put in buckets, half by number and half by the distance
    moved, so that a quick descent before a long rest keeps its shape. Of each bucket the steps with
    the lowest and highest x, y and height stay (after Jugel et al., "M4", VLDB 2014). The first and
    the last step always stay, and so do the first and the last that leave the picture.
    """
    count = len(points)
    if count <= budget:
        return np.arange(count)
    # A leap out of the picture is one leap, however far it goes.
    moved = np.minimum(np.abs(np.diff(points, axis=0)).sum(axis=1), 1.0)
    total = moved.sum()
    share = np.linspace(0.0, 1.0, count)
    if total > 0:
        share = 0.5 * share + 0.5 * np.concatenate(([0.0], np.cumsum(moved))) / total
    buckets = max((budget - 4) // 6, 1)
    bucket = np.minimum((share * buckets).astype(np.int64), buckets - 1)
    begins = np.flatnonzero(np.concatenate(([True], bucket[1:] != bucket[:-1])))
    lengths = np.diff(np.append(begins, count))
    left = np.flatnonzero(inside[:-1] & ~inside[1:]) + 1
    kept = [np.array([0, count - 1]), left[:1], left[-1:]]
    for axis in range(3):
        values = points[:, axis]
        for reduce in (np.minimum, np.maximum):
            extreme = np.repeat(reduce.reduceat(values, begins), lengths)
            hits = np.flatnonzero(values == extreme)
            kept.append(hits[np.unique(bucket[hits], return_index=True)[1]])
    return np.unique(np.concatenate(kept))
