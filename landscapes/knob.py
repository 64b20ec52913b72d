"""Knob: one adjustable number or choice of a surface, an optimizer, a schedule or a noise.

A slider, the check of a link, the axis of a sweep and the bad-input tests all follow from it.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from landscapes.refusal import Phrase, Refusal
from landscapes.registry import UnknownKeyError, unknown

Value = float | int | bool | str
Scale = Literal["linear", "log", "integer", "switch", "choice"]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One option of a ``choice`` knob, with the sentence that tells it from the others."""

    key: str
    title: str
    help: str = ""


@dataclass(frozen=True, kw_only=True)
class Knob:
    """A declared setting and the values it may take.

    ``low`` and ``high`` bound what is accepted, both inclusive. ``slider_low`` and ``slider_high``
    (by default the same) bound what a slider offers: a typed value may go further. A ``log`` knob
    whose ``low`` is 0 accepts 0 but its slider starts at ``slider_low``. ``switch`` knobs are
    booleans and ``choice`` knobs strings; both ignore the bounds.
    """

    key: str
    title: str
    default: Value
    low: float = 0.0
    high: float = 1.0
    scale: Scale = "linear"
    slider_low: float | None = None
    slider_high: float | None = None
    unit: str = ""
    help: str = ""
    choices: tuple[Choice, ...] = ()

    def __post_init__(self) -> None:
        if self.scale == "choice" and not self.choices:
            raise ValueError(f"knob {self.key!r}: a choice knob needs choices")
        if self.scale == "log" and self.slider_range[0] <= 0:
            raise ValueError(f"knob {self.key!r}: a log slider needs a positive lower end")
        self.check(self.default)

    @property
    def is_number(self) -> bool:
        """Whether the value is a number with bounds."""
        return self.scale in ("linear", "log", "integer")

    @property
    def slider_range(self) -> tuple[float, float]:
        """The range that a slider offers."""
        low = self.low if self.slider_low is None else self.slider_low
        high = self.high if self.slider_high is None else self.slider_high
        return low, high

    def check(self, value: object) -> Value:
        """``value`` as this knob keeps it.

        Raises:
            ValueError: when it is of the wrong kind, not finite, or out of bounds.
        """
        if self.scale == "choice":
            keys = [choice.key for choice in self.choices]
            if not isinstance(value, str) or value not in keys:
                raise unknown(Phrase("choice for {knob}", knob=self.key), value, keys)
            return value
        if self.scale == "switch":
            if not isinstance(value, bool):
                raise Refusal("{knob} must be true or false", knob=self.key)
            return value
        # numbers.Real has numpy's numbers too, which sweeps are made of.
        if isinstance(value, bool) or not isinstance(value, numbers.Real):
            raise Refusal("{knob} must be a number", knob=self.key)
        number = int(value) if isinstance(value, numbers.Integral) else float(value)
        if isinstance(number, float) and not math.isfinite(number):
            raise Refusal("{knob} must be finite", knob=self.key)
        if not self.low <= number <= self.high:
            shown = ",.0f" if self.scale == "integer" else "g"
            raise Refusal(
                "{knob} must lie between {low} and {high}",
                knob=self.key,
                low=format(self.low, shown),
                high=format(self.high, shown),
            )
        if self.scale == "integer":
            if number != int(number):
                raise Refusal("{knob} must be a whole number", knob=self.key)
            return int(number)
        return float(number)

    def parse(self, text: str) -> Value:
        """The value written as ``text`` (a link, a text field).

        Raises:
            ValueError: as :meth:`check`, and when the text is not such a value at all.
        """
        if self.scale == "choice":
            return self.check(text)
        if self.scale == "switch":
            if text not in ("0", "1"):
                raise Refusal("{knob} must be 0 or 1", knob=self.key)
            return text == "1"
        # A double needs at most 25 characters; longer text is not a number someone meant.
        if len(text) > 32 or not text.isascii() or "_" in text:
            raise Refusal("{knob} must be a number", knob=self.key)
        try:
            number = int(text) if self.scale == "integer" else float(text)
        except ValueError:
            if self.scale == "integer":
                raise Refusal("{knob} must be a whole number", knob=self.key) from None
            raise Refusal("{knob} must be a number", knob=self.key) from None
        return self.check(number)

    def format(self, value: Value) -> str:
        """``value`` as text that :meth:`parse` reads back exactly."""
        if self.scale == "switch":
            return "1" if value else "0"
        return value if isinstance(value, str) else repr(value)


def complete_settings(
    knobs: tuple[Knob, ...], given: Mapping[str, object], owner: str
) -> tuple[tuple[str, Value], ...]:
    """Every knob with its given or default value, in declared order: hashable and complete.

    Raises:
        ValueError: for an undeclared setting (naming near matches) or a value out of bounds.
    """
    known = [knob.key for knob in knobs]
    for key in given:
        if key not in known:
            raise unknown(Phrase("setting of {owner}", owner=owner), key, known)
    complete = []
    for knob in knobs:
        try:
            complete.append((knob.key, knob.check(given.get(knob.key, knob.default))))
        except UnknownKeyError:
            raise
        except Refusal as error:
            raise Refusal("{owner}: {problem}", owner=owner, problem=error.phrase) from None
    return tuple(complete)
