"""Teacher mode without a browser: locked links, and a lesson that is written and opened again."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from optim_core import PRESETS, Scenario
from optim_core.lessons import read_lesson
from pages.ui import state
from pages.ui.teaching.files import file_name, file_text
from pages.ui.teaching.guide import OF_SCENARIO, Guide, read_guide
from tests.pages.visiting import ROUTER, keys, press, sound, visit, words

OPENING = PRESETS["momentum_escapes"].scenario
HOSTILE = "<img src=x onerror=alert(1)> [x](javascript:y) **b** $z$ :red[r] `c` \u202e# h"
WIDGETS = {
    "surface": "surface",
    "starts": "start.x",
    "steps": "config.steps",
    "line_up": "entry.",
    "rest": "config.schedule",
}
"""How the keys of the widgets of each part begin."""


def widget_keys(app: AppTest) -> set[str]:
    kinds = ("button", "selectbox", "select_slider", "number_input", "toggle", "text_input")
    return {str(widget.key) for kind in kinds for widget in getattr(app, kind)}


@pytest.mark.parametrize("part", OF_SCENARIO)
@pytest.mark.parametrize("way", ["hide", "lock"])
def test_what_a_link_fixes_has_no_widget_and_cannot_be_changed(part: str, way: str) -> None:
    app = visit(OPENING, **{way: part})
    kept = {other: begin for other, begin in WIDGETS.items() if other not in (part, "rest")}
    there = widget_keys(app)
    for begin in kept.values():
        assert any(key.startswith(begin) for key in there), begin
    begin = WIDGETS[part]
    assert not any(key.startswith(begin) for key in there)
    # The presets and what goes back to them would replace it all.
    assert not {"presets", "undo", "preset-pair"} & there
    told = (words(app) + " ".join(text.value for text in app.caption)).replace("\\", "")
    names = {"surface": "Shallow well", "starts": "(−3.4, 1.2)", "steps": "Steps**: 200"}
    if part in names and way == "lock":
        assert names[part] in told
    if part == "starts" and way == "hide":
        assert names[part] not in told


def test_the_same_holds_on_the_page_of_maps() -> None:
    app = visit(OPENING, hide="surface.line_up", lock="starts")
    app.switch_page("maps.py")
    there = widget_keys(sound(app.run()))
    for part in ("surface", "line_up", "starts"):
        assert not any(key.startswith(WIDGETS[part]) for key in there)
    assert any(key.startswith("config.steps") for key in there)


def test_a_guide_asks_before_it_plays_and_its_texts_are_plain() -> None:
    app = visit(
        OPENING, title=HOSTILE, caption=HOSTILE, ask=HOSTILE, choice=[HOSTILE, "B"], why=HOSTILE
    )
    for _stage in range(2):
        raw = [text.value for text in app.markdown] + [button.label for button in app.button]
        for text in raw:
            assert "<img" not in text.replace("\\<img", "") and "\u202e" not in text
            assert "](javascript" not in text and "**b**" not in text and "$z$" not in text
        if "lesson.choice.1" in keys(app):
            press(app, "lesson.choice.1")
            press(app, "lesson.tell")
    assert "Your guess: B." in app.info[0].value.replace("\\", "")
    assert "<img" not in app.info[0].value.replace("\\<img", "")


def test_the_address_keeps_the_guide() -> None:
    app = visit(OPENING, ask="Who?", choice=["A", "B"], answer="1", hide="rest")
    sound(app.select_slider(key="config.steps.slider").set_value(400).run())
    assert app.query_params["steps"] in ("400", ["400"])
    assert app.query_params["hide"] in ("rest", ["rest"])
    assert app.query_params["choice"] == ["A", "B"]


def open_maker(scenario: Scenario | None = None) -> AppTest:
    app = visit(scenario)
    app.session_state["make-lesson"] = True
    return sound(app.run())


def test_a_lesson_is_written_and_its_link_opens_the_same() -> None:
    app = open_maker()
    app.text_input(key="make.title").set_value("My <b>lesson</b>")
    app.text_area(key="make.caption").set_value("Look at *this*.")
    app.text_input(key="make.ask").set_value("Who wins?")
    app.text_area(key="make.choices").set_value("A\n\n  B \nC\n")
    sound(app.run())
    sound(app.selectbox(key="make.right").set_value(1).run())
    sound(app.segmented_control(key="make.part.line_up").set_value("hidden").run())
    sound(app.segmented_control(key="make.part.steps").set_value("locked").run())
    guide = app.session_state["lesson draft"]
    assert guide == Guide(
        title="My <b>lesson</b>",
        caption="Look at *this*.",
        question="Who wins?",
        choices=("A", "B", "C"),
        right=1,
        hidden=("line_up",),
        locked=("steps",),
    )
    fields = parse_qs(urlsplit(app.get("link_button")[0].proto.url).query)
    assert read_guide(fields) == guide
    # Taken back, a choice that was right is none any more.
    sound(app.text_area(key="make.choices").set_value("A").run())
    assert app.session_state["lesson draft"].right is None
    other = AppTest.from_file(ROUTER, default_timeout=60)
    for key, values in fields.items():
        other.query_params[key] = values
    sound(other.run())
    assert "Look at *this*." in words(other) and "Who wins?" in words(other)
    assert not any(key.startswith("entry.") for key in widget_keys(other))
    assert other.session_state["scenario"] == OPENING


def test_a_lesson_too_long_for_a_link_says_so() -> None:
    app = open_maker()
    long = {"title": 80, "caption": 400, "why": 400}
    for key, most in long.items():
        widget = app.text_input if key == "title" else app.text_area
        widget(key=f"make.{key}").set_value("課" * most)
    sound(app.run())
    assert "at most 6,000 fit" in app.warning[0].value.replace("\\", "")
    assert not app.get("link_button")


def test_the_file_of_a_lesson_is_read_as_the_same_lesson(monkeypatch: pytest.MonkeyPatch) -> None:
    guide = Guide(
        title='Momentum & "friends": 動量',
        caption="A_b *c* <b>. It ends here. 1. no list +++ ## en: before",
        question="Who?",
        choices=("A \\ B", 'say "C"'),
        right=0,
        why="Because it's so.",
    )
    monkeypatch.setattr(state, "presentation", lambda: state.Presentation())
    lesson = read_lesson(file_text(OPENING, guide, "http://example.com/?v=1"), file_name(guide))
    assert (lesson.key, lesson.scenario) == ("momentum_friends", OPENING)
    wording = lesson.wordings["en"]
    assert (wording.title, wording.question, wording.choices) == (
        guide.title,
        guide.question,
        guide.choices,
    )
    assert wording.before.replace("\\", "") == guide.caption
    assert "\\*c\\*" in wording.before and "ends here." in wording.before
    assert wording.after == guide.why
    assert lesson.ask is not None and lesson.ask.right == 0  # type: ignore[union-attr]


@pytest.mark.parametrize("title", ["", "動量", "1 2 3", "---"])
def test_a_title_without_letters_still_makes_a_name(title: str) -> None:
    assert file_name(Guide(title=title)) == "my_lesson.md"
