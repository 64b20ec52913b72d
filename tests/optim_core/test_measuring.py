"""What is measured of a path is the same whoever measures beside it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from landscapes import get_surface
from optim_core import measuring
from optim_core.coefficients import number
from optim_core.measuring import measure


def path_of(seed: int, steps: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-2.0, 2.0, (steps, 2, 3))


def by_autograd(path: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    surface = get_surface("rosenbrock")
    x, y = (torch.from_numpy(np.ascontiguousarray(path[:, axis])) for axis in (0, 1))
    gradients = surface.gradient(torch.stack([x.ravel(), y.ravel()], dim=1)).numpy()
    norms = np.hypot(gradients[:, 0], gradients[:, 1]).reshape(x.shape)
    return surface.value(x, y).numpy(), norms


def test_many_who_measure_at_once_do_not_meet() -> None:
    value = get_surface("rosenbrock").value
    paths = [path_of(seed, 250) for seed in range(24)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda path: measure(value, path), paths))
    for path, (losses, norms) in zip(paths, found, strict=True):
        expected, steep = by_autograd(path)
        np.testing.assert_array_equal(losses, expected)
        np.testing.assert_array_equal(norms, steep)


def test_a_gauge_that_is_in_use_is_not_waited_for() -> None:
    value = get_surface("rosenbrock").value
    path = path_of(1, 20)
    expected = measure(value, path)
    with measuring._gauge(value, 64) as taken:
        losses, norms = measure(value, path)
        assert taken.in_use.locked()
    np.testing.assert_array_equal(losses, expected[0])
    np.testing.assert_array_equal(norms, expected[1])
    assert not taken.in_use.locked()


@pytest.mark.parametrize("value", [0.0, -0.0, 2, 2.0, True, float("nan"), float("inf"), -1e-300])
def test_a_number_is_an_operand_of_its_own_kind_and_sign(value: float) -> None:
    for _again in range(2):
        array = number(value)
        assert array.shape == () and array.dtype == np.array(value).dtype
        np.testing.assert_array_equal(np.signbit(array.astype(float)), np.signbit(float(value)))
        np.testing.assert_array_equal(array, value)
