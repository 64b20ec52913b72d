"""Waves: surfaces with many local minima."""

from __future__ import annotations

import math
from functools import lru_cache, partial

import torch
from torch import Tensor

from landscapes.classics import swapped
from landscapes.critical_points import refined
from landscapes.knob import Knob
from landscapes.surface import Bounds, CriticalPoint, Points, surface

TURN = 2 * math.pi

LATTICE = tuple((float(i), float(j)) for i in range(-5, 6) for j in range(-5, 6))
"""Around each of these points Rastrigin and Ackley have a local minimum."""

BETWEEN = tuple((0.5 * i, 0.5 * j) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j)
"""Around these lie the passes and peaks that enclose the middle well."""


@lru_cache(maxsize=64)
def rastrigin_minima(*, amplitude: float) -> Points:
    """The minima near whole coordinates; fewer of them the lower the waves are."""
    return refined(partial(rastrigin, amplitude=amplitude), LATTICE, "minimum", reach=0.4)


@lru_cache(maxsize=64)
def rastrigin_saddles(*, amplitude: float) -> Points:
    """The four passes out of the middle well."""
    return refined(partial(rastrigin, amplitude=amplitude), BETWEEN, "saddle", reach=0.2)


@lru_cache(maxsize=64)
def rastrigin_maxima(*, amplitude: float) -> Points:
    """The four peaks around the middle well."""
    return refined(partial(rastrigin, amplitude=amplitude), BETWEEN, "maximum", reach=0.2)


@surface(
    key="rastrigin",
    title="Rastrigin",
    bounds=Bounds(-5.12, 5.12, -5.12, 5.12),
    start=(-3.6, 2.4),
    descent_rate=0.002,
    minima=rastrigin_minima,
    saddles=rastrigin_saddles,
    maxima=rastrigin_maxima,
    knobs=(
        Knob(
            key="amplitude",
            title="Height of the waves",
            default=10.0,
            low=0.0,
            high=100.0,
            slider_high=20.0,
            help="0 is a plain bowl; from about 0.05 on it ripples, and the wells deepen with it.",
        ),
    ),
    traits=frozenset({"local minima", "separable"}),
    source="L. A. Rastrigin, Systems of Extremal Control, Nauka, 1974",
    story="An egg box bent into a bowl: of over a hundred minima, descent takes the nearest.",
)
def rastrigin(x: Tensor, y: Tensor, *, amplitude: float) -> Tensor:
    waves = 2 - torch.cos(TURN * x) - torch.cos(TURN * y)
    return x**2 + y**2 + amplitude * waves


@lru_cache(maxsize=1)
def ackley_minima() -> Points:
    """The kink at the origin and the local minima near whole coordinates."""
    around = [point for point in LATTICE if point != (0.0, 0.0)]
    found = refined(ackley, around, "minimum", reach=0.4)
    in_view = (point for point in found if ACKLEY_BOUNDS.contains(point.x, point.y))
    return (CriticalPoint(0.0, 0.0, 0.0, smooth=False), *in_view)


ACKLEY_BOUNDS = Bounds(-5.0, 5.0, -5.0, 5.0)


@surface(
    key="ackley",
    title="Ackley",
    bounds=ACKLEY_BOUNDS,
    start=(-3.4, 2.6),
    descent_rate=0.02,
    minima=ackley_minima,
    traits=frozenset({"local minima", "non-smooth", "funnel"}),
    source="D. H. Ackley, A Connectionist Machine for Genetic Hillclimbing, Kluwer, 1987",
    story="A rippled plain around a deep, pointed funnel: near its tip the slope does not fade.",
)
def ackley(x: Tensor, y: Tensor) -> Tensor:
    # The root's gradient is infinite at 0; the clamp makes it 0 there and changes no other value.
    radius = torch.sqrt((0.5 * (x**2 + y**2)).clamp_min(1e-300))
    waves = 0.5 * (torch.cos(TURN * x) + torch.cos(TURN * y))
    return 20 - 20 * torch.exp(-0.2 * radius) + (math.e - torch.exp(waves))


@surface(
    key="levy_13",
    title="Levy 13",
    bounds=Bounds(-3.0, 5.0, -3.0, 5.0),
    start=(-2.1, 3.8),
    descent_rate=0.002,
    minima=(CriticalPoint(1.0, 1.0, 0.0),),
    traits=frozenset({"local minima"}),
    source="Levy and Montalvo, SIAM Journal on Scientific and Statistical Computing 6, 1985",
    story="Ripples of two wavelengths in a bowl, higher the farther out: many traps on the way in.",
)
def levy_13(x: Tensor, y: Tensor) -> Tensor:
    sine_y = torch.sin((3 * math.pi) * y)
    return (
        torch.sin((3 * math.pi) * x) ** 2
        + (x - 1) ** 2 * (1 + sine_y**2)
        + (y - 1) ** 2 * (1 + torch.sin(TURN * y) ** 2)
    )


