"""A sheet: the lines of an update rule with the numbers of K steps, as an explanation fills it.

The numbers are what the rule was given, remembers or has noted. Only what a rule never holds by
itself (Adam's corrected first moment, the move) follows from its line; a test holds that the lines
lead exactly where the rule went.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from landscapes import Phrase
from optim_core.inside import names
from optim_core.inside.expressions import Expression, Floats, Part, Quantity, expression
from optim_core.inside.observing import Steps
from optim_core.spec import PerStep, State

Mask = NDArray[np.bool_]

ARROWS = ("gradient", "momentum", "direction", "move")
"""What is drawn at the point: the gradient's part and the momentum's part of the step, what becomes
of them once each axis is scaled, and the real move."""


@dataclass(frozen=True, eq=False)
class Line:
    """``quantity = expression``, at the steps where ``when`` (all of them if None).

    An ``aside`` is no part of the rule, but says what follows from it or stands beside it.
    """

    quantity: Quantity
    expression: Expression
    when: Mask | None = None
    aside: bool = False


@dataclass(frozen=True)
class Track:
    """Points (K, 2) of their own beside the path: Lookahead's slow ones, Nesterov's other form."""

    quantity: Quantity


@dataclass(frozen=True)
class Chart:
    """Quantities over the steps, on an axis of powers of ten where ``log``."""

    title: Phrase
    quantities: tuple[Quantity, ...]
    log: bool = True


@dataclass(frozen=True, eq=False)
class Mark:
    """A sentence about the steps where ``when`` (K,)."""

    sentence: Phrase
    when: Mask


class Sheet:
    """What is written down while the rule of a run is explained.

    Attributes:
        steps: the run.
        before, after: the state of the rule that is explained, tensors (K, 2) or (K, 1).
        values: the numbers of each quantity, (K, 1), (K, 2) or (1, 1).
        quantities: by key, in the order in which they came.
        lines, tracks, charts, marks: in order.
        arrows: where each of ``ARROWS`` points, (K, 2) in the direction of movement.
    """

    def __init__(self, steps: Steps, before: State, after: State) -> None:
        self.steps, self.before, self.after = steps, before, after
        self.values: dict[str, Floats] = {}
        self.quantities: dict[str, Quantity] = {}
        self.lines: list[Line] = []
        self.tracks: list[Track] = []
        self.charts: list[Chart] = []
        self.marks: list[Mark] = []
        self.arrows: dict[str, Floats] = {"move": steps.moved - steps.points}
        self.decays_loss = False
        self.known(names.BEFORE, steps.points)
        self.known(names.STEP, steps.number[:, None].astype(np.float64))

    def known(self, quantity: Quantity, values: Tensor | Floats) -> Quantity:
        """``quantity`` with its numbers."""
        array = values.numpy() if isinstance(values, Tensor) else values
        array = np.asarray(array, dtype=np.float64)
        self.values[quantity.key] = np.broadcast_to(array, (len(array), *array.shape[1:]))
        self.quantities[quantity.key] = quantity
        return quantity

    def setting(self, quantity: Quantity, name: str = "") -> Quantity:
        """A setting, by default the one of the quantity's key."""
        values = getattr(self.steps.settings, name or quantity.key).numpy()
        same = bool((values == values[0]).all())
        return self.known(quantity, values[:1] if same else values)

    def course(self, quantity: Quantity, function: PerStep, name: str) -> Quantity:
        """What the rule's own ``function`` of a setting and the step gives."""
        return self.known(quantity, self.steps.settings.over_steps(function, name))

    def noted(self, name: str) -> Tensor:
        """What the rule has named ``name``."""
        return self.steps.noted[name]

    def mask(self, name: str) -> Mask:
        """A yes or no that the rule has named ``name``, (K,)."""
        values = np.broadcast_to(self.noted(name).numpy(), (len(self.steps.number), 1))
        return np.asarray(values[:, 0] != 0, dtype=np.bool_)

    def choice(self, name: str = "variant") -> str:
        """The value of a choice knob."""
        return self.steps.settings.choice(name)

    def used(self, name: str) -> bool:
        """Whether this run itself has a setting that is not always zero."""
        return self.steps.settings.has(name) and bool(
            (getattr(self.steps.settings, name) != 0).any()
        )

    def line(
        self,
        quantity: Quantity,
        part: Part,
        values: Tensor | Floats | None = None,
        when: Mask | None = None,
    ) -> Quantity:
        """Write ``quantity = part``; its numbers are ``values``, or follow from the line."""
        right = expression(part)
        with np.errstate(all="ignore"):
            self.known(quantity, right.evaluate(self.values) if values is None else values)
        self.lines.append(Line(quantity, right, when))
        return quantity

    def beside(self, quantity: Quantity, part: Part) -> Quantity:
        """Write a line that is no part of the rule."""
        self.line(quantity, part)
        self.lines[-1] = dataclasses.replace(self.lines[-1], aside=True)
        return quantity

    def or_line(self, quantity: Quantity, part: Part, when: Mask) -> Quantity:
        """Write another line for the same quantity, whose numbers hold at the steps ``when``."""
        right = expression(part)
        with np.errstate(all="ignore"):
            ours = right.evaluate(self.values)
        self.known(quantity, np.where(when[:, None], ours, self.values[quantity.key]))
        self.lines.append(Line(quantity, right, when))
        return quantity

    def gradient(self, at: Quantity = names.BEFORE) -> Quantity:
        """The gradient that the rule works with: with L2 decay where there is any, taken ``at``."""
        given = self.known(names.GRADIENT, self.steps.gradients)
        if not self.used("weight_decay"):
            return given
        decay = self.setting(names.DECAY)
        self.decays_loss = True
        return self.line(names.WITH_DECAY, given + decay * at, self.noted("decayed_gradient"))

    def arrow(self, role: str, part: Expression) -> None:
        """Draw minus ``part`` as the arrow ``role`` of ``ARROWS``."""
        with np.errstate(all="ignore"):
            whole = -part.evaluate(self.values)
        self.arrows[role] = np.broadcast_to(whole, self.steps.points.shape).copy()

    def stable_below(self, part: Part, when: Mask | None = None) -> None:
        """The rule is stable while effective rate times curvature stays under ``part``."""
        if names.LIMIT.key in self.values and when is not None:
            self.or_line(names.LIMIT, part, when)
        else:
            self.line(names.LIMIT, part, when=when)
        self.lines[-1] = dataclasses.replace(self.lines[-1], aside=True)

    def ends(self) -> None:
        """The last line: where the step leads."""
        self.line(names.AFTER, names.BEFORE + names.MOVE, self.steps.moved)


Explain = Callable[[Sheet], None]

EXPLAINED: dict[str, Explain] = {}
"""What writes the lines of each optimizer, up to its move, by key."""


def explains(*keys: str) -> Callable[[Explain], Explain]:
    """Declare the decorated function as what explains the optimizers ``keys``."""

    def declare(function: Explain) -> Explain:
        EXPLAINED.update(dict.fromkeys(keys, function))
        return function

    return declare


def unexplained(sheet: Sheet) -> None:
    """A rule that nobody has written lines for: its gradient, and the move it made of it."""
    sheet.known(names.GRADIENT, sheet.steps.gradients)
    sheet.setting(names.RATE)
    sheet.arrow("gradient", names.GRADIENT)
    sheet.known(names.MOVE, torch.from_numpy(sheet.steps.moved - sheet.steps.points))
