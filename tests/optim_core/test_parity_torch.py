"""Every rule that torch.optim has equals it bit for bit, at random settings, in any batch."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator

import pytest
import torch
from eager_settings import Replayed, autograd_of, run_eager
from torch import Tensor

from optim_core import get_optimizer

torch.set_num_threads(1)

STEPS = 200
ROWS = 5
DIMENSIONS = 7
"""Odd, so that both the vector body and the scalar tail of torch's kernels are met."""

ON_OR_OFF = {
    "weight_decay": (1e-4, 0.3),
    "dampening": (0.05, 0.95),
    "momentum": (0.05, 0.98),
    "initial_accumulator": (0.01, 2.0),
    "learning_rate_decay": (1e-3, 0.5),
}
"""Terms that torch leaves out when they are zero, and the range of their random values."""

RANGES = {
    "learning_rate": (1e-3, 0.2),
    "beta1": (0.05, 0.98),
    "beta2": (0.3, 0.9995),
    "alpha": (0.3, 0.999),
    "rho": (0.3, 0.99),
    "epsilon": (1e-10, 1e-4),
}

TERMS = {
    "sgd": ("weight_decay",),
    "momentum": ("weight_decay", "dampening", "momentum"),
    "nesterov": ("weight_decay",),
    "adagrad": ("weight_decay", "initial_accumulator", "learning_rate_decay"),
    "adadelta": ("weight_decay",),
    "rmsprop": ("weight_decay", "momentum"),
    "adam": ("weight_decay",),
    "adamax": ("weight_decay",),
    "nadam": ("weight_decay",),
    "amsgrad": ("weight_decay",),
    "radam": ("weight_decay",),
    "adamw": ("weight_decay",),
}


def cases() -> Iterator[tuple[str, tuple[str, ...], bool]]:
    """Each rule with each combination of the terms it can do without, and centered or not."""
    for key, terms in TERMS.items():
        for size in range(len(terms) + 1):
            for used in itertools.combinations(terms, size):
                yield key, used, False
                if key == "rmsprop":
                    yield key, used, True


def random_row(key: str, used: tuple[str, ...], centered: bool, chance: random.Random) -> dict:
    row: dict[str, object] = {}
    for knob in get_optimizer(key).knobs:
        if knob.key in RANGES:
            row[knob.key] = chance.uniform(*RANGES[knob.key])
        elif knob.key in TERMS[key]:
            low, high = ON_OR_OFF[knob.key]
            row[knob.key] = chance.uniform(low, high) if knob.key in used else 0.0
        elif knob.key == "momentum":
            row["momentum"] = chance.uniform(*ON_OR_OFF["momentum"])
        elif knob.key == "centered":
            row["centered"] = centered
    return row


def torch_paths(key: str, rows: list[dict], starts: Tensor, gradient_of) -> Tensor:
    """The same runs by torch.optim, one row after the other."""
    paths = []
    for r, row in enumerate(rows):
        leaf = starts[r].clone().requires_grad_(True)
        twin = get_optimizer(key).torch_twin
        assert twin is not None
        optimizer = twin([leaf], row)
        path = [leaf.detach().clone()]
        for t in range(STEPS):
            leaf.grad = gradient_of(t, r, leaf.detach())
            optimizer.step()
            path.append(leaf.detach().clone())
        paths.append(torch.stack(path))
    return torch.stack(paths, dim=1)


def assert_same_bits(ours: Tensor, theirs: Tensor) -> None:
    same = (ours == theirs) | (ours.isnan() & theirs.isnan())
    assert same.all(), f"{(~same).sum()} of {same.numel()} differ, first {(~same).nonzero()[0]}"


@pytest.mark.parametrize("key, used, centered", list(cases()))
@pytest.mark.parametrize("seed", [0, 1])
def test_recorded_gradients(key: str, used: tuple[str, ...], centered: bool, seed: int) -> None:
    chance = random.Random(f"{key} {used} {centered} {seed}")
    rows = [random_row(key, used, centered, chance) for _ in range(ROWS)]
    draw = torch.Generator().manual_seed(seed)
    starts = torch.randn(ROWS, DIMENSIONS, dtype=torch.float64, generator=draw)
    sizes = torch.logspace(-3, 2, DIMENSIONS, dtype=torch.float64)
    gradients = sizes * torch.randn(STEPS, ROWS, DIMENSIONS, dtype=torch.float64, generator=draw)
    theirs = torch_paths(key, rows, starts, lambda t, r, point: gradients[t, r].clone())
    ours = run_eager(get_optimizer(key), rows, starts, Replayed(gradients), STEPS)
    assert ours[1:].diff(dim=0).abs().sum() > 0
    assert_same_bits(ours, theirs)


