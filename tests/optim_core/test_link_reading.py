"""Reading links that are incomplete, mistaken, damaged or hostile: never an error, never markup."""

from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from link_cases import scenarios, well_behaved

from landscapes import SURFACES
from optim_core import (
    DEFAULT_SCENARIO,
    Entry,
    RunConfig,
    Scenario,
    from_query,
    to_query,
)
from optim_core.link_format import (
    BASE,
    MAX_FIELDS,
)


@pytest.mark.parametrize("query", ["", "?", {}, "v=1", "lang=zh_Hant&theme=dark", {"entry": []}])
def test_a_query_with_nothing_to_run_is_the_default(query):
    result = from_query(query)
    assert result.scenario == DEFAULT_SCENARIO
    assert result.problems == ()


def test_the_apps_own_view_keys_pass_without_a_word_and_others_with_one():
    link = "surface=rosenbrock&entry=sgd"
    view = from_query(
        link + "&lang=zh&theme=dark&embed=true&embed_options=light_theme&preset=plateau"
    )
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
        ("surface=<b>", "There is no surface of that name. The default one is used."),
        ("surface=", "There is no surface of that name. The default one is used."),
        ("entry=sgd~<b>~1", "sgd has no setting of that name."),
        ("<b>=1", "The link has a part of an unknown name."),
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
        ("surface=beale&steps=0", "steps cannot be '0'; 300 is used."),
        ("steps=0", f"steps cannot be '0'; {DEFAULT_SCENARIO.config.steps} is used."),
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


@pytest.mark.parametrize(
    "link", ["surface=nope", "steps=1e9", "surface=<b>&start=x&entry=~&noise=y"]
)
def test_a_link_without_a_readable_word_is_the_default(link):
    assert well_behaved(from_query(link)).scenario == DEFAULT_SCENARIO


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
