"""Published and independently computed numbers: first steps, bounds, counterexamples."""

from __future__ import annotations

import math

import pytest
import torch
from eager_settings import Replayed, RowSettings, row_values, run_eager
from torch import Tensor

from optim_core import get_optimizer, theory
from optim_core.optimizers.moments import Moments, MomentsAndLargest
from optim_core.optimizers.refined import average_length, rectification
from optim_core.spec import WRAPPERS


def tensor(*rows) -> Tensor:
    return torch.tensor(rows, dtype=torch.float64)


def run(key: str, gradient, start: Tensor, steps: int, wrapper=None, **settings) -> Tensor:
    """One row's path (T+1, D)."""
    row = [settings]
    return run_eager(get_optimizer(key), row, start[None], gradient, steps, wrapper)[:, 0]


def ravine(points: Tensor) -> Tensor:
    """The gradient of (x**2 + 100 * y**2) / 2."""
    return points * tensor(1.0, 100.0)


# torch.optim on the ravine from (1, 1), float64: after 2 and after 10 steps.
REFERENCE = {
    ("sgd", 0.005): ((0.990025, 0.25), (0.951110130466, 0.0009765625)),
    ("momentum", 0.005): ((0.985525, -0.2), (0.801971837546, 0.087724768)),
    ("nesterov", 0.005): ((0.97704025, -0.4025), (0.777944443892, -0.016298459313)),
    ("momentum", 0.005, 0.9): ((0.9900025, 0.025), (0.950339688008, -1.300931052187)),
    ("adam", 0.1): ((0.800412229712, 0.800412227692), (0.076249160620, 0.076249150694)),
    ("amsgrad", 0.1): ((0.800412229712, 0.800412227692), (0.076249160620, 0.076249150694)),
    ("adamax", 0.1): ((0.805168328117, 0.805168326240), (0.228792213150, 0.228792207578)),
    ("nadam", 0.1): ((0.819973071532, 0.819973069752), (0.323364022561, 0.323364016306)),
    ("radam", 0.01): ((0.980052631579, -0.473684210526), (0.948646033949, -0.321158524124)),
    ("adagrad", 0.1): ((0.833103526852, 0.833103526838), (0.553731200378, 0.553731200353)),
    ("adadelta", 1.0): ((0.993598198408, 0.993598165972), (0.966597186370, 0.966597011779)),
}


@pytest.mark.parametrize("case", REFERENCE, ids=lambda case: "-".join(map(str, case)))
def test_reference_table_on_the_ravine(case: tuple) -> None:
    key, rate, *dampening = case
    settings = {"learning_rate": rate} | ({"dampening": dampening[0]} if dampening else {})
    path = run(key, ravine, tensor(1.0, 1.0), 10, **settings)
    # The table's NAdam kept its momentum product in double precision, which torch does only when
    # its default type is double; test_parity_torch.py has the rule's exact bits.
    tolerance = 3e-9 if key == "nadam" else 2e-12
    for steps, expected in zip((2, 10), REFERENCE[case], strict=True):
        torch.testing.assert_close(path[steps], tensor(*expected), rtol=0, atol=tolerance)


def test_adam_sees_no_curvature_on_an_aligned_ravine() -> None:
    path = run("adam", ravine, tensor(1.0, 1.0), 100, learning_rate=0.1)
    assert (path[:, 0] - path[:, 1]).abs().max() < 1e-7


# First steps and bounds

FIRST_STEPS = [
    ("sgd", {}, lambda g: g),
    ("adam", {}, torch.sign),
    ("adagrad", {}, torch.sign),
    ("amsgrad", {}, torch.sign),
    ("adamax", {}, torch.sign),
    ("adamw", {"weight_decay": 0.0}, torch.sign),
    ("swats", {}, torch.sign),
    ("rmsprop", {"alpha": 0.99}, lambda g: 10 * torch.sign(g)),
    ("rmsprop", {"alpha": 0.99, "variant": "lecture"}, torch.sign),
    ("amsgrad", {"variant": "paper"}, lambda g: 0.1 / math.sqrt(0.001) * torch.sign(g)),
    ("nadam", {"variant": "lecture"}, lambda g: (1 + 0.09 / 0.19) * torch.sign(g)),
    ("radam", {}, lambda g: g),
    ("radam", {"variant": "paper"}, lambda g: g),
    ("radam", {"variant": "author"}, torch.zeros_like),
]


