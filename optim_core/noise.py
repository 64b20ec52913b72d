"""Noise on the gradient, the same for every entry at the same seed and step."""

from __future__ import annotations

from dataclasses import dataclass

from landscapes import Knob, Registry


@dataclass(frozen=True, kw_only=True)
class NoiseSpec:
    """A declared kind of noise."""

    key: str
    title: str
    knobs: tuple[Knob, ...]
    story: str
    source: str


NOISES: Registry[NoiseSpec] = Registry("noise")
NOISES.add("none", NoiseSpec(key="none", title="No noise", knobs=(), story="The full gradient.", source=""))
