"""Losses of many parameters: what they say of themselves is true."""

import numpy as np
import pytest

from landscapes import get_surface
from optim_core.maps.fields import (
    DoubleWells,
    Quadratics,
    critical_points,
    mixed,
    unmixed,
    well,
)


@pytest.mark.parametrize("dimension", [2, 3, 8, 11])
def test_mixing_keeps_lengths_and_is_taken_back(dimension: int) -> None:
    chance = np.random.default_rng(dimension)
    signs = np.sign(chance.standard_normal((dimension, 4)))
    points = chance.standard_normal((dimension, 4))
    turned = mixed(points, signs)
    np.testing.assert_allclose((turned**2).sum(axis=0), (points**2).sum(axis=0))
    np.testing.assert_allclose(unmixed(turned, signs), points)


def test_no_axis_is_left_where_it_was() -> None:
    axes = np.eye(100)
    turned = mixed(axes, np.ones((100, 100)))
    assert np.abs(turned).max() <= np.sqrt(2 / 100) + 1e-12


@pytest.mark.parametrize("turned", [False, True])
def test_a_quadratic_has_the_eigenvalues_that_it_was_given(turned: bool) -> None:
    chance, size = np.random.default_rng(3), 9
    diagonal, beside = chance.standard_normal(size), chance.standard_normal(size - 1)
    signs = np.repeat(np.sign(chance.standard_normal((size, 1))), size, axis=1) if turned else None
    field = Quadratics(
        np.repeat(diagonal[:, None], size, axis=1), np.repeat(beside[:, None], size, axis=1), signs
    )
    hessian = np.empty((size, size))
    field.gradient(np.eye(size), hessian)  # column i: the gradient at the i-th unit vector
    np.testing.assert_allclose(hessian, hessian.T, atol=1e-12)
    tridiagonal = np.diag(diagonal) + np.diag(beside, 1) + np.diag(beside, -1)
    expected = np.linalg.eigvalsh(tridiagonal)
    np.testing.assert_allclose(np.linalg.eigvalsh(hessian), expected, atol=1e-12)
    points = chance.standard_normal((size, size))
    values = np.einsum("in,ij,jn->n", points, hessian, points) / 2
    np.testing.assert_allclose(field.value(points), values)


@pytest.mark.parametrize("turned", [False, True])
def test_the_gradient_of_double_wells_is_that_of_their_value(turned: bool) -> None:
    chance, size, step = np.random.default_rng(5), 6, 1e-6
    signs = np.sign(chance.standard_normal((size, 1))) if turned else None
    field = DoubleWells(0.3, signs)
    point = chance.uniform(-1.5, 1.5, (size, 1))
    gradient = np.empty_like(point)
    field.gradient(point, gradient)
    for index, axis in enumerate(np.eye(size)[:, :, None]):
        slope = (field.value(point + step * axis) - field.value(point - step * axis)) / (2 * step)
        assert slope[0] == pytest.approx(gradient[index, 0], abs=1e-7)
    np.testing.assert_allclose(field.coordinates(field.placed(point)), point)


def test_each_well_is_that_of_the_surface() -> None:
    low, top, high = critical_points(0.3)
    surface = get_surface("double_well", tilt=0.3)
    declared = sorted(surface.declared(surface.minima), key=lambda minimum: minimum.value)
    assert [low, high] == pytest.approx([minimum.x for minimum in declared])
    values = [float(well(np.array(z), 0.3)) for z in (low, high)]
    assert values == pytest.approx([minimum.value for minimum in declared])
    assert low < top < high


def test_too_much_tilt_leaves_one_minimum() -> None:
    with pytest.raises(ValueError, match="only one minimum"):
        critical_points(2.0)
