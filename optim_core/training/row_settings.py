"""The settings of rows as an optimizer's rule asks for them, step by step, on any device."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from optim_core.settings import Floats, GroupSettings, SettingsOfRows


class RowSettings(SettingsOfRows):
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
        super().__init__(group, entry_of_row)
        self._dtype = dtype
        self._device = device
        self._index = 0
        self._courses: dict[tuple[object, ...], Floats] = {}
        self._tables: dict[tuple[object, ...], Tensor] = {}

    def at(self, step: int) -> RowSettings:
        """Itself, speaking of ``step`` (from 1) from now on."""
        self._index = step - 1
        return self

    def of_row(self, row: int) -> SettingsOfRows:
        """The settings of one of its rows at the same step, in float64."""
        return _OneRow(self, row)

    def _value(self, name: tuple[object, ...]) -> Tensor:
        table = self._tables.get(name)
        if table is None:
            values = self._course(name)
            columns = values[:, self._entry_of_row if values.shape[1] > 1 else [0]]
            table = torch.from_numpy(np.ascontiguousarray(columns)[:, :, None])
            table = self._tables[name] = table.to(self._device, self._dtype)
        return table[self._index if len(table) > 1 else 0]

    def _course(self, name: tuple[object, ...]) -> Floats:
        """All the values of one input, (T, E) or (1, E); kept, for they can be millions."""
        if name not in self._courses:
            self._courses[name] = self._group.values(name)
        return self._courses[name]


class _OneRow(SettingsOfRows):
    """One row of another's settings, at the step it speaks of: looks its values up there."""

    def __init__(self, whole: RowSettings, row: int) -> None:
        super().__init__(whole._group, whole._entry_of_row[row : row + 1])
        self._whole = whole
        self._index = whole._index
        self._uses = whole._uses

    def _value(self, name: tuple[object, ...]) -> Tensor:
        course = self._whole._course(name)
        entry = int(self._entry_of_row[0])
        value = course[self._index if len(course) > 1 else 0, entry if course.shape[1] > 1 else 0]
        return torch.full((1, 1), float(value), dtype=torch.float64, device=self._whole._device)
