"""Eigenvalues, trace and density by products alone, against Hessians written down in full."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch

from optim_core.training.landscape.density import spectral_density
from optim_core.training.landscape.eigenvalues import random_vectors, top_eigenvalues
from optim_core.training.landscape.objective import NetworkLoss
from optim_core.training.landscape.traces import hutchinson, signs
from tests.optim_core.training.landscape.landscape_cases import digits, known, network_of


def products_of(vectors: torch.Tensor) -> torch.Tensor:
    """Of the two known networks, whose rows lie side by side."""
    case = known()
    points = case.points.repeat_interleave(len(vectors) // 2, dim=0)
    return case.objective.products(points, vectors)


def test_products_are_those_of_the_whole_hessian() -> None:
    vectors = random_vectors(6, known().points, seed=3)
    expected = torch.einsum("gij,gpj->gpi", known().hessians, vectors.view(2, 3, -1)).flatten(0, 1)
    torch.testing.assert_close(products_of(vectors), expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    ("key", "settings"),
    [
        ("small_cnn", {"width": 2, "depth": 2, "batch_norm": True}),
        ("resnet", {"width": 2, "depth": "8"}),
        ("lstm", {"width": 4}),
    ],
)
@pytest.mark.parametrize("training", [True, False])
def test_products_of_every_kind_of_layer_are_differences_of_gradients(
    key: str, settings: dict, training: bool
) -> None:
    network = network_of(key, **settings)
    statistics = torch.rand(2, 2 * sum(network.layers.normalised()), dtype=torch.float64) + 0.5
    objective = NetworkLoss(network, [digits(20)], None if training else statistics, rows_at_once=2)
    points = network.initial_weights((0, 1))
    vectors = random_vectors(2, points, seed=0)
    step = 1e-6
    ahead = objective.gradients(points + step * vectors)[1]
    behind = objective.gradients(points - step * vectors)[1]
    found = objective.products(points, vectors)
    torch.testing.assert_close(found, (ahead - behind) / (2 * step), rtol=1e-4, atol=1e-5)
    alone = NetworkLoss(network, [digits(20)], None if training else statistics, rows_at_once=1)
    torch.testing.assert_close(alone.products(points, vectors), found, rtol=1e-9, atol=1e-10)


def test_lanczos_finds_the_five_largest_eigenvalues_and_the_lowest() -> None:
    case = known()
    starts = random_vectors(2, case.points, seed=0)
    found = top_eigenvalues(products_of, starts, 5, steps=120, tolerance=1e-9)
    assert found.steps < 120
    np.testing.assert_allclose(found.values, case.eigenvalues[:, :5], rtol=1e-9)
    assert (found.bounds < 1e-8 * found.values[:, :1]).all()
    np.testing.assert_allclose(found.lowest, case.eigenvalues[:, -1], rtol=1e-6)


@pytest.mark.parametrize("steps", [6, 12, 25])
def test_a_true_eigenvalue_lies_within_each_error_bound(steps: int) -> None:
    case = known()
    found = top_eigenvalues(products_of, random_vectors(2, case.points, 1), 5, steps=steps)
    away = np.abs(found.values[:, :, None] - case.eigenvalues[:, None, :].numpy()).min(axis=2)
    assert (away <= found.bounds * (1 + 1e-9) + 1e-12).all()
    lowest = np.abs(found.lowest[:, None] - case.eigenvalues.numpy()).min(axis=1)
    assert (lowest <= found.lowest_bounds * (1 + 1e-9) + 1e-12).all()
    if steps == 6:
        assert found.bounds.max() > 1e-6


def test_a_matrix_smaller_than_the_number_asked_for_is_told_whole() -> None:
    matrices = torch.stack((torch.diag(torch.tensor([3.0, 1.0, -2.0])), torch.eye(3))).double()
    starts = torch.ones(2, 3, dtype=torch.float64)
    found = top_eigenvalues(
        lambda vectors: torch.einsum("rij,rj->ri", matrices, vectors), starts, 5
    )
    np.testing.assert_allclose(found.values[0, :3], [3, 1, -2], atol=1e-12)
    # From one start, an eigenvalue that is there three times is found once.
    np.testing.assert_allclose(found.values[1, 0], 1)
    assert np.isnan(found.values[0, 3:]).all()
    assert np.isnan(found.values[1, 1:]).all()
    np.testing.assert_allclose(found.lowest, [-2, 1], atol=1e-12)


def test_the_trace_lies_within_its_standard_error() -> None:
    case = known()
    found = hutchinson(products_of, signs(2 * 60, case.points, seed=0), 2)
    traces = case.hessians.diagonal(dim1=1, dim2=2).sum(dim=1).numpy()
    assert (np.abs(found.mean - traces) < 3 * found.standard_error).all()
    off = case.hessians.square().sum(dim=(1, 2)) - case.hessians.diagonal(
        dim1=1, dim2=2
    ).square().sum(dim=1)
    np.testing.assert_allclose(found.standard_error, (2 * off / 60).sqrt(), rtol=0.4)


def test_all_signs_together_give_the_trace_and_hutchinsons_variance() -> None:
    matrix = torch.tensor([[2.0, 1.0, 0.5], [1.0, -3.0, 0.25], [0.5, 0.25, 4.0]]).double()
    probes = torch.tensor(list(itertools.product((-1.0, 1.0), repeat=3))).double()
    found = hutchinson(lambda vectors: vectors @ matrix, probes, 1)
    assert found.mean[0] == pytest.approx(3.0, abs=1e-12)
    off = matrix - torch.diag(matrix.diagonal())
    assert found.samples.var() == pytest.approx(2 * float(off.square().sum()))


def test_the_densitys_moments_are_those_of_the_hessian() -> None:
    case = known()
    probes = signs(2 * 8, case.points, seed=0)
    found = spectral_density(products_of, probes, 2, steps=12)
    np.testing.assert_allclose(found.weights.sum(axis=2), 1.0)
    by_network = probes.view(2, 8, -1) / probes.shape[1] ** 0.5
    image = by_network
    for order in (1, 2, 3, 4):
        image = torch.einsum("gij,gpj->gpi", case.hessians, image)
        expected = (image * by_network).sum(dim=2)
        np.testing.assert_allclose(found.moments(order), expected, rtol=1e-8)
    wanted = hutchinson(products_of, probes, 2)
    np.testing.assert_allclose(found.trace.samples, wanted.samples, rtol=1e-9)
    np.testing.assert_allclose(
        found.moments(2).mean(axis=1),
        case.eigenvalues.square().mean(dim=1),
        rtol=0.5,
    )
    # As a curve it has the same area and, but for the bell's own width, the same moments.
    grid = np.linspace(-30.0, 60.0, 20_001)
    curve = found.smoothed(grid, 0.05)
    step = grid[1] - grid[0]
    np.testing.assert_allclose(curve.sum(axis=1) * step, 1.0, rtol=1e-6)
    np.testing.assert_allclose((curve * grid).sum(axis=1) * step, found.moments(1).mean(axis=1))


def test_float32_gives_the_same_largest_eigenvalue() -> None:
    case = known()
    images, labels = digits(60)
    single = NetworkLoss(
        case.objective.network, [(images.float(), labels)], torch.zeros(2, 0), rows_at_once=2
    )
    points = case.points.float()
    found = top_eigenvalues(
        lambda vectors: single.products(points, vectors), random_vectors(2, points, 0), 3, steps=60
    )
    np.testing.assert_allclose(found.values, case.eigenvalues[:, :3], rtol=2e-3)
    away = np.abs(found.values[:, :, None] - case.eigenvalues[:, None, :].numpy()).min(axis=2)
    assert (away <= found.bounds + 1e-5 * found.values[:, :1]).all()


def test_products_that_are_no_numbers_spoil_no_other_row() -> None:
    case = known()
    starts = random_vectors(2, case.points, seed=0)

    def products(vectors: torch.Tensor) -> torch.Tensor:
        spoiled = products_of(vectors)
        spoiled[len(vectors) // 2 :] = torch.nan
        return spoiled

    found = top_eigenvalues(products, starts, 3)
    alone = top_eigenvalues(products_of, starts, 3)
    np.testing.assert_allclose(found.values[0], alone.values[0], rtol=1e-3)
    assert np.isnan(found.values[1]).all() and np.isnan(found.lowest[1])
    density = spectral_density(products, signs(2, case.points, 1), 2, steps=8)
    assert np.isfinite(density.trace.samples[0]).all()
    assert np.isnan(density.trace.samples[1]).all()
