"""Projector mode without a browser: what is drawn, and what goes into which link."""

from __future__ import annotations

from pages.ui.projector import WAY_OUT
from tests.pages.visiting import keys, present, press, visit


def test_a_link_opens_it_without_words_below_the_picture():
    app = visit(projector="1")
    assert not app.table
    assert {WAY_OUT, "preset-answer"} <= keys(app)
    assert keys(app).isdisjoint({"preset-pair", "undo", "hints.dismiss", "projector-enter"})


def test_the_way_in_and_out_keeps_the_experiment():
    app = visit(preset="cliff_unclipped")
    scenario = app.session_state["scenario"]
    assert "preset-pair" in keys(app)
    app = press(app, "projector-enter")
    assert list(app.query_params["projector"]) == ["1"]
    app = press(app, WAY_OUT)
    assert "projector" not in app.query_params
    assert app.table
    assert present(app) == scenario
