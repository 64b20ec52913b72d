"""Learning rates that suit a surface."""

import dataclasses

import pytest

from landscapes import SURFACES
from optim_core import DEFAULT_SCENARIO, OPTIMIZERS, Entry, Outcome, RunConfig, Scenario, trace
from pages.ui.rates import suited

FLOORED = [key for key, surface in SURFACES.items() if not surface.unbounded_below]


@pytest.mark.parametrize("key", FLOORED)
def test_no_run_leaves_a_surface_with_a_floor(key):
    before = dataclasses.replace(
        DEFAULT_SCENARIO, surface=key, surface_settings=(), starts=(), config=RunConfig(steps=200)
    )
    after = suited(before)
    assert Outcome.DIVERGED not in trace(after).outcomes
    assert dataclasses.replace(after, entries=before.entries) == before


def test_a_rate_that_stays_is_the_default():
    entry = Entry("adam", {"learning_rate": 1.5, "beta1": 0.5})
    (after,) = suited(Scenario(surface="himmelblau", entries=(entry,))).entries
    defaults = {knob.key: knob.default for knob in OPTIMIZERS["adam"].knobs}
    assert after["learning_rate"] == defaults["learning_rate"]
    assert after["beta1"] == 0.5


def test_running_away_is_shown_where_there_is_no_floor():
    key = next(key for key in SURFACES if key not in FLOORED)
    (after,) = suited(
        Scenario(surface=key, entries=(Entry("sgd", {"learning_rate": 1.0}),))
    ).entries
    assert after == Entry("sgd")
