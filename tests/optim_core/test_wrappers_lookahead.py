"""Lookahead around any rule: the slow point, the calls back, and what stays untouched."""

from __future__ import annotations

import pytest
import torch
from eager_settings import RowSettings, autograd_of, row_values, run_eager
from torch import Tensor

from optim_core import OPTIMIZERS, get_optimizer
from optim_core.spec import WRAPPERS

LOOKAHEAD = WRAPPERS["lookahead"]


def bowl(x: Tensor, y: Tensor) -> Tensor:
    return x**2 + 3 * y**2 + 0.5 * torch.sin(3 * x) * y


GRADIENT = autograd_of(bowl)
START = torch.tensor([[1.2, -0.8]], dtype=torch.float64)


def by_hand(key: str, settings: dict, every: int, alpha: float, steps: int) -> Tensor:
    """The wrapped run, the slow point kept by this loop around the bare rule."""
    spec = get_optimizer(key)
    values = row_values(spec, [settings])
    slow = fast = START
    state, path = spec.init(fast, RowSettings(values, 0)), [START]
    for t in range(1, steps + 1):
        now = RowSettings(values, t)
        asked = fast if spec.probe is None else spec.probe(fast, state, now)
        fast, state = spec.step(fast, GRADIENT(asked), state, now)
        if t % every == 0:
            fast = slow = slow + alpha * (fast - slow)
        path.append(fast)
    return torch.stack(path)


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_around_every_rule(key: str) -> None:
    settings = {"learning_rate": 0.01}
    row = {**settings, "lookahead_steps": 4, "lookahead_alpha": 0.3}
    ours = run_eager(get_optimizer(key), [row], START, GRADIENT, 18, LOOKAHEAD)
    expected = by_hand(key, settings, 4, 0.3, 18)
    torch.testing.assert_close(ours, expected, rtol=1e-9, atol=1e-12)
    bare = run_eager(get_optimizer(key), [settings], START, GRADIENT, 18)
    assert (ours[:4] == bare[:4]).all(), "the first three steps are the inner rule's own"
    assert not (ours[4] == bare[4]).all(), "the fourth is called back"


def test_asks_the_gradient_where_the_inner_rule_wants_it() -> None:
    settings = {"learning_rate": 0.02, "variant": "lecture"}
    row = {**settings, "lookahead_steps": 5, "lookahead_alpha": 0.5}
    ours = run_eager(get_optimizer("nesterov"), [row], START, GRADIENT, 40, LOOKAHEAD)
    torch.testing.assert_close(ours, by_hand("nesterov", settings, 5, 0.5, 40))
    assert LOOKAHEAD.wrap(get_optimizer("adam"))[2] is None


def test_first_call_back_goes_to_where_the_run_began() -> None:
    """Some implementations take the point after the first step for the slow one."""
    row = {"learning_rate": 0.1, "lookahead_steps": 1, "lookahead_alpha": 0.5}
    path = run_eager(get_optimizer("sgd"), [row], START, GRADIENT, 1, LOOKAHEAD)
    torch.testing.assert_close(path[1], START - 0.05 * GRADIENT(START))
