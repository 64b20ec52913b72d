"""Surface: one loss surface over the plane, declared in a single block.

What lives here: the types, the registry and the decorator. The surfaces themselves are in the
family modules beside this one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import torch
from torch import Tensor

from landscapes.knob import Knob, Value, complete_settings
from landscapes.registry import Registry

Formula = Callable[..., Tensor]


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
    takes the surface's own settings by keyword and uses elementwise torch operations only.
    ``test_function``, where there is one, is the same surface as unseen data would measure it.
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
        leaf = points.detach().clone().requires_grad_(True)
        with torch.enable_grad():
            total = self.value(leaf[:, 0], leaf[:, 1]).sum()
        return torch.autograd.grad(total, leaf)[0]

    def critical_points(self) -> Points:
        """All declared minima, saddles and maxima under the present settings."""
        return (*self.declared(self.minima), *self.declared(self.saddles), *self.declared(self.maxima))

    def declared(self, points: PointsOf) -> Points:
        """``points`` (one of this surface's fields) under the present settings."""
        return points(**dict(self.settings)) if callable(points) else points


SURFACES: Registry[Surface] = Registry("surface")
"""Every declared surface by key."""


def surface(**declaration: object) -> Callable[[Formula], Formula]:
    """Declare the decorated function as a surface: ``@surface(key=..., title=..., ...)``.

    The arguments are the fields of :class:`Surface` other than ``function``.
    """

    def declare(function: Formula) -> Formula:
        made = Surface(function=function, **declaration)  # pyright: ignore[reportArgumentType]
        SURFACES.add(made.key, made)
        return function

    return declare


def get_surface(key: str, **settings: object) -> Surface:
    """The surface declared under ``key``, with some settings changed.

    Raises:
        ValueError: for an unknown key or setting (naming near matches), or a value out of bounds.
    """
    return SURFACES[key].with_settings(settings)
