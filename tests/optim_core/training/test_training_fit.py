"""fit(): what it tells, how rows end alone, and that it gives up where it should."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from optim_core import Entry, Schedule
from optim_core.training import Experiment, fit, network_entry, plain
from optim_core.training.computing import Computer
from optim_core.training.events import (
    BINS,
    EDGES,
    EpochDone,
    FewerAtOnce,
    Finished,
    Gradients,
    RowStopped,
    Started,
    Stepped,
)
from optim_core.training.row_groups import RowsOutOfMemoryError

torch.set_num_threads(1)

ADAM, SGD = network_entry("adam"), network_entry("sgd")
# Each step multiplies the weights by about -10,000, whatever the gradient.
WILD = network_entry("momentum", learning_rate=100.0, weight_decay=100.0)


def experiment(**fields) -> Experiment:
    given = {
        "dataset": "digits_8x8",
        "dataset_settings": {"examples": 320},
        "network": "mlp",
        "network_settings": {"width": 16, "depth": 1},
        "entries": (SGD, ADAM),
        "seeds": (0, 1),
        "epochs": 3,
        "batch_size": 32,
    }
    return Experiment(**{**given, **fields})


def of_kind(events: list, kind: type) -> list:
    return [event for event in events if isinstance(event, kind)]


@pytest.fixture(scope="module")
def events() -> list:
    return list(fit(experiment(), rows_at_once=4))


def test_it_tells_beginning_steps_epochs_and_end(events: list) -> None:
    started, end = events[0], events[-1]
    assert isinstance(started, Started) and isinstance(end, Finished)
    assert started.rows == ((0, 0), (0, 1), (1, 0), (1, 1))
    assert (started.steps_per_epoch, started.steps, end.step) == (10, 30, 30)
    assert started.pictures == (320, 1_000, 1_000)
    assert started.parameters == 64 * 16 + 16 + 16 * 10 + 10 == end.weights.shape[1]
    epochs = of_kind(events, EpochDone)
    assert [(e.epoch, e.step) for e in epochs] == [(1, 10), (2, 20), (3, 30)]
    steps = of_kind(events, Stepped)
    losses = np.concatenate([event.losses for event in steps])
    assert losses.shape == (30, 4) and np.isfinite(losses).all()
    assert steps[-1].step == 30 and steps[-1].seconds_left == 0
    for number, epoch in enumerate(epochs):
        mean = losses[10 * number : 10 * number + 10].mean(axis=0)
        np.testing.assert_allclose(epoch.train_loss, mean, rtol=1e-6)
    assert (losses[-1] < losses[0]).all()


def test_the_same_seed_starts_alike_and_gets_the_same_batches(events: list) -> None:
    losses = of_kind(events, Stepped)[0].losses
    assert losses[0, 0] == losses[0, 2] and losses[0, 1] == losses[0, 3]
    assert losses[0, 0] != losses[0, 1]


def test_the_first_gradients_and_the_layers_are_told(events: list) -> None:
    told = of_kind(events, Gradients)
    assert [event.step for event in told] == list(range(1, 11))
    first = told[0]
    assert first.histogram.shape == (4, BINS) and first.layer_norms.shape == (4, 2)
    assert (first.histogram.sum(axis=1) == events[0].parameters).all()
    np.testing.assert_array_equal(first.histogram[0], first.histogram[2])


def test_effective_rates_are_the_rates_of_sgd_and_spread_for_adam(events: list) -> None:
    rates = of_kind(events, EpochDone)[-1].rates
    filled = np.flatnonzero(rates[0])
    assert len(filled) == 1  # SGD has one rate, 0.1
    assert EDGES[filled[0]] < 0.1 < EDGES[filled[0] + 1]
    assert len(np.flatnonzero(rates[2])) >= 6  # over one and a half decades


def test_the_end_agrees_with_itself(events: list) -> None:
    end = events[-1]
    assert end.confusion.shape == (4, 10, 10)
    assert (end.confusion.sum(axis=(1, 2)) == 1_000).all()
    right = np.trace(end.confusion, axis1=1, axis2=2)
    np.testing.assert_allclose(end.test_accuracy, right / 1_000)
    for row in range(4):
        assert len(end.misclassified[row]) == len(end.answered[row]) == min(100, 1_000 - right[row])
    assert (end.test_accuracy > 0.15).all() and (end.train_accuracy[:2] > 0.4).all()
    assert end.filters is None and end.normalisation.shape == (4, 0)


def test_events_become_json(events: list) -> None:
    for event in events:
        text = json.dumps(plain(event), allow_nan=False)
        assert json.loads(text)["event"] in text
    assert "weights" not in plain(events[-1])
    broken = RowStopped(row=0, step=1, sentence="x")
    assert plain(broken) == {"event": "row_stopped", "row": 0, "step": 1, "sentence": "x"}
    strange = Gradients(
        step=1, layer_norms=np.array([[np.nan, np.inf, 1.0]]), histogram=np.zeros((1, 1), int)
    )
    assert plain(strange)["layer_norms"] == [[None, None, 1.0]]


def test_a_seed_gives_the_same_numbers_again(events: list) -> None:
    again = list(fit(experiment(), rows_at_once=4))
    np.testing.assert_array_equal(again[-1].weights, events[-1].weights)
    other = list(fit(experiment(order_seed=1), rows_at_once=4))
    assert (other[-1].weights != events[-1].weights).any()


def test_rows_mean_the_same_in_whatever_order_the_rules_are_grouped() -> None:
    """The two Adams are computed side by side, and told where they stand in the line-up."""
    fast = network_entry("adam", learning_rate=0.01)
    *_, end = fit(experiment(entries=(ADAM, SGD, fast)), rows_at_once=1)
    for entry, wanted in enumerate((ADAM, SGD, fast)):
        *_, alone = fit(experiment(entries=(wanted,)), rows_at_once=1)
        np.testing.assert_allclose(end.weights[2 * entry : 2 * entry + 2], alone.weights, atol=1e-6)
        np.testing.assert_allclose(
            end.confusion[2 * entry : 2 * entry + 2], alone.confusion, atol=2
        )


def test_a_row_that_diverges_stops_alone() -> None:
    chosen = experiment(entries=(ADAM, WILD, SGD))
    events = list(fit(chosen, rows_at_once=6))
    stopped = of_kind(events, RowStopped)
    assert [event.row for event in stopped] == [2, 3]
    assert "momentum" in stopped[0].sentence and str(stopped[0].step) in stopped[0].sentence
    end, last = events[-1], of_kind(events, EpochDone)[-1]
    assert np.isfinite(end.weights).all() and end.step == 30
    gone = [False, False, True, True, False, False]
    for values in (last.train_loss, last.validation_accuracy, end.test_loss, end.test_accuracy):
        np.testing.assert_array_equal(np.isnan(values), gone)
    assert (end.confusion.sum(axis=(1, 2)) == np.where(gone, 0, 1_000)).all()
    assert last.rates[2].sum() == 0
    losses = np.concatenate([event.losses for event in of_kind(events, Stepped)])
    first = stopped[0].step - 1
    assert np.isfinite(losses[:first, 2]).all() and np.isnan(losses[first:, 2]).all()
    *_, calm = fit(chosen.changed(entries=(ADAM, SGD)), rows_at_once=4)
    np.testing.assert_allclose(end.weights[[0, 1, 4, 5]], calm.weights, atol=1e-5)


def test_when_all_have_diverged_it_ends() -> None:
    events = list(fit(experiment(entries=(WILD,)), rows_at_once=2))
    assert len(of_kind(events, RowStopped)) == 2 and len(of_kind(events, EpochDone)) == 1
    assert np.isnan(events[-1].test_accuracy).all()


@pytest.mark.parametrize("rows_at_once", [1, 4])
def test_it_stops_when_told(rows_at_once: int) -> None:
    asked = iter(range(1_000))
    events = list(fit(experiment(), stop=lambda: next(asked) >= 7, rows_at_once=rows_at_once))
    end = events[-1]
    assert end.stopped and np.isnan(end.test_accuracy).all()
    # With one network at a time it is asked four times a step.
    assert end.step == {1: 1, 4: 7}[rows_at_once]
    assert np.isfinite(end.weights).all() and len(end.weights) == 4
    json.dumps(plain(end), allow_nan=False)


@pytest.mark.parametrize("rows_at_once", [1, 4])
@pytest.mark.parametrize(
    ("seen", "steps", "epochs"), [(Stepped, 10, 0), (EpochDone, 30, 3)], ids=["epoch", "end"]
)
def test_it_stops_while_it_looks_at_pictures(
    seen: type, steps: int, epochs: int, rows_at_once: int
) -> None:
    """After the last step of an epoch, and after the last epoch, there are only pictures left."""
    told: list = []

    def stop() -> bool:
        return isinstance(told[-1], seen) and told[-1].step == steps

    for event in fit(experiment(), stop=stop, rows_at_once=rows_at_once):
        told.append(event)
    end = told[-1]
    assert isinstance(end, Finished) and end.stopped and end.step == steps
    assert len(of_kind(told, EpochDone)) == epochs
    assert np.isnan(end.train_loss).all() and np.isnan(end.test_loss).all()
    assert np.isfinite(end.weights).all()


def test_it_is_asked_at_every_batch_of_pictures() -> None:
    """And before every histogram: a worker that does not answer in time is ended from outside."""
    asked, before = 0, []

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return False

    for event in fit(experiment(epochs=1), stop=stop, rows_at_once=4):
        if isinstance(event, Stepped | EpochDone):
            before.append(asked)
    # Validation 2 batches and 4 rows; then one batch of training pictures and two of test pictures.
    assert before[-1] - before[-2] == 2 + 4
    assert asked - before[-1] == 1 + 2


def out_of_memory_above(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    compute = Computer._on_rows

    def limited(self, points, images, labels, place, statistics):
        if place.stop - place.start > rows:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate a lot")
        return compute(self, points, images, labels, place, statistics)

    monkeypatch.setattr(Computer, "_on_rows", limited)


def test_out_of_memory_halves_the_rows(monkeypatch: pytest.MonkeyPatch, events: list) -> None:
    out_of_memory_above(1, monkeypatch)
    fewer = list(fit(experiment(), rows_at_once=4))
    told = of_kind(fewer, FewerAtOnce)
    assert len(told) == 1 and told[0].rows_at_once == 1 and "Memory" in told[0].sentence
    np.testing.assert_allclose(fewer[-1].weights, events[-1].weights, atol=1e-4)


def test_too_little_memory_for_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    out_of_memory_above(0, monkeypatch)
    with pytest.raises(RowsOutOfMemoryError, match="smaller"):
        list(fit(experiment(), rows_at_once=2))


def test_other_errors_are_not_taken_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_):
        raise RuntimeError("something else")

    monkeypatch.setattr(Computer, "_on_rows", broken)
    with pytest.raises(RuntimeError, match="something else"):
        list(fit(experiment(), rows_at_once=2))


@pytest.mark.parametrize(
    "seconds, expected",
    [
        ({1: 0.10, 2: 0.09, 4: 0.01}, 1),  # not clearly
        ({1: 0.10, 2: 0.08, 4: 0.06, 6: 0.05}, 6),
        ({1: 0.1, 2: 0.2}, 1),
        ({1: 9.0}, 1),  # no need to try
    ],
)
def test_as_many_rows_at_once_as_is_clearly_faster(
    monkeypatch: pytest.MonkeyPatch, seconds: dict, expected: int
) -> None:
    monkeypatch.setattr(
        Computer, "_seconds_a_row", lambda self, p, i, y, rows, looks: seconds[rows]
    )
    events = fit(experiment(seeds=(0, 1, 2)))
    assert next(events).rows_at_once == expected


def test_a_trial_leaves_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = experiment(network="small_cnn", network_settings={"batch_norm": True, "width": 2})
    monkeypatch.setattr("optim_core.training.computing.WORTH", 1e9)
    *_, tried = fit(chosen)
    *_, given = fit(chosen, rows_at_once=1)
    np.testing.assert_array_equal(tried.weights, given.weights)
    np.testing.assert_array_equal(tried.normalisation, given.normalisation)
    assert tried.filters.shape == (4, 2, 1, 3, 3) and tried.normalisation.shape == (4, 12)


@pytest.mark.parametrize("network", ["small_cnn", "mlp", "lstm"])
def test_bfloat16_trains_nearly_as_float32_does(network: str) -> None:
    chosen = experiment(network=network, network_settings={"width": 8}, seeds=(0,))
    exact, rounded = (
        list(fit(chosen.changed(precision=precision), rows_at_once=2))
        for precision in ("float32", "bfloat16")
    )
    assert rounded[-1].weights.dtype == np.float32
    there, here = (of_kind(run, EpochDone)[-1].train_loss for run in (exact, rounded))
    assert (there != here).any()
    np.testing.assert_allclose(here, there, rtol=0.03)


@pytest.mark.parametrize(
    "fields",
    [
        {"entries": (Entry("nesterov", {"learning_rate": 0.05, "variant": "lecture"}), ADAM)},
        {"entries": (Entry("sgd", {"learning_rate": 0.1}, "lookahead"),)},
        {"entries": (network_entry("swats"), network_entry("adabound"))},
        {"network": "lstm", "network_settings": {"width": 8}},
        {"dataset": "shapes", "dataset_settings": {"examples": 320, "side": 12}},
        {"schedule": Schedule("one_cycle"), "clip_norm": 1.0},
    ],
    ids=["probe", "lookahead", "swats", "lstm", "shapes", "one_cycle"],
)
def test_everything_there_is_trains(fields: dict) -> None:
    events = list(fit(experiment(**{"seeds": (0,), **fields})))
    losses = np.concatenate([event.losses for event in of_kind(events, Stepped)])
    assert (losses[-5:].mean(axis=0) < losses[0]).all()
    rates = of_kind(events, EpochDone)[-1].rates
    assert (rates.sum(axis=1) > 0).all()


@pytest.mark.gpu
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_a_gpu_trains_as_the_cpu_does(precision: str) -> None:
    chosen = experiment(network="small_cnn", precision=precision, network_settings={"width": 8})
    there = list(fit(chosen, device="cuda"))
    here = list(fit(chosen))
    losses = [of_kind(run, EpochDone)[-1].train_loss for run in (there, here)]
    np.testing.assert_allclose(losses[0], losses[1], rtol=0.05)
    again = list(fit(chosen, device="cuda"))
    np.testing.assert_array_equal(again[-1].weights, there[-1].weights)
    assert there[0].rows_at_once == 4 and of_kind(there, Stepped)[-1].memory_bytes > 0


@pytest.mark.gpu
def test_memory_is_counted_anew_for_each_run() -> None:
    small = experiment()
    large = experiment(network_settings={"width": 512, "depth": 6})
    first, most, again = (
        of_kind(list(fit(chosen, device="cuda")), Stepped)[-1].memory_bytes
        for chosen in (small, large, small)
    )
    assert again < (first + most) / 2
