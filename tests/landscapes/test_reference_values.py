"""Numbers from the literature and from independent computation, surface by surface."""

from __future__ import annotations

import math

import pytest
import torch

from landscapes import Surface, get_surface
from landscapes.critical_points import derivatives


def value(surface: Surface, x: float, y: float) -> float:
    point = torch.tensor([x, y], dtype=torch.float64)
    return surface.value(point[0], point[1]).item()


def slope(surface: Surface, x: float, y: float) -> float:
    return surface.gradient(torch.tensor([[x, y]], dtype=torch.float64)).norm().item()


def curvatures(surface: Surface, x: float, y: float) -> list[float]:
    _, hessian = derivatives(surface.value, torch.tensor([[x, y]], dtype=torch.float64))
    return torch.linalg.eigvalsh(hessian[0]).tolist()


@pytest.mark.parametrize(
    ("key", "x", "y", "expected"),
    (
        # Sums worked out by hand from the formulas as they are printed in the papers.
        ("rosenbrock", -1.0, 2.0, 104.0),
        ("beale", 1.0, 2.0, 2.5**2 + 5.25**2 + 9.625**2),
        ("himmelblau", 1.0, 2.0, 64 + 4),
        ("six_hump_camel", 1.0, 1.0, 4 - 2.1 + 1 / 3 + 1),
        ("three_hump_camel", 1.0, 2.0, 2 - 1.05 + 1 / 6 + 2 + 4),
        ("styblinski_tang", 1.0, -1.0, -15.0),
        ("goldstein_price", 0.0, 0.0, 600.0),
        ("goldstein_price", 1.0, 1.0, 1876.0),
        ("saddle", 1.5, 1.0, 1.25),
        ("bounded_saddle", 1.0, 2.0, 0.5 - 2 + 4),
        ("monkey_saddle", 1.0, 1.0, -2.0),
        ("two_weight_net", 2.0, 1.5, 4.0),
        ("ravine", 1.0, 1.0, 50.5),
        ("booth", 0.0, 0.0, 74.0),
        ("matyas", 1.0, 2.0, 0.26 * 5 - 0.96),
        ("levy_13", 0.5, 0.25, 1 + 0.25 * 1.5 + 0.75**2 * 2),
        ("easom", 0.0, math.pi, math.exp(-(math.pi**2))),
        ("mccormick", 0.0, 0.0, 1.0),
        ("rastrigin", 1.5, 0.5, 1.5**2 + 0.5**2 + 40),
        ("ackley", 1.0, 1.0, 20 - 20 * math.exp(-0.2)),
        ("absolute_sum", -1.5, 0.25, 1.75),
        ("double_well", 2.0, 1.0, 9 + 0.6 + 0.5),
        ("cliff", 0.0, 1.0, 3.75),
        ("cliff", 1.5, 0.0, 5 / (1 + math.exp(-30)) + 3.0625),
        ("plateau_drop", 6.0, 1.0, 0.8 + 0.02),
        ("narrow_ridge", -10.0, 2.0, 10 * (math.sqrt(1 + 0.05**2) - 0.05)),
        ("sigmoid_plateau", 0.0, 0.0, 0.045),
        ("sigmoid_plateau", -6.0, -6.0, 0.046120),
        ("sigmoid_plateau", 4.0, -8.0, 0.31969),
    ),
)
def test_known_values(key: str, x: float, y: float, expected: float) -> None:
    assert value(get_surface(key), x, y) == pytest.approx(expected, rel=2e-5, abs=1e-12)


