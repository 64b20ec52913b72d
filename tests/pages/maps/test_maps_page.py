"""The page of maps without a browser: its link, its kinds, what a click does, what is refused."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from optim_core import Entry, RunConfig, Scenario
from optim_core.link import from_query, to_parameters
from optim_core.maps import BasinRequest, PhaseRequest
from pages.player.gridmap import packed, picked_in
from pages.player.packing import unpack
from pages.ui.maps import basins, phase
from pages.ui.maps.kinds import KINDS
from pages.ui.maps.phase import set_two, sides
from pages.ui.maps.settings import set_setting
from tests.pages.visiting import ROUTER, sound, words

RACE = Scenario(
    surface="sharp_flat",
    entries=(Entry("sgd", {"learning_rate": 0.06}), Entry("momentum", {"learning_rate": 0.06})),
    starts=((-3.8, 0.5),),
    config=RunConfig(steps=40),
)


def visit(scenario: Scenario, given: str) -> AppTest:
    """A first visit, by a link to a map."""
    app = AppTest.from_file(ROUTER, default_timeout=60)
    app.switch_page("maps.py")
    for key, value in {**to_parameters(scenario), "map": given}.items():
        app.query_params[key] = value
    return sound(app.run())


def test_a_link_opens_its_map_and_stands_in_the_address() -> None:
    app = visit(RACE, "phase~entry~2~across~learning_rate~up~momentum~colour~steps~size~40")
    assert app.session_state["scenario"] == RACE
    assert "Phase map" in words(app)
    held = {key: app.query_params[key] for key in app.query_params}
    text = held["map"] if isinstance(held["map"], str) else held["map"][0]
    assert text == "phase~entry~2~across~learning_rate~up~momentum~colour~steps~size~40"
    result = from_query({k: [v] if isinstance(v, str) else list(v) for k, v in held.items()})
    assert (result.scenario, result.problems) == (RACE, ())


@pytest.mark.parametrize("text", ["no_such_map", "basins~size~1000000", "basins~siez~40", "~~~"])
def test_a_wrong_link_shows_a_map_and_says_what_is_wrong(text: str) -> None:
    app = visit(RACE, text)
    assert "Basins of attraction" in words(app)
    assert app.toast


def test_too_large_a_map_is_refused_in_words_before_anything_is_computed() -> None:
    long = dataclasses.replace(RACE, config=RunConfig(steps=20_000))
    app = visit(long, "basins~size~400")
    assert "seconds of computing" in app.warning[0].value.replace("\\", "")


def test_every_kind_has_complete_words() -> None:
    for kind in KINDS.values():
        assert kind.title and kind.story.endswith((".", "?")) and kind.icon


def test_what_is_packed_is_what_the_browser_reads() -> None:
    found = list(BasinRequest.of(RACE, 12).stages())[-1]
    grid = basins.grid(RACE, found)
    header, arrays = unpack(packed(grid))
    assert [panel["title"] for panel in header["panels"]] == ["SGD", "SGD with momentum"]
    assert arrays["ink"].shape == (2, 144)
    assert arrays["ink"].max() < len(header["inks"])
    assert arrays["ending"].max() < len(header["endings"])
    settled = found.cells.settled_at.reshape(2, -1)
    assert np.array_equal(arrays["number0"][settled >= 0], settled[settled >= 0])


@pytest.mark.parametrize("colour", ["outcome", "loss", "steps", "turns"])
def test_every_colouring_has_an_ink_for_every_cell(colour: str) -> None:
    request = PhaseRequest.of(RACE, 1, "learning_rate", "momentum", 20)
    found = list(request.stages())[-1]
    settings = {"entry": 2, "across": "learning_rate", "up": "momentum", "colour": colour}
    header, arrays = unpack(packed(phase.grid(RACE, settings, found)))
    assert arrays["ink"].max() < len(header["inks"])
    assert [mark[0] for mark in header["marks"]] == ["cross"]
    assert header["courses"]


def test_sides_are_those_that_the_entry_has() -> None:
    chosen = {"across": "beta2", "up": "momentum"}
    assert sides(Entry("momentum"), chosen) == ("learning_rate", "momentum")
    assert sides(Entry("adam"), chosen) == ("beta2", "learning_rate")
    assert sides(Entry("sgd"), set_setting(chosen, "across", "learning_rate")) == (
        "learning_rate",
        "weight_decay",
    )


def test_a_click_on_the_phase_map_sets_both_sliders() -> None:
    changed = set_two(RACE, (1, "learning_rate", 0.1, "momentum", 0.5))
    assert changed.entries[1]["learning_rate"] == 0.1
    assert changed.entries[1]["momentum"] == 0.5
    assert changed.entries[0] == RACE.entries[0]
    wrapped = dataclasses.replace(RACE, entries=(Entry("sgd", wrapper="lookahead"),))
    inside = set_two(wrapped, (0, "lookahead_steps", 7.0, "lookahead_alpha", 0.25))
    assert dict(inside.entries[0].wrapper_settings) == {"steps": 7, "alpha": 0.25}
    with pytest.raises(ValueError, match="no longer"):
        set_two(RACE, (5, "learning_rate", 0.1, "momentum", 0.5))


NO_PICKS: tuple[object, ...] = (
    *(None, 3, {}, {"panel": 2, "x": 0, "y": 0}, {"panel": True, "x": 0, "y": 0}),
    *({"panel": 0, "x": float("nan"), "y": 0}, {"panel": 0, "x": "1", "y": 0}),
)


@pytest.mark.parametrize("picked", NO_PICKS)
def test_a_browser_may_send_anything(picked: object) -> None:
    assert picked_in({"picked": picked}, 2) is None
    assert picked_in(picked, 2) is None


def test_a_pick_is_a_panel_and_a_place() -> None:
    assert picked_in({"picked": {"panel": 1, "x": 1, "y": 2.5}}, 2) == (1, 1.0, 2.5)


def test_the_page_tells_nothing_of_a_lesson_whose_question_is_open() -> None:
    app = AppTest.from_file(ROUTER, default_timeout=60)
    app.switch_page("maps.py")
    asked = {"ask": ["Who wins?"], "choice": ["SGD", "Momentum"], "answer": ["1"]}
    for key, value in {**to_parameters(RACE), **asked, "map": "basins"}.items():
        app.query_params[key] = value
    sound(app.run())
    assert "asks first" in app.info[0].value
    assert not app.get("button_group") or all(one.key != "map.kind" for one in app.button_group)
    assert not any(str(one.key).startswith("map.") for one in app.select_slider)
