"""What every surface declares of itself holds, whatever its formula and settings."""

from __future__ import annotations

import pytest
import torch

from landscapes import SURFACES, Surface
from landscapes.critical_points import derivatives, kinds_of
from tests.landscapes.surface_cases import (
    at,
    every_surface,
    every_variation,
    here,
    lowest_value,
    ring,
    rounding,
)

AGREED = {
    "beale",
    "rosenbrock",
    "himmelblau",
    "rastrigin",
    "ackley",
    "six_hump_camel",
    "three_hump_camel",
    "booth",
    "styblinski_tang",
    "goldstein_price",
    "saddle",
    "bounded_saddle",
    "monkey_saddle",
    "two_weight_net",
    "ravine",
    "cliff",
    "sigmoid_plateau",
    "sharp_flat",
    "matyas",
    "levy_13",
    "easom",
    "mccormick",
    "narrow_ridge",
    "gaussian_wells",
    "plateau_drop",
    "absolute_sum",
    "multiscale_bowl",
    "double_well",
}
"""Keys that stand in links people have shared."""


def test_the_agreed_keys_are_there() -> None:
    assert set(SURFACES) >= AGREED


@every_surface
def test_a_surface_says_what_it_is(surface: Surface) -> None:
    assert surface.key == surface.key.lower() and surface.key.isidentifier()
    assert SURFACES[surface.key] is surface
    assert surface.title and surface.source and surface.traits
    assert surface.story[-1] in ".?" and 30 <= len(surface.story) <= 100
    assert all(knob.title and knob.help.endswith(".") for knob in surface.knobs)


def test_titles_and_stories_are_told_apart() -> None:
    surfaces = SURFACES.values()
    assert len({surface.title for surface in surfaces}) == len(surfaces)
    assert len({surface.story for surface in surfaces}) == len(surfaces)


@every_variation
def test_declared_points_lie_in_view_with_their_value(surface: Surface) -> None:
    for point in surface.critical_points():
        assert surface.bounds.contains(point.x, point.y)
        value = at(surface, here(point)).item()
        assert value == pytest.approx(point.value, abs=rounding(surface, point))


@every_variation
def test_points_are_declared_under_their_kind(surface: Surface) -> None:
    for points, kind in (
        (surface.minima, "minimum"),
        (surface.saddles, "saddle"),
        (surface.maxima, "maximum"),
    ):
        assert {point.kind for point in surface.declared(points)} <= {kind}


@every_variation
def test_smooth_points_are_critical_and_of_their_kind(surface: Surface) -> None:
    points = [point for point in surface.critical_points() if point.smooth]
    if not points:
        return
    stacked = torch.cat([here(point) for point in points])
    gradients, hessians = derivatives(surface.value, stacked)
    for point, gradient, hessian in zip(points, gradients, hessians, strict=True):
        # Points are given to about 15 digits, so the slope left is that much curvature.
        curvature = torch.linalg.matrix_norm(hessian).item()
        assert gradient.norm().item() <= 1e-12 * (1 + curvature)
        if not point.degenerate:
            assert kinds_of(hessian[None]) == [point.kind]


@every_variation
def test_degenerate_points_are_degenerate(surface: Surface) -> None:
    for point in surface.critical_points():
        if point.degenerate:
            _, hessian = derivatives(surface.value, here(point))
            eigenvalues = torch.linalg.eigvalsh(hessian[0])
            assert eigenvalues.abs().min().item() <= 1e-9 * (1 + eigenvalues.abs().max().item())


@every_variation
def test_no_minimum_is_undercut_nearby(surface: Surface) -> None:
    # Holds for kinks and valleys too, where the Hessian cannot tell.
    for point in surface.declared(surface.minima):
        for radius in (1e-6, 1e-4, 1e-2):
            lowest = at(surface, ring(point, radius * surface.bounds.size)).min().item()
            if radius < 1e-2 or point.value == lowest_value(surface):
                assert lowest >= point.value - rounding(surface, point)


@every_variation
def test_saddles_have_both_higher_and_lower_neighbours(surface: Surface) -> None:
    for point in surface.declared(surface.saddles):
        around = at(surface, ring(point, 1e-3 * surface.bounds.size))
        assert around.min().item() < point.value < around.max().item()


@every_variation
def test_the_lowest_minimum_is_not_undercut_in_view(surface: Surface) -> None:
    minima = surface.declared(surface.minima)
    if not minima:
        assert surface.unbounded_below
        return
    _, _, heights = surface.grid(301)
    lowest = min(minima, key=lambda point: point.value)
    assert heights.min() >= lowest.value - rounding(surface, lowest)


@every_surface
def test_the_lowest_minimum_is_declared_first(surface: Surface) -> None:
    minima = surface.declared(surface.minima)
    assert not minima or minima[0].value <= lowest_value(surface) + 1e-12
