"""Numbers that the lecture, the papers and torch give for single steps, found in the reports."""

from __future__ import annotations

import numpy as np
import pytest

from landscapes import get_surface
from optim_core import Entry, RunConfig, Scenario, trace
from optim_core.inside import Inside, printed, take_apart
from optim_core.inside.curvature import eigenvalues, hessians, scaled_sharpness
from optim_core.inside.printed import printed_latex, printed_value
from optim_core.theory import heavy_ball_limit


def inside(entry: Entry, steps: int = 60, surface: str = "himmelblau") -> Inside:
    asked = Scenario(
        surface=surface, entries=(entry,), starts=((1.5, -1.0),), config=RunConfig(steps=steps)
    )
    found = take_apart(asked, 0, int(trace(asked).stopped_at[0]))
    assert found is not None
    return found


def test_radam_counts_its_gradients_and_marks_the_steps_that_are_not_adapted() -> None:
    found = inside(Entry("radam", {"learning_rate": 1e-3}))
    # Specification 2.13, computed from the paper's formula.
    expected = [1, 1.9995, 2.99867, 3.9975, 4.996, 5.99416, 6.992, 7.98949]
    np.testing.assert_allclose(found.values["length"][:8, 0], expected, rtol=1e-5)
    np.testing.assert_allclose(found.values["rectifier"][[5, 9], 0], [0.0258211, 0.048998], 1e-5)
    for variant, first in (("torch", 5), ("paper", 4), ("author", 5)):
        of_variant = inside(Entry("radam", {"learning_rate": 1e-3, "variant": variant}))
        (mark,) = of_variant.marks
        assert mark.when.nonzero()[0].tolist() == list(range(first)), variant
    assert "stands still" in str(of_variant.report(1).sentences[0])
    assert (of_variant.values["move"][:5] == 0).all()


def test_adabound_has_the_bounds_of_its_authors_code() -> None:
    found = inside(Entry("adabound"))
    assert found.values["lower"][0, 0] == pytest.approx(9.99001e-5, rel=1e-5)
    assert found.values["upper"][0, 0] == pytest.approx(100.1)
    assert (found.rates >= found.values["lower"]).all()
    assert (found.rates <= found.values["upper"]).all()


def test_swats_says_when_it_switches_and_what_holds_after() -> None:
    found = inside(Entry("swats", {"learning_rate": 0.05, "switch_tolerance": 1.0}), steps=80)
    switch, in_sgd = found.marks
    (at,) = switch.when.nonzero()[0]
    assert at + 1 >= 50
    assert in_sgd.when.nonzero()[0].tolist() == list(range(at + 1, 80))
    before = [line.quantity.key for line in found.shown(at)]
    after = [line.quantity.key for line in found.shown(at + 1)]
    assert "needed" in before and "velocity" not in before
    assert "velocity" in after and "needed" not in after
    # Specification 2.12: w -= (1 - beta1) Lambda u.
    rate = found.values["estimate"][at, 0]
    np.testing.assert_allclose(found.rates[at + 1], (1 - 0.9) * rate)


def test_lookahead_has_both_points_and_says_when_they_meet() -> None:
    found = inside(Entry("sgd", {}, "lookahead", {"steps": 5, "alpha": 0.5}), steps=20)
    slow, fast = (found.values[track.quantity.key] for track in found.tracks)
    (meets,) = found.marks
    assert (meets.when.nonzero()[0] + 1).tolist() == [5, 10, 15, 20]
    np.testing.assert_allclose(slow[4], 0.5 * (np.array([1.5, -1.0]) + fast[4]))
    np.testing.assert_array_equal(found.values["after"][4], slow[4])
    np.testing.assert_array_equal(slow[5], slow[4])


def test_both_forms_of_nesterov_are_one_path() -> None:
    settings = {"learning_rate": 0.005, "momentum": 0.9}
    torch_form = inside(Entry("nesterov", settings))
    lecture = inside(Entry("nesterov", {**settings, "variant": "lecture"}))
    # What one form draws is what the other tells beside it (specification 2.3).
    np.testing.assert_allclose(torch_form.values["other_form"], lecture.values["after"])
    np.testing.assert_allclose(lecture.values["other_form"], torch_form.values["after"])
    np.testing.assert_allclose(lecture.values["carried"][1:], torch_form.values["after"][:-1])


def test_l2_beside_adamw_decays_a_steep_axis_less() -> None:
    found = inside(Entry("adamw", {"weight_decay": 0.1}))
    apart, beside = found.values["shrinking"], found.values["l2_beside"]
    points = found.values["before"]
    np.testing.assert_allclose(apart / points, 0.02 * 0.1)
    steep = np.sqrt(found.values["second"][:, 0]) > np.sqrt(found.values["second"][:, 1])
    shares = np.abs(beside / points)
    assert ((shares[:, 0] < shares[:, 1]) == steep).all()


@pytest.mark.parametrize("surface", ["beale", "rosenbrock", "himmelblau", "two_weight_net"])
def test_curvatures_at_the_declared_critical_points(surface: str) -> None:
    found = get_surface(surface)
    minima = np.array([[point.x, point.y] for point in found.declared(found.minima)])
    values = eigenvalues(hessians(found.value, minima))
    assert (values[:, 1] > -1e-6).all()
    saddles = np.array([[p.x, p.y] for p in found.declared(found.saddles)]).reshape(-1, 2)
    assert (eigenvalues(hessians(found.value, saddles))[:, 1] < 0).all()


