"""trace(): the loop that runs every scenario."""

from __future__ import annotations

import time

import numpy as np
import torch
from torch import Tensor

from landscapes import Surface
from optim_core.scenario import Scenario
from optim_core.spec import OPTIMIZERS, PerStep
from optim_core.trajectories import Outcome, RowLabel, Trajectories

FAR = 1e6


class StepSettings:
    """Plain settings of one step."""

    def __init__(self, values: dict[str, object], step: int) -> None:
        self._values = values
        self._step = step

    def __getattr__(self, name: str) -> Tensor:
        return torch.tensor(self._values[name], dtype=torch.float64)

    @property
    def step(self) -> Tensor:
        return torch.tensor(float(self._step), dtype=torch.float64)

    def choice(self, name: str) -> str:
        return str(self._values[name])

    def switch(self, name: str) -> bool:
        return bool(self._values[name])

    def uses(self, name: str) -> bool:
        return self._values[name] != 0

    def over_steps(self, function: PerStep, name: str) -> Tensor:
        value = self._values[name]
        steps = range(1, self._step + 1)
        return torch.tensor(function([value] * self._step, steps)[-1], dtype=torch.float64)


def trace(scenario: Scenario, surface: Surface | None = None) -> Trajectories:
    """Run every entry of ``scenario`` from every start."""
    began = time.perf_counter()
    landscape = surface or scenario.landscape()
    config = scenario.config
    paths, labels = [], []
    for e, entry in enumerate(scenario.entries):
        spec = OPTIMIZERS[entry.optimizer]
        points = torch.tensor(scenario.starts, dtype=torch.float64)
        state = spec.init(points, StepSettings(dict(entry.settings), 0))
        path = [points]
        for t in range(1, config.steps + 1):
            settings = StepSettings(dict(entry.settings), t)
            points, state = spec.step(points, landscape.gradient(points), state, settings)
            path.append(points)
        paths.append(torch.stack(path))
        labels += [RowLabel(e, s, 0) for s in range(len(scenario.starts))]
    positions = torch.cat(paths, dim=1)
    flat = positions.reshape(-1, 2)
    losses = landscape.value(flat[:, 0], flat[:, 1]).reshape(positions.shape[:2])
    norms = landscape.gradient(flat).norm(dim=-1).reshape(positions.shape[:2])
    fine = (positions.abs() <= FAR * landscape.bounds.size).all(-1) & losses.isfinite()
    alive = fine.cummin(dim=0).values
    stopped = (alive.sum(0) - 1).clamp_min(0)
    small = (norms <= config.tolerance).flip(0).cummin(dim=0).values.flip(0)
    settled = torch.where(small.any(0), small.float().argmax(0), -1)
    outcomes = tuple(
        Outcome.DIVERGED if stopped[r] < config.steps else Outcome.CONVERGED if settled[r] >= 0 else Outcome.RAN_OUT_OF_STEPS
        for r in range(positions.shape[1])
    )
    nan = float("nan")
    return Trajectories(
        positions=torch.where(alive[..., None], positions, nan).numpy(),
        losses=torch.where(alive, losses, nan).numpy(),
        gradient_norms=torch.where(alive, norms, nan).numpy(),
        outcomes=outcomes,
        stopped_at=stopped.numpy(),
        settled_at=settled.numpy(),
        reached=np.full(positions.shape[1], -1),
        labels=tuple(labels),
        seconds=time.perf_counter() - began,
    )
