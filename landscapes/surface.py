"""Surface: one loss surface over the plane, declared in a single block.

What lives here: the types, the registry and the decorator. The surfaces themselves are in the
family modules beside this one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from landscapes.knob import Knob, Value, complete_settings
from landscapes.registry import Registry

Formula = Callable[..., Tensor]
Grid = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]

REACH = 0.02
"""A run has reached a minimum when it ends within this share of the view's longer side of it."""

VALLEY_DEPTH = 1e-4
"""A run has reached a valley of minima when it is this near its floor, as a share of the default
start's height above it."""


@dataclass(frozen=True)
class Bounds:
    """The part of the plane that is drawn: ``x`` in [x_low, x_high], ``y`` in [y_low, y_high]."""

    x_low: float
    x_high: float
    y_low: float
    y_high: float

    def __post_init__(self) -> None:
        if not (self.x_low < self.x_high and self.y_low < self.y_high):
            raise ValueError("bounds must have a positive width and height")

    @property
    def size(self) -> float:
        """The longer side."""
        return max(self.x_high - self.x_low, self.y_high - self.y_low)

    def contains(self, x: float, y: float) -> bool:
        """Whether the point is in the drawn part."""
        return self.x_low <= x <= self.x_high and self.y_low <= y <= self.y_high


@dataclass(frozen=True)
class CriticalPoint:
    """A declared point where the gradient vanishes.

    ``smooth`` is False where the surface has a kink there (Ackley, ``|x| + |y|``), so that neither
    gradient nor Hessian is defined. ``degenerate`` is True where the Hessian is singular (a valley
    of minima, the monkey saddle), so that its eigenvalues alone do not tell the kind.
    """

    x: float
    y: float
    value: float
    kind: Literal["minimum", "saddle", "maximum"] = "minimum"
    name: str = ""
    smooth: bool = True
    degenerate: bool = False


Points = tuple[CriticalPoint, ...]
PointsOf = Points | Callable[..., Points]
"""Critical points, or a function of the surface's settings (by keyword) that returns them."""


