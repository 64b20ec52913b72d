"""The Experiment: complete, hashable, and the same after a journey through text."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from optim_core import OPTIMIZERS, Entry, Schedule
from optim_core.jobs.ledger_reporting import MAX_RUN_BYTES
from optim_core.training import (
    DATASETS,
    DEFAULT_EXPERIMENT,
    Experiment,
    network_entry,
    read_json,
)
from optim_core.training.experiment import MAX_NUMBERS
from optim_core.training.networks import networks_for

ADAM = network_entry("adam")


def experiment(**fields) -> Experiment:
    return Experiment(**{"dataset": "mnist", "network": "mlp", "entries": (ADAM,), **fields})


def test_equal_experiments_are_equal_however_they_are_written() -> None:
    written = experiment(network_settings={"width": 64}, schedule="constant", seeds=[0])
    assert written == experiment() and hash(written) == hash(experiment())
    assert written.to_json() == experiment().to_json()
    assert written.rows == 1 and written.steps == 5 * 62


@pytest.mark.parametrize(
    "fields, message",
    [
        ({"dataset": "minst"}, "mnist"),
        ({"network": "resnet50"}, "resnet"),
        ({"dataset_settings": {"examples": 1e9}}, "examples"),
        ({"network_settings": {"layers": 3}}, "setting"),
        ({"entries": ()}, "entries"),
        ({"entries": ("adam",)}, "Entry"),
        ({"seeds": ()}, "seeds"),
        ({"seeds": (1, 1)}, "different"),
        ({"seeds": (-1,)}, "seed"),
        ({"seeds": (0.5,)}, "whole"),
        ({"seeds": 3}, "seeds"),
        ({"seeds": range(65)}, "seeds"),
        ({"entries": (ADAM,) * 13, "seeds": range(5)}, "65 networks"),
        ({"epochs": 0}, "epochs"),
        ({"batch_size": "all"}, "batch_size"),
        ({"precision": "float16"}, "float"),
        ({"clip_norm": -1.0}, "clip_norm"),
        ({"schedule": "cosin"}, "cosine"),
        ({"epochs": 500, "batch_size": 2}, "steps"),
        ({"network_settings": {"width": 256, "depth": 12}, "seeds": range(64)}, None),
    ],
)
def test_what_could_not_run_is_refused(fields: dict, message: str | None) -> None:
    if message is None:  # many parameters, and still allowed
        assert experiment(**fields).rows == 64
        return
    with pytest.raises(ValueError, match=message):
        experiment(**fields)


def test_too_many_parameters_are_refused() -> None:
    with pytest.raises(ValueError, match="parameters"):
        experiment(
            dataset="shapes",
            dataset_settings={"side": 64},
            network_settings={"width": 512, "depth": 12},
            seeds=range(64),
        )


def test_a_batch_holds_no_more_than_there_is() -> None:
    few = experiment(dataset_settings={"examples": 100}, batch_size=128)
    assert few.steps == few.epochs
    assert few.flops == few.epochs * 100 * few.built_network().flops()


def test_the_largest_weights_can_be_kept() -> None:
    assert MAX_NUMBERS * np.dtype(np.float64).itemsize < MAX_RUN_BYTES


def test_changing_the_network_forgets_its_settings() -> None:
    changed = experiment(network_settings={"width": 5}).changed(network="lstm", epochs=2)
    assert dict(changed.network_settings)["width"] == 48 and changed.epochs == 2


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_network_entries_have_rates_for_networks(key: str) -> None:
    assert 0 < float(network_entry(key)["learning_rate"]) <= 1
    assert network_entry(key, learning_rate=0.5)["learning_rate"] == 0.5


entries = some.sampled_from(
    [
        ADAM,
        network_entry("momentum", momentum=0.5),
        Entry("rmsprop", {"centered": True}),
        Entry("sgd", {"learning_rate": 0.3}, "lookahead", {"steps": 7}),
        Entry("radam", {"variant": "paper"}),
    ]
)


@given(
    what=some.tuples(
        some.sampled_from(["mnist", "shapes", "digits_8x8"]),
        some.sampled_from(networks_for("pictures")),
    )
    | some.just(("persuasion", "char_lstm")),
    entries=some.lists(entries, min_size=1, max_size=5),
    seeds=some.lists(some.integers(0, 1000), min_size=1, max_size=5, unique=True),
    epochs=some.integers(1, 100),
    batch_size=some.integers(16, 512),
    schedule=some.sampled_from(["constant", Schedule("step", {"factor": 0.3})]),
    clip_norm=some.none() | some.floats(1e-3, 10),
    precision=some.sampled_from(["float32", "bfloat16", "float64"]),
    compiled=some.booleans(),
)
def test_text_brings_back_the_same(what: tuple[str, str], **fields) -> None:
    dataset, network = what
    there = Experiment(dataset=dataset, network=network, **fields)
    assert Experiment.from_json(there.to_json()) == there
    assert read_json(there.to_json()) == type(read_json("{}"))(there, ())


def fields_of(change: dict | None = None, drop: str | None = None) -> dict:
    fields = json.loads(experiment().to_json()) | (change or {})
    if drop:
        del fields[drop]
    return fields


@pytest.mark.parametrize(
    "change, strict, lenient",
    [
        ({"version": 2}, "version", "version"),
        ({"colour": 1}, "colour", "unknown part"),
        ({"dataset": {"key": "../../etc/passwd"}}, "data set", "no dataset"),
        ({"dataset": "mnist"}, "object", "dataset cannot be read"),
        ({"network": {"key": "mlp", "settings": {"wdith": 3}}}, "width", "width"),
        ({"network": {"key": "mlp", "settings": {"width": True}}}, "number", "width of mlp"),
        ({"network": {"key": "mlp", "settings": [1]}}, "object", "network cannot be read"),
        ({"entries": [{"optimizer": "adma"}]}, "adam", "adam"),
        ({"entries": [{"optimizer": ["adam"]}]}, "names", "cannot be read"),
        ({"entries": 5}, "list", "entries cannot be read"),
        ({"entries": [{"optimizer": "sgd", "wrapper": "x"}]}, "wrapper", "no wrapper"),
        ({"seeds": ["0"]}, "seed", "seeds cannot be read"),
        ({"seeds": 5}, "seeds", "seeds cannot be read"),
        ({"epochs": 2.5}, "epochs", "epochs cannot be"),
        ({"epochs": "3"}, "epochs", "epochs cannot be"),
        ({"clip_norm": []}, "clip_norm", "clip_norm cannot be"),
        ({"schedule": {"key": "sometimes"}}, "schedule", "no schedule"),
        ({"epochs": 500, "batch_size": 2}, "steps", "cannot be run"),
    ],
)
def test_wrong_parts(change: dict, strict: str, lenient: str) -> None:
    text = json.dumps(fields_of(change))
    with pytest.raises(ValueError, match=strict):
        Experiment.from_json(text)
    read = read_json(text)
    assert isinstance(read.experiment, Experiment)
    assert len(read.problems) >= 1 and any(lenient in problem for problem in read.problems)
    assert not any("passwd" in problem for problem in read.problems)


@pytest.mark.parametrize(
    "text", ["", "null", "[]", "{", "x" * 300_000, '{"epochs": NaN}', "[" * 100_000, 5, b"{}"]
)
def test_damaged_texts(text) -> None:
    with pytest.raises(ValueError, match=r"experiment|JSON"):
        Experiment.from_json(text)
    assert read_json(text).experiment == DEFAULT_EXPERIMENT
    assert len(read_json(text).problems) == 1


def test_what_a_text_leaves_out_is_at_its_default() -> None:
    fields = {"dataset": {"key": "mnist"}, "network": {"key": "mlp"}}
    fields["entries"] = json.loads(experiment().to_json())["entries"]
    assert Experiment.from_json(json.dumps(fields)) == experiment()
    with pytest.raises(ValueError, match="does not say its network"):
        Experiment.from_json(json.dumps(fields_of(drop="network")))
    assert read_json("{}").experiment == DEFAULT_EXPERIMENT.changed(
        network_settings=DEFAULT_EXPERIMENT.network_settings, epochs=5
    )


def test_the_default_experiment_needs_no_network() -> None:
    assert DATASETS[DEFAULT_EXPERIMENT.dataset].present()
    assert DEFAULT_EXPERIMENT.flops > 1e9
