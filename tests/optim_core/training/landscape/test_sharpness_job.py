"""The kinds of job "sharpness" and "edge": networks that were really trained, in the worker."""

from __future__ import annotations

import csv
import io
import json
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from optim_core.jobs import Failure, JobRefusedError
from optim_core.jobs.tensor_files import unpack
from optim_core.jobs.words import JobFailedError
from optim_core.training import network_entry
from optim_core.training.landscape.edge import EdgeRecording, record_edge
from optim_core.training.landscape.edge_job import from_spec, to_spec
from optim_core.training.landscape.edge_log import ARTIFACT as EDGE
from optim_core.training.landscape.edge_log import EdgeLog
from optim_core.training.landscape.measured import ARTIFACT, FACTORS, Measured, measured_of
from optim_core.training.landscape.sharpness import SharpnessRequest, sharpness_from_spec
from optim_core.training.landscape.sharpness_job import MEASURED
from tests.optim_core.training.landscape.landscape_hands import SMALL, Hands

DOUBLE = SMALL.changed(precision="float64", record_every=0)
RECORDING = EdgeRecording(
    experiment=DOUBLE.changed(seeds=(0,), entries=(network_entry("sgd"), network_entry("adam"))),
    steps=6,
    every=3,
    pictures=64,
)


@pytest.fixture(scope="module")
def hands(tmp_path_factory: pytest.TempPathFactory) -> Hands:
    return Hands(tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def trained(hands: Hands) -> str:
    return hands.train(DOUBLE)


@pytest.fixture(scope="module")
def few(hands: Hands) -> str:
    """The same networks, trained on fewer pictures."""
    return hands.train(DOUBLE.changed(dataset_settings={"examples": 32}))


def asked(run: str, *rows: int, **fields: Any) -> SharpnessRequest:
    small = {"pictures": 64, "probes": 2, "depth": 6, "eigenvalues": 2}
    return SharpnessRequest(networks=tuple((run, row) for row in rows), **{**small, **fields})


def table(hands: Hands, run: str) -> Measured:
    return measured_of(unpack(hands.store.artifact(run, ARTIFACT)))


@pytest.fixture(scope="module")
def done(hands: Hands, trained: str) -> tuple[str, dict[str, Any]]:
    return hands.done("sharpness", asked(trained, 0, 2, 3).to_spec())


def test_a_training_is_measured_network_by_network(
    hands: Hands, trained: str, done: tuple[str, dict[str, Any]]
) -> None:
    run, result = done
    assert (result["networks"], result["pictures"]) == (3, 64)
    found = table(hands, run)
    events = [event for event in hands.store.events(run) if event.kind == MEASURED]
    assert [len(measured_of(event.arrays)) for event in events] == [1, 2, 3]
    for field, values in found.to_arrays().items():
        assert np.isfinite(values).all(), field
    training = hands.store.result(trained)
    for place, row in enumerate((0, 2, 3)):
        assert found.train_loss[place] == pytest.approx(training["train_loss"][row])
        assert found.train_accuracy[place] == pytest.approx(training["train_accuracy"][row])
    np.testing.assert_allclose(found.gap, found.validation_loss - found.train_loss)
    assert (found.bounds[:, 0] < 0.01 * found.eigenvalues[:, 0]).all()
    assert (found.lowest < found.eigenvalues[:, -1]).all()
    assert (found.neighbourhood >= found.loss).all()
    assert (found.highest >= found.neighbourhood).all()
    assert (found.epsilon_sharpness > 0).all()


def test_rescaled_networks_have_the_same_loss_and_another_sharpness(
    hands: Hands, done: tuple[str, dict[str, Any]]
) -> None:
    found = table(hands, done[0])
    for factor in FACTORS:
        np.testing.assert_array_equal(found.of_rescaled(factor, "loss"), found.loss)
        for name in ("eigenvalue", "epsilon_sharpness", "highest"):
            own, other = found.of_rescaled(1, name), found.of_rescaled(factor, name)
            if name == "highest":
                own, other = own - found.loss, other - found.loss
            assert not np.allclose(own, other, rtol=0.01), (factor, name)


def test_a_table_goes_home_as_csv_and_npz(
    hands: Hands, done: tuple[str, dict[str, Any]], tmp_path: Path
) -> None:
    found = table(hands, done[0])
    lines = list(csv.DictReader(io.StringIO(found.to_csv(["a", "b", "c"]))))
    assert [line["network"] for line in lines] == ["a", "b", "c"]
    assert float(lines[1]["eigenvalue_2"]) == pytest.approx(found.eigenvalues[1, 1], rel=1e-6)
    file = tmp_path / "sharpness.npz"
    file.write_bytes(found.to_npz())
    with np.load(file, allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["traces"], found.traces)


def test_networks_that_were_cut_off_go_on_with_the_next(hands: Hands, trained: str) -> None:
    request = asked(trained, 1, 0, seed=1)
    run = hands.store.submit("sharpness", request.to_spec(), "somebody").run
    looks = count()
    assert hands.work(lambda: next(looks) > 0 and bool(hands.store.events(run))) is None
    assert len([e for e in hands.store.events(run) if e.kind == MEASURED]) == 1
    assert hands.work() is not None
    whole = hands.done("sharpness", asked(trained, 1, 0, seed=1, pictures=65).to_spec())[0]
    assert len(table(hands, run)) == len(table(hands, whole)) == 2


@pytest.mark.parametrize("fewer_first", [False, True])
def test_each_network_is_measured_on_what_it_was_trained_on(
    hands: Hands, trained: str, few: str, fewer_first: bool
) -> None:
    networks = ((few, 1), (trained, 1)) if fewer_first else ((trained, 1), (few, 1))
    request = asked(trained, 0, pictures=16).changed(networks=networks)
    found = table(hands, hands.done("sharpness", request.to_spec())[0])
    for place, (training, row) in enumerate(networks):
        result = hands.store.result(training)
        assert found.train_loss[place] == pytest.approx(result["train_loss"][row])
        assert found.train_accuracy[place] == pytest.approx(result["train_accuracy"][row])


def test_a_network_without_rectifiers_has_no_rescaled_twin(hands: Hands) -> None:
    smooth = hands.train(DOUBLE.changed(network_settings={"width": 4, "activation": "tanh"}))
    run, _ = hands.done("sharpness", asked(smooth, 0).to_spec())
    assert np.isnan(table(hands, run).rescaled).all()


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"networks": []},
        {"networks": "all"},
        {"networks": [["0" * 32, 0]] * 2},
        {"networks": [["../..", 0]]},
        {"networks": [["0" * 32, 0]], "colour": "red"},
        {"networks": [["0" * 32, 0]], "probes": 10**9},
        {"networks": [["0" * 32, row] for row in range(17)]},
    ],
)
def test_what_cannot_be_measured_is_refused_before_it_is_queued(hands: Hands, spec: object) -> None:
    with pytest.raises(JobRefusedError, match="cannot be used"):
        hands.store.submit("sharpness", spec, "somebody")


