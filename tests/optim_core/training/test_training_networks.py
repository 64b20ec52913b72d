"""The networks: each row is the torch.nn network of its weights, whatever the other rows are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch
import training_twins as twins

from optim_core.training.data.dataset import ImageShape, TextShape
from optim_core.training.networks import build_network, networks_for

torch.set_num_threads(1)

ROOT = Path(__file__).parents[3]

GREY, COLOUR, TINY = ImageShape(1, 28, 28, 10), ImageShape(3, 32, 32, 2), ImageShape(1, 8, 8, 10)
TEXT = TextShape(9, 7)
DOUBLE, CPU = torch.float64, torch.device("cpu")

VARIANTS = {
    "small_cnn": ({}, {"batch_norm": True, "activation": "sigmoid"}, {"depth": 4, "width": 3}),
    "lenet": ({}, {"activation": "relu"}),
    "mlp": ({"width": 9}, {"batch_norm": True, "depth": 3, "width": 5}, {"depth": 0}),
    "plain": ({"depth": "8", "width": 3}, {"depth": "8", "width": 2, "batch_norm": False}),
    "resnet": ({"depth": "8", "width": 3}, {"depth": "20", "width": 2, "batch_norm": False}),
    "resnet34": ({"width": 4},),
    "lstm": ({"width": 6}, {"width": 5, "depth": 2}),
}
CASES = [(key, settings) for key, variants in VARIANTS.items() for settings in variants]


def test_every_network_has_cases() -> None:
    assert set(VARIANTS) == set(networks_for("pictures"))
    assert networks_for("text") == ("char_lstm",)


def pictures(shape: ImageShape, count: int = 6) -> torch.Tensor:
    draw = torch.Generator().manual_seed(5)
    return torch.randn(count, *shape[:3], dtype=DOUBLE, generator=draw)


def forward(network, weights, images, *, training=True, statistics=None):
    if statistics is None:
        statistics = network.fresh_statistics(len(weights), DOUBLE, CPU)
    return network.logits(network.pieces(weights), images, statistics, training=training)


@pytest.mark.parametrize("key, settings", CASES)
@pytest.mark.parametrize("shape", [GREY, COLOUR, TINY], ids=["grey", "colour", "tiny"])
def test_rows_know_nothing_of_each_other(key: str, settings: dict, shape: ImageShape) -> None:
    network = build_network(key, shape, settings)
    # After three halvings 8 pixels are one, and a batch norm over few numbers amplifies rounding.
    images = pictures(shape, 24)
    weights = network.initial_weights([3, 8, 3]).requires_grad_()
    logits = forward(network, weights, images)
    assert logits.shape == (3, 24, shape.classes)
    assert logits.isfinite().all() and not torch.allclose(logits[0], logits[1])
    (gradients,) = torch.autograd.grad(logits.square().sum(), weights)
    for row in range(3):
        alone = weights.detach()[row : row + 1].requires_grad_()
        single = forward(network, alone, images)
        torch.testing.assert_close(single[0], logits[row], rtol=1e-8, atol=1e-8)
        (gradient,) = torch.autograd.grad(single.square().sum(), alone)
        scale = gradient.abs().max()
        torch.testing.assert_close(gradient[0] / scale, gradients[row] / scale, rtol=0, atol=1e-8)


@pytest.mark.parametrize("depth", [1, 2])
def test_rows_that_read_text_know_nothing_of_each_other(depth: int) -> None:
    network = build_network("char_lstm", TEXT, {"width": 4, "depth": depth})
    tokens = torch.randint(0, 7, (3, 5, 9), generator=torch.Generator().manual_seed(5))
    weights = network.initial_weights([3, 8, 3]).requires_grad_()
    shared = forward(network, weights, tokens[0])
    assert shared.shape == (3, 5 * 9, 7)
    assert torch.equal(shared[0], shared[2]) and not torch.allclose(shared[0], shared[1])
    (gradients,) = torch.autograd.grad(shared.square().sum(), weights)
    own = forward(network, weights.detach(), tokens)
    for row in range(3):
        alone = weights.detach()[row : row + 1].requires_grad_()
        single = forward(network, alone, tokens[0])
        torch.testing.assert_close(single[0], shared[row], rtol=1e-10, atol=1e-10)
        (gradient,) = torch.autograd.grad(single.square().sum(), alone)
        torch.testing.assert_close(gradient[0], gradients[row], rtol=1e-8, atol=1e-10)
        # Texts of their own are read as if each network were alone with its own.
        theirs = forward(network, alone.detach(), tokens[row])
        torch.testing.assert_close(own[row], theirs[0], rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize(
    "key, settings, shape, twin",
    [
        ("small_cnn", {}, GREY, twins.small_cnn(1, 28, 10)),
        (
            "small_cnn",
            {"batch_norm": True, "depth": 3, "width": 5, "activation": "leaky_relu"},
            COLOUR,
            twins.small_cnn(3, 32, 2, width=5, depth=3, activation="leaky_relu", norm=True),
        ),
        ("mlp", {"width": 7, "batch_norm": True}, TINY, twins.mlp(64, 10, width=7, norm=True)),
        ("lenet", {}, GREY, twins.lenet(28)),
        ("plain", {"depth": "8"}, COLOUR, twins.staged(3, 2, (1, 1, 1), 16, "none")),
        ("resnet", {"width": 4}, COLOUR, twins.staged(3, 2, (3, 3, 3), 4, "padded")),
        ("resnet34", {}, COLOUR, twins.staged(3, 2, (3, 4, 6, 3), 8, "projected")),
        ("lstm", {"width": 6, "depth": 2}, COLOUR, twins.LineReader(96, 6, 2, 2)),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_one_row_is_the_network_of_torch(key: str, settings: dict, shape, twin) -> None:
    network = build_network(key, shape, settings)
    weights = network.initial_weights([4, 7])
    statistics = network.fresh_statistics(2, DOUBLE, CPU)
    theirs = twins.with_weights(twin, network, weights[1])
    images, others = pictures(shape, 8), pictures(shape, 3)
    for _ in range(2):
        ours = forward(network, weights, images, statistics=statistics)
        torch.testing.assert_close(ours[1], theirs(images), rtol=1e-9, atol=1e-9)
    theirs.eval()
    ours = forward(network, weights, others, training=False, statistics=statistics)
    torch.testing.assert_close(ours[1], theirs(others), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    "key, settings, shape, count",
    [
        ("lenet", {}, GREY, 61_706),  # LeNet-5 with full connections and a softmax
        ("resnet", {"depth": "20"}, ImageShape(3, 32, 32, 10), 269_722),  # 0.27M in the paper
        ("resnet", {"depth": "56"}, ImageShape(3, 32, 32, 10), 853_018),  # 0.85M in the paper
    ],
)
def test_known_numbers_of_parameters(key: str, settings: dict, shape, count: int) -> None:
    assert build_network(key, shape, settings).size == count


def test_names_lead_from_input_to_output() -> None:
    names = build_network("plain", COLOUR, {"depth": "8"}).layer_names
    assert names == ("first", "1.1a", "1.1b", "2.1a", "2.1b", "3.1a", "3.1b", "dense")


def test_cost_counts_both_ways() -> None:
    linear = build_network("mlp", GREY, {"depth": 0})
    # There: one product a weight; back: one more, since pictures need no gradient. Two flops each.
    assert linear.flops() == 2 * 2 * 784 * 10
    one = build_network("small_cnn", GREY, {"depth": 1, "width": 4}).flops()
    assert one == 2 * 2 * (28 * 28 * 4 * 9) + 3 * 2 * (4 * 14 * 14 * 10)


def test_cost_agrees_with_the_counter_of_torch() -> None:
    counted = {key: build_network(key, COLOUR, {}).flops() for key in networks_for("pictures")}
    counted["char_lstm"] = build_network("char_lstm", TEXT, {}).flops()
    script = """
