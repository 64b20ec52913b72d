"""What the answers of the training presets quote is what was measured, number by number."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from optim_core.training import Experiment
from optim_core.training.presets import TRAINING_PRESETS

RESULTS = Path(__file__).parents[3] / "benchmarks" / "results"
NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
IN_SMALL = "pets"
"""The lesson of ``benchmarks/lessons_of_training.py`` that stands for cats and dogs."""


class Quote(NamedTuple):
    """One number in the answer of a preset, and where it was measured.

    Attributes:
        preset: its key.
        label: of the experiment in that preset; of the lesson for cats and dogs.
        field: in the results; "steps" and "epochs" are those of the experiment.
        entry: whose mean over the seeds, or what is made of the means of all.
        quote: words of the answer with that one number in them.
    """

    preset: str
    label: str
    field: str
    entry: int | Callable
    quote: str


TEST, TRAIN = "test_accuracy", "train_loss"
QUOTES = [
    Quote("mnist_quick", "", TEST, 1, "(96.9 % of the test digits)"),
    Quote("mnist_quick", "", TEST, 0, "SGD follows (96.4 %)"),
    Quote("mnist_quick", "", TEST, 2, "is last (94.7 %)"),
    Quote("cat_dog", "", "examples", 0, "(4,000 pictures"),
    Quote("cat_dog", "", "epochs", 0, ", 12 epochs, a smaller net"),
    Quote("cat_dog", "", "adam_fits_better_in_epochs", 0, "fit first, in all 12 epochs"),
    Quote("cat_dog", "adam", "mean_jump_of_validation_in_the_last_epochs", 0, "by 1.3 points an"),
    Quote("cat_dog", "momentum", "mean_jump_of_validation_in_the_last_epochs", 0, "by 2.3)"),
    Quote("cat_dog", "adam", "validation_accuracy_by_epoch", -1, "ends higher, 71.9"),
    Quote("cat_dog", "momentum", "validation_accuracy_by_epoch", -1, "against 71.0 %"),
    Quote("adam_then_sgd", "", TEST, 0, "88.6 % for Adam"),
    Quote("adam_then_sgd", "", TEST, 1, "89.6 % for SWATS"),
    Quote("adam_then_sgd", "", TEST, 2, "90.4 % for SGD with momentum"),
    Quote("lstm", "", "epochs", 0, "after 12 epochs"),
    Quote("lstm", "", TEST, 0, "plain SGD has 60 %"),
    Quote("lstm", "", TEST, 1, "SGD with momentum 83 %"),
    Quote("lstm", "", TEST, 2, "RMSProp and Adam 85 %"),
    Quote("lstm", "", TEST, 3, "RMSProp and Adam 85 %"),
    Quote("char_lstm", "", "first_validation_perplexity", 2, "validation perplexity is 7.2"),
    Quote("char_lstm", "", "first_validation_perplexity", 1, "with momentum 7.6"),
    Quote("char_lstm", "", "first_validation_perplexity", 0, "with plain SGD 8.6"),
    Quote("char_lstm", "", "test_perplexity", 1, "test perplexity of 5.4"),
    Quote("char_lstm", "", "test_perplexity", 2, "against 5.6 for Adam"),
    Quote("char_lstm", "", "test_perplexity", 0, "behind, at 5.7"),
    Quote("warm_up", "no warm-up", TEST, 0, "44.6 % of the test digits without warm-up"),
    Quote("warm_up", "warm-up", TEST, 0, "at 74.0 % with it"),
    Quote("warm_up", "no warm-up", TEST, 1, "80.2 % without"),
    Quote("warm_up", "warm-up", TEST, 1, "77.1 % with"),
    Quote("depth", "56 layers, plain", TRAIN, 0, "(training loss 2.2,"),
    Quote("depth", "20 layers, plain", TRAIN, 0, " layers 0.7)"),
    Quote("depth", "56 layers, residual", TRAIN, 0, "(0.35"),
    Quote("depth", "20 layers, residual", TRAIN, 0, "and 0.23)"),
    Quote("depth", "56 layers, residual", "epochs", 0, "in 8 epochs"),
    Quote("sigmoid_relu", "sigmoid", "epochs", 0, "after 8 epochs"),
    Quote("sigmoid_relu", "ReLU", TEST, 0, "the net reaches 89 %"),
    Quote("batch_norm", "without batch norm", TEST, 1, "(53 % of the test digits"),
    Quote("batch_norm", "with batch norm", TEST, np.min, "all three reach 87"),
    Quote("batch_norm", "with batch norm", TEST, np.max, "to 89 %"),
    Quote("decay", "", TRAIN, 1, "(0.19"),
    Quote("decay", "", TRAIN, 2, "and 0.14"),
    Quote("decay", "", TRAIN, 0, "against 0.06)"),
    Quote("decay", "", TEST, 0, ": 84.3"),
    Quote("decay", "", TEST, 1, ", 84.6"),
    Quote("decay", "", TEST, 2, "and 84.7 %"),
    Quote("batch_size", "batch of 20, 20 epochs", "epochs", 0, "the same 20 epochs"),
    Quote("batch_size", "batch of 500, 20 epochs", "steps", 0, "takes 40 steps"),
    Quote("batch_size", "batch of 20, 20 epochs", "steps", 0, "instead of 1,000"),
    Quote("batch_size", "batch of 500, 250 epochs", "epochs", 0, "With 250 epochs"),
    Quote("batch_size", "batch of 500, 250 epochs", TRAIN, 0, "loss 0.004"),
    Quote("batch_size", "batch of 20, 20 epochs", TRAIN, 0, "against 0.041)"),
    Quote("batch_size", "batch of 500, 250 epochs", TEST, 0, "test accuracy is 87.3"),
    Quote("batch_size", "batch of 20, 20 epochs", TEST, 0, "against 87.9 %"),
]

IN_PERCENT = frozenset(
    {TEST, "validation_accuracy_by_epoch", "mean_jump_of_validation_in_the_last_epochs"}
)

NOT_MEASURED = {
    "cat_dog": ("ResNet-34", "(by 1.7 points)"),
    "lstm": ("with 3 layers",),
    "depth": ("net of 56 layers", "with 20", "yet 56", "than 20", "6.97 against 8.75 %"),
    "sigmoid_relu": ("over 1,000 times",),
}
"""Numbers that were published, that name a net, or that another test looks at."""


def results(name: str) -> dict:
    return json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def presets() -> dict:
    return results("presets")["presets"]


@pytest.fixture(scope="module")
def in_small() -> dict:
    return results("lessons_of_training")[IN_SMALL]


def of_experiment(experiment: Experiment) -> dict[str, int]:
    examples = dict(experiment.dataset_settings)["examples"]
    return {"epochs": experiment.epochs, "steps": experiment.steps, "examples": int(examples)}


def measured(quote: Quote, presets: dict, in_small: dict) -> float:
    if quote.preset == "cat_dog":
        known = of_experiment(Experiment.from_json(in_small["experiment"]))
        found = known | (in_small[quote.label] if quote.label else in_small)
        means = np.atleast_1d(found[quote.field])
    else:
        preset, known = TRAINING_PRESETS[quote.preset], wanted(presets, quote.preset)
        experiment = preset.experiments[preset.labels.index(quote.label)].experiment
        found = known["experiments"][quote.label]
        values = found.get(quote.field, of_experiment(experiment).get(quote.field))
        seeds = found["seeds"] if quote.field in found else 1
        means = np.reshape(values, (-1, seeds)).mean(axis=1)
    value = means[quote.entry] if isinstance(quote.entry, int) else quote.entry(means)
    return float(value) * (100 if quote.field in IN_PERCENT else 1)


def wanted(presets: dict, key: str) -> dict:
    """The results of a preset; a new one has none until the benchmark has been run again."""
    if key not in presets:
        pytest.skip(f"{key} is not in the saved results yet: make bench BENCH=presets")
    return presets[key]


@pytest.mark.parametrize("quote", QUOTES, ids=lambda q: f"{q.preset}: {q.quote}")
def test_a_number_in_an_answer_is_the_measured_one(quote, presets, in_small):
    assert TRAINING_PRESETS[quote.preset].answer.count(quote.quote) == 1
    (number,) = NUMBER.findall(quote.quote)
    half = 0.5 * 10.0 ** -len(number.partition(".")[2])
    value = measured(quote, presets, in_small)
    assert abs(value - float(number.replace(",", ""))) <= half + 1e-9


@pytest.mark.parametrize("key", TRAINING_PRESETS)
def test_no_number_in_an_answer_is_left_out(key):
    left = TRAINING_PRESETS[key].answer
    for words in NOT_MEASURED.get(key, ()):
        assert words in left
        left = left.replace(words, "")
    left = re.sub(r"CIFAR-10|L2|\(\d{4}\)", "", left)
    for quote in QUOTES:
        if quote.preset == key:
            left = left.replace(quote.quote, "")
    assert NUMBER.findall(left) == []


def test_who_leads_is_who_led(presets, in_small):
    quick = presets["mnist_quick"]["experiments"][""]
    assert np.argmax(quick["first_epoch_mean_validation_accuracy"]) == 1
    lines = presets["lstm"]["experiments"][""]
    assert np.argmin(lines["first_epoch_mean_train_loss"]) == 2
    # "in four seeds of five", and "a third of this rate"
    assert in_small["momentum_ends_higher_on_validation_in_seeds"] == 1
    small = Experiment.from_json(in_small["experiment"])
    assert len(small.seeds) == 5
    here = TRAINING_PRESETS["cat_dog"].experiments[0].experiment
    rates = [
        next(float(e["learning_rate"]) for e in one.entries if e.optimizer == "momentum")
        for one in (small, here)
    ]
    assert 3 * rates[0] == pytest.approx(rates[1])
    assert small.built_network().size < here.built_network().size


def test_momentum_reads_the_novel_better_than_adam_in_every_seed(presets):
    found = wanted(presets, "char_lstm")["experiments"][""]
    _, momentum, adam = np.reshape(found["test_perplexity"], (3, 3))
    assert (momentum < adam).all()


def test_gradients_shrink_on_the_way_back_through_sigmoids_alone(presets):
    found = presets["sigmoid_relu"]["experiments"]
    for when in ("first", "last"):
        norms = {kind: found[kind][f"{when}_epoch_layer_norms"][0] for kind in found}
        assert norms["sigmoid"][-1] > 1_000 * norms["sigmoid"][0]
        assert norms["ReLU"][0] > norms["ReLU"][-1]
    assert np.mean(found["sigmoid"]["test_accuracy"]) < 0.12  # it guesses


def test_only_the_middle_rate_learns_without_batch_norm(presets):
    found = presets["batch_norm"]["experiments"]["without batch norm"]
    means = np.reshape(found["test_accuracy"], (3, 3)).mean(axis=1)
    assert means[0] < 0.12
    assert means[1] > 0.5
    assert means[2] < 0.12