@pytest.mark.parametrize("key, settings, expected", FIRST_STEPS)
def test_first_step(key: str, settings: dict, expected) -> None:
    slope = tensor(3.0, -0.02, 40.0)
    start = tensor(1.0, 2.0, 3.0)
    row = {"learning_rate": 0.05, **settings}
    if any(knob.key == "epsilon" for knob in get_optimizer(key).knobs):
        row["epsilon"] = 0.0
    moved = run(key, Replayed(slope[None, None]), start, 1, **row)[1] - start
    torch.testing.assert_close(moved, -0.05 * expected(slope), rtol=1e-12, atol=1e-15)


def test_first_step_of_nadam_and_adadelta() -> None:
    one = Replayed(tensor(1.0, -7.0)[None, None])
    nadam = run("nadam", one, tensor(1.0, 1.0), 1, learning_rate=0.1, epsilon=0.0)[1]
    torch.testing.assert_close(nadam, tensor(0.894354823, 2 - 0.894354823), rtol=0, atol=3e-9)
    # Zeiler's rule starts at the root of epsilon, whatever the slope.
    slope = tensor(5.0, -40.0)
    path = run("adadelta", Replayed(slope[None, None]), tensor(0.0, 0.0), 1)
    expected = (1e-6 / (0.1 * slope**2 + 1e-6)).sqrt() * slope
    torch.testing.assert_close(path[1], -expected, rtol=1e-12, atol=0)


@pytest.mark.parametrize("beta1, beta2", [(0.9, 0.999), (0.0, 0.999), (0.5, 0.9), (0.95, 0.8)])
def test_adam_step_is_bounded_and_the_bound_is_reached(beta1: float, beta2: float) -> None:
    settings = {"learning_rate": 0.1, "beta1": beta1, "beta2": beta2, "epsilon": 0.0}
    draw = torch.Generator().manual_seed(0)
    wild = torch.randn(200, 1, 50, dtype=torch.float64, generator=draw) ** 9
    path = run("adam", Replayed(wild), torch.zeros(50, dtype=torch.float64), 200, **settings)
    longest = path.diff(dim=0).abs().amax(dim=1).tolist()
    bounds = [theory.adam_step_bound(0.1, beta1, beta2, t) for t in range(1, 201)]
    assert all(step <= bound * (1 + 1e-9) for step, bound in zip(longest, bounds, strict=True))
    if beta1 > 0:
        growing = (beta2 / beta1) ** torch.arange(200, dtype=torch.float64)
        worst = run("adam", Replayed(growing[:, None, None]), tensor(0.0), 200, **settings)
        assert -worst.diff(dim=0)[-1].item() == pytest.approx(bounds[-1], rel=1e-9)


def test_adam_step_at_a_spike() -> None:
    """After a long silence: (1 - beta1) / sqrt(1 - beta2) = 3.16 rates, however large it is."""
    assert theory.adam_spike_step(0.1, 0.9, 0.999) == pytest.approx(0.316228, abs=1e-6)
    settings = RowSettings(row_values(get_optimizer("adam"), [{"learning_rate": 0.1}]), 30_000)
    zero = tensor([0.0])
    for spike in (10.0, 1e6):
        moved, _ = get_optimizer("adam").step(zero, tensor([spike]), Moments(zero, zero), settings)
        assert -moved.item() == pytest.approx(theory.adam_spike_step(0.1, 0.9, 0.999))
    # Several gradients that grow in step go further than the lone spike.
    assert theory.adam_step_bound(0.1, 0.9, 0.999, 30_000) == pytest.approx(0.727, abs=1e-3)


