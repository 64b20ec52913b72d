"""Closed forms on quadratics: what an optimizer must do where mathematics knows the answer.

Everything is for ``loss = curvature / 2 * x**2`` (one eigenvalue of a Hessian), with learning rate
``rate`` and momentum ``momentum``. A *factor* is what the error is multiplied by at each step in
the long run: below 1 converges. A *limit* is the learning rate from which it no longer does. All
functions take numbers or numpy arrays that broadcast; they are the oracle of the tests and the
overlay of the maps.

Sources: B. Polyak, USSR Comp. Math. 4(5), 1964 (heavy ball); Y. Nesterov, Introductory Lectures on
Convex Optimization, 2004, and L. Lessard, B. Recht and A. Packard, SIAM J. Optim. 26, 2016
(accelerated gradient on quadratics); J. Cohen et al. 2022, arXiv 2207.14484 (Adam's edge of
stability); M. Zhang et al. 2019, arXiv 1907.08610, proposition 2 (Lookahead's variance).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

NEARLY_EQUAL = 1e-7
"""Roots closer than this are taken as one: apart, their difference would lose half the digits."""

Numbers = Any
"""A float, or an array of floats."""


def roots(trace: ArrayLike, determinant: ArrayLike) -> tuple[NDArray[Any], NDArray[Any]]:
    """Both (complex) roots of ``r**2 - trace * r + determinant``."""
    half = np.asarray(trace, dtype=complex) / 2
    spread = np.sqrt(half * half - np.asarray(determinant, dtype=complex))
    return half + spread, half - spread


def recurrence(
    trace: float, determinant: float, first: float, second: float, steps: int
) -> NDArray[np.float64]:
    """``x_0 .. x_steps`` of ``x_{k+1} = trace * x_k - determinant * x_{k-1}``, in closed form.

    ``first`` and ``second`` are ``x_0`` and ``x_1``. Shape (steps + 1,).
    """
    one, two = (complex(r) for r in roots(trace, determinant))
    k = np.arange(steps + 1)
    if abs(one - two) < NEARLY_EQUAL:
        both = trace / 2
        if both == 0:
            return np.where(k == 0, first, np.where(k == 1, second, 0.0))
        return (first + (second / both - first) * k) * both**k
    weight = (second - two * first) / (one - two)
    return (weight * one**k + (first - weight) * two**k).real


# Gradient descent


def descent_factor(rate: Numbers, curvature: Numbers) -> Numbers:
    """Gradient descent multiplies the error by exactly this, up to sign, at every step."""
    return np.abs(1 - np.multiply(rate, curvature))


def descent_limit(curvature: Numbers) -> Numbers:
    """Gradient descent converges for rates under this."""
    return 2 / curvature


def best_descent(smallest: Numbers, largest: Numbers) -> tuple[Numbers, Numbers]:
    """The best rate for curvatures from ``smallest`` to ``largest``, and its factor."""
    return 2 / (smallest + largest), (largest - smallest) / (largest + smallest)


def descent_path(rate: float, curvature: float, start: float, steps: int) -> NDArray[np.float64]:
    """``x_0 .. x_steps`` of gradient descent."""
    path: NDArray[np.float64] = start * np.float64(1 - rate * curvature) ** np.arange(steps + 1)
    return path


# Heavy ball: v = momentum * v + gradient, x -= rate * v


def heavy_ball_roots(rate: Numbers, momentum: Numbers, curvature: Numbers) -> tuple[Any, Any]:
    """The two roots whose powers make up the heavy ball's path."""
    return roots(1 + momentum - np.multiply(rate, curvature), momentum)


def heavy_ball_factor(rate: Numbers, momentum: Numbers, curvature: Numbers) -> Numbers:
    """The larger root's size: ``sqrt(momentum)`` throughout the oscillating range."""
    one, two = heavy_ball_roots(rate, momentum, curvature)
    return np.maximum(np.abs(one), np.abs(two))


def heavy_ball_limit(momentum: Numbers, curvature: Numbers) -> Numbers:
    """The heavy ball converges for rates under this (and momentum under 1)."""
    return 2 * (1 + momentum) / curvature


def critical_momentum(rate: Numbers, curvature: Numbers) -> Numbers:
    """The momentum at which both roots meet: the fastest for this rate, more of it oscillates.

    For ``rate * curvature`` up to 4.
    """
    return (1 - np.sqrt(np.multiply(rate, curvature))) ** 2


def critical_rate(momentum: Numbers, curvature: Numbers) -> Numbers:
    """The lower rate at which the heavy ball's roots meet: from it on the error oscillates."""
    return (1 - np.sqrt(momentum)) ** 2 / curvature


