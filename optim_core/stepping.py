"""One step of all the runs of a scenario, as a list of calls on fixed buffers.

The runs are kept as columns ``(D, N)`` (D = 2 on a surface) where the gradient is taken, and group
by group where the rules step: runs that share a rule and its choices form a group, whose arrays are
contiguous.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray

from optim_core.calling import Call, as_seen
from optim_core.coefficients import Bank, Coefficients
from optim_core.gradients import Field, Formula, calls_of, clip_calls
from optim_core.lanes import Lane, Place
from optim_core.recording import Recording
from optim_core.replay import Binder
from optim_core.rules import Path, Rule, leaves, record_probe, record_step, signature
from optim_core.settings import Floats, GroupSettings, SampleSettings


@dataclass(frozen=True)
class Group:
    """Runs that share one rule and its choices.

    Attributes:
        rule: what they step by.
        settings: of the group's entries.
        rows: (R,) the columns that belong to it.
        entry_of_row: (R,) which of the group's entries each of them runs.
    """

    rule: Rule
    settings: GroupSettings
    rows: NDArray[np.int64]
    entry_of_row: NDArray[np.int64]


class Stepper:
    """All the runs of a scenario, one step at a time.

    Args:
        formula: the surface, or a loss of D parameters.
        groups: which together hold each column once.
        starts: (D, N) the start points.
        shifts: (T, D, S) or None: added to the points where the gradient is measured.
        noise: (T, D, S) or None: added to the gradient.
        stream_of_column: (N,) which stream each column meets; ``c % S`` if not given.
        clip_norm: gradients longer than this are scaled down to it.
        clip_value: each component of the gradient is held within plus or minus this.

    Attributes:
        points: (D, N) where the runs are now.
        gradients: (D, N) what the last step's rules were given.
        blocks: where the runs of each group lie, with what their rule remembers.
    """

    BANK_LIMIT = 1 << 20
    """How many coefficients are laid out at a time: 8 MB."""

    def __init__(
        self,
        formula: Formula | Field,
        groups: Sequence[Group],
        starts: Floats,
        *,
        shifts: Floats | None = None,
        noise: Floats | None = None,
        stream_of_column: NDArray[np.int64] | None = None,
        clip_norm: float | None = None,
        clip_value: float | None = None,
    ) -> None:
        groups = by_likeness(groups, len(starts))
        self.points = np.ascontiguousarray(starts, dtype=np.float64)
        self.gradients = np.zeros_like(self.points)
        self._bank = Bank()
        self._per_step: list[tuple[Floats, Floats]] = []
        self._calls: list[Call] = []
        self.blocks = blocks = _blocks(groups, self.points, self.gradients)
        measured_at = self.points
        if shifts is not None or any(group.rule.probe is not None for group in groups):
            measured_at = self.points.copy()
            self._calls.append(partial(np.copyto, measured_at, self.points))
            self._bind_probes(blocks, measured_at)
        if shifts is not None:
            self._add_streams(measured_at, shifts, stream_of_column)
        self._calls += calls_of(formula, measured_at, self.gradients)
        if noise is not None:
            self._add_streams(self.gradients, noise, stream_of_column)
        self._calls += clip_calls(self.gradients, clip_norm, clip_value)
        order = _order(groups, self.points)
        if len(groups) > 1:
            flat = blocks[0].gradients.flat
            self._calls.append(partial(self.gradients.ravel().take, order, out=flat, mode="clip"))
        self._calls += Binder([block.step_lane() for block in blocks], self._bank).calls
        if len(groups) > 1:
            back, flat = np.argsort(order).reshape(self.points.shape), blocks[0].points.flat
            self._calls.append(partial(flat.take, back, out=self.points, mode="clip"))

    def run(self, steps: int, after_step: Callable[[int], object]) -> None:
        """Take ``steps`` steps; ``after_step(t)`` is called after each, t from 1."""
        calls = self._calls
        chunk = max(1, min(steps, self.BANK_LIMIT // max(1, self._bank.size)))
        with torch.inference_mode(), np.errstate(all="ignore"):
            for first in range(0, steps, chunk):
                count = min(chunk, steps - first)
                fills = [*self._bank.fills(first, count)]
                fills += [(now, streams[first : first + count]) for now, streams in self._per_step]
                for index in range(count):
                    for array, rows in fills:
                        np.copyto(array, rows[index])
                    for call in calls:
                        call()
                    after_step(first + index + 1)

    def _bind_probes(self, blocks: Sequence[Block], measured_at: Floats) -> None:
        """Put where a group wants its gradient into its columns of ``measured_at``."""
        for block in blocks:
            if block.group.rule.probe is None:
                continue
            wanted = np.empty(block.points.shape)
            self._calls += Binder([block.probe_lane(Place.of(wanted))], self._bank).calls
            rows = block.group.rows
            self._calls.append(partial(_place_columns, measured_at, rows, wanted))

    def _add_streams(
        self, target: Floats, streams: Floats, stream_of_column: NDArray[np.int64] | None
    ) -> None:
        """Add this step's noise to each column, stream by stream."""
        now = np.zeros(streams.shape[1:])
        self._per_step.append((now, streams))
        count = streams.shape[2]
        if stream_of_column is None or count == 1:
            by_stream = target.reshape(target.shape[0], -1, count)
            self._calls.append(partial(np.add, by_stream, now[:, None, :], by_stream))
            return
        spread = np.empty_like(target)
        self._calls.append(partial(now.take, stream_of_column, 1, out=spread, mode="clip"))
        self._calls.append(partial(np.add, target, spread, target))