@pytest.mark.parametrize("key", TERMS)
def test_rows_with_and_without_each_term_share_a_batch(key: str) -> None:
    """A term that some rows use and others have at zero must not change the others' bits."""
    chance = random.Random(key)
    rows = [random_row(key, used, False, chance) for k, used, c in cases() if k == key and not c]
    draw = torch.Generator().manual_seed(7)
    starts = torch.randn(len(rows), DIMENSIONS, dtype=torch.float64, generator=draw)
    shape = (STEPS, len(rows), DIMENSIONS)
    gradients = torch.randn(shape, dtype=torch.float64, generator=draw)
    theirs = torch_paths(key, rows, starts, lambda t, r, point: gradients[t, r].clone())
    ours = run_eager(get_optimizer(key), rows, starts, Replayed(gradients), STEPS)
    assert_same_bits(ours, theirs)


def rosenbrock(x: Tensor, y: Tensor) -> Tensor:
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def beale(x: Tensor, y: Tensor) -> Tensor:
    return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2


@pytest.mark.parametrize("surface", [rosenbrock, beale])
@pytest.mark.parametrize("key", TERMS)
def test_own_gradients(key: str, surface) -> None:
    """The batch asks its own gradients at its own points: one different bit would soon show."""
    chance = random.Random(f"{key} {surface.__name__}")
    rows = [random_row(key, TERMS[key][:used], False, chance) for used in (0, 1) for _ in range(2)]
    for row in rows:
        # Rates at which the rules without a scaling stay finite on these steep surfaces.
        if key in ("sgd", "momentum", "nesterov"):
            row["learning_rate"] *= 2e-3
    draw = torch.Generator().manual_seed(3)
    starts = torch.rand(len(rows), 2, dtype=torch.float64, generator=draw) * 2 - 1
    gradient = autograd_of(surface)
    theirs = torch_paths(key, rows, starts, lambda t, r, point: gradient(point[None])[0])
    ours = run_eager(get_optimizer(key), rows, starts, gradient, STEPS)
    if key != "radam":
        assert ours.isfinite().all()
    assert_same_bits(ours, theirs)


def cycle(step: int) -> float:
    return 0.2 + 0.8 * step / 100 if step <= 100 else 2 - step / 100


def opposite(step: int) -> float:
    return 0.95 - 0.1 * cycle(step)


@pytest.mark.parametrize("key", TERMS)
def test_under_a_schedule(key: str) -> None:
    """The learning rate changes at every step, and momentum the other way, as in one-cycle."""
    moved = "beta1" if any(k.key == "beta1" for k in get_optimizer(key).knobs) else "momentum"
    has_momentum = any(knob.key == moved for knob in get_optimizer(key).knobs)
    row = random_row(key, TERMS[key], False, random.Random(key))
    draw = torch.Generator().manual_seed(9)
    start = torch.randn(1, DIMENSIONS, dtype=torch.float64, generator=draw)
    gradients = torch.randn(STEPS, 1, DIMENSIONS, dtype=torch.float64, generator=draw)

    leaf = start[0].clone().requires_grad_(True)
    twin = get_optimizer(key).torch_twin
    assert twin is not None
    optimizer, theirs = twin([leaf], row), [start[0]]
    for t in range(STEPS):
        group = optimizer.param_groups[0]
        group["lr"] = row["learning_rate"] * cycle(t + 1)
        if "betas" in group:
            group["betas"] = (opposite(t + 1), group["betas"][1])
        elif has_momentum:
            group["momentum"] = opposite(t + 1)
        leaf.grad = gradients[t, 0].clone()
        optimizer.step()
        theirs.append(leaf.detach().clone())
    ours = run_eager(
        get_optimizer(key),
        [row],
        start,
        Replayed(gradients),
        STEPS,
        multiplier=cycle,
        moved={moved: opposite} if has_momentum else None,
    )
    assert_same_bits(ours[:, 0], torch.stack(theirs))


@pytest.mark.parametrize("key", TERMS)
def test_variants_that_torch_lacks_have_no_twin(key: str) -> None:
    spec = get_optimizer(key)
    assert spec.torch_twin is not None
    for knob in spec.knobs:
        for choice in knob.choices:
            leaf = torch.zeros(2, dtype=torch.float64, requires_grad=True)
            settings = {k.key: k.default for k in spec.knobs} | {"variant": choice.key}
            if choice.key == "torch":
                assert isinstance(spec.torch_twin([leaf], settings), torch.optim.Optimizer)
            else:
                with pytest.raises(ValueError, match=choice.key):
                    spec.torch_twin([leaf], settings)
