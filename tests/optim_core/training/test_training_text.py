"""A text letter by letter: the data, one row against torch's own loop, and what is written."""

from __future__ import annotations

import hashlib
import math
from functools import lru_cache

import numpy as np
import pytest
import torch
import training_twins as twins
from torch.nn import functional

from optim_core import OPTIMIZERS
from optim_core.training import DATASETS, NETWORKS, Experiment, fit, network_entry, read_json
from optim_core.training.batches import epoch_order, generator
from optim_core.training.data.text import LENGTH, SIZES, persuasion
from optim_core.training.events import EpochDone, Finished, Stepped
from optim_core.training.exporting import network_weights
from optim_core.training.landscape import Evaluator
from optim_core.training.networks import networks_for
from optim_core.training.writing import PROMPT, WRITTEN

torch.set_num_threads(1)

KEYS = ("sgd", "momentum", "rmsprop", "adam")
STEPS, BATCH, EXAMPLES = 50, 8, 400
WIDTH, DEPTH = 5, 2

EXPERIMENT = Experiment(
    dataset="persuasion",
    dataset_settings={"examples": EXAMPLES},
    network="char_lstm",
    network_settings={"width": WIDTH, "depth": DEPTH},
    entries=tuple(network_entry(key) for key in KEYS),
    seeds=(3,),
    epochs=STEPS // (EXAMPLES // BATCH),
    batch_size=BATCH,
    precision="float64",
    clip_norm=1.0,
)


def loaded(examples: int = EXAMPLES):
    spec = DATASETS["persuasion"]
    return spec.load(spec.settings({"examples": examples}))


def test_the_book_is_the_book() -> None:
    tokens, alphabet = persuasion()
    text = "".join(alphabet[number] for number in tokens)
    assert text.startswith("Chapter 1\nSir Walter Elliot, of Kellynch Hall, in Somersetshire, was")
    assert text.endswith("than in its national importance.\n")
    assert list(alphabet) == sorted(set(text)) and len(alphabet) == 75
    assert text.count("\nChapter ") == 23
    digest = hashlib.sha256(text.encode("ascii")).hexdigest()
    assert digest == "53746fe0394dc1d13bda4db1f072f08a16f9dc4b011d7f91d458f3659f078ee6"


def test_its_parts_follow_each_other_and_foretell_the_next_character() -> None:
    whole, few = loaded(SIZES[0]), loaded()
    parts = (whole.train, whole.validation, whole.test)
    assert tuple(map(len, parts)) == SIZES
    for part in parts:
        assert part.images.shape == part.labels.shape == (len(part), LENGTH)
        np.testing.assert_array_equal(part.images[:, 1:], part.labels[:, :-1])
        np.testing.assert_array_equal(part.images[1:, 0], part.labels[:-1, -1])
    in_order = np.concatenate([part.images.ravel() for part in parts])
    np.testing.assert_array_equal(in_order, persuasion()[0][: len(in_order)])
    np.testing.assert_array_equal(few.train.images, whole.train.images[:EXAMPLES])
    np.testing.assert_array_equal(few.test.labels, whole.test.labels)


class CharacterReader(torch.nn.Module):
    """As one would write it."""

    def __init__(self, symbols: int) -> None:
        super().__init__()
        self.embedding = torch.nn.Embedding(symbols, WIDTH)
        self.lstm = torch.nn.LSTM(WIDTH, WIDTH, DEPTH, batch_first=True)
        self.dense = torch.nn.Linear(WIDTH, symbols)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        return self.dense(self.lstm(self.embedding(tokens))[0])


@lru_cache
def plain_loop(row: int) -> tuple[torch.nn.Module, np.ndarray]:
    network = EXPERIMENT.built_network()
    module = CharacterReader(network.shape.classes)
    twins.with_weights(module, network, network.initial_weights(EXPERIMENT.seeds)[0])
    entry = EXPERIMENT.entries[row]
    optimizer = OPTIMIZERS[entry.optimizer].torch_twin(
        list(module.parameters()), dict(entry.settings)
    )
    train = loaded().train
    tokens, following = torch.from_numpy(train.images.astype(np.int64)), torch.tensor(train.labels)
    losses = []
    for epoch in range(1, EXPERIMENT.epochs + 1):
        for places in epoch_order(EXPERIMENT.order_seed, epoch, EXAMPLES, BATCH):
            optimizer.zero_grad()
            logits = module(tokens[places])
            loss = functional.cross_entropy(logits.flatten(0, 1), following[places].flatten())
            loss.backward()
            torch.nn.utils.clip_grad_norm_(module.parameters(), EXPERIMENT.clip_norm)
            optimizer.step()
            losses.append(loss.item())
    return module, np.array(losses)


@pytest.fixture(scope="module", params=[1, 4])
def events(request: pytest.FixtureRequest) -> list:
    return list(fit(EXPERIMENT, rows_at_once=request.param))


