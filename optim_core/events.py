"""What can happen in a run, as data that a page translates and shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum


class EventKind(Enum):
    """A kind of event. The value is its sentence: English source text with named fields.

    Kinds of the same step are told in the order of declaration.
    """

    STARTED = "starts at ({x:g}, {y:g}), where the slope is {slope:.3g}"
    LEFT_PICTURE = "leaves the picture at ({x:g}, {y:g})"
    LEFT_PICTURE_FOR_GOOD = "leaves the picture for good at ({x:g}, {y:g})"
    CAME_BACK = "is back in the picture at ({x:g}, {y:g})"
    CAME_INTO_PICTURE = "comes into the picture at ({x:g}, {y:g})"
    PASSED_MINIMUM = "passes the minimum ({x:g}, {y:g}) without stopping"
    PASSED_NAMED_MINIMUM = "passes the {name} minimum ({x:g}, {y:g}) without stopping"
    OVERSHOT = "overshoots: the loss begins to climb, from {low:.3g} up to {high:.3g}"
    CROSSED_RIDGE = "crosses the ridge near ({x:g}, {y:g})"
    CROSSED_LAST_RIDGE = "crosses a ridge for the last of {count:d} times, near ({x:g}, {y:g})"
    ZIGZAGGED = "zigzags in {axis} for {count:d} steps"
    LINGERED_AT_SADDLE = "lingers at the saddle ({x:g}, {y:g}) until step {until:d}"
    SLOWED_DOWN = "makes hardly any headway until step {until:d}: the loss stays near {loss:.3g}"
    UNDER_TOLERANCE = "the gradient falls under the tolerance, to {slope:.2g}, and stays there"
    SETTLED_AT_MINIMUM = "settles at the minimum ({x:g}, {y:g})"
    SETTLED_AT_NAMED_MINIMUM = "settles at the {name} minimum ({x:g}, {y:g})"
    SETTLED_IN_VALLEY = "settles on the floor of the valley, at ({x:g}, {y:g})"
    SETTLED_ON_SADDLE = "settles on the saddle ({x:g}, {y:g}), which is no minimum"
    SETTLED_ELSEWHERE = "settles at ({x:g}, {y:g}), which is none of the known minima"
    OUT_OF_STEPS = "runs out of steps at ({x:g}, {y:g}), where the slope is still {slope:.2g}"
    OUT_OF_STEPS_AT_MINIMUM = (
        "runs out of steps near the minimum ({x:g}, {y:g}), with a slope still of {slope:.2g}"
    )
    OUT_OF_STEPS_AT_NAMED_MINIMUM = (
        "runs out of steps near the {name} minimum ({x:g}, {y:g}), "
        "with a slope still of {slope:.2g}"
    )
    DIVERGED = "runs away: last seen at ({x:g}, {y:g})"
    LEFT_THE_DOMAIN = "leaves the region where the surface is defined: last seen at ({x:g}, {y:g})"


@dataclass(frozen=True)
class Event:
    """Something that happened in a run.

    Attributes:
        step: the step after which it was so; 0 is the start.
        kind: what.
        fields: what the sentence of ``kind`` names, and more: ``index``, ``before`` and ``after``
            count the surface's declared minima. Coordinates are rounded to what a picture shows.
            Strings are English source text.
    """

    step: int
    kind: EventKind
    fields: Mapping[str, float | int | str]

    def told(self, translate: Callable[[str], str] = str) -> str:
        """The sentence in the language of ``translate``, without the step."""
        words = {
            name: translate(value) if isinstance(value, str) else value
            for name, value in self.fields.items()
        }
        return translate(self.kind.value).format(**words)
