"""The preset picker and the question above the picture."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from optim_core import PRESETS, Entry, Scenario
from pages.ui.state import OPENING
from tests.pages.visiting import experiments, keys, present, press, sound, visit, words

SGD = Entry("sgd")


def pick(app: AppTest, key: str) -> AppTest:
    return sound(experiments(app).set_value(key).run())


def test_no_two_presets_are_the_same_scenario():
    assert len({preset.scenario for preset in PRESETS.values()}) == len(PRESETS)


def test_the_opening_is_a_preset_with_its_question_and_a_hidden_answer():
    app = visit()
    preset = PRESETS["momentum_escapes"]
    assert preset.scenario == OPENING.scenario
    assert f"# {preset.title}" in words(app)
    assert preset.question in words(app)
    assert preset.sentence in words(app)
    assert preset.answer not in words(app)


def test_the_list_has_every_preset_with_its_sentence_and_marks_the_shown_one():
    app = visit()
    listed = experiments(app)
    assert listed.value == "momentum_escapes"
    assert len(listed.options) == len(PRESETS)
    told = [option.replace("\\", "") for option in listed.options]
    assert told == [f"**{preset.title}** {preset.sentence}" for preset in PRESETS.values()]
    sound(app.number_input(key="entry.0.learning_rate.number").set_value(0.5).run())
    assert experiments(app).value is None, "so that it can be picked again"


def test_what_a_closed_list_still_says_does_not_bring_its_experiment_back():
    app = visit()
    stale = experiments(app)
    pick(app, "saddle_escape")
    sound(app.number_input(key="entry.0.learning_rate.number").set_value(0.5).run())
    changed = present(app)
    assert stale.id != experiments(app).id
    # A browser that does not draw a list does not hear what it is given, so it is given nothing.
    assert not experiments(app).proto.set_value
    sound(app.number_input(key="entry.1.learning_rate.number").set_value(0.4).run())
    assert present(app) != changed
    assert present(app).entries[0]["learning_rate"] == 0.5


@pytest.mark.parametrize("key", PRESETS)
def test_every_preset_can_be_picked_asked_and_answered(key):
    app = pick(visit(Scenario(surface="booth", entries=(SGD,))), key)
    preset = PRESETS[key]
    assert present(app) == preset.scenario
    assert experiments(app).value == key
    assert not app.warning
    assert preset.question in words(app)
    assert preset.answer not in words(app)
    press(app, "preset-answer")
    assert preset.answer in words(app)
    assert preset.question in words(app)
    press(app, "preset-answer")
    assert preset.answer not in words(app)


@pytest.mark.parametrize("key", PRESETS)
def test_a_pair_is_one_click_away(key):
    app = visit(preset=key)
    pair = PRESETS[key].pair
    assert ("preset-pair" in keys(app)) == (pair is not None)
    if pair is not None:
        press(press(app, "preset-answer"), "preset-pair")
        assert present(app) == PRESETS[pair].scenario
        assert PRESETS[pair].answer not in words(app)


def test_a_changed_knob_withdraws_question_and_answer_until_it_is_undone():
    app = press(visit(preset="plateau"), "preset-answer")
    preset = PRESETS["plateau"]
    field = "entry.0.learning_rate.number"
    sound(app.number_input(key=field).set_value(0.5).run())
    for text in (preset.sentence, preset.question, preset.answer):
        assert text not in words(app)
    assert "You have changed this experiment" in words(app)
    press(app, "preset-back")
    assert present(app) == preset.scenario
    assert preset.question in words(app)
    sound(app.number_input(key=field).set_value(0.5).run())
    sound(app.number_input(key=field).set_value(1.0).run())
    assert preset.question in words(app)
    assert preset.answer not in words(app), "to be predicted again"


def test_another_surface_is_another_experiment():
    app = visit(preset="plateau")
    sound(app.selectbox(key="surface").set_value("booth").run())
    assert "# Booth" in words(app)
    assert not keys(app) & {"preset-answer", "preset-back", "preset-pair"}


def test_a_link_to_a_presets_scenario_brings_its_question():
    app = visit(PRESETS["plateau"].scenario)
    assert PRESETS["plateau"].question in words(app)


def test_a_link_of_somebodys_own_asks_nothing():
    app = visit(Scenario(surface="plateau_drop", entries=(SGD,)))
    assert not keys(app) & {"preset-answer", "preset-back", "preset-pair"}


def test_an_address_can_name_a_preset():
    app = visit(preset="cliff_clipped")
    assert app.session_state["scenario"] == PRESETS["cliff_clipped"].scenario
    assert not app.toast


@pytest.mark.parametrize("key", ["no_such", "<b>", "", "x" * 500])
def test_an_unknown_preset_in_the_address_opens_the_first_and_is_told(key):
    app = visit(preset=key)
    assert app.session_state["scenario"] == OPENING.scenario
    assert len(app.toast) == 1


def test_an_experiment_in_the_address_counts_more_than_a_preset():
    own = Scenario(surface="booth", entries=(SGD,))
    assert visit(own, preset="plateau").session_state["scenario"] == own


def test_reset_hides_the_answer_again():
    app = press(visit(), "preset-answer")
    sound(next(button for button in app.button if button.label == "Reset").click().run())
    assert PRESETS["momentum_escapes"].answer not in words(app)
