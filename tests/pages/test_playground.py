"""The playground and its frame, driven without a browser."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from landscapes import SURFACES
from optim_core import DEFAULT_SCENARIO, OPTIMIZERS, WRAPPERS, Entry, RunConfig, Scenario
from pages.ui.state import OPENING
from tests.pages.visiting import present, sound, visit


def stories(app: AppTest) -> list[str]:
    return [text.replace("\\", "") for text in app.table[0].value["What happened"]]


def open_card(app: AppTest, index: int) -> AppTest:
    app.session_state[f"entry.{index}.more"] = True
    return sound(app.run())


def one(optimizer: str, surface: str = "rosenbrock", **settings: object) -> Scenario:
    return Scenario(
        surface=surface, entries=(Entry(optimizer, settings),), config=RunConfig(steps=20)
    )


def test_a_first_visit_opens_on_its_experiment():
    app = visit()
    assert app.session_state["scenario"] == OPENING.scenario
    assert not app.query_params, "an address without a word goes on meaning a first visit"
    assert len(app.table[0].value) == len(OPENING.scenario.entries)
    assert not app.toast
    assert not app.warning


def test_a_link_seeds_everything():
    scenario = Scenario(
        surface="rosenbrock",
        entries=(
            Entry("adam", {"learning_rate": 0.123, "beta1": 0.5}),
            Entry("sgd", {"learning_rate": 1e-4}),
        ),
        starts=((0.25, -0.5),),
        config=RunConfig(steps=77, clip_norm=2.5, tolerance=1e-5),
    )
    app = visit(scenario)
    assert present(app) == scenario
    assert app.selectbox(key="entry.0.optimizer").value == "adam"
    assert app.number_input(key="entry.0.learning_rate.number").value == 0.123
    assert app.number_input(key="start.x").value == 0.25
    assert app.number_input(key="start.y").value == -0.5
    assert app.number_input(key="config.steps.number").value == 77


@pytest.mark.parametrize(
    "parameters",
    [
        {"surface": "no_such_place"},
        {"steps": "1e300"},
        {"surface": ["<script>alert(1)</script>"], "start": ["nan,inf"]},
        {"steps": "9" * 5000},
    ],
)
def test_a_hostile_link_gives_defaults_and_one_notice(parameters):
    app = visit(**parameters)
    assert present(app).surface == DEFAULT_SCENARIO.surface
    assert present(app).entries == DEFAULT_SCENARIO.entries
    assert present(app).starts == DEFAULT_SCENARIO.starts
    assert len(app.toast) == 1
    assert "<" not in app.toast[0].value
    assert not sound(app.run()).toast


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({"preset": "plataeu"}, "There is no preset 'plataeu'; did you mean plateau?"),
        ({"preset": "<b>"}, "There is no preset of that name. The opening experiment is shown."),
        ({"view": "xx"}, "view cannot be 'xx'"),
        ({"preset": "plateau", "trails": "xx"}, "trails cannot be 'xx'"),
    ],
)
def test_what_a_link_asks_for_in_vain_is_told(parameters, told):
    (toast,) = visit(**parameters).toast
    assert told in toast.value.replace("\\", "")


def test_a_slider_changes_the_scenario_and_the_address():
    app = visit(one("sgd", learning_rate=0.001))
    sound(app.select_slider(key="entry.0.learning_rate.slider").set_value(0.0005).run())
    assert present(app).entries[0]["learning_rate"] == 0.0005
    assert app.number_input(key="entry.0.learning_rate.number").value == 0.0005


def test_a_typed_number_moves_the_slider_and_is_kept_exactly():
    app = visit(one("sgd"))
    sound(app.number_input(key="entry.0.learning_rate.number").set_value(0.000777).run())
    assert present(app).entries[0]["learning_rate"] == 0.000777
    assert app.select_slider(key="entry.0.learning_rate.slider").value == 0.0008


def test_a_typed_start_moves_every_path():
    app = visit()
    sound(app.number_input(key="start.x").set_value(0.5).run())
    assert present(app).starts[0] == (0.5, OPENING.scenario.starts[0][1])


def test_divergence_is_told_in_words():
    app = visit(one("sgd", learning_rate=1.0))
    assert stories(app)[0].startswith("Diverged")
    assert "step" in stories(app)[0]


@pytest.mark.parametrize("key", WRAPPERS)
def test_a_wrapper_goes_around_any_entry(key):
    app = open_card(visit(one("sgd", learning_rate=0.001)), 0)
    sound(app.selectbox(key="entry.0.wrapper").set_value(key).run())
    assert present(app).entries[0].wrapper == key
    for knob in WRAPPERS[key].knobs:
        if knob.is_number:
            assert app.number_input(key=f"entry.0.{key}.{knob.key}.number").value == knob.default


def test_every_optimizer_has_its_card():
    app = open_card(visit(one("sgd")), 0)
    for key, spec in OPTIMIZERS.items():
        sound(app.selectbox(key="entry.0.optimizer").set_value(key).run())
        assert present(app).entries[0].optimizer == key
        drawn = {
            widget.key for kind in (app.number_input, app.selectbox, app.toggle) for widget in kind
        }
        for knob in spec.knobs:
            assert any(knob.key in name.split(".") for name in drawn), (key, knob.key)


def test_every_surface_can_be_picked():
    *_others, last = SURFACES
    app = visit(one("sgd", surface=last))
    sound(app.number_input(key="start.x").set_value(0.125).run())
    for key, surface in SURFACES.items():
        sound(app.selectbox(key="surface").set_value(key).run())
        assert present(app).surface == key
        assert present(app).starts == (surface.start,), key
        assert app.number_input(key="start.x").value == surface.start[0], key
        assert not app.warning, key
        assert surface.unbounded_below or not stories(app)[0].startswith("Diverged"), key


def test_clipping_is_off_until_it_is_switched_on():
    app = visit(one("sgd"))
    app.session_state["rest"] = True
    sound(app.run())
    assert present(app).config.clip_norm is None
    sound(app.toggle(key="config.clip_norm.on").set_value(True).run())
    sound(app.number_input(key="config.clip_norm.number").set_value(0.5).run())
    assert present(app).config.clip_norm == 0.5
    sound(app.toggle(key="config.clip_norm.on").set_value(False).run())
    assert present(app).config.clip_norm is None


def test_too_much_is_refused_in_words_and_the_last_picture_stays():
    app = visit(one("sgd"))
    before = stories(app)
    app.session_state["scenario"] = Scenario(
        surface="rosenbrock", entries=(Entry("sgd"),), config=RunConfig(steps=5, noise_seeds=5000)
    )
    sound(app.run())
    assert len(app.warning) == 1
    assert stories(app) == before


def test_reset_returns_to_the_first_visit():
    app = visit(one("adam", learning_rate=0.5))
    sound(next(button for button in app.button if button.label == "Reset").click().run())
    assert present(app) == OPENING.scenario
    assert app.selectbox(key="entry.0.optimizer").value == OPENING.scenario.entries[0].optimizer


def test_a_change_back_is_written_too():
    app = visit(one("sgd", learning_rate=0.001))
    first = present(app)
    field = "entry.0.learning_rate.number"
    sound(app.number_input(key=field).set_value(0.002).run())
    sound(app.number_input(key=field).set_value(0.001).run())
    assert present(app) == first


def test_an_unknown_language_is_english():
    assert visit(lang="<b>tlh").selectbox(key="surface").label == "Surface"


def test_a_new_entry_does_not_run_away_at_once():
    app = visit(one("adam"))
    sound(app.button(key="entry.add").click().run())
    sound(app.selectbox(key="entry.1.optimizer").set_value("nesterov").run())
    assert present(app).entries[1].optimizer == "nesterov"
    assert not any(story.startswith("Diverged") for story in stories(app))


def undo(app: AppTest) -> AppTest:
    return sound(app.button(key="undo").click().run())


def test_another_surface_can_be_taken_back_and_forth():
    app = visit(one("sgd", learning_rate=0.001))
    assert app.button(key="undo").disabled
    before = present(app)
    sound(app.selectbox(key="surface").set_value("himmelblau").run())
    after = present(app)
    undo(app)
    assert present(app) == before
    assert app.selectbox(key="surface").value == "rosenbrock"
    undo(app)
    assert present(app) == after


def test_a_reset_can_be_taken_back_with_names_and_all():
    app = visit(one("adam", learning_rate=0.5), name="1~Mine")
    before, shown = present(app), app.session_state["presentation"]
    sound(next(button for button in app.button if button.label == "Reset").click().run())
    assert present(app) == OPENING.scenario
    assert app.session_state["presentation"].looks == ()
    undo(app)
    assert present(app) == before
    assert app.session_state["presentation"] == shown
    assert "Mine" in app.table[0].value["Optimizer"][0]


def test_what_changes_nothing_leaves_nothing_to_take_back():
    app = visit()
    sound(next(button for button in app.button if button.label == "Reset").click().run())
    assert app.button(key="undo").disabled


def test_a_notice_names_what_is_wrong_with_a_link():
    (toast,) = visit(surface="rosenbruck", steps="many").toast
    told = toast.value.replace("\\", "")
    assert "rosenbrock" in told
    assert "steps" in told
    assert len(visit(**{f"unknown{number}": "1" for number in range(9)}, v="1").toast) == 1


def test_what_the_browser_repeats_of_a_run_that_was_overtaken_is_no_choice():
    app = visit(one("adam", learning_rate=0.05))
    key = "entry.0.learning_rate.slider"
    # As after a run that a click on the map overtook before its sliders were on their way.
    app.session_state["values not told"] = {key: 0.02}
    sound(app.select_slider(key=key).set_value(0.02).run())
    assert present(app).entries[0].settings == one("adam", learning_rate=0.05).entries[0].settings
    sound(app.select_slider(key=key).set_value(0.02).run())
    assert present(app).entries[0].settings == one("adam", learning_rate=0.02).entries[0].settings


def a_widget_that_has_gone():
    import streamlit as st

    from pages.ui.state import view

    asked = []
    told = view(
        "there", 1, lambda scenario, value: scenario, apply=lambda edit, new: asked.append(new)
    )
    told["on_change"](*told["args"])
    del st.session_state["there"]
    told["on_change"](*told["args"])
    st.text(str(asked))


def test_a_change_of_a_widget_that_has_gone_changes_nothing():
    assert AppTest.from_function(a_widget_that_has_gone).run().text[0].value == "[1]"
