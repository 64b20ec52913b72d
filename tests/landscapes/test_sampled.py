"""A surface through measured values: exact where it can be, and honest where nothing is known."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from landscapes import SURFACES, UnknownKeyError, sampled_surface
from landscapes.registry import Registry
from landscapes.sampled import Bicubic
from optim_core import Entry, Outcome, RunConfig, Scenario, trace

X, Y = np.linspace(-2.0, 1.0, 7), np.linspace(0.0, 4.0, 9)
ACROSS, ALONG = np.meshgrid(X, Y)
NAMES = {"key": "measured", "title": "Measured", "story": "", "source": ""}


def quadratic(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return 3 * x * x - x * y + 0.5 * y * y - x + 2


VALUES = quadratic(torch.from_numpy(ACROSS), torch.from_numpy(ALONG)).numpy()


def somewhere(count: int = 200) -> tuple[torch.Tensor, torch.Tensor]:
    chance = torch.Generator().manual_seed(0)
    x, y = torch.rand(2, count, generator=chance, dtype=torch.float64)
    return 3 * x - 2, 4 * y


def test_it_goes_through_every_value_and_is_exact_for_quadratics_up_to_the_edge() -> None:
    chance = np.random.default_rng(0).normal(size=VALUES.shape)
    rough = Bicubic(X, Y, chance)
    found = rough(torch.from_numpy(ACROSS), torch.from_numpy(ALONG)).numpy()
    assert np.allclose(found, chance, atol=1e-12)
    x, y = somewhere()
    assert torch.allclose(Bicubic(X, Y, VALUES)(x, y), quadratic(x, y), atol=1e-12)


def test_its_gradient_is_that_of_the_quadratic_and_goes_on_across_cells() -> None:
    surface = sampled_surface(X, Y, VALUES, **NAMES)
    x, y = somewhere()
    gradient = surface.gradient(torch.stack((x, y), dim=1))
    assert torch.allclose(gradient, torch.stack((6 * x - y - 1, y - x), dim=1), atol=1e-10)
    rough = sampled_surface(X, Y, np.random.default_rng(0).normal(size=VALUES.shape), **NAMES)
    edge, away = float(X[3]), 1e-7
    sides = torch.tensor([[edge - away, 1.3], [edge + away, 1.3]], dtype=torch.float64)
    left, right = rough.gradient(sides)
    assert torch.allclose(left, right, atol=1e-4)


def test_outside_the_measured_part_and_beside_what_overflowed_it_is_not_defined() -> None:
    holed = VALUES.copy()
    holed[0, 0] = np.inf
    surface = sampled_surface(X, Y, holed, **NAMES)
    points = torch.tensor([[-2.1, 1.0], [0.0, 4.1], [np.nan, 1.0], [np.inf, 1.0], [-1.9, 0.1]])
    x, y = points.double().T
    assert not surface.value(x, y).isfinite().any()
    assert surface.value(*torch.tensor([[0.5], [3.0]], dtype=torch.float64)).isfinite().all()


def test_optimizers_run_on_it_and_are_told_when_they_leave() -> None:
    values = (ACROSS + 0.5) ** 2 + (ALONG - 2) ** 2
    surface = sampled_surface(X, Y, values, unseen=values + 1, **NAMES)
    scenario = Scenario(
        surface="booth",
        entries=(
            Entry("sgd", {"learning_rate": 0.1}),
            Entry("adam", {"learning_rate": 0.05}),
            Entry("sgd", {"learning_rate": 5.0}),
        ),
        starts=(surface.start,),
        config=RunConfig(steps=400),
    )
    found = trace(scenario, surface)
    assert np.allclose(found.positions[-1, :2], [-0.5, 2.0], atol=1e-3)
    assert found.outcomes[2] is Outcome.LEFT_THE_DOMAIN
    x = torch.tensor([0.0], dtype=torch.float64)
    assert surface.test_value(x, x + 1) - surface.value(x, x + 1) == pytest.approx(1.0)


def test_its_rate_is_round_and_keeps_momentum_in_the_picture() -> None:
    values = (ACROSS + 0.5) ** 2 + (ALONG - 2) ** 2
    for height in (1e-3, 1.0, 700.0):
        surface = sampled_surface(X, Y, height * values, **NAMES)
        assert float(f"{surface.descent_rate:.1g}") == surface.descent_rate
        rate = {"learning_rate": surface.descent_rate}
        scenario = Scenario(
            surface="booth",
            entries=(Entry("sgd", rate), Entry("momentum", rate)),
            starts=(surface.start,),
            config=RunConfig(steps=300),
        )
        found = trace(scenario, surface)
        assert set(found.outcomes) <= {Outcome.CONVERGED, Outcome.RAN_OUT_OF_STEPS}
        assert (found.losses[-1] < found.losses[0]).all()


@pytest.mark.parametrize(
    ("x", "y", "values"),
    [
        (X[:2], Y, VALUES[:, :2]),
        (X**3, Y, VALUES),
        (X[::-1], Y, VALUES),
        (X, Y, VALUES.T),
        (X, Y, np.full_like(VALUES, np.nan)),
        (np.where(X > 0, np.nan, X), Y, VALUES),
    ],
)
def test_what_is_no_grid_is_refused(x: np.ndarray, y: np.ndarray, values: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"surface"):
        sampled_surface(x, y, values, **NAMES)


def test_a_registry_looks_for_keys_that_it_does_not_list() -> None:
    registry: Registry[str] = Registry("thing")
    registry.add("one", "listed")

    def find(key: str) -> str:
        if key != "found-it":
            raise UnknownKeyError("There is none.")
        return "found"

    registry.find_under("found-", find)
    assert (registry["found-it"], list(registry), "found-it" in registry) == (
        "found",
        ["one"],
        True,
    )
    assert registry.get("found-not") is None
    with pytest.raises(UnknownKeyError, match="There is none"):
        registry["found-not"]
    assert not SURFACES.finds("booth")
