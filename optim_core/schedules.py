"""Schedules of the learning rate: pure functions of the step."""

from __future__ import annotations

from dataclasses import dataclass

from landscapes import Knob, Registry


@dataclass(frozen=True, kw_only=True)
class ScheduleSpec:
    """A declared schedule."""

    key: str
    title: str
    knobs: tuple[Knob, ...]
    story: str
    source: str


SCHEDULES: Registry[ScheduleSpec] = Registry("schedule")
SCHEDULES.add("constant", ScheduleSpec(key="constant", title="Constant", knobs=(), story="", source=""))