def test_constant_slope_makes_every_adam_step_one_rate() -> None:
    slope = tensor(1e-3, 50.0).expand(100, 1, 2)
    path = run("adam", Replayed(slope), tensor(0.0, 0.0), 100, learning_rate=0.1, epsilon=0.0)
    steps = torch.full((100, 2), -0.1, dtype=torch.float64)
    torch.testing.assert_close(path.diff(dim=0), steps, rtol=1e-11, atol=0)


# Invariances


@pytest.mark.parametrize("key", ["adam", "amsgrad", "adagrad", "rmsprop", "adamax", "nadam"])
def test_scaling_the_loss_changes_nothing(key: str) -> None:
    """With epsilon 0, and exactly so for a power of two, which rounding cannot see."""
    common = {"learning_rate": 0.03, "epsilon": 0.0}
    start = tensor(1.0, -0.7)
    plain = run(key, ravine, start, 80, **common)
    assert (run(key, lambda p: 2.0**-20 * ravine(p), start, 80, **common) == plain).all()
    # Epsilon is a setting one can see: on a surface a million times flatter the path is another.
    visible = {"learning_rate": 0.03, "epsilon": 1e-8}
    flat = run(key, lambda p: 1e-9 * ravine(p), start, 80, **visible)
    assert (flat - plain).abs().max() > 1e-3


def test_scaling_the_loss_is_scaling_the_rate_of_gradient_descent() -> None:
    start = tensor(1.0, -0.7)
    scaled = run("sgd", lambda p: 4 * ravine(p), start, 50, learning_rate=0.003)
    assert (scaled == run("sgd", ravine, start, 50, learning_rate=0.012)).all()


def test_momentum_turns_with_the_surface_and_adam_does_not() -> None:
    turn = torch.tensor([[0.8, -0.6], [0.6, 0.8]], dtype=torch.float64)
    start = tensor(1.0, 1.0)

    def difference(key: str, rate: float) -> float:
        straight = run(key, ravine, start, 100, learning_rate=rate)
        turned = run(
            key, lambda p: ravine(p @ turn) @ turn.T, start @ turn.T, 100, learning_rate=rate
        )
        return (turned - straight @ turn.T).abs().max().item()

    assert difference("momentum", 0.005) < 1e-13
    assert difference("adam", 0.1) > 0.5


# One rule inside another


def test_rules_that_coincide() -> None:
    draw = torch.Generator().manual_seed(1)
    gradients = torch.randn(80, 1, 4, dtype=torch.float64, generator=draw)
    start = torch.ones(4, dtype=torch.float64)

    def path(key: str, wrapper=None, **settings) -> Tensor:
        return run(key, Replayed(gradients), start, 80, wrapper, **settings)

    rate = {"learning_rate": 0.01}
    assert (path("adamw", weight_decay=0.0, **rate) == path("adam", **rate)).all()
    assert (path("nesterov", momentum=0.0, **rate) == path("sgd", **rate)).all()
    assert (path("momentum", momentum=0.0, **rate) == path("sgd", **rate)).all()
    early = path("adam", variant="early_epsilon", epsilon=1e-6, **rate)
    swats = path("swats", minimum_switch_step=200, epsilon=1e-6, **rate)
    assert (swats == early).all()
    lookahead = WRAPPERS["lookahead"]
    inner = path("adam", **rate)
    assert (path("adam", lookahead, lookahead_alpha=1.0, **rate) == inner).all()
    assert not (path("adam", lookahead, lookahead_alpha=0.5, **rate) == inner).all()
    slowed = path("sgd", lookahead, lookahead_steps=1, lookahead_alpha=0.25, learning_rate=0.04)
    torch.testing.assert_close(slowed, path("sgd", **rate), rtol=1e-12, atol=1e-14)


