"""Surfaces known on a grid only, such as a slice of a network: bicubic in between.

Cubic convolution after Keys 1981 (IEEE Trans. ASSP 29, 1153), a = -1/2: it goes through every
measured value, has a continuous gradient, and is exact for quadratics, up to the edge.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from landscapes.refusal import Refusal
from landscapes.surface import Bounds, Surface

FEWEST = 3
"""Points a side: with fewer there is no quadratic to go on with at the edge."""

SPANS_ORDERS = 50.0
"""A surface whose highest value is so many times its lowest is drawn on a logarithmic scale."""

Grid = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Bicubic:
    """A function of the plane through values on an even grid; NaN outside it.

    Args:
        x: (n,) even and ascending.
        y: (m,) likewise.
        values: (m, n), rows along y.

    Raises:
        ValueError: for a grid that is not such.
    """

    x: Grid
    y: Grid
    values: Grid

    def __post_init__(self) -> None:
        for side in (self.x, self.y):
            if side.ndim != 1 or len(side) < FEWEST or not np.isfinite(side).all():
                raise Refusal("a surface needs at least {fewest} points a side", fewest=FEWEST)
            steps = np.diff(side)
            if not (steps > 0).all() or not np.allclose(steps, steps[0], rtol=1e-6):
                raise Refusal("the points of a surface must be evenly apart")
        if self.values.shape != (len(self.y), len(self.x)):
            raise Refusal("the values of a surface do not fit its axes")
        wide = _extended(_extended(np.asarray(self.values, dtype=np.float64)).T).T
        object.__setattr__(self, "_wide", torch.from_numpy(np.ascontiguousarray(wide).ravel()))

    def __call__(self, x: Tensor, y: Tensor) -> Tensor:
        """The values at ``(x, y)``, of the same shape."""
        flat: Tensor = self._wide  # type: ignore[attr-defined]
        across, along = len(self.x) + 2, len(self.y) + 2
        column, columns = _places(x, self.x)
        row, rows = _places(y, self.y)
        inside = (x >= self.x[0]) & (x <= self.x[-1]) & (y >= self.y[0]) & (y <= self.y[-1])
        total = torch.zeros_like(x)
        for down, weight in enumerate(rows):
            line = torch.zeros_like(x)
            begin = (row + down).clamp(0, along - 1) * across
            for right, share in enumerate(columns):
                line = line + share * flat[begin + (column + right).clamp(0, across - 1)]
            total = total + weight * line
        return torch.where(inside, total, torch.full_like(total, torch.nan))


def _extended(values: Grid) -> Grid:
    """``values`` with a row before the first and one after the last, as a quadratic goes on."""
    before = 3 * values[:1] - 3 * values[1:2] + values[2:3]
    after = 3 * values[-1:] - 3 * values[-2:-1] + values[-3:-2]
    return np.concatenate([before, values, after])


def _places(at: Tensor, side: Grid) -> tuple[Tensor, list[Tensor]]:
    """The cell of each point on an extended side, and the weights of the four values around it."""
    step = float(side[-1] - side[0]) / (len(side) - 1)
    steps = (at - float(side[0])) / step
    with torch.no_grad():
        # A point that ran off to infinity or is none has no cell; its value is NaN anyway.
        whole = steps.detach().nan_to_num(0.0, 0.0, 0.0).floor().clamp(0, len(side) - 2)
    t = steps - whole
    square = t * t
    cube = square * t
    weights = [
        (2 * square - cube - t) / 2,
        (3 * cube - 5 * square + 2) / 2,
        (4 * square - 3 * cube + t) / 2,
        (cube - square) / 2,
    ]
    return whole.long(), weights


def sampled_surface(
    x: Grid, y: Grid, values: Grid, *, unseen: Grid | None = None, **declared: Any
) -> Surface:
    """A surface through measured values.

    Args:
        x: (n,) even and ascending.
        y: (m,) likewise.
        values: (m, n), rows along y; not a number where the loss overflowed.
        unseen: the same of data that nothing was trained on: the test function.
        declared: the other fields of :class:`~landscapes.surface.Surface`; the bounds are the
            grid's, the start is three quarters of the way to the highest corner if not given.

    Raises:
        ValueError: for a grid that is not even, too small, or without a single value.
    """
    function = Bicubic(x, y, values)
    if not np.isfinite(values).any():
        raise Refusal("the loss is not a finite number anywhere on this surface")
    bounds = Bounds(float(x[0]), float(x[-1]), float(y[0]), float(y[-1]))
    finite = values[np.isfinite(values)]
    low, high = float(finite.min()), float(finite.max())
    return Surface(
        **{
            "start": _start(x, y, values),
            "log_z": bool(low > 0 and high > SPANS_ORDERS * low),
            "descent_rate": _rate(x, y, values),
            "function": function,
            "test_function": None if unseen is None else Bicubic(x, y, unseen),
            "bounds": bounds,
            **declared,
        }
    )


def _start(x: Grid, y: Grid, values: Grid) -> tuple[float, float]:
    """Three quarters of the way from the middle to the corner where the loss is highest."""
    best, found = -np.inf, (float(x[len(x) // 2]), float(y[len(y) // 2]))
    for across in (-0.75, 0.75):
        for along in (-0.75, 0.75):
            column = round((1 + across) / 2 * (len(x) - 1))
            row = round((1 + along) / 2 * (len(y) - 1))
            height = float(values[row, column])
            if np.isfinite(height) and height > best:
                best, found = height, (float(x[column]), float(y[row]))
    return found


def _rate(x: Grid, y: Grid, values: Grid) -> float:
    """A round learning rate with which one step leads a hundredth of the view at most.

    With momentum 0.9 steps grow tenfold: then they are a tenth of the view.
    """
    steps = float(x[1] - x[0]), float(y[1] - y[0])
    down, right = np.gradient(np.where(np.isfinite(values), values, np.nan), steps[1], steps[0])
    slopes = np.hypot(down, right)
    steepest = float(np.nanmax(slopes, initial=0.0)) if np.isfinite(slopes).any() else 0.0
    size = max(float(x[-1] - x[0]), float(y[-1] - y[0]))
    if steepest == 0:
        return 0.01
    return float(f"{np.clip(0.01 * size / steepest, 1e-6, 1e3):.1g}")