def by_likeness(groups: Sequence[Group], parameters: int) -> list[Group]:
    """The groups in an order that brings those together whose rules have most in common.

    What neighbours share is done by one call; see ``replay.py``.
    """
    steps = {
        id(group): signature(record_step(group.rule, group.settings, parameters))
        for group in groups
    }
    ordered: list[Group] = []
    rest = list(groups)
    while rest:
        before = steps[id(ordered[-1])] if ordered else frozenset()
        ordered.append(max(rest, key=lambda group: len(before & steps[id(group)])))
        rest.remove(ordered[-1])
    return ordered


def _place_columns(target: Floats, columns: NDArray[np.int64], source: Floats) -> None:
    target[:, columns] = source


@dataclass(frozen=True)
class Block:
    """Where the runs of one group lie.

    Attributes:
        group: the group.
        points, gradients: places of shape (D, R).
        state: the place of each tensor of its state, by its path of field names.
    """

    group: Group
    points: Place
    gradients: Place
    state: Mapping[Path, Place]

    def step_lane(self) -> Lane:
        """The group's rule, which replaces points and state."""
        recording = record_step(self.group.rule, self.group.settings, self.points.shape[0])
        return self._lane(recording, [self.points, *self.state.values()])

    def probe_lane(self, target: Place) -> Lane:
        """Where the group's rule wants its gradient."""
        recording = record_probe(self.group.rule, self.group.settings, self.points.shape[0])
        return self._lane(recording, [target])

    def _lane(self, recording: Recording, targets: Sequence[Place]) -> Lane:
        group = self.group
        inputs: dict[Hashable, Place] = {"points": self.points, "gradients": self.gradients}
        inputs |= {("state", path): place for path, place in self.state.items()}
        return Lane(
            recording,
            inputs,
            list(zip(recording.outputs, targets, strict=True)),
            Coefficients(recording, group.settings, group.entry_of_row, set(inputs)),
            rows=len(group.rows),
        )


def _blocks(groups: Sequence[Group], points: Floats, gradients: Floats) -> list[Block]:
    """The groups one behind the other in flat arrays, so that neighbours can step together.

    A group alone works on the columns themselves.
    """
    if len(groups) == 1:
        state = _started(groups[0], points, {}, points.size, 0)
        return [Block(groups[0], Place.of(points), Place.of(gradients), state)]
    flat_points, flat_gradients = np.empty(points.size), np.empty(points.size)
    flats: dict[Path, Floats] = {}
    blocks, start = [], 0
    for group in groups:
        shape = (len(points), len(group.rows))
        own = Place(flat_points, start, shape)
        own.view[...] = points[:, group.rows]
        state = _started(group, own.view, flats, points.size, start)
        blocks.append(Block(group, own, Place(flat_gradients, start, shape), state))
        start = own.stop
    return blocks


def _started(
    group: Group, points: Floats, flats: dict[Path, Floats], size: int, start: int
) -> dict[Path, Place]:
    """The group's state before the first step, at ``start`` of one flat array for each path."""
    settings = SampleSettings(group.settings, group.entry_of_row, None)
    state = group.rule.init(as_seen(points).clone(), settings)
    places = {}
    for path, tensor in leaves(state):
        stored = tensor.T.numpy()
        if stored.shape == points.shape:
            place = Place(flats.setdefault(path, np.zeros(size)), start, stored.shape)
        else:
            place = Place.of(np.empty(stored.shape))
        place.view[...] = stored
        places[path] = place
    return places


def _order(groups: Sequence[Group], columns: Floats) -> NDArray[np.int64]:
    """For each place of the flat array, the place in the raveled columns that it holds."""
    places = np.arange(columns.size).reshape(columns.shape)
    return np.concatenate([places[:, group.rows].ravel() for group in groups])
