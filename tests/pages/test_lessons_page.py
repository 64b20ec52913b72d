"""The page of lessons without a browser: the list, the three ways to answer, the doctor."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from optim_core.lessons import Lesson, Place, Rank, library, load
from pages.ui.lessons import listing
from tests.pages.visiting import ROUTER, keys, press, sound, words

LIBRARY = library()
EVERYTHING = {**LIBRARY.lessons, **LIBRARY.cases}


def visit(**parameters: str) -> AppTest:
    app = AppTest.from_file(ROUTER, default_timeout=60)
    app.switch_page("lessons.py")
    for key, value in parameters.items():
        app.query_params[key] = value
    return sound(app.run())


def components(app: AppTest) -> list[str]:
    """The component of each piece of the page that has one."""
    return [
        element.proto.component_name
        for element in app.get("bidi_component")
        if element.proto.component_name
    ]


def has_player(app: AppTest) -> bool:
    return any(name.rpartition(".")[2] == "downhill_player" for name in components(app))


def told(app: AppTest) -> str:
    return " ".join(box.value for box in (*app.success, *app.info)).replace("\\", "")


def test_the_list_opens_a_lesson_and_the_address_holds_it() -> None:
    app = visit()
    shown = {str(button.key) for button in app.button}
    assert {f"lesson.open.{key}" for key in EVERYTHING} <= shown
    press(app, "lesson.open.saddle")
    assert app.query_params["lesson"] == ["saddle"] or app.query_params["lesson"] == "saddle"
    assert "Leaving a saddle" in words(app)
    press(app, "lesson.all")
    assert "lesson" not in app.query_params


def test_an_unknown_lesson_shows_the_list_and_says_so() -> None:
    app = visit(lesson="no_such_lesson")
    assert "There is no lesson of that name" in app.toast[0].value
    assert "lesson.open.saddle" in keys(app)


@pytest.mark.parametrize("key", EVERYTHING)
def test_the_player_waits_for_an_answer_and_the_answer_for_the_player(key: str) -> None:
    lesson = EVERYTHING[key]
    app = visit(lesson=key)
    wording = lesson.wordings["en"]
    assert wording.question in words(app)
    assert not has_player(app) and not told(app)
    answer(app, lesson)
    if lesson.scenario is not None:
        assert has_player(app) and not told(app)
        press(app, "lesson.tell")
    assert "Right." in told(app)
    assert wording.misconception in words(app)
    press(app, "lesson.again")
    assert not has_player(app) and not told(app)


def answer(app: AppTest, lesson: Lesson) -> None:
    """Answer as is right; a place, which needs a browser, is left out."""
    if isinstance(lesson.ask, Place):
        from pages.ui.lessons.progress import Progress

        place = (lesson.ask.x, lesson.ask.y)
        app.session_state["progress of lessons"] = {lesson.key: Progress(marked=place)}
        sound(app.run())
        press(app, "lesson.place")
    elif isinstance(lesson.ask, Rank):
        for index in lesson.ask.order[:-1]:
            press(app, f"lesson.rank.{index}")
    else:
        assert lesson.ask is not None and lesson.ask.right is not None
        press(app, f"lesson.choice.{lesson.ask.right}")


def test_a_wrong_answer_is_told_with_the_right_one() -> None:
    app = visit(lesson="momentum_escape")
    press(app, "lesson.choice.0")
    press(app, "lesson.tell")
    assert "Not quite. Your guess: Both runs with momentum." in told(app)
    assert "The answer: Only momentum 0.9." in told(app)


def test_a_teacher_lets_it_play_without_a_guess() -> None:
    app = visit(lesson="saddle", lang="zh-TW")
    press(app, "lesson.skip")
    press(app, "lesson.tell")
    assert "順序：Adam，動量 0.9 的 SGD，SGD。" in told(app)
    assert "不太對" not in told(app)


def test_next_and_previous_walk_through_the_list() -> None:
    row = list(LIBRARY.lessons)
    app = visit(lesson=row[0])
    assert app.button(key="lesson.previous").disabled
    press(app, "lesson.next")
    assert LIBRARY.lessons[row[1]].wordings["en"].title in words(app)
    press(app, "lesson.previous")
    assert LIBRARY.lessons[row[0]].wordings["en"].title in words(app)


def test_it_goes_on_in_the_playground() -> None:
    app = visit(lesson="saddle")
    press(app, "lesson.playground")
    assert app.session_state["scenario"] == LIBRARY.lessons["saddle"].scenario


def test_the_doctor_shows_a_curve_and_nothing_else() -> None:
    app = visit(lesson="case_2")
    assert len(app.get("plotly_chart")) == 1
    assert not [name for name in components(app) if name.endswith("grid_map")]


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bad.md").write_text("+++\norder = <b>\n+++\n", encoding="utf-8")
    good = '+++\nexhibit = "none"\n[en]\ntitle = "Good"\n+++\n'
    (tmp_path / "good.md").write_text(good, encoding="utf-8")
    monkeypatch.setattr(listing, "library", lambda: load(tmp_path))
    app = visit()
    assert "bad.md, line 2: this is not TOML" in app.warning[0].value.replace("\\", "")
    assert "lesson.open.good" in keys(app)
