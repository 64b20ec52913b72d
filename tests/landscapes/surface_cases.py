"""The surfaces and points that the tests beside this file run over."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from landscapes import SURFACES, CriticalPoint, Surface

KEYS = tuple(SURFACES)
every_surface = pytest.mark.parametrize("surface", SURFACES.values(), ids=KEYS)


def variations(surface: Surface) -> list[Surface]:
    """The surface at its defaults and with each knob, one at a time, at its ends and between."""
    made = {surface.settings: surface}
    for knob in surface.knobs:
        low, high = knob.slider_range
        middle = math.sqrt(low * high) if knob.scale == "log" else low + 0.3 * (high - low)
        for value in (knob.low, low, middle, high, knob.high):
            changed = surface.with_settings({knob.key: value})
            made.setdefault(changed.settings, changed)
    return list(made.values())


def label(surface: Surface) -> str:
    return "-".join([surface.key, *(f"{key}={value:g}" for key, value in surface.settings)])


VARIATIONS = [made for surface in SURFACES.values() for made in variations(surface)]
every_variation = pytest.mark.parametrize("surface", VARIATIONS, ids=label)


def points_of(surface: Surface, rows: int, spread: float = 1.0) -> Tensor:
    """Random points (rows, 2) over ``spread`` times the bounds; the same ones on every call."""
    generator = torch.Generator().manual_seed(7)
    unit = torch.rand(rows, 2, dtype=torch.float64, generator=generator)
    bounds = surface.bounds
    low = torch.tensor([bounds.x_low, bounds.y_low], dtype=torch.float64)
    high = torch.tensor([bounds.x_high, bounds.y_high], dtype=torch.float64)
    return (low + high) / 2 + (unit - 0.5) * spread * (high - low)


def at(surface: Surface, points: Tensor) -> Tensor:
    return surface.value(points[:, 0], points[:, 1])


def here(point: CriticalPoint) -> Tensor:
    return torch.tensor([[point.x, point.y]], dtype=torch.float64)


def ring(point: CriticalPoint, radius: float, count: int = 64) -> Tensor:
    angles = torch.arange(count, dtype=torch.float64) * (2 * math.pi / count)
    return here(point) + radius * torch.stack([angles.cos(), angles.sin()], dim=1)


def rounding(surface: Surface, point: CriticalPoint) -> float:
    """How far two ways of computing the value may differ: a share of the heights around."""
    nearby = at(surface, ring(point, 0.1 * surface.bounds.size)).abs().max().item()
    return 1e-12 * max(1.0, nearby)


def lowest_value(surface: Surface) -> float:
    return min(point.value for point in surface.declared(surface.minima))
