"""A rule as the engine sees it: looked up, wrapped, and recorded once for all its uses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from torch import Tensor

from landscapes import Value
from optim_core.recording import Recorder, Recording, Slot
from optim_core.settings import GroupSettings, SampleSettings
from optim_core.spec import OPTIMIZERS, WRAPPERS, Init, Probe, Step

Path = tuple[str, ...]
"""The field names that lead to a tensor in nested states."""

SAMPLE_ROWS = 7
"""Rows of the tensors that a rule is recorded with; any number of rows replays it."""


@dataclass(frozen=True)
class Rule:
    """An optimizer, perhaps inside a wrapper, by key."""

    optimizer: str
    wrapper: str | None = None

    @property
    def init(self) -> Init:
        """Makes the state."""
        return _parts(self)[0]

    @property
    def step(self) -> Step:
        """Makes the next points and state."""
        return _parts(self)[1]

    @property
    def probe(self) -> Probe | None:
        """Says where the gradient is wanted, if not at the points."""
        return _parts(self)[2]


@lru_cache(maxsize=256)
def _parts(rule: Rule) -> tuple[Init, Step, Probe | None]:
    spec = OPTIMIZERS[rule.optimizer]
    if rule.wrapper is None:
        return spec.init, spec.step, spec.probe
    return WRAPPERS[rule.wrapper].wrap(spec)


def record_step(rule: Rule, settings: GroupSettings, parameters: int) -> Recording:
    """One step of ``rule`` on D = ``parameters``.

    Inputs are "points", "gradients", ("state", path) and those of ``SampleSettings``; outputs are
    the new points and then the tensors of the new state in order.
    """
    return _record(rule, *_what_matters(settings), parameters, False)


def record_probe(rule: Rule, settings: GroupSettings, parameters: int) -> Recording:
    """As :func:`record_step`, with one output: where the gradient is wanted."""
    return _record(rule, *_what_matters(settings), parameters, True)


def _what_matters(
    settings: GroupSettings,
) -> tuple[frozenset[tuple[str, Value]], tuple[tuple[str, bool], ...]]:
    """The choices, and which numbers are in use: all that a rule may branch on."""
    in_use = tuple((name, bool((v != 0).any())) for name, v in settings.numbers.items())
    return frozenset(settings.statics.items()), in_use


@lru_cache(maxsize=1024)
def _record(
    rule: Rule,
    statics: frozenset[tuple[str, Value]],
    in_use: tuple[tuple[str, bool], ...],
    parameters: int,
    of_probe: bool,
) -> Recording:
    numbers = {name: np.array([[0.5 if used else 0.0]]) for name, used in in_use}
    group = GroupSettings(numbers, dict(statics), 1)
    entry_of_row = np.zeros(SAMPLE_ROWS, dtype=np.int64)
    sample = torch.ones(SAMPLE_ROWS, parameters, dtype=torch.float64, device="cpu")
    state = rule.init(sample, SampleSettings(group, entry_of_row, None))
    recorder = Recorder()
    settings = SampleSettings(group, entry_of_row, recorder)
    points = recorder.input("points", sample.clone())
    declared = mapped(state, lambda path, t: recorder.input(("state", path), t.clone()))
    with recorder, torch.inference_mode(False), torch.no_grad():
        if of_probe:
            assert rule.probe is not None
            recorder.output(rule.probe(points, declared, settings))
        else:
            gradients = recorder.input("gradients", torch.ones_like(sample))
            new_points, new_state = rule.step(points, gradients, declared, settings)
            recorder.output(new_points)
            for _, tensor in leaves(new_state):
                recorder.output(tensor)
    return recorder.recording


@lru_cache(maxsize=1024)
def signature(recording: Recording) -> frozenset[int]:
    """What a rule does, as a set of hashes: two rules share those of their common beginnings.

    An operation counts with what its operands are made of, settings and numbers left open.
    """
    hashes: dict[Slot, int | None] = {
        slot: hash(name) if name in ("points", "gradients") or name[0] == "state" else None
        for name, slot in recording.inputs.items()
        if isinstance(name, str | tuple)
    }
    for operation in recording.operations:
        operands = [hashes.get(v) if isinstance(v, Slot) else None for v in operation.arguments]
        varies = any(operand is not None for operand in operands)
        made = hash((operation.function, *operands)) if varies else None
        hashes[operation.result] = made
    return frozenset(value for value in hashes.values() if value is not None)


def leaves(state: Any, path: Path = ()) -> list[tuple[Path, Tensor]]:
    """The tensors of a (perhaps nested) named tuple with their paths, in order."""
    if isinstance(state, Tensor):
        return [(path, state)]
    pairs = zip(state._fields, state, strict=True)
    return [leaf for name, part in pairs for leaf in leaves(part, (*path, name))]


def mapped(state: Any, change: Callable[[Path, Tensor], Tensor], path: Path = ()) -> Any:
    """The same nest of named tuples with every tensor changed."""
    if isinstance(state, Tensor):
        return change(path, state)
    pairs = zip(state._fields, state, strict=True)
    return type(state)(*(mapped(part, change, (*path, name)) for name, part in pairs))
