"""Keskar's metric, SAM's neighbourhood and Dinh's rescaling, against searches and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from landscapes import Refusal
from optim_core.training.landscape.eigenvalues import random_vectors, top_eigenvalues
from optim_core.training.landscape.keskar import epsilon_sharpness, random_manifold
from optim_core.training.landscape.neighbourhood import neighbourhood_loss
from optim_core.training.landscape.objective import NetworkLoss
from optim_core.training.landscape.rescaling import rescaled
from tests.optim_core.training.landscape.landscape_cases import (
    Formula,
    Quadratic,
    digits,
    known,
    network_of,
)


def test_on_a_quadratic_keskars_metric_is_that_of_the_farthest_corner() -> None:
    quadratic = Quadratic(torch.diag(torch.tensor([1.0, 4.0, 10.0])).double(), offset=0.5)
    points = torch.tensor([[1e-3, 2e-3, 0.0], [0.5, -0.25, 1.0]]).double()
    found = epsilon_sharpness(quadratic, points, 0.1)
    reach = 0.1 * (points.abs() + 1)
    corner = points + torch.where(points < 0, -1.0, 1.0) * reach
    highest = quadratic.losses(corner)
    loss = quadratic.losses(points)
    torch.testing.assert_close(found.highest[1], highest[1])
    # At the exact bottom of an axis there is no slope to follow: it is found from a corner.
    both = epsilon_sharpness(quadratic, points, 0.1, starts=16)
    torch.testing.assert_close(both.highest, highest)
    torch.testing.assert_close(both.percent, 100 * (highest - loss) / (1 + loss))
    assert ((both.points - points).abs() <= reach * (1 + 1e-12)).all()


def test_keskars_metric_of_a_network_is_that_of_a_brute_force_search_in_a_plane() -> None:
    case = known()
    directions = random_manifold(case.points, 2, seed=0)
    epsilon = 0.5
    found = epsilon_sharpness(case.objective, case.points, epsilon, directions=directions, starts=4)
    for row, point in enumerate(case.points):
        own = torch.linalg.pinv(directions) @ point
        reach = epsilon * (own.abs() + 1)
        ends = torch.linspace(-1.0, 1.0, 21, dtype=torch.float64)
        moves = torch.cartesian_prod(ends, ends) * reach
        alone = NetworkLoss(
            case.objective.network, [digits(60)], torch.zeros(1, 0), rows_at_once=441
        )
        losses = alone.losses(point + moves @ directions.T)
        loss = float(alone.losses(point[None])[0])
        searched = 100 * (float(losses.max()) - loss) / (1 + loss)
        assert searched > 1
        # Between the grid's points there may be a little more, never less.
        assert searched - 1e-9 <= float(found.percent[row]) <= 1.02 * searched


def test_several_climbs_find_the_highest_of_many_hills() -> None:
    hills = Formula(
        lambda p: 2 + torch.sin(9 * p[:, 0]) * torch.cos(7 * p[:, 1]) + p[:, 0] - p[:, 1] / 3
    )
    points = torch.tensor([[0.1, 0.2]]).double()
    found = epsilon_sharpness(hills, points, 0.9, starts=32)
    reach = 0.9 * (points[0].abs() + 1)
    ends = torch.linspace(-1.0, 1.0, 401, dtype=torch.float64)
    searched = hills.losses(points + torch.cartesian_prod(ends, ends) * reach).max()
    assert float(found.highest[0]) >= float(searched) - 2e-3
    one = epsilon_sharpness(hills, points, 0.9)
    assert float(hills.losses(points)[0]) <= float(one.highest[0]) <= float(found.highest[0])


def test_a_network_with_no_slope_at_all_is_not_sharp() -> None:
    flat = Formula(lambda p: p.sum(dim=1) * 0 + 3)
    found = epsilon_sharpness(flat, torch.ones(2, 4).double(), 0.1)
    assert found.percent.tolist() == [0, 0]
    assert neighbourhood_loss(flat, torch.ones(2, 4).double(), 0.05).highest.tolist() == [3, 3]


def test_at_distance_0_sams_loss_is_the_loss() -> None:
    case = known()
    found = neighbourhood_loss(case.objective, case.points, 0.0)
    assert torch.equal(found.first_order, found.loss)
    assert torch.equal(found.highest, found.loss)
    assert torch.equal(found.loss, case.objective.gradients(case.points)[0])


def test_on_a_quadratic_sams_loss_is_known_and_the_steps_find_the_highest() -> None:
    hessian = torch.diag(torch.tensor([1.0, 9.0])).double()
    quadratic = Quadratic(hessian)
    points, rho = torch.tensor([[1.0, 0.2]]).double(), 0.3
    slope = points @ hessian
    found = neighbourhood_loss(quadratic, points, rho, steps=40)
    expected = quadratic.losses(points + rho * slope / slope.norm())
    torch.testing.assert_close(found.first_order, expected)
    around = torch.linspace(0, 2 * torch.pi, 100_001, dtype=torch.float64)
    circle = points + rho * torch.stack((around.cos(), around.sin()), dim=1)
    torch.testing.assert_close(found.highest[0], quadratic.losses(circle).max())
    assert found.highest[0] > found.first_order[0]


@pytest.mark.parametrize(
    ("key", "settings"),
    [
        ("mlp", {"width": 3, "depth": 2}),
        ("mlp", {"width": 3, "depth": 1, "batch_norm": True, "activation": "leaky_relu"}),
        ("small_cnn", {"width": 2, "depth": 2}),
        ("small_cnn", {"width": 2, "depth": 1, "batch_norm": True}),
        ("resnet", {"width": 4, "depth": "8"}),
    ],
)
def test_a_rescaled_network_answers_the_same_and_is_another_sharp(key: str, settings: dict) -> None:
    network = network_of(key, **settings)
    images, labels = digits(40)
    points = network.initial_weights((0, 1))
    other = rescaled(network, points, 8.0)
    assert not torch.equal(points, other)
    width = 2 * sum(network.layers.normalised())
    remembered = torch.ones(2, width, dtype=torch.float64)  # the rescaled one keeps them

    def logits(weights: torch.Tensor) -> torch.Tensor:
        statistics = network.fresh_statistics(2, torch.float64, images.device)
        return network.logits(network.pieces(weights), images, statistics, training=False)

    assert torch.equal(logits(points), logits(other))
    torch.testing.assert_close(logits(points), logits(rescaled(network, points, 0.3)))
    objective = NetworkLoss(network, [(images, labels)], remembered, rows_at_once=2)
    starts = random_vectors(2, points, seed=0)
    before, after = (
        top_eigenvalues(lambda v, w=weights: objective.products(w, v), starts, 1).values[:, 0]
        for weights in (points, other)
    )
    assert (np.abs(np.log(after / before)) > 0.2).all()
    sharp, sharper = (epsilon_sharpness(objective, w, 1e-3).percent for w in (points, other))
    assert not torch.allclose(sharp, sharper, rtol=0.02)


@pytest.mark.parametrize(
    ("key", "settings"),
    [("mlp", {"depth": 0}), ("mlp", {"activation": "tanh"}), ("lstm", {"width": 4})],
)
def test_a_network_without_rectifiers_cannot_be_rescaled(key: str, settings: dict) -> None:
    network = network_of(key, **settings)
    with pytest.raises(Refusal, match="rectifier"):
        rescaled(network, network.initial_weights((0,)), 2.0)


@pytest.mark.parametrize("factor", [0.0, -1.0, float("nan"), float("inf")])
def test_a_factor_that_is_not_positive_is_refused(factor: float) -> None:
    network = network_of("mlp")
    with pytest.raises(Refusal, match="above 0"):
        rescaled(network, network.initial_weights((0,)), factor)


def test_networks_need_pictures_and_rows_that_belong_to_them() -> None:
    network = network_of("mlp", width=2)
    with pytest.raises(ValueError, match="pictures"):
        NetworkLoss(network, [], None)
    with pytest.raises(ValueError, match="batch"):
        NetworkLoss(network, [digits(4), digits(4)], None)
    two = NetworkLoss(network, [digits(4)], torch.zeros(2, 0))
    with pytest.raises(ValueError, match="3 rows of 2"):
        two.losses(network.initial_weights((0, 1, 2)))


def test_accuracy_is_the_share_of_right_answers() -> None:
    case = known()
    images, labels = digits(60)
    logits = case.objective.network.logits(
        case.objective.network.pieces(case.points), images, (), training=False
    )
    expected = (logits.argmax(dim=2) == labels).double().mean(dim=1)
    torch.testing.assert_close(case.objective.accuracies(case.points), expected)
