"""Newton's method on surfaces: what it finds, and what it leaves out."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from landscapes import get_surface
from landscapes.critical_points import derivatives, kinds_of, refined


def test_critical_points_are_found_under_inference_mode() -> None:
    with torch.inference_mode():
        fresh = get_surface("double_well", tilt=0.123456)
        assert len(fresh.declared(fresh.minima)) == 2
        assert fresh.gradient(torch.zeros(1, 2, dtype=torch.float64)).shape == (1, 2)


def test_refining_drops_guesses_that_lead_nowhere() -> None:
    def bowl(x: Tensor, y: Tensor) -> Tensor:
        return (x - 1) ** 2 + y**2

    def plane(x: Tensor, y: Tensor) -> Tensor:
        return x + 2 * y

    guesses = [(0.9, 0.1), (1.1, 0.0), (3.0, 0.0)]
    (found,) = refined(bowl, guesses, "minimum", reach=0.5)
    assert (found.x, found.y, found.value) == pytest.approx((1.0, 0.0, 0.0))
    assert refined(bowl, guesses, "saddle", reach=0.5) == ()
    assert refined(plane, guesses, "minimum", reach=0.5) == ()


def test_kinds_follow_the_signs_of_the_curvature() -> None:
    diagonals = [(2.0, 1.0), (-2.0, -1.0), (2.0, -1.0), (2.0, 0.0), (0.0, 0.0)]
    hessians = torch.diag_embed(torch.tensor(diagonals, dtype=torch.float64))
    assert kinds_of(hessians) == ["minimum", "maximum", "saddle", None, None]


def test_derivatives_of_a_known_function() -> None:
    points = torch.tensor([[1.0, 2.0], [-0.5, 3.0]], dtype=torch.float64)
    gradients, hessians = derivatives(lambda x, y: x**2 * y + y**3, points)
    assert gradients.tolist() == [[4.0, 13.0], [-3.0, 27.25]]
    assert hessians.tolist() == [[[4.0, 2.0], [2.0, 12.0]], [[6.0, -1.0], [-1.0, 18.0]]]


@pytest.mark.parametrize("amplitude", (0.0, 0.2, 1.0, 10.0, 100.0))
def test_rastrigin_declares_each_well_that_is_there(amplitude: float) -> None:
    made = get_surface("rastrigin", amplitude=amplitude)
    # The surface is a sum of two equal curves: count the dips of one on a fine line.
    line = torch.linspace(-5.12, 5.12, 200_001, dtype=torch.float64)
    heights = made.value(line, torch.zeros_like(line))
    dips = (heights[1:-1] < heights[:-2]) & (heights[1:-1] < heights[2:])
    assert len(made.declared(made.minima)) == dips.sum().item() ** 2


@pytest.mark.parametrize(("tilt", "wells"), ((-3.0, 1), (-1.5, 2), (0.0, 2), (1.5, 2), (1.6, 1)))
def test_a_double_well_loses_a_well_when_tilted_too_far(tilt: float, wells: int) -> None:
    made = get_surface("double_well", tilt=tilt)
    assert len(made.declared(made.minima)) == wells
    assert len(made.declared(made.saddles)) == wells - 1


def test_the_first_gaussian_well_appears_with_its_depth() -> None:
    counts = []
    for depth in (0.0, 1.0, 2.0, 3.0, 6.0):
        made = get_surface("gaussian_wells", depth=depth)
        counts.append(len(made.declared(made.minima)))
    assert counts == [1, 1, 2, 2, 2]
