"""Preset: one experiment worth showing, with what to ask before and to say after it."""

from __future__ import annotations

from dataclasses import dataclass

from landscapes import Registry
from optim_core.presets.claims import Claim
from optim_core.scenario import Scenario


@dataclass(frozen=True, kw_only=True)
class Preset:
    """A ready experiment. All texts are English source strings.

    Attributes:
        key: its name in links and lessons; never changes.
        title: a few words.
        sentence: what to watch; true of this scenario, and of no more than it.
        question: to the class, before playing; everything it needs is in the picture or in it.
        answer: one or two sentences for after the run.
        scenario: what is run.
        claims: what sentence and answer promise; the tests hold them against the run.
        pair: the key of the preset that this one should be compared with, if any.

    Raises:
        ValueError: for an empty text, no claim, or a claim about an entry that is not there.
    """

    key: str
    title: str
    sentence: str
    question: str
    answer: str
    scenario: Scenario
    claims: tuple[Claim, ...]
    pair: str | None = None

    def __post_init__(self) -> None:
        for name in ("key", "title", "sentence", "question", "answer"):
            if not getattr(self, name).strip():
                raise ValueError(f"preset {self.key!r}: the {name} is empty")
        if not self.claims:
            raise ValueError(f"preset {self.key!r} claims nothing")
        if any(claim.entry >= len(self.scenario.entries) for claim in self.claims):
            raise ValueError(f"preset {self.key!r} claims something of an entry that is not there")


PRESETS: Registry[Preset] = Registry("preset")
"""Every declared preset by key, in the order a lesson would show them."""


def declare(preset: Preset) -> None:
    """Add ``preset`` to :data:`PRESETS`.

    Raises:
        ValueError: when its key is taken.
    """
    PRESETS.add(preset.key, preset)
