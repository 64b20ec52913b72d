"""Edges: what closed forms say of a map over learning rate and another setting.

On quadratics they are exact. Elsewhere they are those of the quadratic that touches the surface at
a minimum: "2 over lambda", the edge of stability of that minimum.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch

from landscapes import CriticalPoint, Surface, Value
from landscapes.critical_points import derivatives
from optim_core import theory
from optim_core.maps.axes import Axis
from optim_core.scenario import Entry, RunConfig
from optim_core.settings import Floats

POINTS = 200
"""Of each line."""

MOST_MINIMA = 3
"""So many minima get an edge each: the first of the declared ones."""

RATE = "learning_rate"

Numbers = dict[str, Value]
"""The settings of an entry."""


@dataclass(frozen=True, eq=False)
class Edge:
    """A line over a map.

    Attributes:
        kind: "stability", beyond which runs near the minimum grow; or "critical", the critical
            damping of the gentlest direction, beyond which it oscillates.
        minimum: index of the declared minimum that it belongs to.
        x, y: (POINTS,) along the two axes; NaN where there is none.
    """

    kind: Literal["stability", "critical"]
    minimum: int
    x: Floats
    y: Floats


def edges_of(
    surface: Surface, entry: Entry, config: RunConfig, x: Axis, y: Axis
) -> tuple[Edge, ...]:
    """The edges that are known for these axes; none where no closed form holds.

    One axis must be the learning rate, the rate constant, the gradient neither clipped nor that of
    a moved point, and the rule gradient descent, the heavy ball or Nesterov's.
    """
    if RATE not in (x.key, y.key) or config.schedule.key != "constant":
        return ()
    if entry.optimizer not in _LIMITS or entry.wrapper is not None or config.noise.key != "none":
        return ()
    if config.clip_norm is not None or config.clip_value is not None:
        return ()
    found = []
    minima = surface.declared(surface.minima)[:MOST_MINIMA]
    for index, minimum in enumerate(minima):
        if not minimum.smooth:
            continue
        curvatures = curvatures_at(surface, minimum)
        if curvatures[0] <= 0 and curvatures[1] <= 0:
            continue
        found.append(_edge("stability", index, entry, curvatures[1], x, y))
        if "quadratic" in surface.traits and entry.optimizer in _CRITICAL and curvatures[0] > 0:
            found.append(_edge("critical", index, entry, curvatures[0], x, y))
    return tuple(edge for edge in found if np.isfinite(edge.x).any())


def curvatures_at(surface: Surface, point: CriticalPoint) -> tuple[float, float]:
    """The eigenvalues of the Hessian at a point, the smaller one first."""
    place = torch.tensor([[point.x, point.y]], dtype=torch.float64)
    _gradient, hessian = derivatives(surface.value, place)
    low, high = torch.linalg.eigvalsh(hessian[0]).tolist()
    return low, high


def _edge(
    kind: Literal["stability", "critical"],
    minimum: int,
    entry: Entry,
    curvature: float,
    x: Axis,
    y: Axis,
) -> Edge:
    other = y if x.key == RATE else x
    along = _spread(other)
    rate_of = (_LIMITS if kind == "stability" else _CRITICAL)[entry.optimizer]
    rates = np.array([rate_of(_with(entry, other.key, value), curvature) for value in along])
    rate = x if x.key == RATE else y
    rates = np.where((rates >= rate.low) & (rates <= rate.high), rates, np.nan)
    return Edge(kind, minimum, *((rates, along) if x.key == RATE else (along, rates)))


def _spread(axis: Axis) -> Floats:
    if axis.log:
        return np.geomspace(axis.low, axis.high, POINTS)
    return np.linspace(axis.low, axis.high, POINTS)


def _with(entry: Entry, name: str, value: float) -> Numbers:
    return {**dict(entry.settings), name: value}


def _descent_limit(settings: Numbers, curvature: float) -> float:
    return float(theory.descent_limit(curvature + _decay(settings)))


def _heavy_ball_limit(settings: Numbers, curvature: float) -> float:
    momentum = float(settings["momentum"])
    limit = theory.heavy_ball_limit(momentum, curvature + _decay(settings))
    return float(limit) / _share(settings)


def _nesterov_limit(settings: Numbers, curvature: float) -> float:
    return float(theory.nesterov_limit(float(settings["momentum"]), curvature + _decay(settings)))


def _heavy_ball_critical(settings: Numbers, curvature: float) -> float:
    rate = theory.critical_rate(float(settings["momentum"]), curvature + _decay(settings))
    return float(rate) / _share(settings)


def _nesterov_critical(settings: Numbers, curvature: float) -> float:
    return float(
        theory.critical_nesterov_rate(float(settings["momentum"]), curvature + _decay(settings))
    )


def _decay(settings: Numbers) -> float:
    """Coupled weight decay adds to every curvature."""
    return float(settings["weight_decay"])


def _share(settings: Numbers) -> float:
    """What each gradient counts in the velocity."""
    if settings["variant"] == "averaged":
        return 1 - float(settings["momentum"])
    damped = settings["variant"] == "torch" and float(settings["momentum"]) != 0
    return max(1 - float(settings["dampening"]) * damped, 1e-300)


RateOf = Callable[[Numbers, float], float]
_LIMITS: dict[str, RateOf] = {
    "sgd": _descent_limit,
    "momentum": _heavy_ball_limit,
    "nesterov": _nesterov_limit,
}
_CRITICAL: dict[str, RateOf] = {"momentum": _heavy_ball_critical, "nesterov": _nesterov_critical}
