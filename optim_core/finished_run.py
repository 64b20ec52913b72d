"""One finished run, cut out of its trajectories, with the scale on which to judge it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from landscapes import CriticalPoint, Surface
from optim_core.noticing import Flags, Floats, distances_to_path
from optim_core.trajectories import Outcome, Trajectories

NEAR_SADDLE = 0.05
"""A declared saddle within this share of the view gives a ridge or a lingering its place: the width
of a fingertip on the picture."""


@dataclass(frozen=True, kw_only=True)
class FinishedRun:
    """One run up to where it stopped: S points.

    Attributes:
        surface: what was minimised.
        minima: its declared ones.
        positions: (S, 2), all finite but perhaps those of a run that never began.
        losses, norms: (S,) of the true loss and gradient.
        outcome, settled_at, reached: as in the trajectories.
        steps: how many were asked for.
        floor: the lowest loss that could be had: of the end, where the run has settled.
        height: of the start above the floor, positive.
    """

    surface: Surface
    minima: tuple[CriticalPoint, ...]
    positions: Floats
    losses: Floats
    norms: Floats
    outcome: Outcome
    settled_at: int
    reached: int
    steps: int
    floor: float
    height: float

    @classmethod
    def of(cls, surface: Surface, trajectories: Trajectories, row: int) -> FinishedRun:
        """Row ``row`` of ``trajectories`` (whole paths over ``surface``)."""
        points = int(trajectories.stopped_at[row]) + 1
        positions = trajectories.positions[:points, row]
        losses = trajectories.losses[:points, row]
        minima = surface.declared(surface.minima)
        reached = int(trajectories.reached[row])
        outcome = trajectories.outcomes[row]
        if outcome is Outcome.CONVERGED:
            floor = float(losses[-1])
        elif reached >= 0:
            floor = minima[reached].value
        else:
            # A run that falls off an unbounded surface would put everything else in the shade.
            seen = losses[drawn(surface, positions)]
            floor = min([*(point.value for point in minima), *seen.tolist(), float(losses[0])])
        return cls(
            surface=surface,
            minima=minima,
            positions=positions,
            losses=losses,
            norms=trajectories.gradient_norms[:points, row],
            outcome=outcome,
            settled_at=int(trajectories.settled_at[row]),
            reached=reached,
            steps=trajectories.steps,
            floor=floor,
            # A start on the floor still needs a scale; a double holds about 16 digits.
            height=max(float(losses[0]) - floor, 1e-12 * max(1.0, abs(float(losses[0])))),
        )

    @property
    def view(self) -> float:
        """The longer side of the picture."""
        return self.surface.bounds.size

    @property
    def acting(self) -> int:
        """Index of the last point before the run had settled."""
        return self.settled_at if self.settled_at >= 0 else len(self.losses) - 1

    def place(self, x: float, y: float) -> dict[str, float]:
        """Coordinates rounded to about a thousandth of the view."""
        decimals = max(0, 3 - math.floor(math.log10(self.view)))
        # Adding 0 turns -0, which would be written with its sign, into 0.
        return {"x": round(float(x), decimals) + 0.0, "y": round(float(y), decimals) + 0.0}

    def at(self, step: int) -> dict[str, float]:
        """The rounded coordinates after ``step``."""
        return self.place(*self.positions[step])

    def saddle_near(self, positions: Floats) -> CriticalPoint | None:
        """The declared saddle that a path (P, 2) comes nearest to, if it comes near."""
        best, nearest = None, NEAR_SADDLE * self.view
        for saddle in self.surface.declared(self.surface.saddles):
            path = positions if len(positions) > 1 else np.repeat(positions, 2, axis=0)
            gap = float(distances_to_path(path, saddle.x, saddle.y).min())
            if gap <= nearest:
                best, nearest = saddle, gap
        return best


def drawn(surface: Surface, positions: Floats) -> Flags:
    """Which of the positions (S, 2) are in the picture."""
    bounds, x, y = surface.bounds, positions[:, 0], positions[:, 1]
    inside_x = (bounds.x_low <= x) & (x <= bounds.x_high)
    flags: Flags = inside_x & (bounds.y_low <= y) & (y <= bounds.y_high)
    return flags
