"""Each kind of claim holds where it should and fails where it should."""

from __future__ import annotations

import numpy as np
import pytest

from optim_core import Entry, RunConfig, Scenario, Trajectories, trace
from optim_core.presets.claims import (
    Claim,
    Crosses,
    LeavesView,
    LossBetween,
    Moves,
    NeverCrosses,
    Reaches,
    Settles,
    StaysInView,
)

# One coordinate is multiplied by 1 - rate, the other by 1 - 10 rate at every step.
SCENARIO = Scenario(
    surface="ravine",
    surface_settings={"condition": 10.0, "rotation": 0.0},
    entries=(Entry("sgd", {"learning_rate": 0.1}), Entry("sgd", {"learning_rate": 0.3})),
    starts=((-1.0, 1.0), (0.0, 0.5)),
    config=RunConfig(steps=100),
)


@pytest.fixture(scope="module")
def run() -> Trajectories:
    return trace(SCENARIO)


@pytest.mark.parametrize(
    ("claim", "true"),
    [
        (Reaches(0, 0), True),
        (Reaches(0, None), False),
        (Reaches(1, None), True),
        (Reaches(1, 0), False),
        (Reaches(0, 0, start=1), True),
        (Reaches(0, None, start=1), False),
        (Settles(0, 65, 66), True),
        (Settles(0, 67, 80), False),
        (Settles(1, -5, 100), False),
        (Crosses(0, "x", -0.5, 7, 7), True),
        (Crosses(0, "x", -0.5, 1, 6), False),
        (Crosses(0, "x", -0.5, 8, 20), False),
        (Crosses(0, "x", 0.5, 1, 100), False),
        (Crosses(1, "y", 0.0, 1, 1), True),
        (NeverCrosses(0, "x", 0.5), True),
        (NeverCrosses(0, "x", -0.5), False),
        (LeavesView(1, 2, 2), True),
        (LeavesView(1, 1, 1), False),
        (LeavesView(1, 3, 9), False),
        (LeavesView(0, 0, 100), False),
        (StaysInView(0), True),
        (StaysInView(1), False),
        (LossBetween(0, 0, 5.4, 5.6), True),
        (LossBetween(0, 0, 5.6, 5.8), False),
        (LossBetween(0, 1, 5.4, 5.6), False),
        (Moves(0, 1, 0.1, -1.0), True),
        (Moves(0, 1, 0.1, 1.0), False),
        (Moves(0, 2, 0.1, -1.0), False),
    ],
    ids=repr,
)
def test_a_claim_is_true_exactly_when_the_run_keeps_it(
    claim: Claim, true: bool, run: Trajectories
) -> None:
    assert claim(SCENARIO, run) is true


def test_a_run_that_was_stopped_is_looked_at_up_to_there() -> None:
    scenario = Scenario(
        surface="ravine",
        entries=(Entry("sgd", {"learning_rate": 10.0}),),
        config=RunConfig(steps=100),
    )
    run = trace(scenario)
    assert np.isnan(run.positions[-1]).all()
    assert LeavesView(0, 1, 1)(scenario, run)
    assert not StaysInView(0)(scenario, run)
