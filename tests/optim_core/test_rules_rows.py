"""A run is a row: what a rule does to one row depends on no other, nor on D or on layout."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
import torch
from eager_settings import Replayed, run_eager
from torch import Tensor

from landscapes import Knob
from optim_core import OPTIMIZERS, get_optimizer
from optim_core.spec import WRAPPERS

ROWS, STEPS = 6, 30


def cases() -> Iterator[tuple[str, dict[str, object], str | None]]:
    """Every rule in every combination of its choices and switches, bare and inside Lookahead."""
    for key, spec in OPTIMIZERS.items():
        static: list[dict[str, object]] = [{}]
        for knob in spec.knobs:
            values = [c.key for c in knob.choices] if knob.scale == "choice" else [False, True]
            if not knob.is_number:
                static = [chosen | {knob.key: value} for chosen in static for value in values]
        for chosen in static:
            for wrapper in (None, "lookahead"):
                yield key, chosen, wrapper


CASES = [
    pytest.param(*case, id="-".join([case[0], *map(str, case[1].values()), str(case[2])]))
    for case in cases()
]


def random_value(knob: Knob, chance: random.Random) -> float | int:
    """A value on the slider; a term that can be left out is left out in a third of the rows."""
    low, high = knob.slider_range
    if knob.default == 0 and chance.random() < 0.34:
        return 0.0
    if knob.scale == "integer":
        return chance.randint(int(low), int(min(high, 40)))
    if knob.scale == "log":
        return low * (high / low) ** chance.random()
    return chance.uniform(low, high)


def random_rows(key: str, chosen: dict[str, object], wrapper: str | None) -> list[dict]:
    chance = random.Random(f"{key} {chosen} {wrapper}")
    rows = []
    for _ in range(ROWS):
        row = {k.key: random_value(k, chance) for k in get_optimizer(key).knobs if k.is_number}
        if wrapper:
            for knob in WRAPPERS[wrapper].knobs:
                row[f"{wrapper}_{knob.key}"] = random_value(knob, chance)
        rows.append(row | chosen)
    return rows


def recorded(dimensions: int) -> tuple[Tensor, Tensor]:
    draw = torch.Generator().manual_seed(dimensions)
    starts = torch.randn(ROWS, dimensions, dtype=torch.float64, generator=draw)
    shape = (STEPS, ROWS, dimensions)
    return starts, torch.randn(shape, dtype=torch.float64, generator=draw)


def assert_same_bits(one: Tensor, other: Tensor) -> None:
    assert ((one == other) | (one.isnan() & other.isnan())).all()


@pytest.mark.parametrize("dimensions", [2, 1000])
@pytest.mark.parametrize("key, chosen, wrapper", CASES)
def test_a_batch_is_its_rows(key: str, chosen: dict, wrapper: str | None, dimensions: int) -> None:
    spec, around = get_optimizer(key), WRAPPERS[wrapper] if wrapper else None
    rows = random_rows(key, chosen, wrapper)
    starts, gradients = recorded(dimensions)
    batch = run_eager(spec, rows, starts, Replayed(gradients), STEPS, around)
    assert batch.shape == (STEPS + 1, ROWS, dimensions) and batch.dtype == torch.float64
    assert (batch[-1] != starts).any()
    for r, row in enumerate(rows):
        only = Replayed(gradients[:, r : r + 1])
        single = run_eager(spec, [row], starts[r : r + 1], only, STEPS, around)
        assert_same_bits(batch[:, r], single[:, 0])


@pytest.mark.parametrize("key, chosen, wrapper", CASES)
def test_memory_layout_does_not_matter(key: str, chosen: dict, wrapper: str | None) -> None:
    """The plane is kept with its two coordinates as the slow axis in memory."""
    spec, around = get_optimizer(key), WRAPPERS[wrapper] if wrapper else None
    rows = random_rows(key, chosen, wrapper)
    starts, gradients = recorded(2)
    row_major = run_eager(spec, rows, starts, Replayed(gradients), STEPS, around)
    turned = gradients.mT.contiguous().mT
    column_major = run_eager(spec, rows, starts.T.contiguous().T, Replayed(turned), STEPS, around)
    assert_same_bits(row_major, column_major)


@pytest.mark.parametrize("key, chosen, wrapper", CASES)
def test_no_slope_no_momentum_no_move(key: str, chosen: dict, wrapper: str | None) -> None:
    spec, around = get_optimizer(key), WRAPPERS[wrapper] if wrapper else None
    rows = [{**chosen, "weight_decay": 0.0} for _ in range(3)]
    starts = torch.tensor([[0.1, -0.3], [1e-300, 1e5], [0.0, 1 / 3]], dtype=torch.float64)
    path = run_eager(spec, rows, starts, torch.zeros_like, 30, around)
    assert (path == starts).all()


@pytest.mark.parametrize("key", [k for k in OPTIMIZERS if k != "swats"])
def test_coordinates_do_not_know_each_other(key: str) -> None:
    """All rules but SWATS, which makes one decision for the whole of a run, go by coordinate."""
    rows = random_rows(key, {}, None)
    starts, gradients = recorded(5)
    spec = get_optimizer(key)
    together = run_eager(spec, rows, starts, Replayed(gradients), STEPS)
    alone = run_eager(spec, rows, starts[:, 3:4], Replayed(gradients[:, :, 3:4]), STEPS)
    assert_same_bits(together[:, :, 3:4], alone)
