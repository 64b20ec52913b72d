"""A link opened elsewhere is the same run to the last bit."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from optim_core import Entry, RunConfig, Scenario, from_query, to_query, trace

ROOT = Path(__file__).parents[2]

ELSEWHERE = """
import hashlib, sys
from optim_core import from_query, trace
result = from_query(sys.argv[1])
assert not result.problems, result.problems
print(hashlib.sha256(trace(result.scenario).positions.tobytes()).hexdigest())
"""

SCENARIOS = [
    Scenario(
        surface="sharp_flat",
        entries=(Entry("adam"), Entry("momentum", {"learning_rate": 0.06}, "lookahead")),
        starts=((-3.8, 0.5), (0.1, 1 / 3)),
        config=RunConfig(steps=120, noise="gaussian", noise_seeds=2, seed=11, schedule="one_cycle"),
    ),
    Scenario(
        surface="ravine",
        surface_settings={"condition": 37.5, "rotation": 45.0},
        entries=(Entry("swats"), Entry("radam"), Entry("nadam")),
        config=RunConfig(steps=200, clip_norm=0.3, noise="minibatch"),
    ),
]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[s.surface for s in SCENARIOS])
def test_another_process_traces_the_same_bits_from_the_link(scenario: Scenario) -> None:
    link = to_query(scenario)
    assert from_query(link).scenario == scenario
    here = hashlib.sha256(trace(scenario).positions.tobytes()).hexdigest()
    command = [sys.executable, "-c", ELSEWHERE, link]
    there = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert there.stdout.strip() == here
