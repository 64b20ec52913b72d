"""Directions, planes, lines and path planes against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from optim_core.training.data.dataset import ImageShape
from optim_core.training.events import Floats
from optim_core.training.landscape import (
    Frame,
    Grid,
    line_between,
    path_plane,
    plane_through,
    random_directions,
    sweep,
)
from optim_core.training.landscape.looking import quicker
from optim_core.training.landscape.slices import around, square
from optim_core.training.networks import Network, build_network

SHAPE = ImageShape(1, 4, 4, 3)
CNN = build_network("small_cnn", ImageShape(1, 8, 8, 3), {"width": 3, "batch_norm": True})
MLP = build_network("mlp", SHAPE, {"width": 5, "depth": 1})
LINEAR = build_network("mlp", SHAPE, {"depth": 0})


class Function:
    """Measures points by a function of their weights (P, D) -> (P,)."""

    dtype = torch.float64
    group = 7

    def __init__(self, function: object) -> None:
        self._function = function

    def measure(self, points: Tensor, stop: object = None) -> Floats:
        found: Tensor = self._function(points)  # type: ignore[operator]
        return found[:, None].numpy()


def picture(frame: Frame, grid: Grid, function: object) -> Floats:
    """The values of a whole grid, measured from coarse to fine."""
    places, order = grid.coordinates, grid.order()
    *_, (_done, measured) = sweep(
        lambda first, last: frame.points(places[order[first:last]]), len(order), Function(function)
    )
    values = np.empty(len(order))
    values[order] = measured[:, 0]
    return values.reshape(grid.shape)


def squared_error(network: Network) -> tuple[object, Tensor, Tensor]:
    """Half the mean squared error of a linear network, with its curvature and its slope at 0."""
    chance = torch.Generator().manual_seed(1)
    images = torch.randn(20, *SHAPE[:3], dtype=torch.float64, generator=chance)
    wanted = torch.randn(20, SHAPE.classes, dtype=torch.float64, generator=chance)

    def loss(points: Tensor) -> Tensor:
        logits = network.logits(network.pieces(points), images, [], training=False)
        return (logits - wanted).square().mean(dim=(1, 2)) / 2

    zero = torch.zeros(network.size, dtype=torch.float64)

    def one(point: Tensor) -> Tensor:
        return loss(point[None])[0]

    (slope,) = torch.autograd.grad(one(zero.requires_grad_()), zero)
    return loss, torch.autograd.functional.hessian(one, zero), slope


def test_the_slice_of_a_linear_network_is_the_closed_form_quadratic() -> None:
    loss, curvature, slope = squared_error(LINEAR)
    (weights,) = LINEAR.initial_weights([3])
    axes = random_directions(LINEAR, weights, 0)
    grid = square(1.5, 9)
    found = picture(Frame(weights, axes), grid, loss)
    gradient = curvature @ weights + slope
    middle = weights @ curvature @ weights / 2 + slope @ weights + loss(0 * weights[None])[0]
    moves = torch.from_numpy(grid.coordinates)
    bent = axes @ curvature @ axes.T
    expected = middle + moves @ (axes @ gradient) + ((moves @ bent) * moves).sum(dim=1) / 2
    assert np.allclose(found.ravel(), expected.numpy(), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("network", [CNN, MLP])
def test_each_filter_of_a_direction_is_as_long_as_that_of_the_network(network: Network) -> None:
    (weights,) = network.initial_weights([0])
    directions = random_directions(network, weights, 5)
    own = network.pieces(weights[None])
    for direction in directions:
        pieces = network.pieces(direction[None])
        for parameter, piece, ours in zip(network.parameters, pieces, own, strict=True):
            if parameter.kind != "weight":
                assert not piece.any(), parameter
            else:
                assert torch.allclose(piece.flatten(2).norm(dim=2), ours.flatten(2).norm(dim=2))


def test_directions_are_their_seeds_and_a_filter_of_zeros_stays() -> None:
    (weights,) = MLP.initial_weights([0])
    weights[:16] = 0
    one, same, other = (random_directions(MLP, weights, seed) for seed in (1, 1, 2))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)
    assert torch.equal(random_directions(MLP, weights, 1, count=1)[0], one[0])
    assert not one[:, :16].any()
    assert one.isfinite().all()


def test_a_slice_does_not_see_how_the_layers_share_their_scale() -> None:
    (weights,) = MLP.initial_weights([0])
    pieces = [piece.clone() for piece in MLP.pieces(weights[None])]
    pieces[0] *= 4
    pieces[1] *= 4
    pieces[2] /= 4
    scaled = torch.cat([piece.flatten() for piece in pieces])
    images = torch.randn(6, *SHAPE[:3], dtype=torch.float64)

    def logits(points: Tensor) -> Tensor:
        return MLP.logits(MLP.pieces(points), images, [], training=False).square().sum((1, 2))

    grid = square(1.0, 5)
    found = [
        picture(Frame(one, random_directions(MLP, one, 7)), grid, logits)
        for one in (weights, scaled)
    ]
    assert np.allclose(*found, rtol=1e-12)


def test_the_plane_through_three_points_reproduces_their_losses() -> None:
    three = MLP.initial_weights([0, 1, 2])
    frame, places = plane_through(three)
    assert torch.allclose(frame.axes @ frame.axes.T, torch.eye(2, dtype=torch.float64), atol=1e-14)
    back = frame.points(places)
    assert torch.allclose(back, three, rtol=0, atol=1e-14)
    loss, _, _ = squared_error(MLP)
    assert torch.allclose(loss(back), loss(three), rtol=1e-13)
    apart = torch.cdist(three, three).numpy()
    drawn = np.linalg.norm(places[:, None] - places[None], axis=2)
    assert np.allclose(drawn, apart)


def test_three_points_on_a_line_have_no_plane_and_one_point_no_line() -> None:
    one, other = MLP.initial_weights([0, 1])
    with pytest.raises(ValueError, match="on one line"):
        plane_through(torch.stack((one, other, one + 3 * (other - one))))
    with pytest.raises(ValueError, match="on one line"):
        plane_through(torch.stack((one, one, other)))
    with pytest.raises(ValueError, match="the same"):
        line_between(torch.stack((one, one)))


def test_a_line_runs_from_the_first_to_the_second_and_beyond() -> None:
    two = MLP.initial_weights([0, 1])
    points = line_between(two).points(np.array([[0.0], [1.0], [-1.0], [2.0]]))
    expected = torch.stack((two[0], two[1], 2 * two[0] - two[1], 2 * two[1] - two[0]))
    assert torch.allclose(points, expected, atol=1e-15)


def test_the_path_plane_of_a_model_with_two_parameters_is_the_model() -> None:
    def loss(points: Tensor) -> Tensor:
        x, y = points.T
        return (1 - x).square() + 100 * (y - x.square()).square()

    recorded = torch.randn(12, 3, 2, generator=torch.Generator().manual_seed(0)).double()
    recorded[8:, 1] = torch.nan
    centre = torch.tensor([0.3, -0.2], dtype=torch.float64)
    plane = path_plane(recorded, centre)
    there = np.isfinite(plane.distances)
    assert np.array_equal(there, recorded[..., 0].isfinite().numpy())
    assert np.abs(plane.distances[there]).max() < 1e-14
    assert plane.explained.sum() == pytest.approx(1.0)
    back = plane.frame.points(plane.coordinates[there])
    true = recorded[torch.from_numpy(there)]
    assert torch.allclose(back, true, atol=1e-14)
    assert torch.allclose(loss(back), loss(true), rtol=1e-12)


def test_a_path_plane_is_that_of_the_singular_values() -> None:
    recorded = torch.randn(9, 2, 40, generator=torch.Generator().manual_seed(0)).double()
    centre = recorded[-1, 0].clone()
    plane = path_plane(recorded, centre)
    points = recorded.reshape(-1, 40) - centre
    _, values, axes = torch.linalg.svd(points, full_matrices=False)
    share = values.square() / values.square().sum()
    assert np.allclose(plane.explained, share[: len(plane.explained)].numpy())
    assert torch.allclose((plane.frame.axes @ axes[:2].T).abs(), torch.eye(2).double(), atol=1e-10)
    assert plane.distances[-1, 0] == 0
    assert np.abs(plane.coordinates[-1, 0]).max() == 0
    rest = points - (points @ axes[:2].T) @ axes[:2]
    assert np.allclose(plane.distances.ravel(), rest.norm(dim=1).numpy(), atol=1e-10)


def test_paths_on_a_line_have_a_plane_and_paths_that_stand_still_have_none() -> None:
    along = torch.linspace(0, 1, 5, dtype=torch.float64)[:, None, None] * torch.ones(1, 1, 6)
    plane = path_plane(along, along[0, 0])
    assert plane.explained[0] == pytest.approx(1.0)
    assert torch.allclose(plane.frame.axes @ plane.frame.axes.T, torch.eye(2).double(), atol=1e-12)
    with pytest.raises(ValueError, match="all the same"):
        path_plane(torch.ones(4, 2, 6), torch.ones(6))


@pytest.mark.parametrize("resolution", [5, 9, 17, 25, 40, 51])
def test_a_grid_is_measured_once_and_every_level_is_a_whole_picture(resolution: int) -> None:
    grid = square(1.0, resolution)
    order = grid.order()
    assert np.array_equal(np.sort(order), np.arange(resolution**2))
    seen = np.zeros(grid.shape, dtype=bool)
    for level in grid.levels():
        seen.ravel()[level] = True
        rows, columns = seen.any(axis=1), seen.any(axis=0)
        assert seen[np.ix_(rows, columns)].all()
        for side in (rows, columns):
            assert side[0]
            assert side[-1]


def test_a_sweep_goes_on_from_what_is_known() -> None:
    asked = []

    def points(first: int, last: int) -> Tensor:
        asked.append((first, last))
        return torch.arange(first, last, dtype=torch.float64)[:, None]

    whole = list(sweep(points, 20, Function(lambda p: p[:, 0] ** 2)))
    assert [done for done, _ in whole] == [7, 14, 20]
    known = whole[0][1].copy()
    asked.clear()
    again = list(sweep(points, 20, Function(lambda p: p[:, 0] ** 2), known))
    assert asked == [(7, 14), (14, 20)]
    assert np.array_equal(again[-1][1], whole[-1][1])


def test_a_grid_around_points_holds_them_and_is_never_a_thread() -> None:
    grid = around(np.array([[0.0, 1.0], [4.0, 1.0]]), 9, 0.25)
    assert (grid.x[0], grid.x[-1]) == (-1.0, 5.0)
    assert grid.y is not None
    assert grid.y[-1] - grid.y[0] >= 1.0
    assert around(np.zeros((1, 2)), 5, 0.25).x[-1] > 0


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "tanh", "sigmoid"])
def test_a_network_to_look_at_says_the_very_same(activation: str) -> None:
    shape = ImageShape(1, 8, 8, 3)
    network = build_network("small_cnn", shape, {"width": 3, "activation": activation})
    weights = network.initial_weights([0, 1]).float()
    images = torch.randn(5, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    found = [
        one.logits(one.pieces(weights), images, [], training=False)
        for one in (network, quicker(network))
    ]
    if activation == "sigmoid":
        # Rounded otherwise in the last place where a processor computes the ends of an array apart.
        torch.testing.assert_close(*found, rtol=0, atol=1e-7)
    else:
        assert torch.equal(*found)
    assert quicker(network).layers != network.layers
