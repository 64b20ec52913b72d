"""How an experiment is shown: a part of the link that nobody's input can break."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pages.player.present import Present, present_in
from pages.ui.presentation import (
    MAX_NAME,
    Look,
    Presentation,
    SweptKnob,
    read_presentation,
    tidy_name,
)

CHOSEN = Presentation(
    view="side",
    trails="fade",
    projector=True,
    looks=(Look(), Look(name="Mine ~ 2", colour="#d55e00"), Look(hidden=True)),
    sweep=SweptKnob(1, "learning_rate"),
)


def test_a_link_keeps_all_of_it() -> None:
    assert read_presentation(CHOSEN.to_parameters()) == CHOSEN


def test_what_is_as_usual_needs_no_part_of_the_link() -> None:
    assert Presentation().to_parameters() == {}
    assert Presentation().with_look(3, Look()).looks == ()


@example({"name": ["1~#1"]})
@given(
    st.dictionaries(
        st.sampled_from(["view", "trails", "projector", "hidden", "name", "colour", "sweep"]),
        st.lists(st.text(max_size=80) | st.from_regex(r"[0-9]~.*", fullmatch=True), max_size=12),
    )
)
def test_any_link_is_read_and_comes_to_rest(fields: dict[str, list[str]]) -> None:
    read = read_presentation(fields)
    assert len(read.looks) <= 8
    assert read_presentation(read.to_parameters()) == read


@given(st.text(max_size=200))
def test_a_name_is_one_short_visible_line(text: str) -> None:
    name = tidy_name(text)
    assert len(name) <= MAX_NAME
    assert "\n" not in name and "\u202e" not in name
    assert tidy_name(name) == name


def test_looks_follow_their_entries() -> None:
    moved = CHOSEN.arranged([2, None, 1])
    assert moved.looks == (Look(hidden=True), Look(), CHOSEN.looks[1])
    assert moved.sweep == SweptKnob(2, "learning_rate")
    assert CHOSEN.arranged([2, None]).sweep is None
    assert moved.present(3) == Present(view="side", trails="fade", projector=True, hidden=(0,))


@pytest.mark.parametrize("text", ["", "2", "2~", "9~momentum", "2~Mo<b>", "2~a~b", "~momentum"])
def test_a_sweep_that_makes_no_sense_is_none(text: str) -> None:
    assert read_presentation({"sweep": [text]}).sweep is None


def test_hiding_leaves_names_and_colours() -> None:
    shown = CHOSEN.hiding([0])
    assert [look.hidden for look in shown.looks] == [True, False]
    assert shown.looks[1] == CHOSEN.looks[1]


@pytest.mark.parametrize(
    "given_state",
    [
        None,
        {},
        {"present": 3},
        {"present": {"view": "side"}},
        {"present": {"view": "<b>", "trails": "stay", "hidden": []}},
        {"present": {"view": "side", "trails": "stay", "hidden": [True]}},
        {"present": {"view": "side", "trails": "stay", "hidden": "12"}},
    ],
)
def test_a_browser_may_say_anything(given_state: object) -> None:
    assert present_in(given_state, 4) is None


def test_a_choice_made_in_the_player() -> None:
    given_state = {"present": {"view": "side", "trails": "fade", "hidden": [3, 1, 9, -1]}}
    assert present_in(given_state, 4) == Present(view="side", trails="fade", hidden=(1, 3))
