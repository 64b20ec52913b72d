"""Scenarios as values: what is refused and in which words, equality, hashing, immutability."""

import dataclasses
import math

import numpy as np
import pytest

from landscapes import SURFACES
from optim_core import (
    DEFAULT_SCENARIO,
    OPTIMIZERS,
    WRAPPERS,
    Entry,
    Noise,
    RunConfig,
    Scenario,
    Schedule,
)
from optim_core.run_knobs import MAX_NOISE_SEEDS, MAX_SEED, MAX_STEPS, OPTIONAL, RUN_KNOBS
from optim_core.scenario import MAX_ENTRIES

SGD = Entry("sgd")


@pytest.mark.parametrize("key", list(OPTIMIZERS))
def test_an_entry_is_the_same_however_its_defaults_are_given(key):
    knobs = OPTIMIZERS[key].knobs
    in_full = {knob.key: knob.default for knob in reversed(knobs)}
    assert Entry(key) == Entry(key, in_full) == Entry(key, tuple(in_full.items()))
    assert len({Entry(key), Entry(key, in_full)}) == 1
    assert [name for name, _ in Entry(key).settings] == [knob.key for knob in knobs]


def test_whole_numbers_stand_for_the_floats_they_are():
    assert Entry("sgd", {"learning_rate": 1}) == Entry("sgd", {"learning_rate": 1.0})
    assert Entry("sgd", {"learning_rate": np.float64(0.5)})["learning_rate"] == 0.5
    assert type(Entry("sgd", {"learning_rate": np.float64(0.5)})["learning_rate"]) is float
    assert type(Entry("sgd", {"learning_rate": 1})["learning_rate"]) is float
    made = Scenario(surface="rosenbrock", entries=[SGD], starts=[(1, 2)])
    assert made == Scenario(surface="rosenbrock", entries=(SGD,), starts=((1.0, 2.0),))
    assert repr(made.starts) == "((1.0, 2.0),)"


def test_different_settings_make_different_entries():
    assert Entry("sgd", {"learning_rate": 0.1}) != Entry("sgd", {"learning_rate": 0.2})
    assert SGD.changed(learning_rate=0.3) == Entry("sgd", {"learning_rate": 0.3})
    assert Entry("sgd") == SGD


@pytest.mark.parametrize("wrapper", list(WRAPPERS))
def test_a_wrapped_entry_is_complete_too(wrapper):
    wrapped = Entry("sgd", {}, wrapper)
    in_full = {knob.key: knob.default for knob in WRAPPERS[wrapper].knobs}
    assert wrapped == Entry("sgd", {}, wrapper, in_full)
    assert wrapped != SGD


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: Entry("adamm"), "unknown optimizer 'adamm'; did you mean adam"),
        (lambda: Entry("sgd", {"learning_rat": 1}), "did you mean learning_rate?"),
        (lambda: Entry("sgd", {"learning_rate": "1"}), "learning_rate must be a number"),
        (lambda: Entry("sgd", {"learning_rate": True}), "learning_rate must be a number"),
        (lambda: Entry("sgd", {"learning_rate": math.nan}), "learning_rate must be finite"),
        (lambda: Entry("sgd", {"learning_rate": math.inf}), "learning_rate must be finite"),
        (lambda: Entry("sgd", {"learning_rate": -1}), "learning_rate must lie between 0 and"),
        (lambda: Entry("sgd", {"learning_rate": 10**400}), "learning_rate must lie between 0 and"),
        (lambda: Entry("sgd", 5), "settings of sgd must be a mapping"),
        (lambda: Entry("sgd", {}, "lookahed"), "unknown wrapper 'lookahed'"),
        (lambda: Entry("sgd", {}, None, {"steps": 5}), "wrapper settings without a wrapper"),
        (lambda: Schedule("cosin"), "did you mean cosine"),
        (lambda: Schedule("step", {"lenght": 5}), "did you mean length?"),
        (lambda: Schedule("step", {"length": 2.5}), "length must be a whole number"),
        (lambda: Noise("gausian"), "did you mean gaussian"),
        (lambda: Noise("gaussian", {"law": "varience"}), "did you mean variance"),
        (lambda: RunConfig(steps=0), "steps must lie between 1 and 20,000"),
        (lambda: RunConfig(steps=MAX_STEPS + 1), "steps must lie between"),
        (lambda: RunConfig(steps=1.5), "steps must be a whole number"),
        (lambda: RunConfig(steps=True), "steps must be a number"),
        (lambda: RunConfig(steps=None), "steps must be a number"),
        (lambda: RunConfig(seed=-1), "seed must lie between"),
        (lambda: RunConfig(seed=MAX_SEED + 1), "seed must lie between"),
        (lambda: RunConfig(noise_seeds=MAX_NOISE_SEEDS + 1), "noise_seeds must lie between"),
        (lambda: RunConfig(clip_norm=0.0), "clip_norm must lie between"),
        (lambda: RunConfig(clip_value=math.inf), "clip_value must be finite"),
        (lambda: RunConfig(tolerance=None), "tolerance must be a number"),
        (lambda: RunConfig(noise="gausian"), "did you mean gaussian"),
        (lambda: RunConfig(noise=3), "noise must be a Noise or the key of one"),
        (lambda: RunConfig(schedule=None), "schedule must be a Schedule or the key of one"),
        (lambda: Scenario(surface="rosenbrok", entries=(SGD,)), "did you mean rosenbrock?"),
        (
            lambda: Scenario(surface="rosenbrock", entries=(SGD,), surface_settings={"a": 1}),
            "unknown setting of rosenbrock 'a'",
        ),
        (lambda: Scenario(surface="rosenbrock", entries=()), f"1 to {MAX_ENTRIES} entries"),
        (lambda: Scenario(surface="rosenbrock", entries=(SGD,) * 65), "1 to 64 entries"),
        (
            lambda: Scenario(surface="rosenbrock", entries=("sgd",)),
            "must be a sequence of Entry objects",
        ),
        (
            lambda: Scenario(surface="rosenbrock", entries=SGD),
            "must be a sequence of Entry objects",
        ),
        (
            lambda: Scenario(surface="rosenbrock", entries=(SGD,), starts=((1.0,),)),
            "a start must be a pair of numbers",
        ),
        (
            lambda: Scenario(surface="rosenbrock", entries=(SGD,), starts=(1.0, 2.0)),
            "a start must be a pair of numbers",
        ),
        (
            lambda: Scenario(surface="rosenbrock", entries=(SGD,), starts=((1.0, math.nan),)),
            "start must be finite",
        ),
        (
            lambda: Scenario(surface="rosenbrock", entries=(SGD,), starts=((1.0, 2e6),)),
            "start must lie between",
        ),
        (
            lambda: Scenario(surface="rosenbrock", entries=(SGD,), config={"steps": 5}),
            "config must be a RunConfig",
        ),
    ],
)
def test_what_cannot_run_is_refused_in_words(build, words):
    with pytest.raises(ValueError) as caught:
        build()
    assert words in str(caught.value)


