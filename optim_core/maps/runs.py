"""Runs of which a map keeps one code and a few numbers each, through the one loop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from landscapes import Surface
from optim_core.ending import run_to_end
from optim_core.maps.cells import DIVERGED, ELSEWHERE, LEFT, NOT_YET, Cells
from optim_core.maps.minima import Minima
from optim_core.measuring import measure
from optim_core.noise import NOISES, NoiseStreams
from optim_core.scenario import RunConfig
from optim_core.settings import Floats
from optim_core.stepping import Group, Stepper
from optim_core.tracing import FAR_IN_VIEWS


@dataclass(frozen=True)
class RunsEnded:
    """How N runs ended, each array (N,), as in :class:`optim_core.maps.cells.Cells`."""

    where: NDArray[np.int16]
    settled_at: NDArray[np.int64]
    stopped_at: NDArray[np.int64]
    losses: Floats
    turns: Floats


class Turns:
    """Counts, run by run, the steps after which a component of the gradient changed its sign.

    Changes smaller than the tolerance do not count: at the bottom of a well signs are rounding.
    """

    def __init__(self, stepper: Stepper, tolerance: float) -> None:
        self._gradients = stepper.gradients
        self._before = np.zeros_like(stepper.gradients)
        self._product = np.empty_like(stepper.gradients)
        self._flags = np.empty(stepper.gradients.shape, dtype=np.bool_)
        self._turned = np.empty(stepper.gradients.shape[1], dtype=np.bool_)
        self._least = -(tolerance**2)
        self.count = np.zeros(stepper.gradients.shape[1], dtype=np.int32)

    def __call__(self, step: int) -> None:
        """Compare the gradients of ``step`` with those of the step before."""
        del step
        np.multiply(self._gradients, self._before, out=self._product)
        np.less(self._product, self._least, out=self._flags)
        np.logical_or.reduce(self._flags, axis=0, out=self._turned)
        np.add(self.count, self._turned, out=self.count)
        np.copyto(self._before, self._gradients)


def noise_of(config: RunConfig) -> NoiseStreams:
    """The first noise stream of ``config``, which every run of a map meets."""
    spec = NOISES[config.noise.key]
    return spec.streams(config.steps, 1, 2, dict(config.noise.settings), config.seed)


def ended(
    surface: Surface,
    groups: Sequence[Group],
    starts: Floats,
    config: RunConfig,
    streams: NoiseStreams,
    minima: Minima,
    *,
    count_turns: bool = False,
) -> RunsEnded:
    """Run N runs to their ends.

    Args:
        surface: what is minimised.
        groups: whose rows together are each column of ``starts`` once.
        starts: (2, N).
        config: steps, clipping and tolerance.
        streams: of one stream, see :func:`noise_of`.
        minima: the known ones; new ones are added.
        count_turns: whether ``turns`` is wanted, which takes a tenth more time.
    """
    counters: list[Turns] = []

    def observe(stepper: Stepper) -> Callable[[int], object]:
        counters.append(Turns(stepper, config.tolerance))
        return counters[0]

    far = FAR_IN_VIEWS * surface.bounds.size
    found = run_to_end(
        surface.value,
        groups,
        starts,
        config,
        streams,
        far,
        observe=observe if count_turns else None,
    )
    path = np.stack([starts, found.last])
    losses, norms = measure(surface.value, path)
    endings = found.endings(losses, norms, config)
    stopped = endings.stopped_at < config.steps
    settled = ~stopped & (endings.settled_at >= 0)
    where = np.full(len(stopped), NOT_YET, dtype=np.int16)
    here = np.flatnonzero(~stopped)
    reached = minima.reached(found.last.T[here], losses[1, here], settled[here])
    where[settled] = ELSEWHERE
    where[here[reached >= 0]] = reached[reached >= 0]
    where[stopped] = np.where(endings.undefined, LEFT, DIVERGED)[stopped]
    turns = np.full(len(stopped), np.nan)
    if counters:
        lasted = np.where(settled, endings.settled_at, endings.stopped_at)
        turns = np.minimum(counters[0].count / np.maximum(lasted, 1), 1.0)
    return RunsEnded(where, endings.settled_at, endings.stopped_at, losses[1], turns)


def write(cells: Cells, place: tuple[Any, ...], found: RunsEnded, own: slice) -> None:
    """Put the runs ``own`` of ``found`` into their cells."""
    cells.where[place] = found.where[own]
    cells.settled_at[place] = found.settled_at[own]
    cells.stopped_at[place] = found.stopped_at[own]
    cells.losses[place] = found.losses[own]
    cells.turns[place] = found.turns[own]
    cells.computed[place] = True
