"""One step of all the runs of a scenario, as a list of calls on fixed buffers.

The runs are kept as columns ``(2, N)`` where the gradient is taken, and group by group where the
rules step: runs that share a rule and its choices form a group, whose arrays are contiguous.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from optim_core.coefficients import CoefficientTable, Floats, GroupSettings, SampleSettings
from optim_core.gradients import Formula, clip_calls, gradient_calls
from optim_core.recording import Recorder
from optim_core.replay import Binder, Call, as_seen
from optim_core.spec import Init, Probe, Step

Place = tuple[int, ...]


@dataclass(frozen=True)
class Group:
    """Runs that share one rule.

    Attributes:
        init, step, probe: the rule, wrapper and all.
        settings: of the group's entries.
        rows: (R,) the columns that belong to it.
        entry_of_row: (R,) which of the group's entries each of them runs.
    """

    init: Init
    step: Step
    probe: Probe | None
    settings: GroupSettings
    rows: NDArray[np.int64]
    entry_of_row: NDArray[np.int64]


class Stepper:
    """All the runs of a scenario, one step at a time.

    Args:
        formula: the surface.
        groups: which together hold each column once.
        starts: (2, N) the start points.
        shifts: (T, 2, S) or None: added to the points where the gradient is measured; column
            ``c`` takes stream ``c % S``.
        noise: (T, 2, S) or None: added to the gradient.
        clip_norm: gradients longer than this are scaled down to it.
        clip_value: each component of the gradient is held within plus or minus this.

    Attributes:
        points: (2, N) where the runs are now.
        gradients: (2, N) what the last step's rules were given.
    """

    BANK_LIMIT = 1 << 20
    """How many coefficients are laid out at a time: 8 MB."""

    def __init__(
        self,
        formula: Formula,
        groups: Sequence[Group],
        starts: Floats,
        *,
        shifts: Floats | None = None,
        noise: Floats | None = None,
        clip_norm: float | None = None,
        clip_value: float | None = None,
    ) -> None:
        self.points = np.ascontiguousarray(starts, dtype=np.float64)
        self.gradients = np.zeros_like(self.points)
        self._tables: list[CoefficientTable] = []
        self._per_step: list[tuple[Floats, Floats]] = []
        self._calls: list[Call] = []
        probes = any(group.probe is not None for group in groups)
        measured_at = self.points.copy() if probes or shifts is not None else self.points
        blocks = _blocks(groups, self.points, self.gradients)
        states = [_start(group, points) for group, (points, _) in zip(groups, blocks, strict=True)]
        if measured_at is not self.points:
            self._calls.append(partial(np.copyto, measured_at, self.points))
            for group, (points, _), state in zip(groups, blocks, states, strict=True):
                self._bind_probe(group, points, state, measured_at)
            if shifts is not None:
                self._add_streams(measured_at, shifts)
        self._calls += gradient_calls(formula, measured_at, self.gradients)
        if noise is not None:
            self._add_streams(self.gradients, noise)
        self._calls += clip_calls(self.gradients, clip_norm, clip_value)
        self._scatter(groups, blocks)
        for group, (points, gradients), state in zip(groups, blocks, states, strict=True):
            self._bind_rule(group, points, gradients, state)
        self._gather(groups, blocks)

    def run(self, steps: int, after_step: Callable[[int], object]) -> None:
        """Take ``steps`` steps; ``after_step(t)`` is called after each, t from 1."""
        calls = self._calls
        used = sum(table.used for table in self._tables)
        chunk = max(1, min(steps, self.BANK_LIMIT // max(1, used)))
        changing = [table for table in self._tables if table.used]
        with torch.inference_mode(), np.errstate(all="ignore"):
            for first in range(0, steps, chunk):
                count = min(chunk, steps - first)
                fills = [(table.bank[: table.used], table.rows(first, count)) for table in changing]
                for index in range(count):
                    for bank, rows in fills:
                        np.copyto(bank, rows[index])
                    for buffer, streams in self._per_step:
                        np.copyto(buffer, streams[first + index])
                    for call in calls:
                        call()
                    after_step(first + index + 1)

    def _bind_rule(self, group: Group, points: Floats, gradients: Floats, state: _State) -> None:
        recorder = Recorder()
        settings = SampleSettings(group.settings, group.entry_of_row, recorder)
        seen_points = recorder.input("points", as_seen(points).clone())
        seen_gradients = recorder.input("gradients", torch.ones_like(seen_points))
        seen_state = state.declare(recorder)
        with recorder, torch.no_grad():
            new_points, new_state = group.step(seen_points, seen_gradients, seen_state, settings)
            recorder.output(new_points)
            for _, tensor in _leaves(new_state):
                recorder.output(tensor)
        inputs = {"points": points, "gradients": gradients, **state.inputs}
        arrays = [points, *state.arrays.values()]
        self._bind(recorder, group, inputs, arrays)

    def _bind_probe(self, group: Group, points: Floats, state: _State, measured_at: Floats) -> None:
        """Put where the group wants its gradient into its columns of ``measured_at``."""
        if group.probe is None:
            return
        recorder = Recorder()
        settings = SampleSettings(group.settings, group.entry_of_row, recorder)
        seen_points = recorder.input("points", as_seen(points).clone())
        seen_state = state.declare(recorder)
        with recorder, torch.no_grad():
            recorder.output(group.probe(seen_points, seen_state, settings))
        wanted = np.empty_like(points)
        self._bind(recorder, group, {"points": points, **state.inputs}, [wanted])
        rows = group.rows

        def place() -> None:
            measured_at[:, rows] = wanted

        self._calls.append(place)

    def _bind(
        self,
        recorder: Recorder,
        group: Group,
        inputs: Mapping[Any, Floats],
        targets: Sequence[Floats],
    ) -> None:
        recording = recorder.recording
        table = CoefficientTable(recording, group.settings, group.entry_of_row, set(inputs))
        pairs = list(zip(recording.outputs, targets, strict=True))
        present = {name: array for name, array in inputs.items() if name in recording.inputs}
        self._calls += Binder(recording, present, pairs, table).calls
        self._tables.append(table)

    def _add_streams(self, target: Floats, streams: Floats) -> None:
        """Add this step's noise to each column, stream by stream."""
        now = np.zeros(streams.shape[1:])
        self._per_step.append((now, streams))
        count = streams.shape[2]
        by_stream = target.reshape(target.shape[0], -1, count)
        self._calls.append(partial(np.add, by_stream, now[:, None, :], by_stream))

    def _scatter(self, groups: Sequence[Group], blocks: Sequence[tuple[Floats, Floats]]) -> None:
        if len(groups) > 1:
            order, flat = _order(groups, self.gradients), blocks[0][1].base
            self._calls.append(partial(self.gradients.ravel().take, order, out=flat, mode="clip"))

    def _gather(self, groups: Sequence[Group], blocks: Sequence[tuple[Floats, Floats]]) -> None:
        if len(groups) > 1:
            order, flat = _order(groups, self.points), blocks[0][0].base
            assert flat is not None
            inverse = np.argsort(order).reshape(self.points.shape)
            self._calls.append(partial(flat.take, inverse, out=self.points, mode="clip"))


