"""Claims as data: a table of a lesson's front matter becomes one of the claims that presets make.

    [[claims]]
    kind = "crosses"
    entry = 2
    axis = "x"
    level = 3.0
    first = 70
    last = 110

``kind`` is the claim's name in small letters; the other keys are its fields.
"""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from optim_core.lessons.fields import Table
from optim_core.presets import claims as known
from optim_core.presets.claims import Claim
from optim_core.scenario import Scenario

NONE = "none"
"""What TOML has no word for: ``minimum = "none"`` claims that no minimum is reached."""

MOST = 1_000_000
"""Entries, starts, steps and minima are counted below this."""


def _small(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


KINDS: dict[str, type[Any]] = {
    _small(name): kind
    for name, kind in vars(known).items()
    if isinstance(kind, type) and kind.__module__ == known.__name__ and kind is not Claim
}
"""Every kind of claim by its name in a lesson's file."""


def read_claim(table: Table, scenario: Scenario) -> Claim:
    """The claim about ``scenario`` that ``table`` describes.

    Raises:
        LessonError: for an unknown kind, a field that is missing, unknown or of another type, and
            an entry or a start that the scenario does not have.
    """
    kind = KINDS[table.one_of("kind", tuple(KINDS))]
    fields = dataclasses.fields(kind)
    table.only("kind", *(field.name for field in fields))
    values = {
        field.name: _value(table, field, scenario)
        for field in fields
        if table.has(field.name) or field.default is dataclasses.MISSING
    }
    claim: Claim = kind(**values)
    return claim


def _value(table: Table, field: dataclasses.Field[Any], scenario: Scenario) -> Any:
    name, kind = field.name, str(field.type)
    if name in ("entry", "than"):
        return table.whole(name, 0, len(scenario.entries) - 1)
    if name == "start":
        return table.whole(name, 0, len(scenario.starts) - 1)
    if name in ("step", "first", "last"):
        return table.whole(name, 0, scenario.config.steps)
    if kind == "int | None":
        return None if table.raw(name) == NONE else table.whole(name, 0, MOST)
    if kind.startswith("Literal"):
        return table.one_of(name, tuple(re.findall(r"[\"'](\w+)[\"']", kind)))
    return table.whole(name, -MOST, MOST) if kind == "int" else table.number(name)
