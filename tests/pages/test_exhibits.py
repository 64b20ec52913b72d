"""Exhibits on a page: every one draws itself in both languages, and answers its widgets."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.exhibits import EXHIBITS

LESSONS = Path(__file__).parents[2] / "assets" / "lessons"

BY_ITSELF = [key for key in EXHIBITS if not key.startswith("lab_")]
"""The way to the lab needs the pages around it."""


def page(key: str) -> None:
    from pages.ui.exhibits import show_exhibit
    from pages.ui.language import choose_language

    choose_language()
    show_exhibit(key)


def shown(key: str, language: str = "en") -> AppTest:
    app = AppTest.from_function(page, kwargs={"key": key}, default_timeout=60)
    app.query_params["lang"] = language
    return sound(app.run())


def sound(app: AppTest) -> AppTest:
    assert not app.exception, [error.value for error in app.exception]
    return app


def words(app: AppTest) -> str:
    return "\n".join(text.value for text in app.markdown).replace("\\", "")


@pytest.mark.parametrize("key", BY_ITSELF)
def test_every_exhibit_speaks_both_languages(key):
    english, chinese = shown(key), shown(key, "zh-TW")
    told = words(english) + "".join(info.value for info in english.info)
    assert told and told != words(chinese) + "".join(info.value for info in chinese.info)
    assert english.caption and english.caption[-1].value.startswith("Source")


def test_an_unknown_exhibit_is_told_with_its_neighbours():
    app = shown("counterexampel")
    assert "counterexample" in app.error[0].value


def test_gradients_can_be_edited():
    app = shown("gradient_sequence")
    assert "31.62" in words(app) and "15,012" in words(app)
    app = sound(app.text_input[0].set_value("1 1 1000 1").run())
    assert "gradient 3 of 4 (1000)" in words(app)
    app = sound(app.text_input[0].set_value("1 <b>two</b>").run())
    assert len(app.error) == 1 and "two" in app.error[0].value
    assert "\\<b\\>" in app.error[0].value


def test_three_amsgrads_from_the_first_step():
    app = shown("gradient_sequence")
    key = "exhibit.sequence.history"
    app = sound(app.segmented_control(key=key).set_value("afresh").run())
    for end in ("-1.0991", "-6.3683", "-0.4705"):
        assert end in words(app)


def test_a_handle_tells_where_the_run_runs_away():
    app = shown("strip_linear_warmup")
    assert "runs away at: 1" in words(app)
    app = sound(app.select_slider[0].set_value(0.001).run())
    assert "nowhere" in words(app)


def test_swats_never_switches_at_the_papers_tolerance():
    app = shown("switch")
    assert "step 118" in words(app)
    assert "stays Adam" in words(sound(app.toggle[0].set_value(True).run()))


def test_radam_with_a_short_memory_never_adapts():
    app = shown("rectifier")
    assert "at step 5, with factor 0.017" in words(app)
    assert "never adapts" in words(sound(app.select_slider[0].set_value(0.6).run()))


def test_the_advice_follows_the_task():
    app = shown("two_teams")
    assert "SGD with momentum" in app.info[0].value
    app = sound(app.selectbox[0].set_value("gan").run())
    assert "Adam or one of its kin" in app.info[0].value


def test_the_diagnosis_asks_for_the_training_loss_first():
    app = shown("diagnosis")
    assert "Optimisation fails" in app.info[0].value
    key = "exhibit.diagnosis.training"
    app = sound(app.segmented_control(key=key).set_value("good").run())
    assert "Overfitting" in app.info[0].value


def test_every_exhibit_of_a_lesson_exists():
    asked = {}
    for file in LESSONS.glob("**/*.md"):
        front = tomllib.loads(file.read_text(encoding="utf-8").split("+++")[1])
        if "exhibit" in front:
            asked[file.stem] = front["exhibit"]
    assert asked and set(asked.values()) <= set(EXHIBITS)
