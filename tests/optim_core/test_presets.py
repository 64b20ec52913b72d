"""Every preset: its texts, its link, and the outcome that its sentences promise."""

from __future__ import annotations

import numpy as np
import pytest

from optim_core import PRESETS, Entry, Preset, RunConfig, Scenario, from_query, to_query, trace
from optim_core.presets.claims import Reaches

MOST_CHARACTERS = 160
"""Of a sentence or a question: it is read from the back of a hall."""

MOST_ANSWER_CHARACTERS = 210
"""An answer may take two sentences."""

WANTED = {
    "adagrad_stops",
    "adam_late_jump",
    "cliff_clipped",
    "cliff_unclipped",
    "epsilon_on_plateau",
    "lookahead_rescue",
    "lookahead_slow_weights",
    "momentum_escapes",
    "nesterov_limit",
    "plateau",
    "quiet_in_the_flat",
    "radam_start",
    "rate_limit",
    "ravine",
    "rmsprop_kick",
    "rotated_ravine",
    "saddle_escape",
    "sharp_or_flat",
    "three_amsgrads",
    "valley_large_rate",
    "valley_noise",
    "warm_restarts",
}
"""Keys stand in links and lessons, so none may be renamed or dropped; new ones are added here."""

CASES = list(PRESETS.values())
KEYS = list(PRESETS)


def test_no_key_has_been_renamed_or_dropped() -> None:
    assert set(PRESETS) == WANTED


@pytest.mark.parametrize("preset", CASES, ids=KEYS)
def test_its_run_keeps_every_claim(preset: Preset) -> None:
    run = trace(preset.scenario)
    assert [claim for claim in preset.claims if not claim(preset.scenario, run)] == []


@pytest.mark.parametrize("preset", CASES, ids=KEYS)
def test_it_claims_something_of_every_entry(preset: Preset) -> None:
    assert {claim.entry for claim in preset.claims} == set(range(len(preset.scenario.entries)))


@pytest.mark.parametrize("preset", CASES, ids=KEYS)
def test_its_texts_are_short_enough_to_be_read(preset: Preset) -> None:
    for text in (preset.title, preset.sentence, preset.question, preset.answer):
        assert text == " ".join(text.split()) != ""
    assert len(preset.title) <= 50
    assert len(preset.sentence) <= MOST_CHARACTERS
    assert len(preset.question) <= MOST_CHARACTERS
    assert len(preset.answer) <= MOST_ANSWER_CHARACTERS
    assert preset.question.endswith("?")
    assert preset.sentence.endswith(".") and preset.answer.endswith(".")


def test_titles_and_sentences_are_unique() -> None:
    for name in ("title", "sentence", "question", "answer"):
        assert len({getattr(preset, name) for preset in CASES}) == len(CASES)


@pytest.mark.parametrize("preset", CASES, ids=KEYS)
def test_its_link_leads_back_to_it(preset: Preset) -> None:
    read = from_query(to_query(preset.scenario))
    assert (read.scenario, read.problems) == (preset.scenario, ())


@pytest.mark.parametrize("preset", CASES, ids=KEYS)
def test_it_is_small_and_starts_in_view(preset: Preset) -> None:
    scenario = preset.scenario
    assert 1 <= len(scenario.entries) <= 4
    assert len(scenario.entries) * len(scenario.starts) >= 2  # something to compare
    assert scenario.config.steps <= 600
    bounds = scenario.landscape().bounds
    assert all(bounds.contains(x, y) for x, y in scenario.starts)


@pytest.mark.parametrize("preset", [p for p in CASES if p.pair], ids=lambda preset: preset.key)
def test_pairs_name_each_other_and_share_the_line_up_or_surface(preset: Preset) -> None:
    other = PRESETS[preset.pair or ""]
    assert other.pair == preset.key
    assert other.scenario.surface == preset.scenario.surface


def test_the_sharp_minimum_is_said_to_depend_on_more_than_adam() -> None:
    """Lecture specification 3.18: no preset may tell that Adam as such goes sharp."""
    answer = PRESETS["sharp_or_flat"].answer
    assert all(word in answer for word in ("momentum", "rate", "start", "not on “Adam”"))


GOOD = {
    "key": "k",
    "title": "T",
    "sentence": "S.",
    "question": "Q?",
    "answer": "A.",
    "scenario": Scenario(surface="booth", entries=(Entry("sgd"),), config=RunConfig(steps=1)),
    "claims": (Reaches(0, None),),
}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"sentence": " "}, "sentence is empty"),
        ({"question": ""}, "question is empty"),
        ({"claims": ()}, "claims nothing"),
        ({"claims": (Reaches(1, None),)}, "not there"),
    ],
)
def test_a_preset_that_could_not_be_shown_is_refused(change: dict[str, object], words: str) -> None:
    Preset(**GOOD)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=words):
        Preset(**{**GOOD, **change})  # type: ignore[arg-type]


def test_runs_are_finite() -> None:
    """A preset that blows up does so within its steps without running off altogether."""
    for preset in CASES:
        run = trace(preset.scenario)
        assert np.isfinite(run.losses).all(), preset.key
