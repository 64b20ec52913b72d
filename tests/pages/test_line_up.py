"""The cards of the line-up: every edit, and what follows an entry wherever it goes."""

from __future__ import annotations

import dataclasses

from streamlit.testing.v1 import AppTest

from optim_core import OPTIMIZERS, Entry, RunConfig, Scenario
from optim_core.scenario import MAX_LINE_UP
from pages.ui.line_up import ALWAYS_SHOWN
from pages.ui.presentation import Look, Presentation, read_presentation
from tests.pages.visiting import keys, present, press, sound, visit

SGD = Entry("sgd", {"learning_rate": 0.001})
ADAM = Entry("adam", {"learning_rate": 0.3})
RACE = Scenario(
    surface="rosenbrock",
    entries=(SGD, ADAM, Entry("rmsprop")),
    starts=((-1.0, 1.0),),
    config=RunConfig(steps=20),
)
ALONE = dataclasses.replace(RACE, entries=(SGD,))


def looks(app: AppTest) -> tuple[Look, ...]:
    """The looks of the visit, which the address must hold too."""
    shown: Presentation = app.session_state["presentation"]
    held = {
        key: [value] if isinstance(value, str) else list(value)
        for key, value in app.query_params.items()
    }
    assert read_presentation(held) == shown
    return shown.looks


def titles(app: AppTest) -> list[str]:
    return [text.replace("\\", "") for text in app.table[0].value["Optimizer"]]


def opened(app: AppTest, card: int, what: str = "menu") -> AppTest:
    """Open the menu of a card, or its other settings ("more")."""
    app.session_state[f"entry.{card}.{what}"] = True
    return sound(app.run())


def choose(app: AppTest, card: int, action: str) -> AppTest:
    """Press something in the menu of a card, which may be open already."""
    return press(opened(app, card), f"entry.{card}.{action}")


def named(app: AppTest, card: int, name: str) -> AppTest:
    opened(app, card)
    return sound(app.text_input(key=f"entry.{card}.name").set_value(name).run())


def test_entries_are_added_up_to_the_limit():
    app = visit(ALONE)
    for _ in range(MAX_LINE_UP - 1):
        press(app, "entry.add")
    assert len(present(app).entries) == MAX_LINE_UP
    assert app.button(key="entry.add").disabled
    assert opened(press(app, "entry.1.open"), 1).button(key="entry.1.copy").disabled


def test_a_long_line_up_keeps_the_cards_open_that_were_used_last():
    app = visit(dataclasses.replace(RACE, entries=(SGD,) * 5))
    assert folded(app) == {2, 3, 4}
    assert folded(press(app, "entry.3.open")) == {1, 2, 4}
    assert folded(press(app, "entry.add")) == {0, 1, 2, 4}
    assert folded(press(app, "entry.1.open")) == {0, 2, 3, 4}
    short = visit(dataclasses.replace(RACE, entries=(SGD,) * 3))
    assert folded(short) == set()


def folded(app):
    return {n for n in range(9) if f"entry.{n}.open" in {str(one.key) for one in app.button}}


def test_a_copy_stands_beside_its_entry_and_looks_like_a_new_one():
    app = choose(named(visit(RACE), 0, "Slow"), 0, "copy")
    assert present(app).entries == (SGD, SGD, *RACE.entries[1:])
    assert looks(app) == (Look(name="Slow"),)
    assert titles(app)[0] == "Slow"
    assert titles(app)[1] != "Slow"


def test_the_last_entry_stays():
    assert opened(visit(ALONE), 0).button(key="entry.0.remove").disabled


def test_what_is_left_keeps_its_widgets_when_an_entry_goes():
    app = opened(visit(RACE), 1, "more")
    choose(app, 0, "remove")
    assert present(app).entries == RACE.entries[1:]
    assert app.selectbox(key="entry.1.optimizer").value == "adam"
    assert app.number_input(key="entry.1.learning_rate.number").value == 0.3
    # The settings of the same entry are still open, and no other's.
    assert app.number_input(key="entry.1.adam.beta1.number").value == 0.9
    assert not app.session_state["entry.2.more"]
    sound(app.number_input(key="entry.1.adam.beta1.number").set_value(0.5).run())
    assert present(app).entries[0]["beta1"] == 0.5


