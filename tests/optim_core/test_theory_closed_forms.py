"""The closed forms of optim_core.theory: against published numbers, and against the rules run."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from eager_settings import run_eager

from optim_core import get_optimizer, theory
from optim_core.spec import WRAPPERS


def quadratic_path(key: str, curvature: float, steps: int, start: float = 1.0, **settings):
    """The rule's path on ``curvature / 2 * x**2``, shape (steps + 1,)."""
    first = torch.tensor([[start]], dtype=torch.float64)
    path = run_eager(get_optimizer(key), [settings], first, lambda x: curvature * x, steps)
    return path[:, 0, 0].numpy()


# Paths


@pytest.mark.parametrize("product", [0.1, 1.0, 1.7, 2.0, 2.2])
def test_gradient_descent_path(product: float) -> None:
    path = quadratic_path("sgd", 5.0, 40, learning_rate=product / 5)
    expected = theory.descent_path(product / 5, 5.0, 1.0, 40)
    np.testing.assert_allclose(path, expected, rtol=1e-12, atol=1e-16)


@pytest.mark.parametrize("variant", ["torch", "lecture"])
@pytest.mark.parametrize("product", [0.01, 0.25, 1.0, 3.0, 3.7])
@pytest.mark.parametrize("momentum", [0.25, 0.5, 0.9])
def test_heavy_ball_path(momentum: float, product: float, variant: str) -> None:
    """Overdamped, oscillating and flipping; 0.25 and 0.25 is critical (both roots are 0.5)."""
    rate = product / 4
    path = quadratic_path(
        "momentum", 4.0, 40, learning_rate=rate, momentum=momentum, variant=variant
    )
    expected = theory.heavy_ball_path(rate, momentum, 4.0, 1.0, 40)
    np.testing.assert_allclose(path, expected, rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("product", [0.01, 0.3, 1.0, 1.3])
@pytest.mark.parametrize("momentum", [0.25, 0.5, 0.9])
def test_nesterov_path(momentum: float, product: float) -> None:
    rate = product / 4
    path = quadratic_path("nesterov", 4.0, 40, learning_rate=rate, momentum=momentum)
    expected = theory.nesterov_path(rate, momentum, 4.0, 1.0, 40)
    np.testing.assert_allclose(path, expected, rtol=1e-10, atol=1e-13)


def test_the_two_nesterov_forms_are_one_path_seen_from_two_places() -> None:
    """torch's point is the lecture's plus the momentum that is about to carry it."""
    common = {"learning_rate": 0.02, "momentum": 0.8}
    ahead = quadratic_path("nesterov", 9.0, 60, **common)
    behind = quadratic_path("nesterov", 9.0, 60, variant="lecture", **common)
    carried = behind[1:] + 0.8 * (behind[1:] - behind[:-1])
    np.testing.assert_allclose(ahead[1:], carried, rtol=0, atol=1e-14)
    assert np.abs(ahead - behind).max() > 0.01


def test_averaged_momentum_is_the_heavy_ball_at_a_smaller_rate() -> None:
    averaged = quadratic_path(
        "momentum", 3.0, 50, learning_rate=0.5, momentum=0.8, variant="averaged"
    )
    np.testing.assert_allclose(
        averaged, theory.heavy_ball_path(0.1, 0.8, 3.0, 1.0, 50), rtol=1e-11, atol=1e-14
    )


# Factors and limits

LIMITS = [
    ("sgd", {}, theory.descent_limit(7.0)),
    ("momentum", {"momentum": 0.9}, theory.heavy_ball_limit(0.9, 7.0)),
    ("momentum", {"momentum": 0.5}, theory.heavy_ball_limit(0.5, 7.0)),
    ("nesterov", {"momentum": 0.5}, theory.nesterov_limit(0.5, 7.0)),
    ("nesterov", {"momentum": 0.9}, theory.nesterov_limit(0.9, 7.0)),
    (
        "momentum",
        {"momentum": 0.9, "variant": "averaged"},
        theory.averaged_momentum_limit(0.9, 7.0),
    ),
]


@pytest.mark.parametrize("key, settings, limit", LIMITS)
def test_rules_turn_unstable_at_their_limit(key: str, settings: dict, limit: float) -> None:
    below = quadratic_path(key, 7.0, 2000, learning_rate=0.99 * limit, **settings)
    above = quadratic_path(key, 7.0, 2000, learning_rate=1.01 * limit, **settings)
    assert abs(below[-1]) < 0.1 and abs(above[-1]) > 10


def test_published_limits() -> None:
    assert theory.heavy_ball_limit(0.9, 1.0) == pytest.approx(3.8)
    found = [theory.nesterov_limit(beta, 1.0) for beta in (0.5, 0.9, 0.99)]
    assert found == pytest.approx([1.5, 1.357143, 1.335570], abs=1e-6)
    assert theory.averaged_momentum_limit(0.9, 1.0) == pytest.approx(38)
    assert theory.adam_sharpness_limit(0.1, 0.9) == pytest.approx(380)
    # The sharp and flat well's sharp minimum.
    assert theory.descent_limit(25.795580535) == pytest.approx(0.077533, abs=1e-6)
    assert theory.heavy_ball_limit(0.9, 25.795580535) == pytest.approx(0.147312, abs=1e-6)


def test_factor_is_one_at_the_limit() -> None:
    for momentum in (0.1, 0.5, 0.9):
        rate = theory.heavy_ball_limit(momentum, 3.0)
        assert theory.heavy_ball_factor(rate, momentum, 3.0) == pytest.approx(1)
        rate = theory.nesterov_limit(momentum, 3.0)
        assert theory.nesterov_factor(rate, momentum, 3.0) == pytest.approx(1)
        rate = theory.averaged_momentum_limit(momentum, 3.0)
        assert theory.averaged_momentum_factor(rate, momentum, 3.0) == pytest.approx(1)


def test_oscillating_heavy_ball_forgets_the_curvature() -> None:
    momentum = 0.81
    low, high = (1 - math.sqrt(momentum)) ** 2, (1 + math.sqrt(momentum)) ** 2
    inside = np.linspace(low * 1.001, high * 0.999, 50)
    np.testing.assert_allclose(theory.heavy_ball_factor(1.0, momentum, inside), 0.9, rtol=1e-12)
    outside = np.array([low * 0.9, high * 1.02])
    assert (theory.heavy_ball_factor(1.0, momentum, outside) > 0.9 + 1e-3).all()


def test_critical_momentum_is_the_fastest() -> None:
    best = theory.critical_momentum(0.02, 8.0)
    assert best == pytest.approx((1 - 0.4) ** 2)
    at_best = theory.heavy_ball_factor(0.02, best, 8.0)
    grid = theory.heavy_ball_factor(0.02, np.linspace(0, 0.99, 400), 8.0)
    assert at_best <= grid.min() + 1e-9


@pytest.mark.parametrize("smallest, largest", [(1.0, 100.0), (0.3, 12.0)])
def test_best_rates_are_best(smallest: float, largest: float) -> None:
    ends = np.array([smallest, largest])
    rate, factor = theory.best_descent(smallest, largest)
    np.testing.assert_allclose(theory.descent_factor(rate, ends), factor)
    for other in (0.98 * rate, 1.02 * rate):
        assert theory.descent_factor(other, ends).max() > factor
    rate, momentum, factor = theory.best_heavy_ball(smallest, largest)
    # At the optimum both ends are critical; a double root costs half the digits.
    np.testing.assert_allclose(theory.heavy_ball_factor(rate, momentum, ends), factor, rtol=1e-6)
    for r, m in ((0.97, 1), (1.03, 1), (1, 0.97), (1, 1.03)):
        assert theory.heavy_ball_factor(r * rate, m * momentum, ends).max() > factor
    rate, momentum, factor = theory.standard_nesterov(smallest, largest)
    assert theory.nesterov_factor(rate, momentum, smallest) == pytest.approx(factor, rel=1e-6)


def test_published_best_heavy_ball() -> None:
    found = theory.best_heavy_ball(1.0, 100.0)
    assert found == pytest.approx((0.0330578512, 0.6694214876, 0.8181818182), abs=1e-10)


@pytest.mark.parametrize(
    "condition, descent, heavy_ball, nesterov",
    [(10, 69, 22, 37), (100, 691, 69, 132), (1000, 6908, 219, 430), (10_000, 69_078, 691, 1375)],
)
def test_iterations_to_a_millionth(
    condition: int, descent: int, heavy_ball: int, nesterov: int
) -> None:
    assert theory.iterations_to(1e-6, theory.best_descent(1.0, condition)[1]) == descent
    assert theory.iterations_to(1e-6, theory.best_heavy_ball(1.0, condition)[2]) == heavy_ball
    assert theory.iterations_to(1e-6, theory.standard_nesterov(1.0, condition)[2]) == nesterov


@pytest.mark.parametrize("tolerance, factor", [(1e-6, 1.0), (1e-6, 1.2), (0.0, 0.5), (2.0, 0.5)])
def test_iterations_refuse_what_never_arrives(tolerance: float, factor: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        theory.iterations_to(tolerance, factor)


# Noise


def simulated_variance(key: str, wrapper=None, **settings) -> float:
    """Variance of 3000 noisy runs at curvature 2, rate 0.1, over some separated late steps."""
    draw = torch.Generator().manual_seed(4)

    def gradient(x: torch.Tensor) -> torch.Tensor:
        return 2 * x + torch.randn(x.shape, dtype=torch.float64, generator=draw)

    start = torch.zeros(1, 3000, dtype=torch.float64)
    row = {"learning_rate": 0.1} | settings
    path = run_eager(get_optimizer(key), [row], start, gradient, 260, wrapper=wrapper)
    return path[80::20].var().item()


def test_stationary_variances() -> None:
    descent = theory.descent_variance(0.1, 2.0, 1.0)
    heavy_ball = theory.heavy_ball_variance(0.1, 0.9, 2.0, 1.0)
    assert descent == pytest.approx(0.027778, abs=1e-6)
    assert heavy_ball == pytest.approx(0.263889, abs=1e-6)
    assert theory.heavy_ball_variance(0.1, 0.0, 2.0, 1.0) == pytest.approx(descent)
    assert simulated_variance("sgd") == pytest.approx(descent, rel=0.05)
    assert simulated_variance("momentum", momentum=0.9) == pytest.approx(heavy_ball, rel=0.05)


def test_lookahead_steadies() -> None:
    share = theory.lookahead_variance_share(0.1, 2.0, 5, 0.5)
    assert share == pytest.approx(0.3990, abs=5e-5)
    # Every 20th step is one at which the fast point has just been called back to the slow one.
    found = simulated_variance("sgd", WRAPPERS["lookahead"], lookahead_steps=5, lookahead_alpha=0.5)
    assert found == pytest.approx(share * theory.descent_variance(0.1, 2.0, 1.0), rel=0.05)


# Saddles


@pytest.mark.parametrize("offset", [1e-4, 1e-8])
def test_escape_from_a_saddle(offset: float) -> None:
    """Along an axis of curvature -1; gradient descent takes longer the closer it starts."""
    plain = quadratic_path("sgd", -1.0, 400, start=offset, learning_rate=0.05)
    heavy = quadratic_path("momentum", -1.0, 400, start=offset, learning_rate=0.05, momentum=0.9)
    adam = quadratic_path("adam", -1.0, 400, start=offset, learning_rate=0.05, epsilon=1e-12)
    steps = [int((np.abs(path) >= 1).argmax()) for path in (plain, heavy, adam)]
    assert steps[0] == math.ceil(theory.descent_escape_steps(0.05, 1.0, offset))
    growth = theory.heavy_ball_escape_factor(0.05, 0.9, 1.0)
    assert heavy[-1] / heavy[-2] == pytest.approx(growth, rel=1e-9)
    assert growth > 1.05 and steps[1] < steps[0]
    # Adam's step is about its rate whatever the slope: about 1 / rate steps from any offset.
    assert 15 <= steps[2] <= 25
