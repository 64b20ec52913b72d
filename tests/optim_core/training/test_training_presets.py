"""The presets of the training lab, and the published curves."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from optim_core.training import Experiment
from optim_core.training.presets import TRAINING_PRESETS, Labelled
from optim_core.training.published import FOLDER, studies

RESULTS = Path(__file__).parents[3] / "benchmarks" / "results" / "presets.json"
PRESETS = list(TRAINING_PRESETS.values())


@pytest.fixture(scope="module")
def measured():
    return json.loads(RESULTS.read_text(encoding="utf-8"))["presets"]


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_every_experiment_survives_its_way_to_a_worker(preset):
    for one in preset.experiments:
        assert Experiment.from_json(one.experiment.to_json()) == one.experiment


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_a_question_asks_and_an_answer_tells(preset):
    assert preset.question.endswith("?")
    assert preset.answer.endswith(".")


def test_what_the_lecture_shows_is_there():
    needed = {"cat_dog", "mnist_quick", "depth", "sigmoid_relu", "batch_norm", "decay", "warm_up"}
    assert needed | {"batch_size", "adam_then_sgd", "lstm", "char_lstm"} <= set(TRAINING_PRESETS)


def test_only_what_needs_files_is_meant_for_a_gpu():
    assert {preset.key for preset in PRESETS if preset.for_gpu} == {"cat_dog"}
    assert TRAINING_PRESETS["cat_dog"].datasets == ("cat_dog",)


def test_times_are_those_that_were_measured(measured):
    for preset in PRESETS:
        if preset.key in measured:
            assert preset.core_seconds == max(1, round(measured[preset.key]["core_seconds"]))
        else:
            assert preset.core_seconds is None


def test_labels_must_tell_experiments_apart():
    preset = TRAINING_PRESETS["depth"]
    twins = (Labelled("same", preset.experiments[0].experiment),) * 2
    with pytest.raises(ValueError, match="labels"):
        dataclasses.replace(preset, experiments=twins)
    with pytest.raises(ValueError, match="no experiment"):
        dataclasses.replace(preset, experiments=())
    with pytest.raises(ValueError, match="answer is empty"):
        dataclasses.replace(preset, answer=" ")


def test_the_published_curves_are_the_published_numbers():
    # Read in the authors' files: best and last test accuracies, last test perplexities.
    adabound = {curve.title: curve for curve in studies()["adabound_cifar10.ResNet-34"].curves}
    assert adabound["SGD with momentum"].test.max() == 94.64
    assert adabound["Adam"].test[-1] == 92.27
    belief = {curve.title: curve for curve in studies()["adabelief_ptb.LSTM-3"].curves}
    assert belief["SGD"].test[-1] == pytest.approx(63.77)
    assert len(belief["SGD"].test) == 147


def test_every_study_says_whose_it_is():
    told = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert "Copyright (c) 2021, Juntang Zhuang" in told
    for study in studies().values():
        assert study.authors
        assert study.licence in ("Apache-2.0", "BSD-2-Clause")
        assert study.key.split(".")[0] in told
        for curve in study.curves:
            assert 100 < len(curve.test) <= study.epochs
            assert len(curve.train) == len(curve.test)