@pytest.mark.parametrize(
    ("key", "x", "y", "expected"),
    (
        ("beale", 3.0, 0.5, (0.301464, 48.9798)),
        ("beale", 0.0, 1.0, (-27.75, 27.75)),
        ("rosenbrock", 1.0, 1.0, (0.399361, 1001.6006)),
        ("booth", 1.0, 3.0, (2.0, 18.0)),
        ("matyas", 0.0, 0.0, (0.04, 1.0)),
        ("rastrigin", 0.0, 0.0, (396.784176, 396.784176)),
        ("bounded_saddle", 0.0, 1.0, (1.0, 2.0)),
        ("bounded_saddle", 0.0, 0.0, (-1.0, 1.0)),
        ("monkey_saddle", 0.0, 0.0, (0.0, 0.0)),
        ("two_weight_net", 0.0, 0.0, (-2.0, 2.0)),
        ("two_weight_net", 1.0, 1.0, (0.0, 4.0)),
        ("two_weight_net", 2.0, 0.5, (0.0, 8.5)),
        ("easom", math.pi, math.pi, (3.0, 3.0)),
        ("sharp_flat", -2.0, 0.0, (1.848759955, 25.795580535)),
        ("sharp_flat", 2.0, 0.0, (0.891715976, 1.576294719)),
        ("sharp_flat", -0.4700770665, 0.0, (-0.665574, 0.397311)),
    ),
)
def test_known_curvatures(key: str, x: float, y: float, expected: tuple[float, float]) -> None:
    assert curvatures(get_surface(key), x, y) == pytest.approx(expected, rel=2e-6, abs=1e-9)


@pytest.mark.parametrize(
    ("key", "field", "expected"),
    (
        ("beale", "saddles", (9.86451228, 14.203125)),
        ("himmelblau", "saddles", (13.31192627, 67.71915009, 104.01516292, 178.33723920)),
        ("himmelblau", "maxima", (181.61652152,)),
        ("six_hump_camel", "minima", (-1.03162845, -0.21546382, 2.10425031)),
        ("six_hump_camel", "saddles", (0.0, 0.54371860, 2.22935720, 2.22947082)),
        ("six_hump_camel", "maxima", (2.49629535,)),
        ("three_hump_camel", "minima", (0.0, 0.29863844)),
        ("three_hump_camel", "saddles", (0.87736156,)),
        ("styblinski_tang", "minima", (-78.33233141, -64.19561236, -50.05889331)),
        ("styblinski_tang", "saddles", (-38.97055334, -24.83383430)),
        ("styblinski_tang", "maxima", (0.39122472,)),
        ("goldstein_price", "minima", (3.0, 30.0, 84.0, 840.0)),
        ("goldstein_price", "saddles", (35.0, 99.0, 980.0, 990.0)),
        ("goldstein_price", "maxima", (1155.0,)),
        ("mccormick", "minima", (-1.91322295, 1.22836970)),
        ("sharp_flat", "saddles", (1.2978051750,)),
    ),
)
def test_known_heights_of_critical_points(
    key: str, field: str, expected: tuple[float, ...]
) -> None:
    made = get_surface(key)
    heights = {round(point.value, 7) for point in made.declared(getattr(made, field))}
    assert sorted(heights) == pytest.approx(expected, abs=2e-7)


def test_rastrigin_wells_along_an_axis() -> None:
    made = get_surface("rastrigin")
    on_axis = [p for p in made.declared(made.minima) if p.y == 0 and p.x > 0]
    assert [(p.x, p.value) for p in on_axis] == [
        pytest.approx(pair, abs=1e-7)
        for pair in (
            (0.99495864, 0.99495906),
            (1.98991223, 3.97983119),
            (2.98485570, 8.95460124),
            (3.97978386, 15.91924379),
            (4.97469139, 24.87372293),
        )
    ]
    passes = made.declared(made.saddles)
    assert [max(abs(p.x), abs(p.y)) for p in passes] == pytest.approx([0.50254604] * 4, abs=1e-7)
    assert [p.value for p in passes] == pytest.approx([20.25127299] * 4, abs=1e-7)


def test_ackley_wells_beside_the_kink() -> None:
    made = get_surface("ackley")
    first, *others = made.declared(made.minima)
    assert (first.x, first.y, first.value, first.smooth) == (0.0, 0.0, 0.0, False)
    assert [p.value for p in others[:8]] == pytest.approx(
        [2.57992756] * 4 + [3.57445188] * 4, abs=1e-7
    )
    assert max(abs(others[0].x), abs(others[0].y)) == pytest.approx(0.952167, abs=1e-6)
    assert abs(others[4].x) == pytest.approx(0.968478, abs=1e-6)


def test_ackley_slope_jumps_at_the_origin() -> None:
    made = get_surface("ackley")
    assert value(made, 0.0, 0.0) == 0.0
    assert slope(made, 0.0, 0.0) == 0.0
    assert slope(made, 1e-7, 0.0) == pytest.approx(20 * 0.2 / math.sqrt(2), rel=1e-5)


