"""Shares of minima and saddles against what can be counted or integrated."""

import itertools
import math

import numpy as np
import pytest

from optim_core.maps.critical_shares import (
    critical_shares,
    minimum_chance_in_the_plane,
    negative_counts,
    semicircle,
    shift,
    symmetric_matrices,
)
from optim_core.maps.fields import critical_points


def test_negative_pivots_count_negative_eigenvalues() -> None:
    diagonal, beside = symmetric_matrices(12, 0.4, 50, np.random.default_rng(1))
    dense = [
        np.diag(own) + np.diag(links, 1) + np.diag(links, -1)
        for own, links in zip(diagonal.T, beside.T, strict=True)
    ]
    expected = (np.linalg.eigvalsh(np.array(dense)) < 0).sum(axis=1)
    np.testing.assert_array_equal(negative_counts(diagonal, beside), expected)


def test_the_tridiagonal_matrix_has_the_eigenvalues_of_a_full_random_one() -> None:
    size, count = 6, 4_000
    chance = np.random.default_rng(2)
    full = chance.standard_normal((count, size, size)) / math.sqrt(2 * size)
    full = (full + full.transpose(0, 2, 1)) / math.sqrt(2) * math.sqrt(0.5)
    full += np.diag(np.full(size, shift(0.3)))
    # The diagonal of a sum of two has variance 2 / 2 / (2 D), beside it half of that.
    full[:, np.arange(size), np.arange(size)] += 0.0
    diagonal, beside = symmetric_matrices(size, 0.3, count, chance)
    of_full = (np.linalg.eigvalsh(full) < 0).sum(axis=1).mean()
    of_tridiagonal = negative_counts(diagonal, beside).mean()
    assert of_tridiagonal == pytest.approx(of_full, abs=0.08)


@pytest.mark.parametrize("share", [0.1, 0.2, 0.5, 0.8])
def test_in_the_plane_the_sampled_share_is_the_exact_one(share: float) -> None:
    samples = 40_000
    found = critical_shares((2,), share, samples=samples, seed=5).symmetric[0]
    exact = minimum_chance_in_the_plane(share), minimum_chance_in_the_plane(1 - share)
    for sampled, chance in zip(found, exact, strict=True):
        assert sampled == pytest.approx(chance, abs=4 * math.sqrt(chance * (1 - chance) / samples))


def test_without_a_shift_the_exact_share_is_the_known_one() -> None:
    assert minimum_chance_in_the_plane(0.5) == pytest.approx((2 - math.sqrt(2)) / 4)


def test_in_high_dimensions_the_chosen_share_is_negative() -> None:
    diagonal, beside = symmetric_matrices(400, 0.2, 20, np.random.default_rng(4))
    assert negative_counts(diagonal, beside).mean() / 400 == pytest.approx(0.2, abs=0.005)
    assert semicircle(-shift(0.2)) == pytest.approx(0.2)


def test_independent_signs_are_counted_out() -> None:
    found = critical_shares((2, 3), 0.25, samples=10)
    for row, dimension in enumerate((2, 3)):
        chances = [math.prod(signs) for signs in itertools.product((0.75, 0.25), repeat=dimension)]
        assert found.independent[row] == pytest.approx((chances[0], chances[-1]))


def test_double_wells_are_counted_out() -> None:
    low, top, high = critical_points(0.3)
    curvature = {z: 12 * z * z - 4 for z in (low, top, high)}
    found = critical_shares((2, 3), 0.5, samples=10)
    for row, dimension in enumerate((2, 3)):
        points = list(itertools.product(curvature.values(), repeat=dimension))
        minima = sum(min(point) > 0 for point in points) / len(points)
        maxima = sum(max(point) < 0 for point in points) / len(points)
        assert found.wells[row] == pytest.approx((minima, maxima))


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_none_and_all_are_meant(share: float) -> None:
    found = critical_shares((2, 50), share, samples=10)
    np.testing.assert_array_equal(found.symmetric, [[1 - share, share]] * 2)
    np.testing.assert_array_equal(found.independent, found.symmetric)


@pytest.mark.parametrize(
    ("dimensions", "share", "words"),
    [
        ((), 0.2, "whole numbers from 2 to 1,000"),
        ((1, 2), 0.2, "whole numbers"),
        ((2, 1_001), 0.2, "whole numbers"),
        ((2, 2), 0.2, "ascend"),
        ((5, 3), 0.2, "ascend"),
        ((2,), -0.1, "between 0 and 1"),
        ((2,), math.nan, "between 0 and 1"),
    ],
)
def test_what_makes_no_sense_is_refused(
    dimensions: tuple[int, ...], share: float, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        critical_shares(dimensions, share)