@dataclass(frozen=True, kw_only=True)
class Surface:
    """A loss surface ``z = function(x, y)``.

    ``function`` takes two float64 tensors of any one shape and returns a tensor of that shape; it
    takes the surface's own settings by keyword and uses elementwise torch operations only, and of
    these the ones whose result for a point is the same alone and in a batch to the last bit: not
    ``x**n`` beyond n = 3 (square a square), not ``torch.sigmoid`` (use ``tanh``), ``softplus`` or
    ``cosh``.
    ``test_function``, where there is one, is the same surface as unseen data would measure it.
    ``unbounded_below`` says that the loss may fall without end, at least under some settings; the
    declared minima are then the lowest of the drawn part only. ``log_z`` says that the values span
    orders of magnitude, so that drawings should use a logarithmic scale. ``descent_rate`` is a
    learning rate at which gradient descent, with momentum 0.9 or without, goes down from the start
    under the default settings and does not run away: a fair first offer, and no more.
    """

    key: str
    title: str
    function: Formula
    bounds: Bounds
    start: tuple[float, float]
    story: str
    source: str
    minima: PointsOf = ()
    saddles: PointsOf = ()
    maxima: PointsOf = ()
    knobs: tuple[Knob, ...] = ()
    log_z: bool = False
    descent_rate: float = 0.01
    traits: frozenset[str] = frozenset()
    unbounded_below: bool = False
    test_function: Formula | None = None
    settings: tuple[tuple[str, Value], ...] = field(default=())

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "settings", complete_settings(self.knobs, dict(self.settings), self.key)
        )
        if not self.bounds.contains(*self.start):
            raise ValueError(f"surface {self.key!r}: the start lies outside the bounds")

    def with_settings(self, given: Mapping[str, object]) -> Surface:
        """This surface with some of its settings changed.

        Raises:
            ValueError: for an unknown setting or a value out of bounds.
        """
        settings = complete_settings(self.knobs, {**dict(self.settings), **given}, self.key)
        return dataclasses.replace(self, settings=settings)

    def value(self, x: Tensor, y: Tensor) -> Tensor:
        """The loss at ``(x, y)``, under this surface's settings; same shape as ``x``."""
        return self.function(x, y, **dict(self.settings))

    def test_value(self, x: Tensor, y: Tensor) -> Tensor:
        """The loss that unseen data would measure at ``(x, y)``.

        Raises:
            ValueError: when this surface has no test function.
        """
        if self.test_function is None:
            raise ValueError(f"surface {self.key!r} has no test function")
        return self.test_function(x, y, **dict(self.settings))

    def gradient(self, points: Tensor) -> Tensor:
        """The gradient at each row of ``points`` (R, 2), shape (R, 2), by autograd."""
        with torch.inference_mode(False), torch.enable_grad():
            leaf = points.detach().clone().requires_grad_(True)
            total = self.value(leaf[:, 0], leaf[:, 1]).sum()
            return torch.autograd.grad(total, leaf)[0]

    def grid(self, n: int, *, of_test: bool = False) -> Grid:
        """The loss on an even ``n`` by ``n`` grid over the bounds, for drawing.

        Returns:
            ``(x (n,), y (n,), z (n, n))`` in float64 with ``z[j, i]`` the loss at ``(x[i], y[j])``;
            of the test function where ``of_test`` is set.

        Raises:
            ValueError: for ``n`` under 2, or ``of_test`` on a surface without a test function.
        """
        if n < 2:
            raise ValueError("a grid needs at least 2 points a side")
        bounds = self.bounds
        x = np.linspace(bounds.x_low, bounds.x_high, n)
        y = np.linspace(bounds.y_low, bounds.y_high, n)
        across, along = (torch.from_numpy(points) for points in np.meshgrid(x, y))
        height = self.test_value if of_test else self.value
        with torch.no_grad():
            return x, y, height(across, along).numpy()

    def reached_minimum(
        self, positions: NDArray[np.float64], losses: NDArray[np.float64]
    ) -> NDArray[np.int64]:
        """Which declared minimum each run ended at.

        A minimum counts as reached within :data:`REACH` times the longer side of the view, in plain
        distance. Where a valley of minima is declared by some of its points (``degenerate``), no
        distance to them would be fair: a run has reached it when its loss is at most
        :data:`VALLEY_DEPTH` times the default start's height above the valley's own, and it gets
        the index of the nearest declared point.

        Args:
            positions: end points (R, 2); not-a-number reaches nothing.
            losses: the loss there (R,).

        Returns:
            (R,) indices into ``declared(minima)``, -1 for none of them.
        """
        reached = np.full(len(positions), -1, dtype=np.int64)
        nearest = np.full(len(positions), np.inf)
        minima = self.declared(self.minima)
        start_loss = self._start_loss() if any(one.degenerate for one in minima) else np.nan
        # One pass a minimum keeps memory in proportion to R, which may be a million.
        for index, minimum in enumerate(minima):
            distance = np.hypot(positions[:, 0] - minimum.x, positions[:, 1] - minimum.y)
            if minimum.degenerate:
                inside = losses - minimum.value <= VALLEY_DEPTH * (start_loss - minimum.value)
            else:
                inside = distance <= REACH * self.bounds.size
            closer = inside & (distance < nearest)
            reached[closer] = index
            nearest[closer] = distance[closer]
        return reached

    def _start_loss(self) -> float:
        start = torch.tensor([self.start], dtype=torch.float64)
        return self.value(start[:, 0], start[:, 1]).item()

    def critical_points(self) -> Points:
        """All declared minima, saddles and maxima under the present settings."""
        return (
            *self.declared(self.minima),
            *self.declared(self.saddles),
            *self.declared(self.maxima),
        )

    def declared(self, points: PointsOf) -> Points:
        """``points`` (one of this surface's fields) under the present settings."""
        return points(**dict(self.settings)) if callable(points) else points


SURFACES: Registry[Surface] = Registry("surface")
"""Every declared surface by key."""


def surface(**declaration: Any) -> Callable[[Formula], Formula]:
    """Declare the decorated function as a surface: ``@surface(key=..., title=..., ...)``.

    The arguments are the fields of :class:`Surface` other than ``function``.
    """

    def declare(function: Formula) -> Formula:
        made = Surface(function=function, **declaration)
        SURFACES.add(made.key, made)
        return function

    return declare


def get_surface(key: str, **settings: object) -> Surface:
    """The surface declared under ``key``, with some settings changed.

    Raises:
        ValueError: for an unknown key or setting (naming near matches), or a value out of bounds.
    """
    return SURFACES[key].with_settings(settings)