def test_adabound_ends_as_averaged_momentum() -> None:
    """With the funnel closed at once, its rate is the final one and its momentum beta 1."""
    draw = torch.Generator().manual_seed(1)
    gradients = torch.randn(60, 1, 4, dtype=torch.float64, generator=draw)
    start = torch.ones(4, dtype=torch.float64)
    closed = run(
        "adabound",
        Replayed(gradients),
        start,
        60,
        gamma=0.9999,
        final_learning_rate=0.05,
        beta2=0.5,
    )
    momentum = run(
        "momentum", Replayed(gradients), start, 60, variant="averaged", learning_rate=0.05
    )
    late = (closed.diff(dim=0) / momentum.diff(dim=0))[50:]
    assert ((late - 1).abs() <= 1 / 50).all()
    assert ((closed.diff(dim=0) / momentum.diff(dim=0))[0] - 1).abs().max() > 0.1


def test_effective_rate_of_amsgrad() -> None:
    """It never grows in the paper's form; in torch's it does while the bias correction fades."""
    gradients = torch.ones(60, 1, 1, dtype=torch.float64)
    gradients[5] = 30.0
    rates = {}
    for variant in ("paper", "torch"):
        spec = get_optimizer("amsgrad")
        values = row_values(spec, [{"variant": variant, "beta1": 0.0, "learning_rate": 1.0}])
        zero = tensor([0.0])
        state, found = MomentsAndLargest(zero, zero, zero), []
        for t, gradient in enumerate(gradients, 1):
            moved, state = spec.step(zero, gradient, state, RowSettings(values, t))
            found.append(-moved.item() / gradient.item())
        rates[variant] = torch.tensor(found)
    assert (rates["paper"].diff() <= 0).all()
    assert (rates["torch"].diff() > 0).any()


# The lecture's stories


def scalar_end(key: str, gradients: list[float], **settings) -> float:
    recorded = torch.tensor(gradients, dtype=torch.float64)[:, None, None]
    return run(key, Replayed(recorded), tensor(0.0), len(gradients), **settings)[-1].item()


def test_three_amsgrads_are_three_algorithms() -> None:
    ends = {
        variant: scalar_end("amsgrad", [10.0] + [1.0] * 20, learning_rate=0.1, variant=variant)
        for variant in ("torch", "paper", "unbiased")
    }
    assert ends["torch"] == pytest.approx(-1.0990914013732678, rel=1e-13)
    assert ends["paper"] == pytest.approx(-6.368251562402952, rel=1e-6)
    assert ends["unbiased"] == pytest.approx(-0.4704685113786356, rel=1e-8)


def test_rectification_numbers() -> None:
    lengths = [average_length(0.999, t) for t in range(1, 9)]
    expected = [1, 1.9995, 2.99867, 3.9975, 4.996, 5.99416, 6.992, 7.98949]
    assert lengths == pytest.approx(expected, abs=6e-6)
    factors = {t: rectification(0.999, t) for t in (5, 6, 10, 100, 1000, 5000)}
    known = {
        5: 0.0173115,
        6: 0.0258211,
        10: 0.048998,
        100: 0.215335,
        1000: 0.645326,
        5000: 0.982878,
    }
    assert factors == pytest.approx(known, abs=5e-7)


@pytest.mark.parametrize("variant, plain_steps", [("torch", 5), ("paper", 4), ("author", 5)])
def test_how_many_first_steps_of_radam_are_not_adapted(variant: str, plain_steps: int) -> None:
    """Plain steps grow with the slope (or stand still); adapted ones do not see its size."""
    slopes = tensor(1.0, 1000.0).expand(12, 1, 2)
    path = run("radam", Replayed(slopes), tensor(0.0, 0.0), 12, variant=variant, learning_rate=0.01)
    small, large = path.diff(dim=0).T
    adapted = (small != 0) & (large / small < 1.1)
    assert adapted.tolist() == [False] * plain_steps + [True] * (12 - plain_steps)


