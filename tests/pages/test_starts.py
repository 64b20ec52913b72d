"""Several starts: what a browser sends, how many there may be, and the list in the sidebar."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from landscapes import SURFACES, get_surface
from optim_core import Entry, Noise, RunConfig, Scenario, trace
from pages.player import MOST_ROWS, EntryStyle, Starting
from pages.player.run import pack_run
from pages.player.starting import MOST_SENT, starts_in
from pages.ui.room import (
    MOST_STARTS,
    full_line_up,
    full_starts,
    most_entries,
    most_starts,
    most_streams,
    set_streams,
)
from pages.ui.starts import (
    add_start,
    free_place,
    keep_only,
    remove_start,
    set_coordinate,
    set_starts,
)
from tests.pages.test_player_packing import unpack
from tests.pages.visiting import present, press, sound, visit

STYLE = EntryStyle(title="Somebody", colour="#000000", dash="solid", marker="circle")
POINTS = ((-1.5, 2.2), (0.1234567890123, -1e-9), (1.0, 1.5))


def race(entries: int = 1, starts=POINTS, streams: int = 1) -> Scenario:
    noise = Noise("gaussian") if streams > 1 else Noise()
    return Scenario(
        surface="rosenbrock",
        entries=(Entry("sgd", {"learning_rate": 0.001}),) * entries,
        starts=tuple(starts),
        config=RunConfig(steps=5, noise=noise, noise_seeds=streams),
    )


def ring(number: int) -> tuple[tuple[float, float], ...]:
    return tuple((round(math.cos(i), 3), round(1 + math.sin(i), 3)) for i in range(number))


def captions(app) -> str:
    return "\n".join(text.value for text in app.caption).replace("\\", "")


@pytest.mark.parametrize(
    ("sent", "points"),
    [
        ({"starts": [[1, -2.5]]}, ((1.0, -2.5),)),
        ({"starts": [[1, 2], [3.5, 4]]}, ((1.0, 2.0), (3.5, 4.0))),
        ({"starts": []}, None),
        ({"starts": [[0, 0]] * (MOST_SENT + 1)}, None),
        ({"starts": [[0, 0], [math.nan, 0]]}, None),
        ({"starts": [[math.inf, 0]]}, None),
        ({"starts": [[10**400, 0]]}, None),
        ({"starts": [["1", 0]]}, None),
        ({"starts": [[True, 0]]}, None),
        ({"starts": [[1, 2, 3]]}, None),
        ({"starts": ["12"]}, None),
        ({"starts": "12"}, None),
        ({"starts": {"x": 1, "y": 2}}, None),
        ({"starts": None}, None),
        ({}, None),
        (None, None),
    ],
)
def test_only_pairs_of_finite_numbers_are_starts(sent, points):
    assert starts_in(sent) == points


def test_the_run_holds_the_starts_in_full_and_what_may_be_done_with_them():
    scenario = race(2)
    starting = Starting(most=7, full="No more.", arrange=lambda points: None)
    packed = pack_run(scenario.landscape(), trace(scenario), [STYLE] * 2, "s", starting=starting)
    header, _ = unpack(packed)
    assert tuple(map(tuple, header["starts"])) == POINTS
    assert header["starting"] == {"most": 7, "full": "No more."}
    header, _ = unpack(pack_run(scenario.landscape(), trace(scenario), [STYLE] * 2, "s"))
    assert header["starting"] is None


@pytest.mark.parametrize("entries", [1, 3, 5, 8])
@pytest.mark.parametrize("streams", [1, 2, 6, 50])
@pytest.mark.parametrize("starts", [1, 3, 16])
def test_what_is_offered_can_be_drawn(entries, streams, starts):
    scenario = race(entries, ring(starts), streams)
    assert most_starts(scenario) <= MOST_STARTS
    if (most := most_starts(scenario)) > 1:
        assert dataclasses.replace(scenario, starts=ring(most)).rows <= MOST_ROWS
    if (most := most_entries(scenario)) > 1:
        assert race(most, ring(starts), streams).rows <= MOST_ROWS
    if (most := most_streams(scenario)) > 1:
        assert set_streams(scenario, most).rows <= MOST_ROWS


def test_eight_entries_from_sixteen_starts_are_offered():
    assert most_starts(race(8)) == 16
    assert most_streams(race(8, ring(16))) == 1
    assert most_entries(race(8, ring(16))) == 8


def test_the_limit_is_told_with_its_reason():
    assert "16 starts" in full_starts(race(8))
    assert "4 starts: 8 x 4 paths each, 128 in all" in full_starts(race(8, streams=4))
    assert "128 paths, and each entry has 32" in full_line_up(race(4, ring(16), 2))
    assert "at most 8" in full_line_up(race(8))


def test_too_many_are_refused_in_words_but_fewer_than_before_never_are():
    full = race(1, ring(16))
    with pytest.raises(ValueError, match="16 starts"):
        add_start(full)
    with pytest.raises(ValueError, match="16 starts"):
        set_starts(full, ring(17))
    crowded = race(8, ring(16), 4)
    assert len(set_starts(crowded, ring(15)).starts) == 15
    with pytest.raises(ValueError, match=r"1e\+06|1,000,000|1000000"):
        set_starts(full, ((1e7, 0.0),))


def test_starts_are_moved_removed_and_kept():
    scenario = race()
    assert set_coordinate(1, 0, scenario, 0.75).starts == (POINTS[0], (0.75, -1e-9), POINTS[2])
    assert remove_start(scenario, 1).starts == (POINTS[0], POINTS[2])
    assert keep_only(scenario, 2).starts == (POINTS[2],)
    assert remove_start(race(starts=POINTS[:1]), 0).starts == POINTS[:1]


@pytest.mark.parametrize("key", SURFACES)
def test_a_new_start_stands_apart_in_the_picture_where_the_loss_is_finite(key):
    surface = get_surface(key)
    scenario = Scenario(surface=key, entries=(Entry("sgd"),))
    for _ in range(5):
        scenario = add_start(scenario)
    points = np.array(scenario.starts)
    assert len(set(scenario.starts)) == 6
    assert all(surface.bounds.contains(x, y) for x, y in points)
    runs = trace(dataclasses.replace(scenario, config=RunConfig(steps=1)))
    assert np.isfinite(runs.losses[0]).all()
    gaps = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    assert gaps[~np.eye(6, dtype=bool)].min() > 0.05 * surface.bounds.size


def test_a_new_start_goes_where_there_is_most_room():
    scenario = race(starts=((-1.9, -0.9),))
    x, y = free_place(scenario)
    bounds = scenario.landscape().bounds
    assert x > (bounds.x_low + bounds.x_high) / 2
    assert y > (bounds.y_low + bounds.y_high) / 2


def test_the_list_adds_moves_removes_and_keeps_starts():
    app = visit(race(starts=POINTS[:1]))
    press(app, "start.add")
    assert len(present(app).starts) == 2
    assert app.number_input(key="start.1.x").value == present(app).starts[1][0], "open to type"
    sound(app.number_input(key="start.1.y").set_value(0.25).run())
    assert present(app).starts[1][1] == 0.25
    press(app, "start.add")
    press(app, "start.0.remove")
    assert present(app).starts[0][1] == 0.25
    assert app.number_input(key="start.0.y").value == 0.25
    third = present(app).starts[1]
    press(app, "start.1.only")
    assert present(app).starts == (third,)
    assert app.number_input(key="start.x").value == third[0]


def test_sixteen_starts_go_through_the_page_and_its_link():
    scenario = race(8, ring(16))
    app = visit(scenario)
    assert present(app) == scenario
    assert app.button(key="start.add").disabled
    assert "16 starts are the most" in captions(app)
    assert not app.warning


def test_the_noise_slider_stops_at_what_can_be_drawn_and_says_why():
    app = visit(race(8, POINTS, 2))
    app.session_state["rest"] = True
    sound(app.run())
    sound(app.number_input(key="config.noise_seeds.number").set_value(6).run())
    assert "between 1 and 5" in app.toast[0].value
    assert present(app).config.noise_seeds == 2
    assert "At most 5 noise streams: 8 optimizers x 3 starts" in captions(app)
    sound(app.number_input(key="config.noise_seeds.number").set_value(5).run())
    assert present(app).config.noise_seeds == 5
    assert not app.warning
    app = visit(race(8, ring(16), 1))
    app.session_state["rest"] = True
    sound(app.run())
    sound(app.selectbox(key="config.noise").set_value("gaussian").run())
    assert "At most 1 noise stream" in captions(app)


def test_no_optimizer_is_offered_that_the_picture_has_no_room_for():
    app = visit(race(4, ring(16), 2))
    assert app.button(key="entry.add").disabled
    assert not visit(race(3, ring(16), 2)).button(key="entry.add").disabled


def test_a_link_with_too_many_streams_can_be_brought_down():
    app = visit(race(8, ring(16), 4))
    assert len(app.warning) == 1
    app.session_state["rest"] = True
    sound(app.run())
    sound(app.number_input(key="config.noise_seeds.number").set_value(1).run())
    assert not app.warning