EASOM_DENT = 1.30499545043767
"""Where cos(x) exp(-(x - pi)^2) is level beside its main dip; mirrored about pi on the far side."""


@surface(
    key="easom",
    title="Easom's needle",
    bounds=Bounds(-1.0, 7.0, -1.0, 7.0),
    start=(1.65, 1.75),
    descent_rate=0.1,
    minima=(
        CriticalPoint(math.pi, math.pi, -1.0),
        *(
            CriticalPoint(x, y, -8.1102238915701e-5)
            for x in (EASOM_DENT, TURN - EASOM_DENT)
            for y in (EASOM_DENT, TURN - EASOM_DENT)
        ),
    ),
    saddles=tuple(
        CriticalPoint(x * math.pi, y * math.pi, 0.0, "saddle")
        for x in (0.5, 1.5)
        for y in (0.5, 1.5)
    ),
    maxima=swapped(
        CriticalPoint(math.pi, EASOM_DENT, 0.0090056781485739, "maximum"),
        CriticalPoint(math.pi, TURN - EASOM_DENT, 0.0090056781485739, "maximum"),
    ),
    traits=frozenset({"plateau", "local minima"}),
    source="E. E. Easom, M.Eng. thesis, University of Louisville, 1990",
    story="One hole in a flat plain: from a few units away the gradient tells nothing at all.",
)
def easom(x: Tensor, y: Tensor) -> Tensor:
    distance = (x - math.pi) ** 2 + (y - math.pi) ** 2
    return -torch.cos(x) * torch.cos(y) * torch.exp(-distance)


@surface(
    key="mccormick",
    title="McCormick",
    bounds=Bounds(-1.5, 4.0, -3.0, 4.0),
    start=(3.4, 3.6),
    descent_rate=0.03,
    minima=(
        CriticalPoint(0.5 - math.pi / 3, -0.5 - math.pi / 3, -math.sqrt(0.75) - math.pi / 3),
        CriticalPoint(
            0.5 + 2 * math.pi / 3, -0.5 + 2 * math.pi / 3, -math.sqrt(0.75) + 2 * math.pi / 3
        ),
    ),
    saddles=(
        CriticalPoint(
            0.5 + math.pi / 3, -0.5 + math.pi / 3, math.sqrt(0.75) + math.pi / 3, "saddle"
        ),
    ),
    traits=frozenset({"local minima", "saddle", "unbounded below"}),
    unbounded_below=True,
    source="G. P. McCormick in F. A. Lootsma (ed.), Numerical Methods for Nonlinear Optimization, "
    "Academic Press, 1972",
    story="A wavy slide down a diagonal trough: each wave has its well, and the next one is lower.",
)
def mccormick(x: Tensor, y: Tensor) -> Tensor:
    return torch.sin(x + y) + (x - y) ** 2 - 1.5 * x + 2.5 * y + 1


@surface(
    key="multiscale_bowl",
    title="Rough bowl",
    bounds=Bounds(-5.0, 5.0, -5.0, 5.0),
    start=(-4.2, 3.4),
    descent_rate=0.03,
    minima=(CriticalPoint(0.0, 0.0, 0.0),),
    knobs=(
        Knob(
            key="roughness",
            title="Roughness",
            default=1.0,
            low=0.0,
            high=10.0,
            slider_high=3.0,
            help="Height of the waves on the bowl, all lengths together; 0 leaves it smooth.",
        ),
    ),
    traits=frozenset({"local minima", "many scales"}),
    source="After K. Weierstrass, 1872: waves that shorten as they flatten, in a bowl; compare "
    "Li et al., NeurIPS 2018, arXiv 1712.09913",
    story="It only looks like noise: short steps fall into every dent, momentum feels the bowl.",
)
def multiscale_bowl(x: Tensor, y: Tensor, *, roughness: float) -> Tensor:
    waves = (
        1.0
        - 0.5 * torch.cos(1.9 * x + 1.1 * y)
        - 0.3 * torch.cos(4.3 * y - 2.7 * x)
        - 0.14 * torch.cos(9.7 * x + 5.3 * y)
        - 0.06 * torch.cos(17.0 * y - 11.0 * x)
    )
    return 0.1 * (x**2 + y**2) + roughness * waves
