"""What goes wrong: saddles, plateaus, cliffs, ridges and kinks."""

from __future__ import annotations

from functools import lru_cache, partial

import torch
from torch import Tensor

from landscapes.critical_points import refined
from landscapes.knob import Knob
from landscapes.surface import Bounds, CriticalPoint, Points, surface


@surface(
    key="saddle",
    title="Saddle",
    bounds=Bounds(-2.0, 2.0, -2.0, 2.0),
    start=(-1.6, 0.01),
    saddles=(CriticalPoint(0.0, 0.0, 0.0, "saddle"),),
    traits=frozenset({"saddle", "quadratic", "unbounded below"}),
    unbounded_below=True,
    source="Dauphin et al., NeurIPS 2014, arXiv 1406.2572",
    story="Down one way, up the other, with no floor: who leaves the pass first, and how fast?",
)
def saddle(x: Tensor, y: Tensor) -> Tensor:
    return x**2 - y**2


@surface(
    key="bounded_saddle",
    title="Saddle between two wells",
    bounds=Bounds(-2.0, 2.0, -2.0, 2.0),
    start=(-1.6, 0.0001),
    descent_rate=0.02,
    minima=(CriticalPoint(0.0, 1.0, -0.25), CriticalPoint(0.0, -1.0, -0.25)),
    saddles=(CriticalPoint(0.0, 0.0, 0.0, "saddle"),),
    traits=frozenset({"saddle", "several global minima", "separable"}),
    source="Du et al., Gradient descent can take exponential time to escape saddle points, NeurIPS "
    "2017, arXiv 1705.10412",
    story="From near the ridge all roll to the saddle first; momentum and Adam leave it sooner.",
)
def bounded_saddle(x: Tensor, y: Tensor) -> Tensor:
    y2 = y**2
    return 0.5 * (x**2 - y2) + 0.25 * y2**2


def monkey_minima(*, bowl: float) -> Points:
    """The ends of the three valleys, 3 / (4 bowl) from the origin, where they are in view."""
    if bowl == 0:
        return ()
    radius = 0.75 / bowl
    value = -0.25 * radius**3
    ends = ((-radius, 0.0), (radius / 2, radius * 0.75**0.5), (radius / 2, -radius * 0.75**0.5))
    points = (CriticalPoint(x, y, value) for x, y in ends)
    return tuple(p for p in points if MONKEY_BOUNDS.contains(p.x, p.y))


MONKEY_BOUNDS = Bounds(-2.0, 2.0, -2.0, 2.0)


@surface(
    key="monkey_saddle",
    title="Monkey saddle",
    bounds=MONKEY_BOUNDS,
    start=(1.5, 0.02),
    minima=monkey_minima,
    saddles=(CriticalPoint(0.0, 0.0, 0.0, "saddle", degenerate=True),),
    knobs=(
        Knob(
            key="bowl",
            title="Bowl",
            default=0.0,
            low=0.0,
            high=2.0,
            help="Weight of a bowl that closes the three valleys; at 0 they fall for ever.",
        ),
    ),
    traits=frozenset({"saddle", "degenerate", "unbounded below"}),
    unbounded_below=True,
    source="Hilbert and Cohn-Vossen, Anschauliche Geometrie, Springer, 1932",
    story="Room for two legs and a tail: at the pass between three valleys even curvature is zero.",
)
def monkey_saddle(x: Tensor, y: Tensor, *, bowl: float) -> Tensor:
    x2 = x**2
    y2 = y**2
    return x * (x2 - 3 * y2) + bowl * (x2 + y2) ** 2


@lru_cache(maxsize=64)
def cliff_minimum(*, steepness: float) -> Points:
    """The foot of the cliff: (-2, 0) less a shift that a steep wall makes invisible."""
    return refined(partial(cliff, steepness=steepness), [(-2.0, 0.0)], "minimum", reach=2.0)


