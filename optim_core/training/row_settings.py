"""The settings of rows as an optimizer's rule asks for them, step by step, on any device."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from optim_core.settings import GroupSettings
from optim_core.spec import PerStep


class RowSettings:
    """``optim_core.spec.Settings`` of R rows: each number a tensor (R, 1).

    What changes over the steps is computed for all of them at once, in Python floats where the
    rule wants that, and lies on the device: a step takes views and copies nothing there.

    Args:
        group: the settings of the entries, over all the steps.
        entry_of_row: (R,) which entry each row belongs to.
        dtype: of the parameters.
        device: of the parameters.
    """

    def __init__(
        self,
        group: GroupSettings,
        entry_of_row: NDArray[np.int64],
        dtype: torch.dtype,
        device: torch.device,
    ) -> None:
        self._group = group
        self._entry_of_row = entry_of_row
        self._dtype = dtype
        self._device = device
        self._index = 0
        self._tables: dict[tuple[object, ...], Tensor] = {}
        self._uses: dict[str, bool] = {}

    def at(self, step: int) -> RowSettings:
        """Itself, speaking of ``step`` (from 1) from now on."""
        self._index = step - 1
        return self

    def of_row(self, row: int, dtype: torch.dtype) -> RowSettings:
        """The settings of one of its rows at the same step, in another precision."""
        place = self._entry_of_row[row : row + 1]
        return RowSettings(self._group, place, dtype, self._device).at(self._index + 1)

    def __getattr__(self, name: str) -> Tensor:
        if name.startswith("_") or name not in self._group.numbers:
            raise AttributeError(f"no numeric setting {name!r}")
        return self._now(("setting", name))

    @property
    def step(self) -> Tensor:
        """The number of the step."""
        return self._now(("step",))

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
        return self._now(("over_steps", function, name))

    def _now(self, name: tuple[object, ...]) -> Tensor:
        table = self._tables.get(name)
        if table is None:
            values = self._group.values(name)
            columns = values[:, self._entry_of_row if values.shape[1] > 1 else [0]]
            table = torch.from_numpy(np.ascontiguousarray(columns)[:, :, None])
            table = self._tables[name] = table.to(self._device, self._dtype)
        return table[self._index if len(table) > 1 else 0]
