"""Runs of the presets, whole or changed, for the tests of what their answers explain."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from optim_core import PRESETS, Scenario, Trajectories, trace


def scenario_of(key: str) -> Scenario:
    return PRESETS[key].scenario


def run_of(key: str) -> Trajectories:
    return trace(scenario_of(key))


def step_lengths(run: Trajectories, row: int) -> NDArray[np.float64]:
    return np.asarray(np.hypot(*np.diff(run.positions[:, row], axis=0).T), dtype=np.float64)


def with_config(scenario: Scenario, **changes: object) -> Scenario:
    config = dataclasses.replace(scenario.config, **changes)  # type: ignore[arg-type]
    return dataclasses.replace(scenario, config=config)