@surface(
    key="cliff",
    title="Cliff",
    bounds=Bounds(-4.0, 3.0, -3.0, 3.0),
    start=(1.5, 1.5),
    descent_rate=0.03,
    minima=cliff_minimum,
    knobs=(
        Knob(
            key="steepness",
            title="Steepness",
            default=20.0,
            low=1.0,
            high=1000.0,
            scale="log",
            slider_high=200.0,
            help="How abrupt the wall is; its slope is 1.25 times this.",
        ),
    ),
    traits=frozenset({"cliff", "steep walls"}),
    source="Goodfellow, Bengio and Courville, Deep Learning, MIT Press, 2016, section 8.2.4",
    story="A gentle slope ends at a wall: its gradient, unless clipped, throws the point far away.",
)
def cliff(x: Tensor, y: Tensor, *, steepness: float) -> Tensor:
    # 2.5 (1 + tanh(k x / 2)) is 5 / (1 + exp(-k x)), and its gradient cannot overflow.
    wall = 2.5 + 2.5 * torch.tanh((0.5 * steepness) * x)
    return wall + 0.25 * ((x + 2) ** 2 + y**2)


@surface(
    key="plateau_drop",
    title="Plateau with a drop",
    bounds=Bounds(-10.0, 8.0, -6.0, 6.0),
    start=(-8.0, 3.0),
    descent_rate=0.1,
    minima=(CriticalPoint(4.0, 0.0, 0.0),),
    knobs=(
        Knob(
            key="width",
            title="Width of the drop",
            default=1.0,
            low=0.05,
            high=10.0,
            scale="log",
            slider_low=0.2,
            slider_high=4.0,
            help="The narrower the trench, the flatter the plateau around it.",
        ),
    ),
    traits=frozenset({"plateau"}),
    source="Geman and McClure, Bulletin of the International Statistical Institute 52, 1987",
    story="Almost level for miles, then a drop: steps in proportion to the slope hardly get there.",
)
def plateau_drop(x: Tensor, y: Tensor, *, width: float) -> Tensor:
    distance = ((x - 4) * (1 / width)) ** 2
    return distance / (1 + distance) + 0.02 * y**2


@surface(
    key="narrow_ridge",
    title="Narrow groove",
    bounds=Bounds(-15.0, -3.0, -4.0, 4.0),
    start=(-4.5, 3.0),
    minima=(CriticalPoint(-10.0, 1.0, 0.0),),
    knobs=(
        Knob(
            key="width",
            title="Width of the groove",
            default=0.05,
            low=1e-4,
            high=10.0,
            scale="log",
            slider_low=1e-3,
            slider_high=1.0,
            help="How rounded the bottom of the groove is.",
        ),
    ),
    log_z=True,
    traits=frozenset({"ravine", "curved valley", "ill-conditioned"}),
    source="After function 6 of A. D. Bukin, preprint 97-79, Budker Institute of Nuclear Physics, "
    "Novosibirsk, 1997, with the crease rounded",
    story="A folded sheet: the slope across the crease hardly shrinks, so steps hop over and over.",
)
def narrow_ridge(x: Tensor, y: Tensor, *, width: float) -> Tensor:
    across = y - 0.01 * x**2
    return 10 * (torch.sqrt(across**2 + width**2) - width) + 0.01 * (x + 10) ** 2


@surface(
    key="absolute_sum",
    title="Absolute values",
    bounds=Bounds(-2.0, 2.0, -2.0, 2.0),
    start=(-1.7, 0.9),
    minima=(CriticalPoint(0.0, 0.0, 0.0, smooth=False),),
    traits=frozenset({"non-smooth", "convex", "separable"}),
    source="Shor, Minimization Methods for Non-Differentiable Functions, Springer, 1985",
    story="A pyramid on its tip: equally steep to the very end, so a fixed step never settles.",
)
def absolute_sum(x: Tensor, y: Tensor) -> Tensor:
    return torch.abs(x) + torch.abs(y)