@pytest.mark.parametrize("row", range(len(KEYS)), ids=KEYS)
def test_fifty_steps_equal_those_of_torch(events: list, row: int) -> None:
    end = events[-1]
    module, losses = plain_loop(row)
    expected = twins.flat(module).numpy()
    start = EXPERIMENT.built_network().initial_weights(EXPERIMENT.seeds)[0].numpy()
    assert np.abs(expected - start).max() > 1e-2
    np.testing.assert_allclose(end.weights[row], expected, rtol=0, atol=1e-8)
    told = np.concatenate([event.losses for event in events if isinstance(event, Stepped)])
    np.testing.assert_allclose(told[:, row], losses, rtol=1e-8)

    test = loaded().test
    with torch.no_grad():
        logits = module(torch.from_numpy(test.images.astype(np.int64)))
    truth = torch.from_numpy(test.labels)
    loss = functional.cross_entropy(logits.flatten(0, 1), truth.flatten())
    assert end.test_loss[row] == pytest.approx(loss.item(), rel=1e-8)
    answers = logits.argmax(2)
    assert end.test_accuracy[row] == pytest.approx((answers == truth).double().mean().item())
    wrong = (answers != truth).flatten().nonzero().flatten().numpy()[:100]
    np.testing.assert_array_equal(end.misclassified[row], wrong)
    np.testing.assert_array_equal(end.answered[row], answers.flatten().numpy()[wrong])


def test_what_is_written_is_drawn_from_the_networks_own_probabilities(events: list) -> None:
    """Every character again, by torch's modules and the generator's numbers."""
    end = events[-1]
    alphabet = persuasion()[1]
    assert len(end.samples) == len(KEYS) and len(set(end.samples)) > 1
    row = KEYS.index("adam")
    module, _ = plain_loop(row)
    draws = torch.rand(WRITTEN, generator=generator(0, 0, 2), dtype=torch.float64)
    tokens = loaded().test.images[0, :PROMPT].astype(np.int64).tolist()
    for draw in draws:
        with torch.no_grad():
            logits = module(torch.tensor(tokens[-LENGTH:])[None])[0, -1]
        tokens.append(int((logits.softmax(0).cumsum(0) < draw).sum()))
    assert end.samples[row] == "".join(alphabet[number] for number in tokens[PROMPT:])


def test_a_landscape_is_measured_on_passages(events: list) -> None:
    network, cpu = EXPERIMENT.built_network(), torch.device("cpu")
    evaluator = Evaluator(network, loaded(), SIZES[1], torch.float64, cpu)
    assert evaluator.pictures == (EXAMPLES, SIZES[1])
    found = evaluator.measure(torch.from_numpy(events[-1].weights))
    epoch = next(event for event in events if isinstance(event, EpochDone))
    np.testing.assert_allclose(found[:, 2], epoch.validation_loss, rtol=1e-10)
    np.testing.assert_allclose(found[:, 3], epoch.validation_accuracy, rtol=1e-10)


def test_a_text_has_no_confusion_and_no_filters(events: list) -> None:
    end = events[-1]
    assert end.filters is None and end.confusion.shape == (len(KEYS), 0, 0)


def test_it_learns() -> None:
    chosen = EXPERIMENT.changed(
        entries=(
            network_entry("adam", learning_rate=0.02),
            network_entry("sgd", learning_rate=100.0),
        ),
        network_settings={"width": 16},
        precision="float32",
        clip_norm=None,
    )
    *_, epoch, end = (e for e in fit(chosen) if isinstance(e, EpochDone | Finished))
    assert epoch.validation_loss[0] < 2.9 < math.log(75)
    assert epoch.validation_accuracy[0] > 0.2
    # The other's steps are absurd: it stops, or ends with losses beyond all sense, and stays apart.
    assert not end.test_loss[1] < math.log(75)
    assert len(end.samples[0]) == WRITTEN


def test_networks_read_their_own_kind_only() -> None:
    assert networks_for("text") == ("char_lstm",)
    assert set(networks_for("pictures")) == set(NETWORKS) - {"char_lstm"}
    with pytest.raises(ValueError, match="char_lstm reads text, and this data set holds pictures"):
        EXPERIMENT.changed(dataset="mnist", network="char_lstm")
    with pytest.raises(ValueError, match="mlp reads pictures, and this data set holds text"):
        EXPERIMENT.changed(network="mlp")


def test_a_link_that_names_a_text_alone_gets_a_network_that_reads_it() -> None:
    read = read_json('{"version": 1, "dataset": {"key": "persuasion"}}')
    assert not read.problems
    assert (read.experiment.dataset, read.experiment.network) == ("persuasion", "char_lstm")
    read = read_json('{"dataset": {"key": "persuasion"}, "network": {"key": "mlp"}}')
    assert any("reads pictures" in problem for problem in read.problems)


def test_saved_weights_are_called_as_torch_calls_them(events: list) -> None:
    end = events[-1]
    kept = {"weights": end.weights, "normalisation": end.normalisation}
    packed = network_weights(kept, EXPERIMENT, 0)
    assert b'"embedding.weight"' in packed and b'"lstm 2.weight 2"' in packed
