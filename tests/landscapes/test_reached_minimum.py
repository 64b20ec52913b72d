"""Which declared minimum an end point belongs to."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from landscapes import SURFACES, Surface, get_surface
from landscapes.surface import REACH


def reached(surface: Surface, ends: list[tuple[float, float]]) -> list[int]:
    positions = np.array(ends, dtype=np.float64).reshape(-1, 2)
    x, y = torch.from_numpy(positions.T.copy())
    indices = surface.reached_minimum(positions, surface.value(x, y).numpy())
    assert indices.dtype == np.int64 and indices.shape == (len(ends),)
    return indices.tolist()


@pytest.mark.parametrize("surface", SURFACES.values(), ids=tuple(SURFACES))
def test_each_minimum_is_reached_at_its_own_place(surface: Surface) -> None:
    minima = surface.declared(surface.minima)
    assert reached(surface, [(p.x, p.y) for p in minima]) == list(range(len(minima)))


@pytest.mark.parametrize("surface", SURFACES.values(), ids=tuple(SURFACES))
def test_saddles_and_maxima_are_no_minima(surface: Surface) -> None:
    others = (*surface.declared(surface.saddles), *surface.declared(surface.maxima))
    assert set(reached(surface, [(p.x, p.y) for p in others])) <= {-1}


def test_reach_is_a_share_of_the_view() -> None:
    wells = get_surface("sharp_flat")
    reach = REACH * 9.0
    ends = [(-2 + 0.99 * reach, 0.0), (-2 + 1.01 * reach, 0.0), (2.0, -0.99 * reach), (0.0, 0.0)]
    assert reached(wells, ends) == [0, -1, 1, -1]


def test_a_valley_is_reached_anywhere_along_it() -> None:
    net = get_surface("two_weight_net")
    names = [(p.x, p.y) for p in net.declared(net.minima)]
    # Far from every declared point, but on the valley; beside it; and on the saddle.
    indices = reached(net, [(8.0, 0.125), (-8.0, -0.125), (1.0, 1.05), (0.0, 0.0)])
    assert names[indices[0]][0] > 0 and names[indices[1]][0] < 0
    assert indices[2:] == [-1, -1]


def test_the_plateau_is_not_the_valley() -> None:
    plateau = get_surface("sigmoid_plateau")
    on_curve = (3.0, float(np.log(4.0) * (1 + np.exp(-3.0))))
    inside, outside, start = reached(plateau, [on_curve, (-10.0, -10.0), plateau.start])
    assert inside >= 0 and (outside, start) == (-1, -1)


def test_points_that_are_not_numbers_reach_nothing() -> None:
    nan, inf = float("nan"), float("inf")
    for key in ("booth", "two_weight_net", "cliff"):
        made = get_surface(key)
        positions = np.array([(nan, nan), (inf, 0.0), (-inf, inf)])
        losses = np.array([nan, inf, nan])
        assert made.reached_minimum(positions, losses).tolist() == [-1, -1, -1]


def test_no_rows_and_no_minima() -> None:
    assert reached(get_surface("booth"), []) == []
    assert reached(get_surface("saddle"), [(0.0, 0.0), (1.0, 1.0)]) == [-1, -1]


def test_minima_move_with_the_settings() -> None:
    tilted = get_surface("double_well", tilt=1.2)
    left, right = tilted.declared(tilted.minima)
    assert left.x < -1.1 and right.x < 0.9
    assert reached(tilted, [(right.x, 0.0), (1.0, 0.0)]) == [1, -1]
