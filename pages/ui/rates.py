"""Learning rates that suit a surface, found by trying: what a change of surface starts from."""

from __future__ import annotations

import dataclasses

from optim_core import OPTIMIZERS, Entry, Outcome, Scenario, trace

LOWER = (2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)
"""What the default rate is divided by until a run stays."""

TRIED_STEPS = 1_000
"""A run that is still there after so many steps stays: divergence is geometric."""


def suited(scenario: Scenario) -> Scenario:
    """``scenario`` with the rates of all its entries suited to its surface; other settings stay."""
    return dataclasses.replace(scenario, entries=suited_entries(scenario, scenario.entries))


def suited_entries(scenario: Scenario, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """``entries`` with every learning rate at what suits, or lower where that one diverges.

    Team SGD starts at the surface's own rate of descent, the others at their default.

    A rate that is right for one surface throws a run out of the next: the valley of Rosenbrock's
    function is curved thousands of times as much as a plateau.
    """
    kept = [_with_rate(entry, _first_rate(scenario, entry)) for entry in entries]
    # Running away is what a surface without a floor shows.
    wild = set() if scenario.landscape().unbounded_below else _diverging(scenario, kept)
    for index in wild:
        kept[index] = _calmer(scenario, kept[index])
    return tuple(kept)


def _calmer(scenario: Scenario, entry: Entry) -> Entry:
    """``entry`` with the highest of the lower rates that does not diverge, else the lowest."""
    first = float(entry["learning_rate"])
    tries = [_with_rate(entry, float(f"{first / lower:.4g}")) for lower in LOWER]
    wild = _diverging(scenario, tries)
    return next((tried for index, tried in enumerate(tries) if index not in wild), tries[-1])


def _diverging(scenario: Scenario, entries: list[Entry]) -> set[int]:
    """Which of ``entries`` diverge from the first start."""
    config = scenario.config
    steps = min(config.steps, TRIED_STEPS)
    trial = dataclasses.replace(
        scenario,
        entries=tuple(entries),
        starts=scenario.starts[:1],
        config=dataclasses.replace(config, steps=steps, noise_seeds=1),
    )
    outcomes = trace(trial).outcomes
    return {index for index, outcome in enumerate(outcomes) if outcome is Outcome.DIVERGED}


def _first_rate(scenario: Scenario, entry: Entry) -> float:
    spec = OPTIMIZERS[entry.optimizer]
    if spec.family == "SGD":
        return scenario.landscape().descent_rate
    return float(next(knob.default for knob in spec.knobs if knob.key == "learning_rate"))


def _with_rate(entry: Entry, rate: float) -> Entry:
    return entry.changed(learning_rate=rate)