def test_a_training_that_is_not_there_is_told(hands: Hands) -> None:
    hands.store.submit("sharpness", asked("0" * 32, 0).to_spec(), "somebody")
    with pytest.raises(JobFailedError) as told:
        hands.work()
    assert told.value.failure is Failure.NO_SOURCE


def test_requests_are_read_back_as_they_were() -> None:
    request = asked("a" * 32, 3, 1, epsilon=0.01, rho=0.0)
    assert sharpness_from_spec(json.loads(json.dumps(request.to_spec()))) == request
    assert to_spec(from_spec(json.loads(json.dumps(to_spec(RECORDING))))) == to_spec(RECORDING)


def test_a_recording_is_told_look_by_look(hands: Hands) -> None:
    run, result = hands.done("edge", to_spec(RECORDING))
    log = EdgeLog()
    log.read(hands.store.events(run))
    kept = unpack(hands.store.artifact(run, EDGE))
    assert log.steps.tolist() == [0, 3, 6]
    for name, values in log.to_arrays().items():
        np.testing.assert_array_equal(kept[name], values)
    np.testing.assert_array_equal(log.losses[-1], list(record_edge(RECORDING))[-1].losses[-1])
    assert result["limits"] == [20.0, pytest.approx(38_000)]
    lines = list(csv.DictReader(io.StringIO(log.to_csv(["a", "b"], RECORDING.limits))))
    assert [(line["network"], line["step"]) for line in lines][3:5] == [("b", "0"), ("b", "3")]
    assert float(lines[5]["sharpness"]) == pytest.approx(log.sharpness[2, 1], rel=1e-6)


@pytest.mark.parametrize(
    "change",
    [
        {"steps": 0},
        {"colour": "red"},
        {"experiment": {}},
        {"experiment": to_spec(RECORDING)["experiment"] | {"clip_norm": 1.0}},
    ],
)
def test_what_has_no_edge_is_refused_before_it_is_queued(
    hands: Hands, change: dict[str, Any]
) -> None:
    with pytest.raises(JobRefusedError, match="cannot be used"):
        hands.store.submit("edge", {**to_spec(RECORDING), **change}, "somebody")