def test_curvatures_of_the_lecture() -> None:
    def at(surface: str, x: float, y: float) -> np.ndarray:
        return eigenvalues(hessians(get_surface(surface).value, np.array([[x, y]])))[0]

    np.testing.assert_allclose(at("beale", 3.0, 0.5), [48.9798, 0.301464], rtol=1e-5)
    np.testing.assert_allclose(at("rosenbrock", 1.0, 1.0), [1001.6, 0.399361], rtol=1e-5)
    np.testing.assert_allclose(at("two_weight_net", 0.0, 0.0), [2.0, -2.0], rtol=1e-9)


def test_a_flat_or_undefined_formula_has_flat_or_undefined_curvature() -> None:
    points = np.array([[-1.0, 2.0], [1.0, 2.0]])
    assert (hessians(lambda x, y: x * 2 + y, points) == 0).all()
    assert (hessians(lambda x, y: x.detach() * 0, points) == 0).all()
    found = eigenvalues(hessians(lambda x, y: x.sqrt() * x + y, points))
    assert np.isnan(found[0]).all() and np.isfinite(found[1]).all()


def test_sharpness_is_that_of_the_stretched_surface() -> None:
    matrix = np.array([[[3.0, 1.0], [1.0, 2.0]]])
    stretched = np.array([[[12.0, 1.0], [1.0, 0.5]]])
    rates = np.array([[4.0, 0.25]])
    np.testing.assert_allclose(
        scaled_sharpness(matrix, rates), eigenvalues(stretched)[:, 0], rtol=1e-12
    )


STEADY = [
    Entry("sgd"),
    *(Entry("momentum", {"variant": v}) for v in ("torch", "lecture", "averaged")),
    Entry("momentum", {"dampening": 0.5}),
    *(Entry("nesterov", {"variant": v}) for v in ("torch", "lecture")),
    Entry("sgdw", {"weight_decay": 0.0}),
    Entry("sgd", {"weight_decay": 5.0}),
]


@pytest.mark.parametrize("entry", STEADY, ids=str)
def test_a_rule_settles_just_under_its_limit_and_not_over_it(entry: Entry) -> None:
    def ends(rate: float) -> tuple[Inside, float]:
        asked = Scenario(
            surface="ravine",
            entries=(entry.changed(learning_rate=rate),),
            starts=((1.0, 1.0),),
            config=RunConfig(steps=3_000),
        )
        traced = trace(asked)
        found = take_apart(asked, 0, int(traced.stopped_at[0]))
        assert found is not None
        last = traced.positions[int(traced.stopped_at[0]), 0]
        return found, float(np.abs(last).max())

    probe, _ = ends(1e-3)
    per_rate = probe.sharpness[0] / 1e-3
    edge = probe.limits[0] / per_rate
    below, near = ends(0.98 * edge)
    above, far = ends(1.02 * edge)
    assert below.sharpness[0] < below.limits[0] < above.sharpness[0] * 1.0001 * (1 / 1.0)
    assert near < 1e-6 and far > 1e3


def test_the_limits_are_those_of_the_theory() -> None:
    found = inside(Entry("momentum", {"momentum": 0.8}))
    assert found.limits[0] == pytest.approx(heavy_ball_limit(0.8, 1.0))
    assert inside(Entry("adam")).limits[0] == pytest.approx(38.0)
    assert inside(Entry("rmsprop")).limits[0] == 2.0


@pytest.mark.parametrize("over", [0.98, 1.02])
def test_nadams_limit_is_that_of_its_recurrence(over: float) -> None:
    beta = 0.9
    limit = inside(Entry("nadam", {"variant": "lecture"})).limits[0]
    curvature, mean, x = over * limit, 0.0, 1.0
    for _ in range(4_000):
        gradient = curvature * x
        mean = beta * mean + (1 - beta) * gradient
        x -= beta * mean + (1 - beta) * gradient
    assert (abs(x) < 1e-3) == (over < 1)


@pytest.mark.parametrize(
    ("value", "mantissa", "power"),
    [
        (0.0, "0", None),
        (-0.0, "0", None),
        (1.0, "1", None),
        (-12.34567, "-12.346", None),
        (123456.0, "123460", None),
        (1234567.0, "1.2346", 6),
        (0.00012345678, "0.00012346", None),
        (0.000012345678, "1.2346", -5),
        (9.999999, "10", None),
        (1e-300, "1", -300),
        (1190.25, "1190.3", None),
        (-1190.25, "-1190.3", None),
        (999995.0, "1", 6),
    ],
)
def test_numbers_are_printed_to_five_digits(value: float, mantissa: str, power: int | None) -> None:
    assert printed(value) == (mantissa, power)
    assert printed_value(value) == pytest.approx(value, rel=5e-5)
    assert (r"\times" in printed_latex(value)) == (power is not None)


def test_what_is_not_finite_is_not_printed() -> None:
    with pytest.raises(ValueError, match="finite"):
        printed(float("nan"))
