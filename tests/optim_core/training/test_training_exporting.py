"""Files to take home: their columns, their names, and what is in them."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pytest
import torch
import training_twins as twins
from torch.nn import functional

from optim_core.jobs.tensor_files import unpack
from optim_core.training import DATASETS, Experiment, fit, network_entry
from optim_core.training.exporting import (
    epochs_csv,
    file_name,
    log_json,
    network_weights,
    steps_csv,
)
from optim_core.training.log import TrainingLog
from tests.optim_core.training import training_events as made


@pytest.fixture(scope="module")
def log():
    log = TrainingLog()
    for kind, body in made.EVENTS:
        log.add(kind, body)
    return log


def table(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_a_line_an_epoch_and_network(log):
    lines = table(epochs_csv(log, made.EXPERIMENT, made.TITLES))
    assert len(lines) == 2 * made.ROWS
    assert lines[0]["entry"] == "First"
    assert lines[0]["optimizer"] == "momentum"
    assert (lines[1]["seed"], lines[1]["epoch"], lines[1]["step"]) == ("3", "2", "20")
    assert float(lines[0]["validation_accuracy"]) == 0.5
    assert lines[-1]["train_loss"] == ""


def test_a_line_a_step_and_a_column_a_network(log):
    lines = table(steps_csv(log, made.EXPERIMENT, made.TITLES))
    assert len(lines) == 20
    assert float(lines[6]["loss, First, seed 5"]) == pytest.approx(7.1)


@pytest.mark.parametrize("text", ["epochs", "steps"])
def test_no_cell_is_a_formula(log, text):
    write = {"epochs": epochs_csv, "steps": steps_csv}[text]
    for title in ("=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1"):
        for line in csv.reader(io.StringIO(write(log, made.EXPERIMENT, (title, title)))):
            assert not any(cell.lstrip()[:1] in "=+@" for cell in line if cell)


def test_the_log_as_json_holds_everything(log):
    whole = json.loads(log_json(log, made.EXPERIMENT, made.TITLES))
    assert Experiment.from_json(json.dumps(whole["experiment"])) == made.EXPERIMENT
    assert len(whole["steps"]["loss"]) == 20
    assert whole["final"]["misclassified"][0] == [4, 7]
    assert whole["epochs"]["train_loss"][0][3] is None
    assert whole["networks"][3] == {"entry": made.TITLES[1], "optimizer": "adam", "seed": 5} | {
        "entry": "'=HYPERLINK(1)"
    }
    assert json.loads(log_json(TrainingLog(), made.EXPERIMENT, made.TITLES))["final"] is None


def kept(weights, normed=0):
    return {"weights": weights, "normalisation": np.zeros((len(weights), normed))}


def test_weights_are_named_by_their_layers():
    network = made.EXPERIMENT.built_network()
    weights = np.arange(3 * network.size, dtype=np.float32).reshape(3, network.size)
    arrays = unpack(network_weights(kept(weights), made.EXPERIMENT, 1))
    assert arrays["dense 1.weight"].shape == (4, 64)
    assert arrays["output.bias"].shape == (10,)
    together = np.concatenate([arrays[name].ravel() for name in by_first_number(arrays)])
    np.testing.assert_array_equal(together, weights[1])


def by_first_number(arrays):
    return sorted(arrays, key=lambda name: float(arrays[name].flat[0]))


def test_an_lstm_has_several_weights_in_a_layer():
    lstm = Experiment(
        dataset="digits_8x8",
        network="lstm",
        network_settings={"width": 4},
        entries=(network_entry("adam"),),
    )
    size = lstm.built_network().size
    arrays = unpack(network_weights(kept(np.zeros((1, size), dtype=np.float32)), lstm, 0))
    assert {"lstm 1.weight 1", "lstm 1.weight 2", "dense.weight"} <= set(arrays)


def test_a_network_with_batch_norm_answers_elsewhere_as_it_does_here():
    experiment = made.EXPERIMENT.changed(
        network="small_cnn",
        network_settings={"width": 3, "batch_norm": True},
        precision="float64",
    )
    *_, end = fit(experiment, rows_at_once=2)
    arrays = unpack(network_weights(vars(end), experiment, 2))
    module = twins.small_cnn(1, 8, 10, width=3, norm=True).double().eval()
    here = ("conv 1", "conv 1 norm", None, None, "conv 2", "conv 2 norm", None, None, None, "dense")
    theirs = {"scale": "weight", "shift": "bias", "mean": "running_mean"}
    theirs["variance"] = "running_var"
    state = {}
    for name, values in arrays.items():
        owner, kind = name.split(".")
        state[f"{here.index(owner)}.{theirs.get(kind, kind)}"] = torch.from_numpy(values.copy())
    missing, unexpected = module.load_state_dict(state, strict=False)
    assert not unexpected
    assert all(name.endswith("num_batches_tracked") for name in missing)
    examples = DATASETS["digits_8x8"].load(dict(experiment.dataset_settings))
    seen = examples.train.images.astype(np.float64)
    pictures = torch.from_numpy((examples.test.images - seen.mean()) / seen.std())
    loss = functional.cross_entropy(module(pictures), torch.from_numpy(examples.test.labels.copy()))
    assert loss.item() == pytest.approx(end.test_loss[2], rel=1e-9)


def test_no_two_batch_norms_have_one_name():
    resnet = made.EXPERIMENT.changed(network="resnet34", network_settings={"width": 4})
    network = resnet.built_network()
    normed = 2 * sum(network.layers.normalised())
    arrays = unpack(network_weights(kept(np.zeros((1, network.size)), normed), resnet, 0))
    assert "2.1 shortcut norm.variance" in arrays
    assert len(arrays) == len(network.parameters) + 2 * len(network.layers.normalised())
    assert not any(name.startswith(".") for name in arrays)


@pytest.mark.parametrize(("shape", "row"), [((2, 5), 0), ((2, 0), 0), ((5,), 0)])
def test_weights_of_another_network_are_refused(shape, row):
    with pytest.raises(ValueError, match="no network"):
        network_weights(kept(np.zeros(shape)), made.EXPERIMENT, row)


def test_a_row_or_a_normalisation_that_is_not_there_is_refused():
    network = made.EXPERIMENT.built_network()
    with pytest.raises(ValueError, match="no network 2"):
        network_weights(kept(np.zeros((2, network.size))), made.EXPERIMENT, 2)
    with pytest.raises(ValueError, match="normalisation"):
        network_weights(kept(np.zeros((2, network.size)), 8), made.EXPERIMENT, 0)


def test_files_are_named_so_that_a_student_knows_them():
    assert file_name(made.EXPERIMENT, "curves", "csv") == "digits_8x8-mlp-curves.csv"
    assert file_name(made.EXPERIMENT, "log", "json", "../我的 run/1") == "我的-run-1-log.json"
    assert file_name(made.EXPERIMENT, "log", "json", "///") == "run-log.json"
