"""Every bad file of a lesson is told with its name, the line and the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from optim_core import PRESETS
from optim_core.lessons import Choose, LessonError, Place, Rank, is_right, load, read_lesson
from optim_core.presets.claims import Crosses, Reaches

GOOD = """+++
order = 10
minutes = 2
topics = ["B5"]
source = "Polyak 1964"
status = "fact"
link = "preset=momentum_escapes"
ask = "choose"
answer = 1

[[claims]]
kind = "reaches"
entry = 0
minimum = 1

[[claims]]
kind = "crosses"
entry = 1
axis = "x"
level = -1.1
first = 5
last = 30

[en]
title = "Momentum"
question = "Who gets past the dent?"
choices = ["Nobody", "Only 0.9"]

[zh-TW]
title = "動量"
question = "誰能越過凹坑？"
choices = ["沒有一個", "只有 0.9"]
misconception = "動量一定能離開。"
+++
## en: before
Look at the *dent*.

## en: after
Speed decides.

## zh-TW: before
看這個凹坑。
"""


def changed(old: str, new: str, number: int = 1) -> str:
    """``GOOD`` with the first ``number`` times that ``old`` occurs replaced."""
    assert old in GOOD
    return GOOD.replace(old, new, number)


def test_a_good_file_is_read_whole() -> None:
    lesson = read_lesson(GOOD, "momentum.md")
    assert (lesson.key, lesson.order, lesson.minutes, lesson.topics) == ("momentum", 10, 2, ("B5",))
    assert lesson.scenario == PRESETS["momentum_escapes"].scenario
    assert lesson.ask == Choose(1)
    assert lesson.claims == (Reaches(0, 1), Crosses(1, "x", -1.1, 5, 30))
    assert lesson.wording("en").before == "Look at the *dent*."
    assert lesson.wording("zh-TW").misconception == "動量一定能離開。"
    assert lesson.wording("zh-TW").after == ""
    assert lesson.wording("de").title == "Momentum"


def test_lines_of_chinese_are_joined_without_a_space() -> None:
    body = "看這個\n凹坑。\nAdam\n停在\n$x$。\n\n第二段：\n- 一\n- 二"
    lesson = read_lesson(changed("看這個凹坑。", body), "momentum.md")
    assert lesson.wording("zh-TW").before == (
        "看這個凹坑。Adam\n停在\n$x$。\n\n第二段：\n- 一\n- 二"
    )
    english = read_lesson(changed("Look at the *dent*.", "Look\nhere."), "momentum.md")
    assert english.wording("en").before == "Look\nhere."


def test_a_claim_that_no_minimum_is_reached() -> None:
    lesson = read_lesson(changed("minimum = 1", 'minimum = "none"'), "momentum.md")
    assert lesson.claims[0] == Reaches(0, None)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "first line must be +++"),
        ("# Momentum\n+++\n+++\n", 1, "first line must be +++"),
        ("+++\norder = 1\n", 1, "second line +++"),
        ("+++\n" + "x" * 70_000, 1, "more than 60,000 characters"),
        (changed("order = 10", "order = = 10"), 2, "not TOML"),
        (changed('["B5"]', '["B5"'), 5, "not TOML"),
        (changed('status = "fact"', 'status = "fact'), 6, "not TOML"),
        (changed("order = 10", "order = 10\norder = 11"), 3, "not TOML"),
        (changed("minutes = 2", "minutes = 0"), 3, "whole number from 1 to 60"),
        (changed("minutes = 2", "minutes = true"), 3, "whole number"),
        (changed("minutes = 2", "minuts = 2"), 3, "minuts is unknown; known: order"),
        (changed('["B5"]', '"B5"'), 4, "topics must be a list of texts"),
        (changed('["B5"]', '["B5", 7]'), 4, "topics must be a list of texts"),
        (changed('"Polyak 1964"', "1964"), 5, "source must be a text"),
        (changed('"fact"', '"rumour"'), 6, "one of: fact, hypothesis, folklore"),
        (changed("preset=momentum_escapes", "preset=momentum"), 7, "holds no experiment"),
        (changed("preset=momentum_escapes", "surface=rosenbrok"), 7, "did you mean rosenbrock"),
        (changed("preset=momentum_escapes", "entry=adam~beta1~2"), 7, "cannot be '2'"),
        (
            changed('link = "preset=momentum_escapes"', 'exhibit = "strip"'),
            11,
            "claims need a link",
        ),
        (changed('"choose"', '"guess"'), 8, "one of: choose, rank, place"),
        (changed("answer = 1", "answer = 2"), 9, "whole number from 0 to 1"),
        (changed('ask = "choose"', ""), 9, "answer needs ask beside it"),
        (changed("answer = 1", "answer = 1\nradius = 2"), 10, "radius needs"),
        (changed('"choose"', '"rank"'), 9, "list of numbers"),
        (changed('"choose"\nanswer = 1', '"rank"\nanswer = [0, 0]'), 9, "from 0 to 1 once"),
        (changed('"choose"\nanswer = 1', '"place"\nanswer = [0]'), 9, "two numbers: [x, y]"),
        (changed('"choose"\nanswer = 1', '"place"\nanswer = [0, 1]'), 1, "radius is missing"),
        (
            changed('"choose"\nanswer = 1', '"place"\nanswer = [0, 1]\nradius = 0'),
            10,
            "must be above 0",
        ),
        (changed("minimum = 1", ""), 11, "minimum is missing in the table claims"),
        (changed("minimum = 1", "minimum = 1.5"), 14, "whole number"),
        (changed("minimum = 1", "minimum = 1\ncolour = 2"), 15, "colour is unknown"),
        (changed('"reaches"', '"flies"'), 12, "one of: reaches"),
        (changed("entry = 0", "entry = 3"), 13, "whole number from 0 to 2"),
        (changed('axis = "x"', 'axis = "z"'), 19, "one of: x, y"),
        (changed("level = -1.1", "level = nan"), 20, "level must be a number"),
        (changed("last = 30", "last = 201"), 22, "whole number from 0 to 200"),
        (changed('title = "Momentum"', ""), 24, "title is missing in the table en"),
        (changed('title = "Momentum"', "title = 7"), 25, "title must be a text"),
        (changed('title = "Momentum"', 'title = "a"\nhint = "b"'), 26, "hint is unknown"),
        (changed('question = "Who gets past the dent?"', ""), 8, "missing in the table [en]"),
        (changed('choices = ["Nobody", "Only 0.9"]', ""), 8, "[en] 0, [zh-TW] 2"),
        (changed('["Nobody", "Only 0.9"]', str(["a"] * 9)), 27, "more than 8 choices"),
        (changed("## en: before", "## en: begin"), 35, "begins with a line like"),
        (changed("## en: before", "## Before"), 35, "begins with a line like"),
        (changed("## en: after", "## en: before"), 38, "stands here twice"),
        (changed("## en: before\n", ""), 35, "before the first part"),
        (changed("## en: before", "## de: before"), 35, "no table [de] above"),
        (changed("[en]", "[EN]"), 24, "EN is unknown"),
    ],
)
def test_a_bad_file_is_told_with_its_name_and_line(text: str, line: int, reason: str) -> None:
    with pytest.raises(LessonError) as caught:
        read_lesson(text, "momentum.md")
    told = str(caught.value)
    assert told.startswith(f"momentum.md, line {line}: "), told
    assert reason in told


def test_a_lesson_needs_a_language_and_something_to_show() -> None:
    with pytest.raises(LessonError, match="a table with the texts of a language is missing"):
        read_lesson("+++\norder = 1\n+++\n", "empty.md")
    with pytest.raises(LessonError, match="link or exhibit is needed"):
        read_lesson('+++\n[en]\ntitle = "a"\n+++\n', "empty.md")
    shown = read_lesson('+++\nexhibit = "strip"\n[en]\ntitle = "a"\n+++\n', "strip.md")
    assert (shown.exhibit, shown.scenario, shown.ask) == ("strip", None, None)


def test_a_name_that_could_not_stand_in_a_link_is_refused() -> None:
    with pytest.raises(LessonError, match="small letters"):
        read_lesson(GOOD, "../Momentum.md")


def test_a_bad_file_costs_only_itself(tmp_path: Path) -> None:
    (tmp_path / "doctor").mkdir()
    (tmp_path / "good.md").write_text(GOOD, encoding="utf-8")
    (tmp_path / "bad.md").write_text(changed('"fact"', '"rumour"'), encoding="utf-8")
    (tmp_path / "latin.md").write_bytes(GOOD.encode("utf-16"))
    (tmp_path / "doctor" / "case_1.md").write_text(GOOD, encoding="utf-8")
    found = load(tmp_path)
    assert (list(found.lessons), list(found.cases)) == (["good"], ["case_1"])
    told = [str(problem) for problem in found.problems]
    assert told[0].startswith("bad.md, line 6: ")
    assert told[1] == "latin.md cannot be read."


@pytest.mark.parametrize(
    ("ask", "guess", "right"),
    [
        (Choose(1), 1, True),
        (Choose(1), 0, False),
        (Choose(None), 0, None),
        (Rank((2, 0, 1)), (2, 0, 1), True),
        (Rank((2, 0, 1)), (0, 1, 2), False),
        (Place(1.0, 1.0, 0.5), (1.3, 1.3), True),
        (Place(1.0, 1.0, 0.5), (1.4, 1.4), False),
        (Place(1.0, 1.0, 0.5), 1, False),
    ],
)
def test_a_guess_is_judged(ask: object, guess: object, right: bool | None) -> None:
    assert is_right(ask, guess) is right  # type: ignore[arg-type]
