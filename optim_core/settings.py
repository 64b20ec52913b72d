"""The settings of runs that share a rule: over all the steps, and as the rule sees them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from landscapes import Value
from optim_core.recording import Recorder
from optim_core.spec import PerStep

Floats = NDArray[np.float64]


class GroupSettings:
    """The settings of E entries that share one rule and its choices, over T steps.

    Args:
        numbers: each numeric setting as (T, E), or (1, E) where it does not change; one column
            where it is the same for all.
        statics: the choices and switches, common to all the entries.
        steps: T.
    """

    def __init__(
        self, numbers: Mapping[str, Floats], statics: Mapping[str, Value], steps: int
    ) -> None:
        self.numbers = dict(numbers)
        self.statics = dict(statics)
        self.steps = steps
        courses = ((name, v.shape, v.tobytes()) for name, v in self.numbers.items())
        self._key = (steps, tuple(courses), tuple(self.statics.items()))
        self._hash = hash(self._key)

    @property
    def entries(self) -> int:
        """E."""
        return max((values.shape[1] for values in self.numbers.values()), default=1)

    def __eq__(self, other: object) -> bool:
        """Equal settings of equally many entries over equally many steps."""
        return isinstance(other, GroupSettings) and self._key == other._key

    def __hash__(self) -> int:
        """Goes with equality."""
        return self._hash

    def values(self, name: object) -> Floats:
        """The input called ``name`` by a :class:`SettingsOfRows`, as (T, E) or (1, E)."""
        if name == ("step",):
            return np.arange(1.0, self.steps + 1.0)[:, None]
        if isinstance(name, tuple) and name[0] == "setting":
            return self.numbers[name[1]]
        if isinstance(name, tuple) and name[0] == "over_steps":
            return self._over_steps(name[1], name[2])
        raise KeyError(name)

    def _over_steps(self, function: PerStep, name: str) -> Floats:
        numbers = self.numbers[name]
        # A map has many entries and few values of each setting.
        columns, place = np.unique(numbers, axis=1, return_inverse=True)
        courses = [_course(function, column.tobytes(), self.steps) for column in columns.T]
        return np.stack(courses, axis=1)[:, place.ravel()]


@lru_cache(maxsize=128)
def _course(function: PerStep, column: bytes, steps: int) -> Floats:
    """``function`` in Python floats along the course of one setting (one number, or one a step)."""
    values = np.frombuffer(column).tolist()
    given = values * steps if len(values) == 1 else values
    return np.array(function(given, range(1, steps + 1)), dtype=np.float64)


class SettingsOfRows:
    """``optim_core.spec.Settings`` of R rows but for the numbers, which :meth:`_value` gives.

    Args:
        group: the settings of the entries.
        entry_of_row: (R,) which entry each row belongs to.
    """

    def __init__(self, group: GroupSettings, entry_of_row: NDArray[np.int64]) -> None:
        self._group = group
        self._entry_of_row = entry_of_row
        self._uses: dict[str, bool] = {}

    def __getattr__(self, name: str) -> Tensor:
        if name.startswith("_") or name not in self._group.numbers:
            raise AttributeError(f"no numeric setting {name!r}")
        return self._value(("setting", name))

    @property
    def step(self) -> Tensor:
        """The number of the step."""
        return self._value(("step",))

    def choice(self, name: str) -> str:
        """The value of a choice knob."""
        return str(self._group.statics[name])

    def switch(self, name: str) -> bool:
        """The value of a switch knob."""
        return bool(self._group.statics[name])

    def uses(self, name: str) -> bool:
        """Whether any entry has a non-zero value at any step."""
        if name not in self._uses:
            self._uses[name] = bool((self._group.numbers[name] != 0).any())
        return self._uses[name]

    def over_steps(self, function: PerStep, name: str) -> Tensor:
        """``function`` of a setting and the step, in Python floats."""
        return self._value(("over_steps", function, name))

    def note(self, **quantities: Tensor) -> None:
        """Nobody listens."""

    def _value(self, name: tuple[object, ...]) -> Tensor:
        """The input called ``name`` (see :meth:`GroupSettings.values`) at the present step."""
        raise NotImplementedError


class SampleSettings(SettingsOfRows):
    """The ``Settings`` that a rule sees while it is recorded: the values of the first step.

    Args:
        group: the settings of the entries.
        entry_of_row: (R,) which entry each row belongs to.
        recorder: told of each value that is asked for; None for a plain call of ``init``.
    """

    def __init__(
        self, group: GroupSettings, entry_of_row: NDArray[np.int64], recorder: Recorder | None
    ) -> None:
        super().__init__(group, entry_of_row)
        self._recorder = recorder
        self._given: dict[object, Tensor] = {}

    def _value(self, name: tuple[object, ...]) -> Tensor:
        if name not in self._given:
            first, rows = self._group.values(name)[0], self._entry_of_row
            of_rows = first[rows] if len(first) > 1 else np.repeat(first, len(rows))
            sample = torch.from_numpy(of_rows[:, None].copy())
            if self._recorder is not None:
                self._recorder.input(name, sample)
            self._given[name] = sample
        return self._given[name]