def test_one_huge_gradient_among_many_small_ones() -> None:
    """The lecture's sequence: 1 for 100,000 steps, then 100,000 once, then 1 again; beta1 0."""
    spec, one = get_optimizer("adam"), tensor([1.0])
    values = row_values(spec, [{"beta1": 0.0, "learning_rate": 1.0, "epsilon": 0.0}])
    state, movements = Moments(one, one), []
    for step, gradient in enumerate([1.0, 1e5, 1.0, 1.0], 100_998):
        moved, state = spec.step(0 * one, tensor([gradient]), state, RowSettings(values, step))
        movements.append(-moved.item())
    expected = [1.0, 31.62277, 3.163860e-4, 3.165443e-4]
    assert movements == pytest.approx(expected, rel=2e-6)
    assert movements[1] == pytest.approx(theory.adam_spike_step(1.0, 0.0, 0.999), rel=1e-4)

    spec = get_optimizer("amsgrad")
    values = row_values(spec, [{"beta1": 0.0, "learning_rate": 1.0, "variant": "paper"}])
    state, movements = MomentsAndLargest(one, one, one), []
    for step, gradient in enumerate([1e5] + [1.0] * 2000, 100_999):
        moved, state = spec.step(0 * one, tensor([gradient]), state, RowSettings(values, step))
        movements.append(-moved.item())
    assert movements[1] == movements[-1] == pytest.approx(3.16e-4, rel=1e-2)


@pytest.mark.parametrize("beginning", [1.0, -1.0])
def test_adam_can_walk_the_wrong_way(beginning: float) -> None:
    """Reddi et al., theorem 1: slopes C, -1, -1 on [-1, 1], rate over root t; the best is -1."""
    slopes = tensor(3.0, 5.0, 10.0)[:, None]
    rows = [
        {"beta1": 0.0, "beta2": 1 / (1 + c * c), "learning_rate": 0.5} for c in (3.0, 5.0, 10.0)
    ]

    def ends(key: str, **settings) -> Tensor:
        spec = get_optimizer(key)
        values = row_values(spec, [row | settings for row in rows])
        points = torch.full((3, 1), beginning, dtype=torch.float64)
        state = spec.init(points, RowSettings(values, 0))
        for t in range(1, 1501):
            gradient = slopes if t % 3 == 1 else -torch.ones_like(slopes)
            now = RowSettings(values, t, lambda step: step**-0.5)
            points, state = spec.step(points, gradient, state, now)
            points = points.clamp(-1, 1)
        return points

    # Step 1500 ends a cycle: Adam has just climbed back to exactly +1.
    assert (ends("adam") == 1).all()
    assert (ends("amsgrad", variant="paper") < -0.9).all()
    # The failure needs a short memory: with the usual beta2 Adam goes the right way.
    assert (ends("adam", beta2=0.999) < -0.9).all()


def test_adam_creeps_to_the_edge_of_stability() -> None:
    """On a quadratic the second moment fades until Adam's own limit, 38 over the rate; then the
    point, which had all but arrived, is thrown back (Cohen et al. 2022)."""
    spec = get_optimizer("adam")
    values = row_values(spec, [{"learning_rate": 0.1}])
    points = tensor([1.0])
    state = spec.init(points, RowSettings(values, 0))
    sharpness, distance = [0.0], [1.0]
    for t in range(1, 10_001):
        points, state = spec.step(points, 10 * points, state, RowSettings(values, t))
        second = state.second_moment.item() / (1 - 0.999**t)
        sharpness.append(10 / math.sqrt(second))
        distance.append(abs(points.item()))
    edge = theory.adam_sharpness_limit(0.1, 0.9)
    assert (0.1 * sharpness[1000], 0.1 * sharpness[5000]) == pytest.approx((1.89, 17.5), rel=0.01)
    crossing = next(t for t, value in enumerate(sharpness) if value > edge)
    assert 6000 < crossing < 9000
    assert max(distance[crossing : crossing + 50]) < 1e-100
    assert max(distance[-50:]) > 1e50 * max(distance[crossing : crossing + 50])
