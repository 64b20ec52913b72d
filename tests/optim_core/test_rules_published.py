"""Rules and variants that torch lacks equal plain loops, written here from the papers' equations.

The loops work on Python floats, one coordinate after the other; they share nothing with the rules.
Both see the same recorded gradients, so that rounding (the rules fuse some multiplications into
additions) cannot grow, and they must agree to a few parts in 1e12.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import pytest
import torch
from eager_settings import Replayed, run_eager
from torch import Tensor

from optim_core import get_optimizer
from optim_core.spec import WRAPPERS

STEPS = 120
DIMENSIONS = 3

Path = list[list[float]]
Loop = Callable[[dict, list[float], Sequence[Sequence[float]], Callable[[int], float]], Path]


def halving(step: int) -> float:
    """A schedule that steps down, so that what follows it is told from what does not."""
    return 0.5 ** (step // 40)


def always_one(step: int) -> float:
    return 1.0


def coordinatewise(start_coordinate: Callable[..., Callable[[int, float, float, float], float]]):
    """Run a one-coordinate recipe on each coordinate.

    ``start_coordinate(settings, x)`` returns ``move(t, gradient, rate, multiplier) -> x``.
    """

    def loop(s: dict, start: list[float], gradients, multiplier) -> Path:
        columns = []
        for i, x in enumerate(start):
            move = start_coordinate(s, x)
            column = [x]
            for t, g in enumerate(gradients, 1):
                column.append(move(t, g[i], s["learning_rate"] * multiplier(t), multiplier(t)))
            columns.append(column)
        return [list(point) for point in zip(*columns, strict=True)]

    return loop


@coordinatewise
def lecture_momentum(s: dict, x: float):
    v = 0.0

    def move(t: int, g: float, rate: float, multiplier: float) -> float:
        nonlocal v, x
        g += s["weight_decay"] * x
        v = s["momentum"] * v - rate * g
        x += v
        return x

    return move


@coordinatewise
def averaged_momentum(s: dict, x: float):
    m = 0.0

    def move(t: int, g: float, rate: float, multiplier: float) -> float:
        nonlocal m, x
        g += s["weight_decay"] * x
        m = s["momentum"] * m + (1 - s["momentum"]) * g
        x -= rate * m
        return x

    return move


@coordinatewise
def look_ahead_nesterov(s: dict, x: float):
    m = 0.0

    def move(t: int, g: float, rate: float, multiplier: float) -> float:
        nonlocal m, x
        g += s["weight_decay"] * (x - s["momentum"] * m)
        m = s["momentum"] * m + rate * g
        x -= m
        return x

    return move


def sgdw(times_rate: bool):
    @coordinatewise
    def loop(s: dict, x: float):
        m = 0.0

        def move(t: int, g: float, rate: float, multiplier: float) -> float:
            nonlocal m, x
            m = s["momentum"] * m + rate * g
            x = x - m - (rate if times_rate else multiplier) * s["weight_decay"] * x
            return x

        return move

    return loop


@coordinatewise
def adagrad_epsilon_inside(s: dict, x: float):
    total = s["initial_accumulator"]

    def move(t: int, g: float, rate: float, multiplier: float) -> float:
        nonlocal total, x
        g += s["weight_decay"] * x
        total += g * g
        rate /= 1 + (t - 1) * s["learning_rate_decay"]
        x -= rate * g / math.sqrt(total + s["epsilon"])
        return x

    return move


def rmsprop(first_gradient: bool, inside: bool):
    @coordinatewise
    def loop(s: dict, x: float):
        v = mean = buffer = 0.0

        def move(t: int, g: float, rate: float, multiplier: float) -> float:
            nonlocal v, mean, buffer, x
            g += s["weight_decay"] * x
            if first_gradient and t == 1:
                v = g * g
            else:
                v = s["alpha"] * v + (1 - s["alpha"]) * g * g
            spread = v
            if s["centered"]:
                mean = s["alpha"] * mean + (1 - s["alpha"]) * g
                spread = v - mean * mean
            size = math.sqrt(spread + s["epsilon"]) if inside else math.sqrt(spread) + s["epsilon"]
            buffer = s["momentum"] * buffer + g / size
            x -= rate * buffer
            return x

        return move

    return loop


def adam_like(update: Callable[..., float], decay: str = "coupled"):
    """``update(s, t, g, m, v, memory, rate) -> movement`` after the moments have seen ``g``."""

    @coordinatewise
    def loop(s: dict, x: float):
        m = v = 0.0
        memory: dict[str, float] = {}

        def move(t: int, g: float, rate: float, multiplier: float) -> float:
            nonlocal m, v, x
            if decay == "coupled":
                g += s["weight_decay"] * x
            m = s["beta1"] * m + (1 - s["beta1"]) * g
            v = s["beta2"] * v + (1 - s["beta2"]) * g * g
            movement = update(s, t, g, m, v, memory, rate, multiplier)
            if decay == "schedule":
                movement -= multiplier * s["weight_decay"] * x
            x += movement
            return x

        return move

    return loop


def early_epsilon(s, t, g, m, v, memory, rate, multiplier) -> float:
    c1, c2 = 1 - s["beta1"] ** t, 1 - s["beta2"] ** t
    return -rate * math.sqrt(c2) / c1 * m / (math.sqrt(v) + s["epsilon"])


def textbook_adam(s, t, g, m, v, memory, rate, multiplier) -> float:
    m_hat, v_hat = m / (1 - s["beta1"] ** t), v / (1 - s["beta2"] ** t)
    return -rate * m_hat / (math.sqrt(v_hat) + s["epsilon"])


def paper_amsgrad(s, t, g, m, v, memory, rate, multiplier) -> float:
    memory["v"] = max(memory.get("v", 0.0), v)
    return -rate * m / (math.sqrt(memory["v"]) + s["epsilon"])


def unbiased_amsgrad(s, t, g, m, v, memory, rate, multiplier) -> float:
    memory["v"] = max(memory.get("v", 0.0), v / (1 - s["beta2"] ** t))
    return -rate * m / (1 - s["beta1"] ** t) / (math.sqrt(memory["v"]) + s["epsilon"])


def lecture_nadam(s, t, g, m, v, memory, rate, multiplier) -> float:
    b = s["beta1"]
    m_hat = b * m / (1 - b ** (t + 1)) + (1 - b) * g / (1 - b**t)
    return -rate * m_hat / (math.sqrt(v / (1 - s["beta2"] ** t)) + s["epsilon"])


def paper_radam(s, t, g, m, v, memory, rate, multiplier) -> float:
    b2 = s["beta2"]
    m_hat = m / (1 - s["beta1"] ** t)
    longest = 2 / (1 - b2) - 1
    length = longest - 2 * t * b2**t / (1 - b2**t)
    if length <= 4:
        return -rate * m_hat
    r = math.sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length))
    return -rate * r * m_hat * math.sqrt(1 - b2**t) / (math.sqrt(v) + s["epsilon"])


@coordinatewise
def author_radam(s: dict, x: float):
    m = v = 0.0

    def move(t: int, g: float, rate: float, multiplier: float) -> float:
        nonlocal m, v, x
        b2 = s["beta2"]
        m = s["beta1"] * m + (1 - s["beta1"]) * g
        v = b2 * v + (1 - b2) * g * g
        longest = 2 / (1 - b2) - 1
        length = longest - 2 * t * b2**t / (1 - b2**t)
        if length >= 5:
            x -= s["weight_decay"] * rate * x
            size = math.sqrt(
                (1 - b2**t) * (length - 4) / (longest - 4) * (length - 2) / length * longest
                / (longest - 2)
            ) / (1 - s["beta1"] ** t)  # fmt: skip
            x -= rate * size * m / (math.sqrt(v) + s["epsilon"])
        return x

    return move


def bounds(final: float, speed: float, t: int) -> tuple[float, float]:
    return final - final / (speed * t + 1), final + final / (speed * t)


def adabound(variant: str, largest: bool):
    def update(s, t, g, m, v, memory, rate, multiplier) -> float:
        if largest:
            v = memory["v"] = max(memory.get("v", 0.0), v)
        final, c1, c2 = s["final_learning_rate"], 1 - s["beta1"] ** t, 1 - s["beta2"] ** t
        if variant == "author":
            low, high = bounds(final * multiplier, s["gamma"], t)
            wanted = rate * math.sqrt(c2) / c1 / (math.sqrt(v) + s["epsilon"])
            return -min(max(wanted, low), high) * m
        low, high = bounds(final, 1 - s["beta2"], t)
        if variant == "lecture":
            wanted = rate / (math.sqrt(v / c2) + s["epsilon"])
            return -min(max(wanted, low), high) * m / c1
        wanted = rate / math.sqrt(v)
        return -min(max(wanted, low), high) / math.sqrt(t) * m

    return adam_like(update)


def swats(absolute: bool) -> Loop:
    def loop(s: dict, start: list[float], gradients, multiplier) -> Path:
        w = list(start)
        m, v, u = ([0.0] * len(w) for _ in range(3))
        b1, b2, average, sgd_rate = s["beta1"], s["beta2"], 0.0, None
        path = [list(w)]
        for k, raw in enumerate(gradients, 1):
            g = [a + s["weight_decay"] * b for a, b in zip(raw, w, strict=True)]
            if sgd_rate is not None:
                u = [b1 * a + b for a, b in zip(u, g, strict=True)]
                w = [a - (1 - b1) * sgd_rate * multiplier(k) * b for a, b in zip(w, u, strict=True)]
                path.append(list(w))
                continue
            m = [b1 * a + (1 - b1) * b for a, b in zip(m, g, strict=True)]
            v = [b2 * a + (1 - b2) * b * b for a, b in zip(v, g, strict=True)]
            size = s["learning_rate"] * multiplier(k) * math.sqrt(1 - b2**k) / (1 - b1**k)
            p = [-size * a / (math.sqrt(b) + s["epsilon"]) for a, b in zip(m, v, strict=True)]
            w = [a + b for a, b in zip(w, p, strict=True)]
            path.append(list(w))
            along = sum(a * b for a, b in zip(p, g, strict=True))
            if along == 0:
                continue
            needed = sum(a * a for a in p) / -along
            average = b2 * average + (1 - b2) * needed
            corrected = average / (1 - b2**k)
            if absolute:
                ripe = k > 1 and abs(corrected - needed) < s["epsilon"]
            else:
                ripe = (
                    k > 1
                    and k >= s["minimum_switch_step"]
                    and corrected > 0
                    and abs(corrected - needed) < s["switch_tolerance"] * corrected
                )
            if ripe:
                sgd_rate = corrected / multiplier(k)
        return path

    return loop


LOOPS: dict[tuple[str, str], Loop] = {
    ("momentum", "lecture"): lecture_momentum,
    ("momentum", "averaged"): averaged_momentum,
    ("nesterov", "lecture"): look_ahead_nesterov,
    ("sgdw", "paper"): sgdw(times_rate=False),
    ("sgdw", "scaled"): sgdw(times_rate=True),
    ("adagrad", "inside"): adagrad_epsilon_inside,
    ("rmsprop", "lecture"): rmsprop(first_gradient=True, inside=False),
    ("rmsprop", "inside"): rmsprop(first_gradient=False, inside=True),
    ("adam", "early_epsilon"): adam_like(early_epsilon),
    ("amsgrad", "paper"): adam_like(paper_amsgrad),
    ("amsgrad", "unbiased"): adam_like(unbiased_amsgrad),
    ("nadam", "lecture"): adam_like(lecture_nadam),
    ("radam", "paper"): adam_like(paper_radam),
    ("radam", "author"): author_radam,
    ("adamw", "paper"): adam_like(textbook_adam, decay="schedule"),
    ("adabound", "author"): adabound("author", largest=False),
    ("adabound", "lecture"): adabound("lecture", largest=False),
    ("adabound", "paper"): adabound("paper", largest=False),
    ("amsbound", "author"): adabound("author", largest=True),
    ("amsbound", "paper"): adabound("paper", largest=True),
    ("swats", "relative"): swats(absolute=False),
    ("swats", "paper"): swats(absolute=True),
}

PLAIN = {
    "learning_rate": 0.03, "weight_decay": 0.0, "momentum": 0.8, "beta1": 0.85, "beta2": 0.97,
    "alpha": 0.93, "epsilon": 1e-6, "final_learning_rate": 0.05, "gamma": 0.02,
    "switch_tolerance": 0.3, "minimum_switch_step": 45, "initial_accumulator": 0.1,
    "learning_rate_decay": 0.02,
}  # fmt: skip


def recorded(seed: int, rows: int, steps: int = STEPS) -> tuple[Tensor, Tensor]:
    """Random starts (R, D) and gradients (T, R, D) of very different sizes, with a common drift."""
    draw = torch.Generator().manual_seed(seed)
    starts = torch.randn(rows, DIMENSIONS, dtype=torch.float64, generator=draw)
    sizes = torch.tensor([0.01, 1.0, 30.0], dtype=torch.float64)
    noise = torch.randn(steps, rows, DIMENSIONS, dtype=torch.float64, generator=draw)
    return starts, sizes * (noise + 0.5)


def settings_of(key: str, variant: str, row: int) -> dict:
    """Complete settings, different in each row; the odd rows use weight decay."""
    spec = get_optimizer(key)
    settings = {knob.key: PLAIN.get(knob.key, knob.default) for knob in spec.knobs}
    settings["learning_rate"] *= 1 + 0.5 * row
    settings["weight_decay"] = 0.02 * (row % 2)
    if key in ("rmsprop",) and row == 0:
        settings["momentum"] = 0.0
    return settings | {"variant": variant}


def assert_close(ours: Tensor, theirs: Sequence[Path]) -> None:
    expected = torch.tensor(theirs, dtype=torch.float64).transpose(0, 1)
    torch.testing.assert_close(ours, expected, rtol=1e-11, atol=1e-12)


def test_every_rule_and_variant_has_its_oracle() -> None:
    """The rest have torch.optim itself, in test_parity_torch.py."""
    from optim_core import OPTIMIZERS

    wanted = set()
    for key, spec in OPTIMIZERS.items():
        for choice in next((k.choices for k in spec.knobs if k.key == "variant"), ()):
            if choice.key != "torch":
                wanted.add((key, choice.key))
    assert wanted == set(LOOPS)
    assert all(
        spec.torch_twin or (key, spec.knobs[-1].default) in LOOPS
        for key, spec in OPTIMIZERS.items()
    )


@pytest.mark.parametrize("multiplier", [always_one, halving])
@pytest.mark.parametrize("key, variant", LOOPS)
def test_rule_equals_a_plain_loop(key: str, variant: str, multiplier) -> None:
    rows = [settings_of(key, variant, row) for row in range(4)]
    starts, gradients = recorded(seed=11, rows=len(rows))
    ours = run_eager(
        get_optimizer(key), rows, starts, Replayed(gradients), STEPS, multiplier=multiplier
    )
    loop = LOOPS[key, variant]
    theirs = [
        loop(row, starts[r].tolist(), gradients[:, r].tolist(), multiplier)
        for r, row in enumerate(rows)
    ]
    assert_close(ours, theirs)


def test_centered_rmsprop_variants_equal_a_plain_loop() -> None:
    for variant in ("lecture", "inside"):
        rows = [settings_of("rmsprop", variant, row) | {"centered": True} for row in range(3)]
        starts, gradients = recorded(seed=5, rows=3)
        if variant == "lecture":
            for row in rows:
                row["epsilon"] = 1e-2
        ours = run_eager(get_optimizer("rmsprop"), rows, starts, Replayed(gradients), STEPS)
        loop = LOOPS["rmsprop", variant]
        theirs = [
            loop(row, starts[r].tolist(), gradients[:, r].tolist(), always_one)
            for r, row in enumerate(rows)
        ]
        assert_close(ours, theirs)


def lookahead(inner: Loop, s: dict, start: list[float], gradients, multiplier) -> Path:
    """Algorithm 1 with recorded gradients, where the inner movement ignores where it is."""
    free = inner(s, [0.0] * len(start), gradients, multiplier)
    slow, fast, path = list(start), list(start), [list(start)]
    for t in range(1, len(free)):
        fast = [x + b - a for x, a, b in zip(fast, free[t - 1], free[t], strict=True)]
        if t % s["lookahead_steps"] == 0:
            pulled = zip(slow, fast, strict=True)
            slow = [a + s["lookahead_alpha"] * (b - a) for a, b in pulled]
            fast = list(slow)
        path.append(list(fast))
    return path


@pytest.mark.parametrize("key, variant", LOOPS)
def test_lookahead_around_any_rule_equals_a_plain_loop(key: str, variant: str) -> None:
    """Without weight decay the recorded gradients alone decide the inner rule's movements."""
    rows = []
    for row, (steps, alpha) in enumerate([(1, 0.3), (5, 0.5), (6, 0.8), (5, 1.0)]):
        settings = settings_of(key, variant, row) | {"weight_decay": 0.0}
        rows.append(settings | {"lookahead_steps": steps, "lookahead_alpha": alpha})
    starts, gradients = recorded(seed=2, rows=len(rows))
    spec, wrapper = get_optimizer(key), WRAPPERS["lookahead"]
    ours = run_eager(spec, rows, starts, Replayed(gradients), STEPS, wrapper=wrapper)
    theirs = [
        lookahead(
            LOOPS[key, variant], row, starts[r].tolist(), gradients[:, r].tolist(), always_one
        )
        for r, row in enumerate(rows)
    ]
    assert_close(ours, theirs)


