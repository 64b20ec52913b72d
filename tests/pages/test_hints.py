"""The hints of a first visit."""

from pages.ui.state import OPENING
from tests.pages.visiting import keys, press, sound, visit, words


def test_hints_go_for_good_when_dismissed():
    app = visit()
    assert "Choose a place on the contour map" in words(app)
    press(app, "hints.dismiss")
    assert "Choose a place on the contour map" not in words(app)
    sound(next(button for button in app.button if button.label == "Reset").click().run())
    assert "hints.dismiss" not in keys(app)


def test_hints_go_at_the_first_change():
    app = visit()
    sound(app.number_input(key="start.x").set_value(0.5).run())
    assert "hints.dismiss" not in keys(app)


def test_who_follows_a_link_gets_no_hints():
    assert "hints.dismiss" not in keys(visit(OPENING.scenario))
    assert "hints.dismiss" not in keys(visit(preset="plateau"))
