"""Bowls: surfaces with a constant Hessian, where theory says exactly what must happen."""

from __future__ import annotations

import math

from torch import Tensor

from landscapes.classics import SURVEY
from landscapes.knob import Knob
from landscapes.surface import Bounds, CriticalPoint, surface


@surface(
    key="ravine",
    title="Ravine",
    bounds=Bounds(-2.0, 2.0, -2.0, 2.0),
    start=(-1.8, 0.9),
    minima=(CriticalPoint(0.0, 0.0, 0.0),),
    knobs=(
        Knob(
            key="condition",
            title="Condition number",
            default=100.0,
            low=1.0,
            high=1e6,
            scale="log",
            slider_high=1e4,
            help="How many times more curved the steep direction is than the gentle one.",
        ),
        Knob(
            key="rotation",
            title="Rotation",
            default=0.0,
            low=-180.0,
            high=180.0,
            slider_low=-90.0,
            slider_high=90.0,
            unit="degrees",
            help="Turns the ravine off the axes, along which adaptive methods scale their steps.",
        ),
    ),
    log_z=True,
    traits=frozenset({"quadratic", "convex", "ravine", "ill-conditioned"}),
    source="Polyak, USSR Computational Mathematics and Mathematical Physics 4, 1964",
    story="Steep across and gentle along: plain descent zigzags, and turning it hurts Adam only.",
)
def ravine(x: Tensor, y: Tensor, *, condition: float, rotation: float) -> Tensor:
    cosine = math.cos(math.radians(rotation))
    sine = math.sin(math.radians(rotation))
    along = cosine * x + sine * y
    across = cosine * y - sine * x
    return 0.5 * (along**2 + condition * across**2)


@surface(
    key="booth",
    title="Booth",
    bounds=Bounds(-10.0, 10.0, -10.0, 10.0),
    start=(-8.0, -5.0),
    descent_rate=0.02,
    minima=(CriticalPoint(1.0, 3.0, 0.0),),
    log_z=True,
    traits=frozenset({"quadratic", "convex"}),
    source=SURVEY,
    story="A plain tilted bowl, nine times steeper one way than the other: everyone should arrive.",
)
def booth(x: Tensor, y: Tensor) -> Tensor:
    return (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2


@surface(
    key="matyas",
    title="Matyas",
    bounds=Bounds(-10.0, 10.0, -10.0, 10.0),
    start=(-9.0, 3.0),
    descent_rate=0.2,
    minima=(CriticalPoint(0.0, 0.0, 0.0),),
    log_z=True,
    traits=frozenset({"quadratic", "convex", "ravine"}),
    source=SURVEY,
    story="A shallow diagonal trough: no axis points along it, and its floor hardly slopes.",
)
def matyas(x: Tensor, y: Tensor) -> Tensor:
    return 0.26 * (x**2 + y**2) - 0.48 * (x * y)