def test_an_entry_moves_up_and_down_with_everything_that_is_its_own():
    app = opened(named(visit(RACE), 1, "Quick"), 1, "more")
    assert not opened(app, 0).button(key="entry.0.down").disabled
    assert app.button(key="entry.0.up").disabled
    choose(app, 1, "up")
    assert present(app).entries == (ADAM, SGD, RACE.entries[2])
    assert looks(app) == (Look(name="Quick"),)
    assert app.number_input(key="entry.1.adam.beta1.number").value == 0.9
    for _ in range(2):
        choose(app, 1, "down")
    assert present(app).entries == (SGD, RACE.entries[2], ADAM)
    assert looks(app) == (Look(), Look(), Look(name="Quick"))
    assert titles(app)[2] == "Quick"
    assert app.button(key="entry.1.down").disabled


def test_a_name_is_plain_text_everywhere_and_goes_when_emptied():
    app = named(visit(RACE), 1, "  My **Adam** <b>  ")
    assert looks(app) == (Look(), Look(name="My **Adam** <b>"))
    assert titles(app)[1] == "My **Adam** <b>"
    assert any(text.value == "**My \\*\\*Adam\\*\\* \\<b\\>**" for text in app.markdown)
    assert not looks(named(app, 1, ""))
    assert titles(app)[1] == "Adam"


def test_a_colour_is_chosen_and_given_back():
    app = choose(visit(RACE), 1, "colour.d55e00")
    assert looks(app) == (Look(), Look(colour="#d55e00"))
    assert app.color_picker(key="entry.1.colour").value == "#d55e00"
    sound(app.color_picker(key="entry.1.colour").set_value("#12ab34").run())
    assert looks(app) == (Look(), Look(colour="#12ab34"))
    assert not looks(press(app, "entry.1.colour.own"))
    assert "entry.1.colour.own" not in keys(app)


def test_an_entry_is_hidden_and_shown_and_nothing_is_run_anew():
    app = choose(visit(RACE), 2, "hide")
    assert looks(app) == (Look(), Look(), Look(hidden=True))
    assert present(app) == RACE
    assert opened(app, 2).button(key="entry.2.hide").label == "Show"
    assert not looks(choose(app, 2, "hide"))


def test_an_entry_goes_back_to_its_defaults_alone():
    changed = Entry("adam", {"beta1": 0.5}, "lookahead", {"steps": 9})
    app = visit(dataclasses.replace(RACE, entries=(SGD, changed)))
    named(app, 1, "Mine")
    choose(app, 1, "reset")
    entry = present(app).entries[1]
    assert entry["beta1"] == Entry("adam")["beta1"]
    assert (entry.wrapper, entry.wrapper_settings) == (
        "lookahead",
        Entry("adam", (), "lookahead").wrapper_settings,
    )
    assert present(app).entries[0] == SGD
    assert looks(app) == (Look(), Look(name="Mine"))


def test_a_closed_menu_is_not_drawn():
    app = visit(RACE)
    assert not app.text_input
    assert not any("colour" in key for key in keys(app))
    choose(opened(app, 0), 0, "copy")
    assert not app.text_input, "what has served is closed"


def test_what_is_removed_or_put_back_to_its_defaults_can_be_had_again():
    app = choose(named(visit(RACE), 1, "Mine"), 1, "remove")
    assert present(app).entries != RACE.entries
    press(app, "undo")
    assert present(app).entries == RACE.entries
    assert titles(app)[1] == "Mine"
    choose(app, 1, "reset")
    assert present(app).entries != RACE.entries
    press(app, "undo")
    assert present(app).entries == RACE.entries


def test_an_identity_is_never_used_again():
    app = choose(visit(RACE), 2, "remove")
    press(app, "entry.add")
    assert app.session_state["cards"] == (0, 1, 3)


def test_every_card_has_one_number_above_its_other_settings():
    # Its style sheet counts the places from the end: the optimizer, its menu, a slider, its field.
    for key, spec in OPTIMIZERS.items():
        scales = [knob.scale for knob in spec.knobs if knob.key == ALWAYS_SHOWN]
        assert len(scales) == 1, key
        assert scales[0] not in ("switch", "choice"), key


def test_what_is_told_to_stay_is_not_taken_back():
    def script():
        import streamlit as st

        from pages.ui.keeping import Undoable

        kept = Undoable(("one", "open"), "before")
        if "begun" not in st.session_state:
            st.session_state.update(begun=True, one=1, open="a")
            kept.replace(lambda: st.session_state.update(one=2, new=True), without=("open",))
            st.session_state.open = "b"
            kept.undo()

    state = AppTest.from_function(script).run().session_state
    assert (state["one"], state["open"]) == (1, "b")
