"""The runs told step by step."""

from __future__ import annotations

import dataclasses

from streamlit.testing.v1 import AppTest

from optim_core import PRESETS, Event, EventKind, Noise, Scenario, narrate, trace
from pages.ui.narration import rows_of_start, sentences
from tests.pages.visiting import sound, visit

ESCAPE = PRESETS["momentum_escapes"].scenario
TWO_STARTS = dataclasses.replace(ESCAPE, starts=((-3.4, 1.2), (3.0, 1.0)))


def told(app: AppTest) -> list[str]:
    """The lists, one an entry."""
    return [text.value.replace("\\", "") for text in app.expander(key="narration").markdown]


def opened(scenario: Scenario) -> AppTest:
    app = visit(scenario)
    app.session_state["narration"] = True
    return sound(app.run())


def expected(scenario: Scenario, row: int) -> list[str]:
    return sentences(narrate(scenario.landscape(), trace(scenario), row))


def test_a_sentence_has_its_step_and_a_real_minus():
    event = Event(12, EventKind.CROSSED_RIDGE, {"x": -1.5, "y": 2e-7})
    assert sentences([event]) == ["step 12: crosses the ridge near (\u22121.5, 2e\u221207)"]


def test_rows_are_those_of_the_start_and_of_the_first_noise():
    config = dataclasses.replace(ESCAPE.config, steps=2, noise=Noise("gaussian"), noise_seeds=3)
    runs = trace(dataclasses.replace(TWO_STARTS, config=config))
    rows = rows_of_start(runs, 1)
    assert [runs.labels[row].entry for row in rows] == [0, 1, 2]
    assert {(runs.labels[row].start, runs.labels[row].noise_seed) for row in rows} == {(1, 0)}


def test_closed_it_is_not_even_told():
    assert told(visit(ESCAPE)) == []


def test_opened_it_tells_every_entry():
    lists = told(opened(ESCAPE))
    assert len(lists) == 3
    for row, text in enumerate(lists):
        for sentence in expected(ESCAPE, row):
            assert f"- {sentence}" in text
    assert "crosses the ridge" in lists[2]
    assert "crosses the ridge" not in lists[0]


def test_of_several_starts_one_is_told_and_another_can_be_chosen():
    app = opened(TWO_STARTS)
    assert "(\u22123.4, 1.2)" in told(app)[0]
    sound(app.selectbox(key="narration.start").set_value(1).run())
    assert "(3, 1)" in told(app)[0]
    app.session_state["starts.list"] = True
    sound(app.run())
    sound(app.button(key="start.0.only").click().run())
    assert "(\u22123.4, 1.2)" in told(app)[0]


def test_every_preset_is_told():
    app = opened(ESCAPE)
    for key, preset in PRESETS.items():
        app.session_state["scenario"] = preset.scenario
        lists = told(sound(app.run()))
        assert len(lists) == len(preset.scenario.entries), key
        assert all("- step 0: starts at" in text for text in lists), key
