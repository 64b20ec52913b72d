"""A step is a flat list of pure tensor operations: recorded once, it can be replayed for ever."""

from __future__ import annotations

import pytest
import torch
from eager_settings import RowSettings, row_values
from test_rules_rows import CASES
from torch.fx.experimental.proxy_tensor import make_fx
from torch.utils._pytree import tree_flatten, tree_unflatten

from optim_core import get_optimizer
from optim_core.spec import WRAPPERS

ALLOWED = {
    *("abs", "add", "addcmul", "div", "lerp", "maximum", "minimum", "mul", "neg", "reciprocal"),
    *("remainder", "rsub", "sqrt", "sub", "sum", "where", "ones_like", "zeros_like"),
    *("bitwise_and", "bitwise_or", "eq", "ge", "gt", "lt", "ne"),
}
"""Pure operations whose results have the shape of their broadcast inputs, and the row sum."""


@pytest.mark.parametrize("key, chosen, wrapper", CASES)
def test_step_records_as_a_flat_list(key: str, chosen: dict, wrapper: str | None) -> None:
    spec, around = get_optimizer(key), WRAPPERS[wrapper] if wrapper else None
    init, step, probe = around.wrap(spec) if around else (spec.init, spec.step, spec.probe)
    row = {k.key: 0.5 for k in spec.knobs if k.is_number and k.low < 0.5 < k.high}
    values = row_values(spec, [row | chosen] * 3, around)
    settings = RowSettings(values, 4)
    points = torch.randn(3, 2, dtype=torch.float64)
    flat, tree = tree_flatten(init(points, settings))
    assert all(leaf.shape in ((3, 2), (3, 1)) and leaf.dtype == points.dtype for leaf in flat)

    def whole(points, gradients, *leaves):
        state = tree_unflatten(list(leaves), tree)
        asked = points if probe is None else probe(points, state, settings)
        moved, after = step(points, gradients, state, settings)
        after_flat, after_tree = tree_flatten(after)
        assert after_tree == tree
        return [asked, moved, *after_flat]

    gradients = torch.randn(3, 2, dtype=torch.float64)
    graph = make_fx(whole)(points, gradients, *flat)
    used = {
        node.target.overloadpacket.__name__
        for node in graph.graph.nodes
        if node.op == "call_function"
    }
    # lift_fresh and detach only mark the constants that RowSettings makes.
    assert used - {"lift_fresh_copy", "detach", "_tensor_constant"} <= ALLOWED
    replayed = graph(points, gradients, *flat)
    for one, other in zip(replayed, whole(points, gradients, *flat), strict=True):
        assert one.shape == other.shape and (one == other).all()
