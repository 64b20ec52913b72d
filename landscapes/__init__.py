"""WHAT is minimised: loss surfaces over the plane. Knows torch only."""

from landscapes import classics, hazards, multimodal, networks, quadratics, wells
from landscapes.knob import Choice, Knob, Value, complete_settings
from landscapes.refusal import Phrase, Refusal
from landscapes.registry import Registry, UnknownKeyError, unknown
from landscapes.sampled import sampled_surface
from landscapes.surface import (
    SURFACES,
    Bounds,
    CriticalPoint,
    Surface,
    get_surface,
    surface,
)

__all__ = [
    "SURFACES",
    "Bounds",
    "Choice",
    "CriticalPoint",
    "Knob",
    "Phrase",
    "Refusal",
    "Registry",
    "Surface",
    "UnknownKeyError",
    "Value",
    "classics",
    "complete_settings",
    "get_surface",
    "hazards",
    "multimodal",
    "networks",
    "quadratics",
    "sampled_surface",
    "surface",
    "unknown",
    "wells",
]
