"""What is typed into a number field, and what happens where it is no number that can be."""

from __future__ import annotations

import math

import pytest

from optim_core import Entry, RunConfig, Scenario
from optim_core.run_knobs import COORDINATE, RUN_KNOBS
from pages.ui.fields import accepted, readable
from tests.pages.visiting import present, sound, visit

STEPS = RUN_KNOBS["steps"]


@pytest.mark.parametrize(
    ("knob", "typed", "told"),
    [
        (STEPS, None, "Steps needs a number; it stays at 300."),
        (STEPS, math.nan, "Steps needs a number; it stays at 300."),
        (STEPS, -math.inf, "Steps needs a number; it stays at 300."),
        (STEPS, 2.5, "Steps must be a whole number; it stays at 300."),
        (STEPS, 1e9, "Steps must lie between 1 and 20,000; it stays at 300."),
        (STEPS, 0.0, "Steps must lie between 1 and 20,000; it stays at 300."),
        (COORDINATE, 1e7, "Steps must lie between -1,000,000 and 1,000,000; it stays at 300."),
        (RUN_KNOBS["tolerance"], 1e7, "between 1e-15 and 1,000,000"),
    ],
)
def test_what_a_knob_does_not_allow_is_refused_in_words(knob, typed, told):
    with pytest.raises(ValueError, match="stays at 300") as caught:
        accepted(knob, "Steps", 300, typed)
    assert told in str(caught.value)


def test_what_a_knob_allows_is_kept_exactly():
    steps = accepted(STEPS, "Steps", 300, 77.0)
    assert steps == 77
    assert isinstance(steps, int)
    seed = RUN_KNOBS["seed"]
    assert accepted(seed, "Seed", 0, seed.high) == 2**31 - 1
    assert accepted(COORDINATE, "Start x", 0.0, 0.1) == 0.1
    assert readable(1e-12) == "1e-12"
    assert readable(0.05) == "0.05"


def test_what_cannot_be_taken_leaves_the_old_value_and_says_so():
    scenario = Scenario(
        surface="rosenbrock",
        entries=(Entry("sgd", {"learning_rate": 0.001}),),
        starts=((0.25, -0.5),),
        config=RunConfig(steps=20),
    )
    app = visit(scenario)
    for key, typed, old, told in (
        ("start.y", None, -0.5, ""),
        ("config.steps.number", None, 20, ""),
        ("config.steps.number", 2.5, 20, "Steps must be a whole number"),
        ("config.steps.number", 1e9, 20, "Steps must lie between 1 and 20,000"),
        ("entry.0.learning_rate.number", -1.0, 0.001, "Learning rate must lie between"),
    ):
        sound(app.number_input(key=key).set_value(typed).run())
        assert present(app) == scenario
        assert app.number_input(key=key).value == old
        # Emptied, a field shows its value again: there is nothing to say.
        assert len(app.toast) == bool(told)
        assert all(told in toast.value.replace("\\", "") for toast in app.toast)
    assert app.button(key="undo").disabled
