"""The shareable link: exact round trips, links that must keep their meaning, and hostile ones."""

import math
import re
from urllib.parse import parse_qs, quote, urlencode

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

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
    MAX_FIELDS,
    MAX_PROBLEMS,
    MAX_STARTS,
    WRAPPER,
)
from optim_core.run_knobs import COORDINATE, OPTIONAL, RUN_KNOBS
from optim_core.scenario import MAX_ENTRIES

ALL_KNOBS = [
    (f"{spec.key}.{knob.key}", knob)
    for registry in (SURFACES, OPTIMIZERS, WRAPPERS, SCHEDULES, NOISES)
    for spec in registry.values()
    for knob in spec.knobs
]


def knob_values(knob):
    """Any value that a knob accepts."""
    if knob.scale == "choice":
        return st.sampled_from([choice.key for choice in knob.choices])
    if knob.scale == "switch":
        return st.booleans()
    if knob.scale == "integer":
        return st.integers(math.ceil(knob.low), math.floor(knob.high))
    return st.floats(knob.low, knob.high)


def settings_of(spec):
    return st.fixed_dictionaries({}, optional={k.key: knob_values(k) for k in spec.knobs})


def keyed(registry):
    """A key of ``registry`` with settings."""
    return st.sampled_from(list(registry)).flatmap(
        lambda key: st.tuples(st.just(key), settings_of(registry[key]))
    )


def entries():
    plain = keyed(OPTIMIZERS).map(lambda pair: Entry(*pair))
    if not WRAPPERS:
        return plain
    wrapped = st.tuples(keyed(OPTIMIZERS), keyed(WRAPPERS)).map(
        lambda pairs: Entry(*pairs[0], *pairs[1])
    )
    return plain | wrapped


def run_configs():
    numbers = {
        key: knob_values(knob) | (st.none() if key in OPTIONAL else st.nothing())
        for key, knob in RUN_KNOBS.items()
    }
    return st.builds(
        RunConfig,
        **numbers,
        schedule=keyed(SCHEDULES).map(lambda pair: Schedule(*pair)),
        noise=keyed(NOISES).map(lambda pair: Noise(*pair)),
    )


def scenarios():
    coordinate = knob_values(COORDINATE)
    return st.builds(
        lambda surface, line_up, starts, config: Scenario(
            surface=surface[0],
            surface_settings=surface[1],
            entries=line_up,
            starts=starts,
            config=config,
        ),
        keyed(SURFACES),
        st.lists(entries(), min_size=1, max_size=MAX_ENTRIES),
        st.lists(st.tuples(coordinate, coordinate), max_size=5),
        run_configs(),
    )


def well_behaved(result):
    """What holds for the reading of any link whatever."""
    assert isinstance(result.scenario, Scenario)
    assert len(result.problems) <= MAX_PROBLEMS + 1
    for problem in result.problems:
        assert problem.isascii()
        assert problem.isprintable()
        assert len(problem) < 250
        assert problem.endswith((".", "?"))
        assert not set(problem) & set("<>&`*[]()!#|\\$/:@{}")
    again = from_query(to_query(result.scenario))
    assert again.scenario == result.scenario
    assert again.problems == ()
    return result


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
        entries=[Entry(*longest(OPTIMIZERS), *longest(WRAPPERS))] * MAX_ENTRIES,
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


@pytest.mark.parametrize("query", ["", "?", {}, "v=1", "lang=zh_Hant&theme=dark", {"entry": []}])
def test_a_query_with_nothing_to_run_is_the_default(query):
    result = from_query(query)
    assert result.scenario == DEFAULT_SCENARIO
    assert result.problems == ()


def test_the_default_round_trips_in_full():
    assert from_query(to_query(DEFAULT_SCENARIO)).scenario == DEFAULT_SCENARIO
    assert "learning_rate" in to_query(DEFAULT_SCENARIO)


def test_the_apps_own_view_keys_pass_without_a_word_and_others_with_one():
    link = "surface=rosenbrock&entry=sgd"
    view = from_query(link + "&lang=zh&theme=dark&embed=true&embed_options=light_theme")
    assert view.problems == ()
    assert view.scenario == from_query(link).scenario
    other = from_query(link + "&surfase=beale&utm_source=x")
    assert other.scenario == view.scenario
    assert len(other.problems) == 2
    assert "did you mean surface?" in other.problems[0]


def test_a_hand_written_link_is_completed_with_defaults():
    result = from_query("surface=himmelblau&entry=adam~learning_rate~0.1")
    assert result.problems == ()
    assert result.scenario.starts == (SURFACES["himmelblau"].start,)
    assert result.scenario.entries == (Entry("adam", {"learning_rate": 0.1}),)
    only_steps = from_query("steps=77").scenario
    assert only_steps.entries == DEFAULT_SCENARIO.entries
    assert only_steps.starts == DEFAULT_SCENARIO.starts
    assert only_steps.config == RunConfig(steps=77)


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("surface=rosenbrok", "did you mean rosenbrock?"),
        ("surface=rosenbrock&entry=adamm", "This entry is left out."),
        ("entry=sgd~learning_rat~0.1", "did you mean learning_rate?"),
        ("entry=sgd~learning_rate~nan", "learning_rate of sgd cannot be 'nan'; 0.0"),
        ("entry=sgd~learning_rate~1e999", "cannot be '1e999'"),
        ("entry=sgd~learning_rate~-1", "cannot be '-1'"),
        ("entry=sgd~learning_rate", "the last setting has no value"),
        ("entry=sgd~learning_rate~0.1~learning_rate~0.2", "given twice; the last one counts"),
        ("entry=sgd~wrapper~lookahed", "sgd goes without."),
        ("entry=sgd~lookahead.steps~5", "sgd has no setting"),
        ("start=1~nan", "start point"),
        ("start=1~2~3", "start point"),
        ("start=1~1e7", "start point"),
        ("steps=0", "steps cannot be '0'; 300 is used."),
        ("steps=1.5", "steps cannot be '1.5'"),
        ("steps=10&steps=20", "steps more than once"),
        ("clip_norm=0", "clip_norm cannot be '0'; none is used."),
        ("schedule=cosin", "did you mean cosine? It is constant."),
        ("schedule=step~length~0", "length of step cannot be '0'"),
        ("noise=gausian", "did you mean gaussian? It is none."),
        ("v=2&steps=20", "another version"),
    ],
)
def test_each_mistake_is_told_once_in_plain_words(link, expected):
    result = well_behaved(from_query(link))
    assert len(result.problems) == 1
    assert expected in result.problems[0]