def test_swats_switches_within_the_comparison() -> None:
    """Else the comparison with the plain loop above would see the Adam phase only."""
    starts, gradients = recorded(seed=11, rows=4)
    rows = [settings_of("swats", "relative", row) for row in range(4)]
    loose = run_eager(get_optimizer("swats"), rows, starts, Replayed(gradients), STEPS)
    rows = [row | {"minimum_switch_step": STEPS + 1} for row in rows]
    never = run_eager(get_optimizer("swats"), rows, starts, Replayed(gradients), STEPS)
    parted = (loose != never).any(-1).any(0)
    first = (loose != never).any(-1).float().argmax(0)[parted]
    assert parted.sum() >= 3
    # The soonest switch is at step 45, and the first movement by SGD is the next one.
    assert (first >= 46).all() and (first < STEPS - 20).all()


def test_swats_absolute_tolerance_fires_at_step_two_on_a_constant_slope() -> None:
    """There the rate needed never changes, so the average equals it; the paper asks k > 1."""
    gradients = torch.tensor([[[1.0, -2.0]]], dtype=torch.float64).expand(20, 1, 2)
    start = torch.zeros(1, 2, dtype=torch.float64)
    row = {"variant": "paper", "learning_rate": 0.01, "epsilon": 1e-9}
    path = run_eager(get_optimizer("swats"), [row], start, Replayed(gradients), 20)[:, 0]
    # Adam moves 0.01 per axis; SGD then starts at (1 - beta1) * rate * gradient, rate = p.p / -p.g.
    rate = 2 * 0.01**2 / (0.01 * 3)
    steps = [[-0.01, 0.01], [-0.01, 0.01], [-0.1 * rate, 0.2 * rate]]
    expected = torch.tensor(steps, dtype=torch.float64)
    torch.testing.assert_close(path[1:4] - path[:3], expected, rtol=1e-6, atol=0)