def best_heavy_ball(smallest: Numbers, largest: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """The best rate and momentum for curvatures between the two, and their factor."""
    rate = (2 / (np.sqrt(smallest) + np.sqrt(largest))) ** 2
    root = np.sqrt(np.divide(largest, smallest))
    factor = (root - 1) / (root + 1)
    return rate, factor**2, factor


def heavy_ball_path(
    rate: float, momentum: float, curvature: float, start: float, steps: int
) -> NDArray[np.float64]:
    """``x_0 .. x_steps`` of the heavy ball starting at rest."""
    second = (1 - rate * curvature) * start
    return recurrence(1 + momentum - rate * curvature, momentum, start, second, steps)


# Nesterov's accelerated gradient, seen at the look-ahead point as in torch.optim


def nesterov_roots(rate: Numbers, momentum: Numbers, curvature: Numbers) -> tuple[Any, Any]:
    """The two roots whose powers make up the accelerated path."""
    shrink = 1 - np.multiply(rate, curvature)
    return roots((1 + momentum) * shrink, momentum * shrink)


def nesterov_factor(rate: Numbers, momentum: Numbers, curvature: Numbers) -> Numbers:
    """The larger root's size."""
    one, two = nesterov_roots(rate, momentum, curvature)
    return np.maximum(np.abs(one), np.abs(two))


def nesterov_limit(momentum: Numbers, curvature: Numbers) -> Numbers:
    """Nesterov converges for rates under this: less than gradient descent's limit."""
    return 2 * (1 + momentum) / ((1 + 2 * momentum) * curvature)


def critical_nesterov_rate(momentum: Numbers, curvature: Numbers) -> Numbers:
    """The lower rate at which Nesterov's roots meet: from it on the error oscillates."""
    return ((1 - np.asarray(momentum)) / (1 + np.asarray(momentum))) ** 2 / curvature


def standard_nesterov(smallest: Numbers, largest: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """The textbook rate and momentum for curvatures between the two, and their factor."""
    root = np.sqrt(np.divide(largest, smallest))
    return 1 / largest, (root - 1) / (root + 1), 1 - 1 / root


def nesterov_path(
    rate: float, momentum: float, curvature: float, start: float, steps: int
) -> NDArray[np.float64]:
    """``x_0 .. x_steps`` of torch's Nesterov (look-ahead points) starting at rest."""
    shrink = 1 - rate * curvature
    second = (1 - rate * curvature * (1 + momentum)) * start
    return recurrence((1 + momentum) * shrink, momentum * shrink, start, second, steps)


# Averaged momentum: the end of AdaBound and SWATS, and Adam with a frozen denominator


def averaged_momentum_factor(rate: Numbers, momentum: Numbers, curvature: Numbers) -> Numbers:
    """As the heavy ball at ``rate * (1 - momentum)``."""
    return heavy_ball_factor(np.multiply(rate, 1 - np.asarray(momentum)), momentum, curvature)


def averaged_momentum_limit(momentum: Numbers, curvature: Numbers) -> Numbers:
    """Averaged momentum converges for rates under this: 38 over the curvature at momentum 0.9."""
    return 2 * (1 + momentum) / ((1 - momentum) * curvature)


def adam_sharpness_limit(rate: Numbers, beta1: Numbers) -> Numbers:
    """Adam's edge: the largest stable ``curvature / sqrt(second moment)`` (Cohen et al. 2022)."""
    return averaged_momentum_limit(beta1, rate)


# How long, how noisy, how far


def iterations_to(tolerance: float, factor: float) -> int:
    """Steps until the error has shrunk to ``tolerance`` times itself.

    Raises:
        ValueError: when ``factor`` does not shrink it, or ``tolerance`` is not between 0 and 1.
    """
    if not 0 < factor < 1 or not 0 < tolerance < 1:
        raise ValueError("factor and tolerance must lie between 0 and 1")
    return math.ceil(math.log(tolerance) / math.log(factor))


def descent_variance(rate: Numbers, curvature: Numbers, noise: Numbers) -> Numbers:
    """Long-run variance of gradient descent's point; ``noise`` is the gradient's deviation."""
    return rate * noise**2 / (curvature * (2 - np.multiply(rate, curvature)))


def heavy_ball_variance(
    rate: Numbers, momentum: Numbers, curvature: Numbers, noise: Numbers
) -> Numbers:
    """Long-run variance of the point under the heavy ball; at momentum 0 gradient descent's."""
    rest = curvature * (2 * (1 + momentum) - np.multiply(rate, curvature))
    return rate * noise**2 * (1 + momentum) / ((1 - momentum) * rest)


def lookahead_variance_share(
    rate: Numbers, curvature: Numbers, steps: Numbers, alpha: Numbers
) -> Numbers:
    """Variance of Lookahead's slow points over that of the gradient descent inside it."""
    shrink = 1 - np.multiply(rate, curvature)
    kept = alpha**2 * (1 - shrink ** (2 * steps))
    return kept / (kept + 2 * alpha * (1 - alpha) * (1 - shrink**steps))


def adam_spike_step(rate: Numbers, beta1: Numbers, beta2: Numbers) -> Numbers:
    """Length of Adam's step at one gradient after a long silence, whatever the gradient's size.

    Kingma and Ba 2015, section 2.1, where it stands as the bound of all steps for sparse
    gradients; :func:`adam_step_bound` is the bound for any gradients.
    """
    return rate * (1 - beta1) / np.sqrt(1 - np.asarray(beta2))


def adam_step_bound(rate: float, beta1: float, beta2: float, step: int) -> float:
    """The longest Adam step possible at ``step``, over all gradients up to then (epsilon 0).

    The first moment is a weighted sum of gradients and the second of their squares, so the
    Cauchy-Schwarz inequality bounds one over the root of the other; gradients that grow by
    ``beta2 / beta1`` a step reach it. In the long run 7.27 rates at betas 0.9 and 0.999.
    """
    share = beta1 * beta1 / beta2
    total = sum(share**age for age in range(step))
    correction = math.sqrt(1 - beta2**step) / (1 - beta1**step)
    return rate * correction * (1 - beta1) / math.sqrt(1 - beta2) * math.sqrt(total)


def descent_escape_steps(rate: Numbers, curvature: Numbers, offset: Numbers) -> Numbers:
    """Steps of gradient descent from ``offset`` to 1 along a saddle's axis of ``-curvature``."""
    return np.log(1 / np.asarray(offset)) / np.log1p(np.multiply(rate, curvature))


def heavy_ball_escape_factor(rate: Numbers, momentum: Numbers, curvature: Numbers) -> Numbers:
    """What the heavy ball's distance from a saddle grows by at each step."""
    return heavy_ball_factor(rate, momentum, -np.asarray(curvature))
