"""What the player's messages hold: sound numbers, the ends and extremes of long runs, few bytes."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from landscapes import Bounds, CriticalPoint, Surface, get_surface
from optim_core import Entry, Outcome, RowLabel, RunConfig, Scenario, Trajectories, trace
from pages.player.decimation import kept_steps, vertex_budget
from pages.player.packing import drawable, pack, unpack
from pages.player.run import MOST_ROWS, EntryStyle, pack_run
from pages.player.scale import Scale, drawn_range, ticks
from pages.player.stage import pack_stage, sampled
from pages.player.viewpoint import AZIMUTHS, ELEVATIONS, best_viewpoint
from pages.player.words import PLAYER_WORDS

STYLE = EntryStyle("Gradient descent, rate 0.01", "#0072B2", "dash", "circle")


def trajectories(
    losses: np.ndarray, positions: np.ndarray, stopped: list[int] | None = None
) -> Trajectories:
    points, rows = losses.shape
    return Trajectories(
        positions=positions,
        losses=losses,
        gradient_norms=np.ones_like(losses),
        outcomes=(Outcome.RAN_OUT_OF_STEPS,) * rows,
        stopped_at=np.array(stopped or [points - 1] * rows),
        settled_at=np.full(rows, -1),
        reached=np.full(rows, -1),
        labels=tuple(RowLabel(0, row, 0) for row in range(rows)),
        steps=points - 1,
        seconds=0.0,
    )


def plain_surface(function=lambda x, y: x**2 + y**2, **more) -> Surface:
    return Surface(
        key="plain", title="Plain", function=function, bounds=Bounds(-1, 1, -1, 1),
        start=(0.5, 0.5),
        story="", source="", **more,
    )  # fmt: skip


numbers = st.floats(allow_nan=True, allow_infinity=True, width=64)


@given(hnp.arrays(np.float64, st.integers(0, 30), elements=numbers))
def test_drawable_never_lets_through_what_a_chart_cannot_draw(values: np.ndarray) -> None:
    shown = drawable(values)
    assert shown.dtype == np.float32
    finite = shown[np.isfinite(shown)]
    assert not np.isinf(shown).any()
    assert (np.abs(finite) <= 1.0001e30).all()
    assert ((finite == 0) | (np.abs(finite) >= 0.9999e-30)).all()
    kept = np.isfinite(values) & (np.abs(values) <= 1e30)
    assert (np.isfinite(shown) == kept).all()


def test_drawable_examples() -> None:
    shown = drawable([1.5, math.nan, math.inf, -math.inf, 1e300, -1e300, 1e-310, -2.0])
    assert np.array_equal(
        shown, np.float32([1.5, np.nan, np.nan, np.nan, np.nan, np.nan, 0, -2]), equal_nan=True
    )


@given(
    hnp.arrays(np.float32, hnp.array_shapes(max_dims=3, max_side=5), elements=st.floats(width=32)),
    st.lists(st.integers(0, 65535), max_size=7),
    st.text(max_size=9),
)
def test_packing_round_trip(floats: np.ndarray, whole: list[int], text: str) -> None:
    message = pack({"text": text}, {"whole": np.array(whole, dtype=np.uint16), "floats": floats})
    header, arrays = unpack(message)
    assert header == {"text": text}
    assert arrays["floats"].shape == floats.shape
    assert arrays["floats"].tobytes() == floats.tobytes()
    assert arrays["whole"].tolist() == whole


def test_packing_refuses_what_it_cannot_say() -> None:
    with pytest.raises(ValueError, match="float64"):
        pack({}, {"wide": np.zeros(2)})
    with pytest.raises(ValueError, match="JSON"):
        pack({"loss": math.nan}, {})


@given(st.integers(301, 4000), st.integers(0, 2**31), st.integers(300, 900))
def test_thinned_paths_keep_ends_and_extremes(count: int, seed: int, budget: int) -> None:
    points = np.cumsum(np.random.default_rng(seed).normal(size=(count, 3)), axis=0) / 20
    inside = np.abs(points[:, 0]) < 1
    kept = kept_steps(points, inside, budget)
    assert len(kept) <= budget
    assert kept[0] == 0 and kept[-1] == count - 1
    assert (np.diff(kept) > 0).all()
    for axis in range(3):
        assert points[kept, axis].min() == points[:, axis].min()
        assert points[kept, axis].max() == points[:, axis].max()
    left = np.flatnonzero(inside[:-1] & ~inside[1:]) + 1
    if left.size:
        assert {left[0], left[-1]} <= set(kept)


def test_short_paths_are_whole() -> None:
    assert kept_steps(np.zeros((300, 3)), np.ones(300, bool), 300).tolist() == list(range(300))


def test_a_quick_descent_before_a_long_rest_keeps_its_shape() -> None:
    away = np.exp(-np.arange(20_001) / 15.0)
    points = np.stack([away * np.cos(20 * away), away * np.sin(20 * away), away], axis=1)
    kept = kept_steps(points, np.ones(len(points), bool), vertex_budget(8))
    # Evenly thinned, 7 of the first 60 steps would be left.
    assert (kept < 60).sum() > 40


def test_long_runs_stay_small_and_know_their_steps() -> None:
    steps, rows = 20_000, MOST_ROWS
    t = np.arange(steps + 1)[:, None] / steps
    angle = 200 * t + np.arange(rows)
    positions = np.stack([(1 - t) * np.cos(angle), (1 - t) * np.sin(angle)], axis=-1)
    run = trajectories((positions**2).sum(-1), positions, stopped=[steps] * (rows - 1) + [12_345])
    message = pack_run(plain_surface(), run, [STYLE], "stage")
    header, arrays = unpack(message)
    assert header["steps"] == steps
    assert len(message) < 1_000_000
    for row, last in ((0, steps), (rows - 1, 12_345)):
        count = arrays["rows"][row, 6]
        assert arrays["steps"][row, 0] == 0
        assert arrays["steps"][row, count - 1] == last
        drawn = arrays["steps"][row, :count].astype(int)
        points = np.stack([arrays["x"][row, :count], arrays["y"][row, :count]], axis=1)
        assert (points == drawable(positions[drawn, row])).all()


def test_run_is_what_was_traced() -> None:
    surface = get_surface("rosenbrock")
    result = trace(
        Scenario(
            surface="rosenbrock", entries=(Entry("adam"), Entry("sgd")), config=RunConfig(steps=40)
        )
    )
    header, arrays = unpack(pack_run(surface, result, [STYLE, STYLE], "s"))
    assert "steps" not in arrays
    for axis, name in enumerate("xy"):
        sent = drawable(result.positions[..., axis].T)
        np.testing.assert_array_equal(arrays[name], sent)
    np.testing.assert_allclose(header["floor"] + arrays["above"], result.losses.T, rtol=1.3e-4)
    assert arrays["rows"][:, 0].tolist() == [0, 1]
    assert header["outcomes"][arrays["rows"][0, 3]] == result.outcomes[0].name.lower()


def test_losses_far_from_zero_keep_their_precision() -> None:
    losses = -78.33233140754282 + np.array([[1e-3], [1e-7], [1e-11]])
    surface = plain_surface(minima=(CriticalPoint(0.0, 0.0, -78.33233140754282),))
    _, arrays = unpack(pack_run(surface, trajectories(losses, np.zeros((3, 1, 2))), [STYLE], "s"))
    assert arrays["above"][0] == pytest.approx([1e-3, 1e-7, 1e-11], rel=1e-2)


def test_monstrous_numbers_are_gaps() -> None:
    losses = np.array([[1.0], [1e300], [np.inf], [np.nan], [0.5]])
    positions = np.zeros((5, 1, 2))
    positions[1] = (1e300, -1e300)
    positions[2] = (1e-310, np.nan)
    header, arrays = unpack(
        pack_run(plain_surface(), trajectories(losses, positions), [STYLE], "s")
    )
    assert header["floor"] == 0.5
    x, y, above = (arrays[name][0] for name in ("x", "y", "above"))
    assert np.isnan([x[1], y[1], above[1]]).all()
    assert x[2] == 0 and np.isnan([y[2], above[2]]).all()
    assert [x[4], y[4], above[4]] == [0, 0, 0]


def test_too_many_rows_and_missing_styles_are_refused() -> None:
    many = trajectories(np.ones((2, MOST_ROWS + 1)), np.zeros((2, MOST_ROWS + 1, 2)))
    with pytest.raises(ValueError, match="at most 128"):
        pack_run(plain_surface(), many, [STYLE], "s")
    with pytest.raises(ValueError, match="style"):
        pack_run(plain_surface(), trajectories(np.ones((2, 1)), np.zeros((2, 1, 2))), [], "s")


def test_stage_holds_the_surface_and_ignores_low_starts() -> None:
    surface = get_surface("rosenbrock")
    one = pack_stage(surface, np.array([6.0]), PLAYER_WORDS)
    two = pack_stage(surface, np.array([2.0, 100.0]), PLAYER_WORDS)
    assert one.message == two.message
    header, arrays = unpack(one.message)
    assert header["digest"] == one.digest
    assert header["words"] == PLAYER_WORDS
    assert header["minima"] == [[1.0, 1.0]]
    scale = Scale(**header["scale"])
    assert np.allclose(scale.loss(arrays["heights"]), sampled(surface), rtol=1e-3, atol=1e-3)


def test_stage_rises_for_a_start_above_the_usual_cut() -> None:
    surface = plain_surface(function=lambda x, y: x**2 + y**2 + 1e4 * (x > 0.97) * (y > 0.97))
    low, _ = unpack(pack_stage(surface, np.array([0.5]), {}).message)
    high, _ = unpack(pack_stage(surface, np.array([9_999.0]), {}).message)
    assert low["cut"] and low["top"] < 5
    assert high["top"] >= 9_999


def test_stage_of_an_undefined_surface_says_so() -> None:
    header, _ = unpack(
        pack_stage(
            plain_surface(function=lambda x, y: (x - 9).sqrt() + y), np.array([np.nan]), {}
        ).message
    )
    assert "low" not in header


def test_flat_surface_has_a_box() -> None:
    low, top = drawn_range(np.full((9, 9), 3.0), np.empty(0))
    assert low < 3 < top


@given(
    st.booleans(), st.floats(-1e6, 1e6), st.lists(st.floats(-1e12, 1e12), min_size=2, max_size=20)
)
def test_scale_is_monotone_and_comes_back(log: bool, offset: float, losses: list[float]) -> None:
    scale = Scale(log=log, offset=offset)
    ordered = np.sort(np.array(losses))
    heights = scale.drawn(ordered)
    assert (np.diff(heights) >= 0).all()
    assert np.allclose(scale.loss(heights), ordered, rtol=1e-6, atol=1e-6 * (1 + abs(offset)))


@given(st.booleans(), st.floats(-100, 100), st.floats(-50, 50), st.floats(0.01, 12))
def test_ticks_lie_in_range_and_tell_their_loss(
    log: bool, offset: float, low: float, span: float
) -> None:
    scale = Scale(log=log, offset=offset)
    low = 0.0 if log else low
    found = ticks(scale, low, low + span)
    assert 1 <= len(found) <= 14
    for height, loss in found:
        assert low - 1e-9 <= height <= low + span + 1e-9
        assert scale.drawn(loss) == pytest.approx(height, abs=1e-9)


def test_viewpoint_looks_over_no_wall() -> None:
    x = np.linspace(0, 1, 121)
    # A wall in front (low y) hides the valley behind it from the usual side only.
    columns, rows = np.meshgrid(x, x)
    bowl = (columns - 0.5) ** 2 + (rows - 0.5) ** 2
    assert best_viewpoint(bowl) == (AZIMUTHS[0], ELEVATIONS[0])
    wall = np.where(columns - rows > 0.55, 1.0, 0.05)
    assert best_viewpoint(wall) != (AZIMUTHS[0], ELEVATIONS[0])


@pytest.mark.parametrize("surface", ["saddle", "monkey_saddle"])
def test_losses_without_a_floor_keep_their_digits_beside_a_runaway(surface: str) -> None:
    entries = (Entry("sgd"), Entry("momentum", {"learning_rate": 0.1}), Entry("adam"))
    scenario = Scenario(surface=surface, entries=entries, config=RunConfig(steps=150))
    result = trace(scenario)
    header, arrays = unpack(pack_run(scenario.landscape(), result, [STYLE] * 3, "stage"))
    for row in range(3):
        kept = int(arrays["rows"][row][6])
        shown = header["floor"] + arrays["above"][row, :kept].astype(float)
        np.testing.assert_allclose(shown, result.losses[:kept, row], rtol=1.3e-4)
