"""A guide: what a teacher's link adds, whoever has written it."""

from __future__ import annotations

import dataclasses

import pytest

from landscapes import Refusal
from optim_core import Entry, RunConfig, Scenario, from_query
from pages.ui.presentation import Presentation, read_presentation
from pages.ui.teaching.guide import (
    MOST_CHOICES,
    MOST_LETTERS,
    PARTS,
    Guide,
    keep_fixed,
    read_guide,
    unreadable,
)

WHOLE = Guide(
    title="My lesson",
    caption="Look at the dent: 50 % of it.",
    question="Who <b>wins</b>?",
    choices=("A & B", "*C*", "誰也沒有"),
    right=2,
    why="Because $x$.",
    hidden=("starts", "rest"),
    locked=("surface", "line_up"),
)
SCENARIO = Scenario(
    surface="rosenbrock",
    entries=(Entry("adam", {}), Entry("sgd", {"learning_rate": 0.001})),
    starts=((-1.5, 2.0),),
    config=RunConfig(steps=50),
)


def test_a_guide_comes_back_from_its_link() -> None:
    assert read_guide(WHOLE.to_parameters()) == WHOLE
    assert Guide().to_parameters() == {} and not Guide()
    poll = dataclasses.replace(WHOLE, right=None)
    assert read_guide(poll.to_parameters()) == poll


def test_it_is_part_of_how_an_experiment_is_shown_and_never_of_what_is_run() -> None:
    shown = Presentation(guide=WHOLE)
    assert read_presentation(shown.to_parameters()) == shown
    assert from_query({**shown.to_parameters(), "surface": ["beale"]}).problems == ()


@pytest.mark.parametrize(
    "text",
    [
        "\u202eeverse\u2066 me\u200b",
        "a\x00b\x1b[31m\x7f",
        "line\nbreak\r\n\tand\u2028more",
        "\ud800 half a letter",
    ],
)
def test_control_and_direction_marks_are_taken_out(text: str) -> None:
    fields = {key: [text] for key in ("title", "caption", "ask", "choice", "why")}
    guide = read_guide(fields)
    for shown in (guide.title, guide.caption, guide.question, *guide.choices, guide.why):
        assert shown.isprintable() and not set(shown) & set("\u202e\u2066\u200b\u2028")


def test_what_is_huge_is_cut_and_told() -> None:
    fields = {
        "title": ["T" * 10_000],
        "choice": ["c" * 10_000] * 100,
        "hide": [".".join(["surface", "teapot"] * 5_000)],
        "answer": ["9" * 5_000],
    }
    guide = read_guide(fields)
    assert len(guide.title) == MOST_LETTERS["title"]
    assert [len(choice) for choice in guide.choices] == [MOST_LETTERS["choice"]] * MOST_CHOICES
    assert guide.hidden == ("surface",) and guide.right is None
    told = " ".join(unreadable(fields).sentences())
    assert "longer than 80 letters" in told and "at most 6 choices" in told
    assert "something that there is not" in told
    assert unreadable(WHOLE.to_parameters()).sentences() == ()


@pytest.mark.parametrize("answer", ["0", "4", "-1", "1.0", "one", "", "²", "11"])
def test_an_answer_that_is_no_choice_is_none(answer: str) -> None:
    fields = {**WHOLE.to_parameters(), "answer": [answer]}
    assert read_guide(fields).right is None


def test_what_is_hidden_is_not_locked_as_well() -> None:
    guide = read_guide({"hide": ["steps.surface"], "lock": ["surface.rest"]})
    assert (guide.hidden, guide.locked) == (("surface", "steps"), ("rest",))
    assert guide.fixed == ("surface", "steps", "rest")


CHANGES = {
    "surface": dataclasses.replace(SCENARIO, surface="beale", surface_settings=()),
    "starts": dataclasses.replace(SCENARIO, starts=((0.0, 0.0), (1.0, 1.0))),
    "steps": dataclasses.replace(SCENARIO, config=RunConfig(steps=7)),
    "line_up": dataclasses.replace(SCENARIO, entries=(Entry("sgd", {}),)),
    "rest": dataclasses.replace(SCENARIO, config=RunConfig(steps=50, clip_norm=1.0)),
}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("way", ["hidden", "locked"])
def test_a_fixed_part_cannot_be_changed_and_the_others_can(part: str, way: str) -> None:
    guide = Guide(**{way: (part,)})
    for changed, after in CHANGES.items():
        if changed == part:
            with pytest.raises(Refusal, match="keeps that as it is"):
                keep_fixed(guide, SCENARIO, after)
        else:
            assert keep_fixed(guide, SCENARIO, after) == after
    assert keep_fixed(guide, SCENARIO, SCENARIO) == SCENARIO


def test_a_change_of_several_parts_keeps_the_fixed_ones() -> None:
    after = Scenario(surface="beale", entries=(Entry("sgd", {}),), config=RunConfig(steps=9))
    kept = keep_fixed(Guide(locked=("line_up", "starts")), SCENARIO, after)
    assert (kept.surface, kept.config.steps) == ("beale", 9)
    assert (kept.entries, kept.starts) == (SCENARIO.entries, SCENARIO.starts)
