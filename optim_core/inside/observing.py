"""One run taken apart: what its rule was given, remembered and made of it at each step.

The run is stepped as always, with its state kept; then its rule is called once more with every kept
step as a row (a run is a row: here, a step is one), and says what it computed on the way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from landscapes import Surface
from optim_core.rules import Path, Rule, leaves, mapped
from optim_core.scenario import Entry, Scenario
from optim_core.settings import Floats, GroupSettings, SampleSettings, SettingsOfRows
from optim_core.spec import State
from optim_core.tracing import stepper_of

MOST_KEPT = 2_000
"""Of a longer run every second, third ... step is kept, so that a page can be sent it whole."""


@dataclass(frozen=True)
class Steps:
    """K steps of one run.

    Attributes:
        entry: whose run it is.
        number: (K,) the steps, from 1, ascending.
        every: each how many steps one is kept; the last step is kept too.
        points: (K, 2) where each began.
        moved: (K, 2) where each led.
        gradients: (K, 2) what the rule was given: with noise, clipped.
        before, after: the state of the rule, tensors (K, 2) or (K, 1).
        settings: the settings of those steps, a row each.
        noted: what the rule named while it computed the steps, (K, 2) or (K, 1).
        surface: where it ran.
    """

    entry: Entry
    number: NDArray[np.int64]
    every: int
    points: Floats
    moved: Floats
    gradients: Floats
    before: State
    after: State
    settings: StepsAsRows
    noted: Mapping[str, Tensor]
    surface: Surface


class StepsAsRows(SettingsOfRows):
    """The settings of one entry at K steps, as those of K rows, with an ear for what is noted.

    Args:
        group: the settings of the entries that share the rule.
        entry: which of them.
        number: (K,) the steps, from 1.
    """

    def __init__(self, group: GroupSettings, entry: int, number: NDArray[np.int64]) -> None:
        super().__init__(group, np.full(len(number), entry, dtype=np.int64))
        self._entry = entry
        self._number = number
        self.noted: dict[str, Tensor] = {}

    def note(self, **quantities: Tensor) -> None:
        """Remember ``quantities``."""
        self.noted.update(quantities)

    def has(self, name: str) -> bool:
        """Whether the rule has a numeric setting called ``name``."""
        return name in self._group.numbers

    def _value(self, name: tuple[object, ...]) -> Tensor:
        values = self._group.values(name)
        column = values[:, self._entry if values.shape[1] > 1 else 0]
        of_steps = column[self._number - 1] if len(column) > 1 else column.repeat(len(self._number))
        return torch.from_numpy(of_steps[:, None].copy())


def observe(
    scenario: Scenario, row: int, last: int, surface: Surface | None = None
) -> Steps | None:
    """Steps 1 to ``last`` of the run ``row`` of ``scenario``; None where there are none.

    Every run of the scenario is stepped, so that this one goes exactly where it is drawn.

    Args:
        scenario: what to run.
        row: counted as in :class:`~optim_core.trajectories.Trajectories`.
        last: where the run stopped (``Trajectories.stopped_at``).
        surface: as for :func:`optim_core.trace`.

    Raises:
        ValueError: for a row or a step that there is not.
    """
    if not 0 <= row < scenario.rows or not 0 <= last <= scenario.config.steps:
        raise ValueError(f"there is no run {row} with {last} steps")
    if last == 0:
        return None
    landscape = scenario.landscape() if surface is None else surface
    stepper = stepper_of(scenario, landscape)
    block = next(one for one in stepper.blocks if row in one.group.rows)
    place = int(np.flatnonzero(block.group.rows == row)[0])
    every = -(-last // MOST_KEPT)
    number = np.unique(np.append(np.arange(every, last + 1, every), last))
    wanted = {int(step): at for at, step in enumerate(number)}
    points, moved, gradients = (np.empty((len(number), 2)) for _ in range(3))
    states = {path: np.empty((len(number), len(p.view))) for path, p in block.state.items()}

    def keep_before(step: int) -> None:
        if (at := wanted.get(step)) is None:
            return
        points[at] = stepper.points[:, row]
        for path, kept in states.items():
            kept[at] = block.state[path].view[:, place]

    def keep(step: int) -> None:
        if (at := wanted.get(step)) is not None:
            moved[at] = stepper.points[:, row]
            gradients[at] = stepper.gradients[:, row]
        keep_before(step + 1)

    keep_before(1)
    stepper.run(last, keep)
    own = int(block.group.entry_of_row[place])
    settings = StepsAsRows(block.group.settings, own, number)
    given, rule = torch.from_numpy(points), block.group.rule
    before = _filled(rule, block.group.settings, own, states)
    with torch.no_grad():
        _, after = rule.step(given, torch.from_numpy(gradients), before, settings)
    return Steps(
        entry=scenario.entries[row // (scenario.rows // len(scenario.entries))],
        number=number,
        every=every,
        points=points,
        moved=moved,
        gradients=gradients,
        before=before,
        after=after,
        settings=settings,
        noted=settings.noted,
        surface=landscape,
    )


def _filled(rule: Rule, group: GroupSettings, entry: int, states: Mapping[Path, Floats]) -> Any:
    """The state that holds ``states``."""
    sample = torch.zeros(1, 2, dtype=torch.float64)
    empty = rule.init(sample, SampleSettings(group, np.array([entry]), None))
    assert {path for path, _ in leaves(empty)} == set(states)
    return mapped(empty, lambda path, like: torch.from_numpy(states[path]))
