"""What the pages keep of what they computed."""

from __future__ import annotations

import dataclasses

import pytest

from optim_core import Entry, RunConfig, Scenario
from pages.ui import cached

SMALL = Scenario(surface="booth", entries=(Entry("sgd"),), config=RunConfig(steps=30))


def test_visitors_share_the_very_trajectories_and_cannot_change_them():
    found = cached.trajectories(SMALL)
    assert cached.trajectories(dataclasses.replace(SMALL)) is found
    for array in (found.positions, found.losses, found.gradient_norms, found.stopped_at):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_of_large_trajectories_few_are_kept(monkeypatch):
    # Large from 20 steps on, so that the test need not compute what takes room.
    monkeypatch.setattr(cached, "LARGE", 20)
    large = [
        dataclasses.replace(SMALL, config=RunConfig(steps=21 + number))
        for number in range(cached.KEPT_LARGE + 1)
    ]
    first, *others = (cached.trajectories(scenario) for scenario in large)
    assert cached.trajectories(large[-1]) is others[-1]
    assert cached.trajectories(large[1]) is others[0]
    assert cached.trajectories(large[0]) is not first
