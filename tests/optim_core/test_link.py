"""The shareable link: exact round trips, and links that must keep their meaning."""

import math
import re
from urllib.parse import parse_qs, quote, urlencode

import pytest
from hypothesis import given, settings
from link_cases import scenarios

from landscapes import SURFACES
from optim_core import (
    DEFAULT_SCENARIO,
    NOISES,
    OPTIMIZERS,
    SCHEDULES,
    WRAPPERS,
    Entry,
    Noise,
    RunConfig,
    Scenario,
    Schedule,
    from_query,
    to_parameters,
    to_query,
)
from optim_core.link_format import (
    BASE,
    MAX_CHARACTERS,
    MAX_STARTS,
    WRAPPER,
)
from optim_core.run_knobs import RUN_KNOBS
from optim_core.scenario import MAX_LINE_UP


@settings(max_examples=150, deadline=None)
@given(scenarios())
def test_what_is_written_is_read_back_exactly(scenario):
    query = to_query(scenario)
    result = from_query(query)
    assert result.problems == ()
    assert result.scenario == scenario
    assert repr(result.scenario) == repr(scenario)  # tells 0.0 from -0.0, 1 from 1.0 and True
    assert to_query(result.scenario) == query
    assert from_query(to_parameters(scenario)) == result


@settings(max_examples=60, deadline=None)
@given(scenarios())
def test_a_link_is_made_of_characters_that_nothing_encodes(scenario):
    query = to_query(scenario)
    assert re.fullmatch(r"[A-Za-z0-9_.~=&-]+", query)
    assert urlencode(to_parameters(scenario), doseq=True) == query
    for values in to_parameters(scenario).values():
        assert all(quote(value, safe="") == value for value in values)
    # Programs that do encode what they need not still make links that can be read.
    assert from_query(query.replace("~", "%7E").replace("-", "%2D")).scenario == scenario


def test_entries_and_starts_keep_their_order_and_repeat():
    line_up = tuple(Entry(key) for key in ("adam", "sgd", "adam", "momentum", "sgd"))
    starts = ((1.0, 2.0), (-1.0, 0.5), (1.0, 2.0))
    scenario = Scenario(surface="rosenbrock", entries=line_up, starts=starts)
    read = from_query(to_query(scenario)).scenario
    assert [entry.optimizer for entry in read.entries] == ["adam", "sgd", "adam", "momentum", "sgd"]
    assert read.starts == starts


def longest_value(knob):
    if knob.scale == "choice":
        return max((choice.key for choice in knob.choices), key=len)
    if knob.scale == "switch":
        return False
    if knob.scale == "integer":
        return math.floor(knob.high)
    low, high = max(knob.low, -1e5), min(knob.high, 1e5)
    third = low + (high - low) / 3 if knob.low < 0 else min(max(1 / 3e7, low), high)
    return min(max(math.nextafter(third, high), low), high)


def longest(registry):
    """The key and settings that take the most room."""
    made = [(key, {k.key: longest_value(k) for k in spec.knobs}) for key, spec in registry.items()]
    return max(made, key=lambda pair: len(repr(pair)), default=(None, {}))


def test_the_longest_line_up_with_the_most_starts_still_fits():
    # So whatever from_query returns, to_query can write.
    scenario = Scenario(
        surface=longest(SURFACES)[0],
        surface_settings=longest(SURFACES)[1],
        entries=[Entry(*longest(OPTIMIZERS), *longest(WRAPPERS))] * MAX_LINE_UP,
        starts=[(-1.2345678901234567e-100, -1.2345678901234567e-100)] * MAX_STARTS,
        config=RunConfig(
            **{key: longest_value(knob) for key, knob in RUN_KNOBS.items()},
            schedule=Schedule(*longest(SCHEDULES)),
            noise=Noise(*longest(NOISES)),
        ),
    )
    assert len(to_query(scenario)) <= MAX_CHARACTERS


def test_more_starts_than_a_link_holds_are_refused_in_words():
    scenario = Scenario(
        surface="rosenbrock", entries=(Entry("sgd"),), starts=[(0.0, 0.0)] * (MAX_STARTS + 1)
    )
    with pytest.raises(ValueError, match=f"at most {MAX_STARTS} start points"):
        to_query(scenario)


