"""Wells side by side: sharp and flat, shallow and deep, left and right."""

from __future__ import annotations

import math
from functools import lru_cache, partial

import torch
from torch import Tensor

from landscapes.critical_points import Kind, critical_points_near, guesses_on_axis
from landscapes.knob import Knob
from landscapes.surface import Bounds, CriticalPoint, Points, surface


def sharp_flat_test(x: Tensor, y: Tensor, *, shift: float) -> Tensor:
    """The training surface moved by ``shift`` along x: what unseen data would measure."""
    return sharp_flat(x - shift, y, shift=shift)


@surface(
    key="sharp_flat",
    title="Sharp and flat minimum",
    bounds=Bounds(-4.5, 4.5, -2.5, 2.5),
    start=(-4.0, 0.5),
    descent_rate=0.06,
    minima=(
        CriticalPoint(-2.0, 0.0, 0.0, name="sharp"),
        CriticalPoint(2.0, 0.0, 0.05, name="flat"),
    ),
    saddles=(CriticalPoint(-0.47007706648794, 0.0, 1.2978051750495, "saddle"),),
    knobs=(
        Knob(
            key="shift",
            title="Shift of the test surface",
            default=0.3,
            low=-2.0,
            high=2.0,
            slider_low=-1.0,
            slider_high=1.0,
            help="How far unseen data move the surface along x; training does not see it.",
        ),
    ),
    test_function=sharp_flat_test,
    traits=frozenset({"local minima", "sharp and flat", "generalization"}),
    source="After the sketch in Keskar et al., ICLR 2017, arXiv 1609.04836",
    story="Both train about equally well; shift the data a little and only the flat one holds.",
)
def sharp_flat(x: Tensor, y: Tensor, *, shift: float) -> Tensor:
    """Two minima that stay exactly at (-2, 0), value 0, and (2, 0), value 0.05.

    (1 - A)(1 - B) + (c_x / L^2) (x + 2)^2 (x - 2)^2 + (c_y / 2) y^2 + d sin^2(pi (x + 2) / 2L),
    where A and B are Gaussians of widths (0.2, 0.8) and (1.3, 1.3) around the minima, L = 4,
    c_x = 0.5, c_y = 0.3 and d = 0.05. Every term is level at both minima.
    """
    del shift  # moves the test surface only
    y2 = y**2
    from_sharp = (x + 2) ** 2
    from_flat = (x - 2) ** 2
    sharp = torch.exp(-(from_sharp / (2 * 0.2**2)) - y2 / (2 * 0.8**2))
    flat = torch.exp(-(from_flat + y2) / (2 * 1.3**2))
    rise = torch.sin((math.pi / 8) * (x + 2)) ** 2
    wells = (1 - sharp) * (1 - flat)
    return wells + (0.5 / 16) * (from_sharp * from_flat) + 0.15 * y2 + 0.05 * rise


AXIS = (-4.0, 4.0)
"""Every critical point of the wells lies on y = 0 between these."""


@lru_cache(maxsize=64)
def _gaussian_wells_points(depth: float) -> Points:
    wells = partial(gaussian_wells, depth=depth)
    return critical_points_near(wells, guesses_on_axis(wells, *AXIS), reach=0.4)


def gaussian_wells_points(kind: Kind, depth: float) -> Points:
    """The critical points of one kind; a shallow enough first well is none."""
    return tuple(point for point in _gaussian_wells_points(depth) if point.kind == kind)


@surface(
    key="gaussian_wells",
    title="Shallow well before a deep one",
    bounds=Bounds(-4.0, 4.0, -3.0, 3.0),
    start=(-3.4, 1.2),
    descent_rate=0.02,
    minima=lambda *, depth: gaussian_wells_points("minimum", depth),
    saddles=lambda *, depth: gaussian_wells_points("saddle", depth),
    knobs=(
        Knob(
            key="depth",
            title="Depth of the first well",
            default=3.0,
            low=0.0,
            high=20.0,
            slider_high=6.0,
            help="How deep the shallow well on the way is dug; the deep one behind it has depth 6.",
        ),
    ),
    traits=frozenset({"local minima", "saddle"}),
    source="The picture of the rolling ball in Hung-yi Lee, Machine Learning Lecture 9-1, NTU",
    story="A dent on the way to the valley: with enough momentum the ball rolls through it.",
)
def gaussian_wells(x: Tensor, y: Tensor, *, depth: float) -> Tensor:
    # Wells and bowl are all centred on y = 0, so every critical point lies there.
    y2 = y**2
    shallow = torch.exp(-2.0 * ((x + 1.5) ** 2 + y2))
    deep = torch.exp(-0.5 * ((x - 1.5) ** 2 + y2))
    return 0.4 * (x**2 + y2) - depth * shallow - 6 * deep


@lru_cache(maxsize=64)
def _double_well_points(tilt: float) -> Points:
    wells = partial(double_well, tilt=tilt)
    return critical_points_near(wells, guesses_on_axis(wells, *AXIS), reach=0.4)


def double_well_points(kind: Kind, tilt: float) -> Points:
    """The critical points of one kind: the roots of 4 x^3 - 4 x + tilt on y = 0."""
    return tuple(point for point in _double_well_points(tilt) if point.kind == kind)


@surface(
    key="double_well",
    title="Double well",
    bounds=Bounds(-1.8, 1.8, -1.8, 1.8),
    start=(1.6, 1.2),
    descent_rate=0.02,
    minima=lambda *, tilt: double_well_points("minimum", tilt),
    saddles=lambda *, tilt: double_well_points("saddle", tilt),
    knobs=(
        Knob(
            key="tilt",
            title="Tilt",
            default=0.3,
            low=-3.0,
            high=3.0,
            slider_low=-1.5,
            slider_high=1.5,
            help="Slope added along x: it lifts one well; beyond 1.54 either way only one is left.",
        ),
    ),
    traits=frozenset({"local minima", "saddle", "separable"}),
    source="The potential of G. Duffing's oscillator, Erzwungene Schwingungen, Vieweg, 1918",
    story="A curve with two dips, drawn out into a channel: the left one is lower.",
)
def double_well(x: Tensor, y: Tensor, *, tilt: float) -> Tensor:
    return (x**2 - 1) ** 2 + tilt * x + 0.5 * y**2
