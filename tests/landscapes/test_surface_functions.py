"""Every surface as a function: the same for one point and for many, finite, fit to start on."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from landscapes import Bounds, Surface, get_surface
from tests.landscapes.surface_cases import at, every_surface, every_variation, points_of


@every_surface
@pytest.mark.parametrize("rows", (1, 3, 8, 37, 1000))
def test_a_batch_equals_its_rows_bit_for_bit(surface: Surface, rows: int) -> None:
    points = points_of(surface, rows, spread=1.5)
    values, gradients = at(surface, points), surface.gradient(points)
    for row in range(min(rows, 200)):
        alone = points[row : row + 1]
        assert torch.equal(at(surface, alone), values[row : row + 1])
        assert torch.equal(surface.gradient(alone), gradients[row : row + 1])


@every_surface
def test_memory_layout_does_not_change_a_bit(surface: Surface) -> None:
    points = points_of(surface, 1000)
    x, y = points.T.contiguous()
    assert torch.equal(surface.value(x, y), at(surface, points))
    square = surface.value(x.reshape(25, 40), y.reshape(25, 40))
    assert square.shape == (25, 40)
    assert torch.equal(square.reshape(-1), at(surface, points))


@every_variation
def test_value_and_gradient_are_finite_in_view(surface: Surface) -> None:
    x, y, z = surface.grid(41)
    assert np.isfinite(z).all()
    grid = torch.tensor(np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2))
    assert surface.gradient(grid).isfinite().all()


@every_surface
def test_gradient_is_finite_at_symmetric_and_distant_points(surface: Surface) -> None:
    far = 1e7
    rows = [(a, b) for a in (-far, -1.0, 0.0, 1.0, far) for b in (-far, -1.0, 0.0, 1.0, far)]
    points = torch.tensor([*rows, *((p.x, p.y) for p in surface.critical_points())])
    points = points.to(torch.float64)
    assert at(surface, points).isfinite().all()
    assert surface.gradient(points).isfinite().all()


@every_surface
def test_the_start_has_somewhere_to_go(surface: Surface) -> None:
    assert surface.bounds.contains(*surface.start)
    start = torch.tensor([surface.start], dtype=torch.float64)
    # Flat places are wanted on some surfaces, but a gradient of zero would show nothing.
    assert surface.gradient(start).norm().item() > 1e-4
    value = at(surface, start).numpy()
    assert surface.reached_minimum(start.numpy(), value).tolist() == [-1]


@every_surface
@pytest.mark.parametrize("momentum", (0.0, 0.9))
def test_the_offered_rate_goes_down_and_stays(surface: Surface, momentum: float) -> None:
    point = torch.tensor([surface.start], dtype=torch.float64)
    before = at(surface, point).item()
    velocity = torch.zeros_like(point)
    for _ in range(100 if surface.unbounded_below else 500):
        velocity = momentum * velocity + surface.gradient(point)
        point = point - surface.descent_rate * velocity
        if not surface.unbounded_below:
            assert point.abs().max().item() <= 2 * surface.bounds.size
        elif not surface.bounds.contains(*point[0].tolist()):
            break
    assert at(surface, point).item() < before


@every_surface
def test_grid_is_the_surface_in_rows_of_y(surface: Surface) -> None:
    x, y, z = surface.grid(7)
    bounds = surface.bounds
    assert (x[0], x[-1], y[0], y[-1]) == (
        bounds.x_low,
        bounds.x_high,
        bounds.y_low,
        bounds.y_high,
    )
    assert z.shape == (7, 7) and x.dtype == y.dtype == z.dtype == np.float64
    one = surface.value(torch.tensor([x[4]]), torch.tensor([y[2]]))
    assert one.item() == z[2, 4]


def test_grid_refuses_what_it_cannot_draw() -> None:
    with pytest.raises(ValueError, match="at least 2"):
        get_surface("booth").grid(1)
    with pytest.raises(ValueError, match="no test function"):
        get_surface("booth").grid(5, of_test=True)


def test_bounds_and_start_are_checked() -> None:
    with pytest.raises(ValueError, match="positive width"):
        Bounds(1.0, 1.0, 0.0, 1.0)
    booth = get_surface("booth")
    with pytest.raises(ValueError, match="start lies outside"):
        Surface(
            key="x",
            title="x",
            function=booth.function,
            bounds=booth.bounds,
            start=(99.0, 0.0),
            story="x",
            source="x",
        )
