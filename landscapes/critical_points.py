"""Critical points that move with a surface's settings, found by Newton's method.

A surface declares closed forms where it has them. Where it has none, its function of the settings
starts from rough guesses and lets ``refined`` bring them to machine precision.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

import torch
from torch import Tensor

from landscapes.surface import CriticalPoint, Points

Kind = Literal["minimum", "saddle", "maximum"]

NEWTON_STEPS = 24
"""Enough for the step limit below to cross ``reach`` twice and then converge quadratically."""


def derivatives(
    function: Callable[[Tensor, Tensor], Tensor], points: Tensor
) -> tuple[Tensor, Tensor]:
    """Gradient (N, 2) and Hessian (N, 2, 2) of ``function`` at ``points`` (N, 2), by autograd."""
    # A caller may run under inference mode, whose tensors autograd refuses.
    with torch.inference_mode(False), torch.enable_grad():
        leaf = points.clone().requires_grad_(True)
        total = function(leaf[:, 0], leaf[:, 1]).sum()
        gradient = torch.autograd.grad(total, leaf, create_graph=True)[0]
        rows = [
            # A component without a graph is constant in the point: its row is zero.
            torch.autograd.grad(gradient[:, i].sum(), leaf, retain_graph=True)[0]
            if gradient.requires_grad
            else torch.zeros_like(leaf)
            for i in range(2)
        ]
    return gradient.detach(), torch.stack(rows, dim=1)


def guesses_on_axis(
    function: Callable[[Tensor, Tensor], Tensor], low: float, high: float, spacing: float = 0.01
) -> list[tuple[float, float]]:
    """Where the slope along the x axis changes its sign, within ``spacing``: guesses for Newton.

    Args:
        function: ``(x, y) -> z`` with every critical point on y = 0.
        low: where to begin to look, in x.
        high: where to end.
        spacing: two critical points that are closer than this may be missed.
    """
    with torch.inference_mode(False), torch.enable_grad():
        count = round((high - low) / spacing) + 1
        x = torch.linspace(low, high, count, dtype=torch.float64).requires_grad_(True)
        (slope,) = torch.autograd.grad(function(x, torch.zeros_like(x)).sum(), x)
    x = x.detach()
    before, after = slope[:-1], slope[1:]
    (cells,) = torch.where((before * after <= 0) & (before != after))
    share = before[cells] / (before[cells] - after[cells])
    return [(place, 0.0) for place in (x[cells] + share * (x[cells + 1] - x[cells])).tolist()]


def kinds_of(hessian: Tensor) -> list[Kind | None]:
    """What each Hessian (N, 2, 2) says of its critical point; None where it is singular."""
    kinds: list[Kind | None] = []
    for low, high in torch.linalg.eigvalsh(hessian).tolist():
        flat = 1e-9 * max(abs(low), abs(high))
        if low > flat:
            kinds.append("minimum")
        elif high < -flat:
            kinds.append("maximum")
        else:
            kinds.append("saddle" if low < -flat and high > flat else None)
    return kinds


def refined(
    function: Callable[[Tensor, Tensor], Tensor],
    guesses: Iterable[tuple[float, float]],
    kind: Kind,
    reach: float,
    name: str = "",
) -> Points:
    """The points of one ``kind`` among those of :func:`critical_points_near`."""
    found = critical_points_near(function, guesses, reach, name)
    return tuple(point for point in found if point.kind == kind)


def critical_points_near(
    function: Callable[[Tensor, Tensor], Tensor],
    guesses: Iterable[tuple[float, float]],
    reach: float,
    name: str = "",
) -> Points:
    """The critical points that Newton's method finds near the guesses.

    Args:
        function: ``(x, y) -> z`` with the settings already filled in.
        guesses: where to start; several may lead to the same point.
        reach: the farthest a point may lie from its guess, in the units of x and y.
        name: given to every point.

    Returns:
        The points, each once, the lowest first; none with a singular Hessian. A guess that leads
        nowhere, because there is no such point under the present settings, adds none.
    """
    with torch.inference_mode(False):
        origins = torch.tensor(list(guesses), dtype=torch.float64).reshape(-1, 2)
        points = origins.clone()
        for _ in range(NEWTON_STEPS):
            gradient, hessian = derivatives(function, points)
            step = torch.linalg.pinv(torch.nan_to_num(hessian)) @ gradient[..., None]
            length = step.norm(dim=1).clamp_min(1e-300)
            points = points - step[..., 0] * (reach / 8 / length).clamp_max(1.0)
            # Newton's steps shrink as squares: after one this short only rounding is left. A guess
            # twice as far off as it may go is a dead one.
            still = length[:, 0] <= 1e-12 * (1 + points.abs().amax(dim=1))
            if (still | ((points - origins).norm(dim=1) > 2 * reach)).all():
                break
        gradient, hessian = derivatives(function, points)
        hessian = torch.nan_to_num(hessian)
        curvature = torch.linalg.matrix_norm(hessian)
        settled = gradient.norm(dim=1) <= 1e-9 * (1e-3 + curvature)
        near = (points - origins).norm(dim=1) <= reach
        values = function(points[:, 0], points[:, 1]).tolist()
        found: dict[tuple[float, float], CriticalPoint] = {}
        for fits, kind, (x, y), value in zip(
            (settled & near).tolist(), kinds_of(hessian), points.tolist(), values, strict=True
        ):
            if fits and kind is not None:
                # Adding zero turns -0.0 into 0.0, which would look odd in a table.
                same = (round(x, 6) + 0.0, round(y, 6) + 0.0)
                found.setdefault(same, CriticalPoint(x + 0.0, y + 0.0, value, kind, name))
    # Rounding lets points that are equally low by symmetry keep the order of their guesses.
    return tuple(sorted(found.values(), key=lambda point: round(point.value, 9)))