def test_near_matches_are_named_and_long_keys_cut():
    with pytest.raises(ValueError, match="did you mean") as caught:
        Entry("nestrov")
    assert "nesterov" in str(caught.value)
    with pytest.raises(ValueError, match="unknown optimizer") as caught:
        Entry("x" * 10_000)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("value", [DEFAULT_SCENARIO, SGD, RunConfig(), Schedule(), Noise()])
def test_values_cannot_be_changed_and_can_be_keys(value):
    assert hash(value) == hash(dataclasses.replace(value))
    assert {value: 1}[dataclasses.replace(value)] == 1
    for field in dataclasses.fields(value):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, field.name, None)


def test_a_scenario_does_not_follow_what_it_was_made_from():
    chosen, starts, line_up = {"learning_rate": 0.1}, [[1.0, 2.0]], [SGD]
    entry = Entry("sgd", chosen)
    made = Scenario(surface="rosenbrock", entries=line_up, starts=starts)
    chosen["learning_rate"] = 0.9
    starts[0][0] = 9.0
    line_up.append(SGD)
    assert entry["learning_rate"] == 0.1
    assert made.starts == ((1.0, 2.0),)
    assert made.entries == (SGD,)


@pytest.mark.parametrize("key", list(SURFACES))
def test_without_starts_it_is_the_surfaces_own(key):
    expected = (SURFACES[key].start,)
    for nothing in ((), [], iter(()), np.empty((0, 2))):
        assert Scenario(surface=key, entries=(SGD,), starts=nothing).starts == expected


def test_starts_may_be_an_array():
    grid = np.array([[0.5, 1.0], [-0.5, 2.0]])
    made = Scenario(surface="rosenbrock", entries=(SGD,), starts=grid)
    assert made.starts == ((0.5, 1.0), (-0.5, 2.0))


def test_rows_count_entries_starts_and_noise_streams():
    made = Scenario(
        surface="rosenbrock",
        entries=(SGD, Entry("adam")),
        starts=((0, 0), (1, 1), (2, 2)),
        config=RunConfig(noise_seeds=5),
    )
    assert made.rows == 30


def test_keys_stand_for_plain_schedules_and_noise():
    assert RunConfig(noise="gaussian", schedule="cosine") == RunConfig(
        noise=Noise("gaussian"), schedule=Schedule("cosine")
    )


@pytest.mark.parametrize("name", list(RUN_KNOBS))
def test_the_knobs_of_a_run_agree_with_its_defaults(name):
    default = getattr(RunConfig(), name)
    assert default is None if name in OPTIONAL else default == RUN_KNOBS[name].default
    assert RUN_KNOBS[name].key == name
    low, high = RUN_KNOBS[name].low, RUN_KNOBS[name].high
    assert getattr(RunConfig(**{name: low}), name) == low
    assert getattr(RunConfig(**{name: high}), name) == high


def test_the_default_shows_the_sharp_and_the_flat_minimum():
    assert DEFAULT_SCENARIO.surface == "sharp_flat"
    assert DEFAULT_SCENARIO.starts == ((-3.8, 0.5),)
    assert [entry.optimizer for entry in DEFAULT_SCENARIO.entries] == [
        "sgd",
        "momentum",
        "nesterov",
        "adam",
    ]
    assert {entry["learning_rate"] for entry in DEFAULT_SCENARIO.entries} == {0.06}