def test_absolute_sum_is_level_only_at_its_tip() -> None:
    made = get_surface("absolute_sum")
    assert slope(made, 0.0, 0.0) == 0.0
    assert slope(made, -1e-300, 1e-300) == pytest.approx(math.sqrt(2))


def test_cliff_slopes() -> None:
    made = get_surface("cliff")
    line = torch.linspace(-0.5, 0.5, 100_001, dtype=torch.float64)
    slopes = made.gradient(torch.stack([line, torch.zeros_like(line)], dim=1))[:, 0]
    assert slopes.max().item() == pytest.approx(26.0, abs=1e-3)
    assert line[slopes.argmax()].item() == pytest.approx(1e-4, abs=2e-5)
    assert slope(made, 1.5, 0.0) == pytest.approx(1.75, abs=1e-9)
    (foot,) = made.declared(made.minima)
    assert (foot.x, foot.y, foot.value) == pytest.approx((-2.0, 0.0, 0.0), abs=1e-15)


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    ((0.0, 0.0, 0.0375), (-6.0, -6.0, 1.14e-3), (-10.0, -10.0, 3.42e-5), (4.0, -8.0, 3.07e-4)),
)
def test_sigmoid_plateau_slopes(x: float, y: float, expected: float) -> None:
    assert slope(get_surface("sigmoid_plateau"), x, y) == pytest.approx(expected, rel=3e-3)


def test_sigmoid_plateau_agrees_with_the_sigmoid_of_torch() -> None:
    x, y = torch.cartesian_prod(*(torch.linspace(-10, 10, 41, dtype=torch.float64),) * 2).T
    expected = 0.5 * (torch.sigmoid(y * torch.sigmoid(x)) - 0.8) ** 2
    torch.testing.assert_close(get_surface("sigmoid_plateau").value(x, y), expected)
    assert value(get_surface("sigmoid_plateau"), 0.0, 2.772588722239781) < 1e-30


@pytest.mark.parametrize(
    ("shift", "sharp", "flat"),
    ((0.3, 0.7252, 0.1141), (0.1, 0.1220, 0.0576), (0.2, 0.4137, 0.0795), (0.4, 0.9599, 0.1598)),
)
def test_a_shift_costs_the_sharp_minimum_more(shift: float, sharp: float, flat: float) -> None:
    made = get_surface("sharp_flat", shift=shift)
    x, y = torch.tensor([[-2.0, 2.0], [0.0, 0.0]], dtype=torch.float64)
    assert made.value(x, y).tolist() == pytest.approx([0.0, 0.05], abs=1e-16)
    assert made.test_value(x, y).tolist() == pytest.approx([sharp, flat], abs=5e-5)


def test_the_test_surface_is_the_training_surface_moved() -> None:
    made = get_surface("sharp_flat", shift=-0.3)
    x, y = torch.tensor([[-2.0, 2.0], [0.0, 0.0]], dtype=torch.float64)
    assert made.test_value(x, y).tolist() == pytest.approx([0.7028, 0.1276], abs=5e-5)
    unmoved = get_surface("sharp_flat", shift=0.0)
    _, _, train = unmoved.grid(21)
    _, _, test = unmoved.grid(21, of_test=True)
    assert (train == test).all()


@pytest.mark.parametrize("condition", (10.0, 100.0, 1000.0))
@pytest.mark.parametrize("rotation", (0.0, 30.0, 45.0, -90.0))
def test_ravine_has_the_curvatures_it_is_asked_for(condition: float, rotation: float) -> None:
    made = get_surface("ravine", condition=condition, rotation=rotation)
    assert curvatures(made, 0.3, -0.2) == pytest.approx((1.0, condition), rel=1e-9)
    along = math.radians(rotation)
    assert value(made, math.cos(along), math.sin(along)) == pytest.approx(0.5, rel=1e-9)


def test_a_bowl_closes_the_monkey_saddle() -> None:
    made = get_surface("monkey_saddle", bowl=0.5)
    minima = made.declared(made.minima)
    assert [math.hypot(p.x, p.y) for p in minima] == pytest.approx([1.5] * 3)
    assert [p.value for p in minima] == pytest.approx([-0.84375] * 3)
    assert get_surface("monkey_saddle").declared(made.minima) == ()