import sys, torch
from torch.utils.flop_counter import FlopCounterMode
from optim_core.training.data.dataset import ImageShape, TextShape
from optim_core.training.networks import build_network, NETWORKS
for key, spec in NETWORKS.items():
    shape = TextShape(9, 7) if spec.reads == "text" else ImageShape(3, 32, 32, 2)
    network = build_network(key, shape, {})
    nowhere = torch.device("meta")
    flat = torch.empty(1, network.size, device=nowhere, requires_grad=True)
    statistics = network.fresh_statistics(1, torch.float32, nowhere)
    images = torch.empty(2, 3, 32, 32, device=nowhere)
    if spec.reads == "text":
        images = torch.empty(2, 9, dtype=torch.long, device=nowhere)
    with FlopCounterMode(display=False) as counter:
        network.logits(network.pieces(flat), images, statistics, training=True).sum().backward()
    print(key, counter.get_total_flops() // 2)
"""
    # In a process of its own: that counter loads the compiler, and with it its warnings.
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    theirs = dict(line.split() for line in done.stdout.splitlines())
    assert {key: str(count) for key, count in counted.items()} == theirs


def test_counting_does_not_load_the_compiler() -> None:
    script = """
import sys
from optim_core.training import DEFAULT_EXPERIMENT
assert DEFAULT_EXPERIMENT.flops > 0
print("torch._dynamo" in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("initial", ["torch", "he", "xavier"])
def test_initial_weights_follow_their_seed(initial: str) -> None:
    network = build_network("mlp", GREY, {"width": 200, "depth": 1, "initial": initial})
    weights = network.initial_weights([1, 2, 1])
    assert torch.equal(weights[0], weights[2]) and not torch.equal(weights[0], weights[1])
    first, bias, *_ = network.pieces(weights)
    fan_in, fan_out = 784, 200
    expected = {"torch": (1 / 3 / fan_in), "he": 2 / fan_in, "xavier": 2 / (fan_in + fan_out)}
    assert first.var().item() == pytest.approx(expected[initial], rel=0.02)
    assert (bias != 0).any().item() == (initial == "torch")


def test_batch_norm_begins_as_the_identity() -> None:
    network = build_network("small_cnn", GREY, {"batch_norm": True})
    kinds = [parameter.kind for parameter in network.parameters]
    pieces = network.pieces(network.initial_weights([0]))
    for kind, piece in zip(kinds, pieces, strict=True):
        if kind in ("scale", "shift"):
            assert (piece == (kind == "scale")).all()
    assert kinds.count("scale") == kinds.count("shift") == 2
    assert all(p.kind != "bias" or p.layer == "dense" for p in network.parameters)


@pytest.mark.parametrize("settings", [{"depth": 99}, {"widht": 3}, {"activation": "swish"}])
def test_wrong_settings_are_refused(settings: dict) -> None:
    with pytest.raises(ValueError, match=r"depth|width|relu"):
        build_network("small_cnn", GREY, settings)