class _State:
    """A group's state: its arrays, as stored, by their place in the (perhaps nested) tuples."""

    def __init__(self, state: Any) -> None:
        self._like = state
        self.arrays = {
            # A rule may start several fields from one tensor: each gets memory of its own.
            place: np.array(tensor.T.numpy(), order="C")
            for place, tensor in _leaves(state)
        }

    @property
    def inputs(self) -> dict[Any, Floats]:
        return {("state", place): array for place, array in self.arrays.items()}

    def declare(self, recorder: Recorder) -> Any:
        """The state as the rule sees it, each tensor an input of the recorder."""

        def declared(part: Any, place: Place) -> Any:
            if isinstance(part, Tensor):
                return recorder.input(("state", place), as_seen(self.arrays[place]).clone())
            return type(part)(*(declared(inner, (*place, i)) for i, inner in enumerate(part)))

        return declared(self._like, ())


def _leaves(state: Any, place: Place = ()) -> list[tuple[Place, Tensor]]:
    """The tensors of a nested tuple with their places."""
    if isinstance(state, Tensor):
        return [(place, state)]
    return [leaf for i, part in enumerate(state) for leaf in _leaves(part, (*place, i))]


def _start(group: Group, points: Floats) -> _State:
    settings = SampleSettings(group.settings, group.entry_of_row, None)
    return _State(group.init(as_seen(points).clone(), settings))


def _blocks(
    groups: Sequence[Group], points: Floats, gradients: Floats
) -> list[tuple[Floats, Floats]]:
    """For each group its own points and gradients (D, R), contiguous, in one flat array."""
    if len(groups) == 1:
        return [(points, gradients)]
    flat_points, flat_gradients = np.empty(points.size), np.empty(points.size)
    blocks, first = [], 0
    for group in groups:
        shape = (len(points), len(group.rows))
        place = slice(first, first + shape[0] * shape[1])
        first = place.stop
        block = flat_points[place].reshape(shape)
        block[...] = points[:, group.rows]
        blocks.append((block, flat_gradients[place].reshape(shape)))
    return blocks


def _order(groups: Sequence[Group], columns: Floats) -> NDArray[np.int64]:
    """For each place of the flat array, the place in the raveled columns that it holds."""
    places = np.arange(columns.size).reshape(columns.shape)
    return np.concatenate([places[:, group.rows].ravel() for group in groups])