GOLDEN = {
    "v=1&surface=rosenbrock&entry=adam~learning_rate~0.02~beta1~0.9~beta2~0.999~epsilon~1e-08"
    "&start=-1.5~2.2": Scenario(
        surface="rosenbrock",
        entries=(
            Entry("adam", {"learning_rate": 0.02, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}),
        ),
        starts=((-1.5, 2.2),),
        config=RunConfig(steps=300, seed=0, noise_seeds=1, tolerance=1e-3),
    ),
    "v=1&surface=sharp_flat~shift~0.3&entry=sgd~learning_rate~0.06~weight_decay~0.0"
    "&entry=momentum~learning_rate~0.06~momentum~0.95&start=-3.8~0.5&start=-4.0~0.5&steps=150"
    "&seed=7&noise_seeds=20&clip_norm=5.0&clip_value=0.5&tolerance=1e-06": Scenario(
        surface="sharp_flat",
        surface_settings={"shift": 0.3},
        entries=(
            Entry("sgd", {"learning_rate": 0.06, "weight_decay": 0.0}),
            Entry("momentum", {"learning_rate": 0.06, "momentum": 0.95}),
        ),
        starts=((-3.8, 0.5), (-4.0, 0.5)),
        config=RunConfig(
            steps=150, seed=7, noise_seeds=20, clip_norm=5.0, clip_value=0.5, tolerance=1e-6
        ),
    ),
    "v=1&surface=ravine~condition~100.0~rotation~45.0"
    "&entry=sgd~learning_rate~0.018~wrapper~lookahead~lookahead.steps~5~lookahead.alpha~0.5"
    "&start=1.0~1.0&schedule=one_cycle~length~0~rising_share~0.3~divisor~25.0"
    "~final_divisor~10000.0~phases~three~shape~linear~cycle_momentum~1~low_momentum~0.85"
    "~high_momentum~0.95&noise=gaussian~scale~0.3~decay~0.55~law~variance": Scenario(
        surface="ravine",
        surface_settings={"condition": 100.0, "rotation": 45.0},
        entries=(Entry("sgd", {"learning_rate": 0.018}, "lookahead", {"steps": 5, "alpha": 0.5}),),
        starts=((1.0, 1.0),),
        config=RunConfig(
            schedule=Schedule(
                "one_cycle",
                {
                    "length": 0,
                    "rising_share": 0.3,
                    "divisor": 25.0,
                    "final_divisor": 1e4,
                    "phases": "three",
                    "shape": "linear",
                    "cycle_momentum": True,
                    "low_momentum": 0.85,
                    "high_momentum": 0.95,
                },
            ),
            noise=Noise("gaussian", {"scale": 0.3, "decay": 0.55, "law": "variance"}),
        ),
    ),
    "v=1&surface=himmelblau&entry=rmsprop~learning_rate~0.01~alpha~0.99&start=0.0~-0.0&steps=20000"
    "&schedule=sgdr~length~50~growth~2~final~0.0&noise=minibatch~spread~0.5~batch_size~32": (
        Scenario(
            surface="himmelblau",
            entries=(Entry("rmsprop", {"learning_rate": 0.01, "alpha": 0.99}),),
            starts=((0.0, -0.0),),
            config=RunConfig(
                steps=20_000,
                schedule=Schedule("sgdr", {"length": 50, "growth": 2, "final": 0.0}),
                noise=Noise("minibatch", {"spread": 0.5, "batch_size": 32}),
            ),
        )
    ),
}
"""Links that people may have shared: never change one, and see that none stops being read."""


@pytest.mark.parametrize("link", GOLDEN)
def test_old_links_keep_their_meaning(link):
    result = from_query(link)
    assert result.problems == ()
    assert result.scenario == GOLDEN[link]


def test_what_a_link_may_leave_out_never_changes():
    assert dict(BASE) == {
        "steps": 300,
        "seed": 0,
        "noise_seeds": 1,
        "clip_norm": None,
        "clip_value": None,
        "tolerance": 1e-3,
    }
    bare = from_query("surface=rosenbrock&entry=sgd").scenario.config
    assert (bare.schedule.key, bare.noise.key, bare.steps) == ("constant", "none", 300)


def test_the_default_round_trips_in_full():
    assert from_query(to_query(DEFAULT_SCENARIO)).scenario == DEFAULT_SCENARIO
    assert "learning_rate" in to_query(DEFAULT_SCENARIO)


ALL_KNOBS = [
    (f"{spec.key}.{knob.key}", knob)
    for registry in (SURFACES, OPTIMIZERS, WRAPPERS, SCHEDULES, NOISES)
    for spec in registry.values()
    for knob in spec.knobs
]


@pytest.mark.parametrize(("name", "knob"), ALL_KNOBS, ids=[name for name, _ in ALL_KNOBS])
def test_every_key_can_stand_in_a_link(name, knob):
    safe = re.compile(r"[a-z][a-z0-9_]*")
    assert all(safe.fullmatch(part) for part in name.split("."))
    assert all(safe.fullmatch(choice.key) for choice in knob.choices)
    assert knob.key != WRAPPER


def test_parameters_are_what_a_browser_would_send_back():
    parameters = to_parameters(DEFAULT_SCENARIO)
    assert parse_qs(to_query(DEFAULT_SCENARIO)) == parameters
    assert list(parameters)[:4] == ["v", "surface", "entry", "start"]
