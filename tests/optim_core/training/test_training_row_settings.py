"""The settings of rows: one row of them says what the whole says, and computes nothing anew."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from optim_core import Schedule
from optim_core.grouping import groups_of_entries
from optim_core.settings import GroupSettings
from optim_core.training import network_entry
from optim_core.training.row_settings import RowSettings

RATES = (1e-3, 3e-3)


@pytest.fixture
def settings() -> RowSettings:
    entries = [network_entry("adam", learning_rate=rate) for rate in RATES]
    (group,) = groups_of_entries(entries, 2, Schedule("cosine"), 10)
    here = torch.device("cpu")
    return RowSettings(group.settings, group.entry_of_row, torch.float64, here)


def power(values, steps):
    return [value**step for value, step in zip(values, steps, strict=True)]


@pytest.mark.parametrize("row", range(4))
@pytest.mark.parametrize("step", [1, 7])
def test_one_row_says_what_the_whole_says(settings: RowSettings, row: int, step: int) -> None:
    whole, one = settings.at(step), settings.at(step).of_row(row)
    for name in ("learning_rate", "beta1"):
        assert getattr(one, name).item() == getattr(whole, name).expand(4, 1)[row].item()
    assert one.step.item() == step
    power_of_one = one.over_steps(power, "learning_rate").item()
    assert power_of_one == whole.over_steps(power, "learning_rate")[row].item()
    assert (one.choice("variant"), one.uses("beta1")) == ("torch", True)
    assert not one.uses("weight_decay")
    with pytest.raises(AttributeError, match="rho"):
        _ = one.rho


def test_one_row_computes_nothing_anew(
    settings: RowSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over 200,000 steps and 64 rows that was most of what an epoch took."""
    known = [settings.of_row(row).over_steps(power, "learning_rate").item() for row in range(4)]

    def refuse(*_: object) -> None:
        raise AssertionError("computed again")

    monkeypatch.setattr(GroupSettings, "values", refuse)
    again = [settings.of_row(row).over_steps(power, "learning_rate").item() for row in range(4)]
    np.testing.assert_array_equal(again, known)
    assert known == [RATES[0], RATES[0], RATES[1], RATES[1]]