def test_one_mistake_does_not_spoil_the_rest():
    result = well_behaved(
        from_query(
            "surface=beale&entry=nope&entry=adam~beta1~7~beta2~0.5&entry=sgd&start=x&steps=9"
        )
    )
    assert result.scenario == Scenario(
        surface="beale",
        entries=(Entry("adam", {"beta2": 0.5}), Entry("sgd")),
        config=RunConfig(steps=9),
    )
    assert len(result.problems) == 3


def test_of_two_values_the_last_counts_as_in_streamlit():
    assert from_query("steps=10&steps=20").scenario.config.steps == 20
    assert (
        from_query("entry=sgd~learning_rate~0.1~learning_rate~0.2").scenario.entries[0][
            "learning_rate"
        ]
        == 0.2
    )


MARKUP = "<script>alert(1)</script>![x](http://example.com/a.png)"
HOSTILE = [
    "a" * 100_000,
    "entry=" + "sgd~" * 25_000,
    "&".join(["entry=sgd"] * (MAX_FIELDS + 1)),
    "&".join(["entry=sgd"] * 40),
    "&".join(["start=1~1"] * 150),
    "entry=sgd" + "~x~1" * 400,
    "entry=sgd" + "~x~1" * 60,
    "&".join(f"k{i}=1" for i in range(50)),
    "surface=%00&entry=%00~%00~%00&start=%00~%00&%00=%00",
    "surface=\u202egnp.exe&entry=\u202e~\u2066x~1&start=\u202e1~2",
    "surface=" + quote("\u202ecorn"),
    f"surface={MARKUP}&entry={MARKUP}~{MARKUP}~1&{MARKUP}=1&steps={MARKUP}&v={MARKUP}",
    f"entry=sgd~{MARKUP}~1~learning_rate~{MARKUP}~wrapper~{MARKUP}&noise={MARKUP}",
    "surface=www.example.com&entry=www.example.com&www.example.com=1",
    "steps=" + "9" * 5_000,
    "steps=999999999999999999999999999999&seed=-1&tolerance=inf&clip_norm=-inf",
    "steps=\u0661\u0662&entry=adam~learning_rate~\uff11",
    "steps=1_000&entry=adam~learning_rate~0_1",
    "steps=0x10&seed=1e3&noise_seeds=true",
    "entry=__class__&entry=sgd~__init__~1&surface=__dict__&schedule=settings&noise=key",
    "entry=&entry=~&entry=~~&entry=~~~&surface=&start=&start=~&steps=&schedule=&noise=",
    "entry=sgd~wrapper~&entry=sgd~wrapper~lookahead~lookahead.~1~lookahead.steps~x",
    "entry=sgd;steps=3&&&===&=&==x",
    "%",
    "%zz=%f0%28%8c&entry=%ff%fe",
    "\ud800=\udfff&entry=\ud800",
    "entry[]=sgd&entry[0][learning_rate]=1",
    None,
    5,
    b"entry=sgd",
    ["entry=sgd"],
    {"entry": 5},
    {"entry": None},
    {"entry": [["sgd"]]},
    {"entry": [None, 3]},
    {"entry": b"sgd"},
    {"entry": {"sgd": 1}},
    {5: ["sgd"], None: None},
    {"entry": ["sgd"] * 1_000},
    {"steps": ["9" * 100_000]},
    {str(i): ["x"] for i in range(1_000)},
]


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_links_never_raise_and_repeat_no_markup(query):
    result = well_behaved(from_query(query))
    assert result.problems
    assert not any("example.com" in problem for problem in result.problems)
    assert not any("script" in problem for problem in result.problems)


@settings(max_examples=300, deadline=None)
@given(st.text() | st.text("abdeglmnorstuw0123456789.~=&%_-+<", max_size=120))
@example("entry=sgd~" + "~" * 300)
def test_any_text_is_read_as_some_scenario(query):
    well_behaved(from_query(query))


@settings(max_examples=150, deadline=None)
@given(scenarios(), st.data())
def test_a_damaged_link_is_read_as_some_scenario(scenario, data):
    query = to_query(scenario)
    place = data.draw(st.integers(0, len(query)))
    length = data.draw(st.integers(0, 12))
    damage = data.draw(st.text("~=&.-e19a\u202e<%", max_size=4))
    well_behaved(from_query(query[:place] + damage + query[place + length :]))


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["v", "surface", "entry", "start", *BASE, "schedule", "noise", "x"]),
        st.lists(st.text(max_size=40) | st.integers() | st.none(), max_size=4) | st.text(),
    )
)
def test_any_fields_are_read_as_some_scenario(fields):
    well_behaved(from_query(fields))


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
