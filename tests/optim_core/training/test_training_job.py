"""The kind of job "fit": trained by the app's own worker, heard by a page."""

from __future__ import annotations

import dataclasses
import errno
import json
import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from threading import Event as Flag
from typing import Any

import numpy as np
import pytest

from optim_core.jobs import Failure, JobRefusedError, JobStore, Run, RunEvent, State
from optim_core.jobs.database import Database
from optim_core.jobs.folder import StoreFolder
from optim_core.jobs.ledger import Ledger
from optim_core.jobs.ledger_reporting import LedgerReporter
from optim_core.jobs.settling import settle
from optim_core.jobs.supervisor import Supervisor
from optim_core.jobs.tensor_files import unpack
from optim_core.training import Experiment, fit, keeping, network_entry
from optim_core.training.checkpoint import Checkpoint
from optim_core.training.events import (
    EpochDone,
    Final,
    Finished,
    Gradients,
    RowStopped,
    Stepped,
)
from optim_core.training.job import checked, told
from optim_core.training.job import run as job_run
from optim_core.training.keeping import RunKeeper
from optim_core.training.log import TrainingLog

EXPERIMENT = Experiment(
    dataset="digits_8x8",
    dataset_settings={"examples": 320},
    network="mlp",
    network_settings={"width": 16, "depth": 1},
    entries=(network_entry("momentum"), network_entry("adam")),
    seeds=(0, 1),
    epochs=2,
    batch_size=32,
)
WILD = network_entry("momentum", learning_rate=100.0, weight_decay=100.0)


def spec_of(experiment: Experiment) -> dict[str, Any]:
    spec: dict[str, Any] = json.loads(experiment.to_json())
    return spec


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JobStore]:
    """One server, with the very worker of the app, which finds no fetched data set."""
    folder = StoreFolder(tmp_path_factory.mktemp("runs"))
    store, supervisor = JobStore(folder), Supervisor(folder, slots=("cpu",))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DOWNHILL_DATA", str(tmp_path_factory.mktemp("data")))
        supervisor.ensure()
        yield store
        supervisor.stop()
    store.close()


def ended(store: JobStore, run: str) -> Run:
    deadline = time.monotonic() + 60.0
    between = Flag()
    while not store.status(run).state.ended:
        assert time.monotonic() < deadline, store.status(run)
        between.wait(0.02)
    return store.status(run)


def same(one: object, other: object) -> bool:
    """Equal to the last bit, NaN included."""
    if isinstance(one, np.ndarray):
        return isinstance(other, np.ndarray) and one.tobytes() == other.tobytes()
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


def differing(one: Final, other: Final, besides: frozenset[str] = frozenset()) -> list[str]:
    names = [field.name for field in dataclasses.fields(Final) if field.name not in besides]
    return [name for name in names if not same(getattr(one, name), getattr(other, name))]


def test_a_log_says_what_was_told() -> None:
    events = list(fit(EXPERIMENT.changed(entries=(network_entry("adam"), WILD), epochs=1)))
    assert len({type(event) for event in events}) >= 6
    log = TrainingLog()
    for number, (kind, body, arrays) in enumerate(map(told, events), start=1):
        body = json.loads(json.dumps(body, allow_nan=False))
        log.read([RunEvent(number=number, kind=kind, body=body, arrays=arrays, in_file=False)])
    assert log.start == events[0]
    assert log.stopped == tuple(event for event in events if isinstance(event, RowStopped))
    assert isinstance(events[-1], Finished)
    assert log.final is not None
    assert differing(log.final, events[-1]) == []
    first = [event for event in events if isinstance(event, Gradients)]
    assert len(log.first_gradients) == len(first)
    for one, other in zip(log.first_gradients, first, strict=True):
        assert same(tuple(vars(one).values()), tuple(vars(other).values()))
    (epoch,) = (event for event in events if isinstance(event, EpochDone))
    for name in ("train_loss", "validation_accuracy", "layer_norms", "rates"):
        assert same(getattr(log.epochs, name)[0], getattr(epoch, name)), name


def test_an_experiment_trains_in_the_worker_as_it_does_here(store: JobStore) -> None:
    run = store.submit("fit", spec_of(EXPERIMENT), "ann").run
    again = store.submit("fit", checked(spec_of(EXPERIMENT)), "bob")
    assert (again.run, again.joined) == (run, True)
    assert ended(store, run).state is State.DONE
    there = TrainingLog()
    there.read(store.events(run), partial(store.arrays, run))
    here = list(fit(EXPERIMENT, rows_at_once=there.rows_at_once))
    assert there.final is not None
    assert isinstance(here[-1], Finished)
    assert differing(there.final, here[-1], frozenset({"seconds"})) == []
    losses = [event.losses for event in here if isinstance(event, Stepped)]
    assert np.array_equal(there.losses, np.concatenate(losses))
    weights = unpack(store.artifact(run, "weights"))
    assert np.array_equal(weights["weights"], here[-1].weights)
    assert np.array_equal(weights["normalisation"], here[-1].normalisation)
    result = store.result(run)
    assert result["test_accuracy"] == here[-1].test_accuracy.tolist()


def test_a_training_that_is_paused_and_loses_its_worker_comes_to_the_same(
    store: JobStore,
) -> None:
    long = EXPERIMENT.changed(epochs=60, schedule="cosine")
    run = store.submit("fit", spec_of(long), "ann").run
    log = TrainingLog()

    def steps_beyond(least: int) -> Run:
        deadline, between = time.monotonic() + 60.0, Flag()
        while not (len(log.steps) and log.steps[-1] > least):
            assert time.monotonic() < deadline, store.status(run)
            between.wait(0.01)
            log.read(store.events(run, after=log.number), partial(store.arrays, run))
        return store.status(run)

    steps_beyond(0)
    store.pause(run, "ann")
    between = Flag()
    while (state := store.status(run).state) is not State.PAUSED:
        assert state is State.RUNNING
        between.wait(0.01)
    log.read(store.events(run, after=log.number), partial(store.arrays, run))
    paused = int(log.steps[-1])
    assert 0 < paused < 600
    assert log.fell_back_to is None
    store.go_on(run, "ann")
    steps_beyond(paused)
    with closing(sqlite3.connect(store.folder.database)) as database:
        ((worker,),) = database.execute("SELECT process FROM worker").fetchall()
    os.kill(worker, signal.SIGKILL)
    assert ended(store, run).state is State.DONE
    log.read(store.events(run, after=log.number), partial(store.arrays, run))
    assert log.fell_back_to == paused
    here = list(fit(long, rows_at_once=log.rows_at_once))
    assert log.final is not None
    assert isinstance(here[-1], Finished)
    assert differing(log.final, here[-1], frozenset({"seconds"})) == []
    losses = [event.losses for event in here if isinstance(event, Stepped)]
    assert np.array_equal(log.losses, np.concatenate(losses))
    assert log.steps.tolist() == list(range(1, 601))
    weights = unpack(store.artifact(run, "weights"))
    assert np.array_equal(weights["weights"], here[-1].weights)
    assert store.folder.checkpoints(run) == []


def test_a_training_begins_anew_where_its_checkpoint_does_not_fit(tmp_path: Path) -> None:
    store = JobStore(StoreFolder(tmp_path))
    ledger = Ledger(Database(store.folder))
    submitted = store.submit("fit", spec_of(EXPERIMENT), "ann").run
    claim = ledger.claim("me")
    assert claim is not None
    report = LedgerReporter(ledger, claim, "cpu")
    report.event("of another program", {})
    report.checkpoint({"step": 1}, {"points": np.zeros(3)})
    report.event("of another program", {})
    settle(ledger.database, token="me", failure=Failure.INTERRUPTED, lost=False)
    claim = ledger.claim("me")
    assert claim is not None
    resumed = LedgerReporter(ledger, claim, "cpu")
    assert resumed.resume is not None
    result = job_run(claim.spec, resumed, lambda: False)
    assert result is not None and result["step"] == 20
    log = TrainingLog()
    log.read(store.events(submitted))
    assert log.fell_back_to == 0
    assert log.steps.tolist() == list(range(1, 21))
    store.close()
    ledger.database.close()


def test_a_full_disk_ends_a_training_only_where_nothing_could_be_gone_on_from() -> None:
    class Full:
        goes_on = False

        def checkpoint(self, state: object, arrays: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    full, kept = Full(), Checkpoint({}, {})
    RunKeeper(full).keep(kept)  # type: ignore[arg-type]
    full.goes_on = True
    RunKeeper(full, has_one=True).keep(kept)  # type: ignore[arg-type]
    with pytest.raises(OSError, match="No space"):
        RunKeeper(full).keep(kept)  # type: ignore[arg-type]


def test_checkpoints_come_now_and_then_and_take_a_small_share_of_the_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [100.0]
    monkeypatch.setattr(keeping.time, "monotonic", lambda: now[0])

    class Slow:
        goes_on = True

        def checkpoint(self, state: object, arrays: object) -> None:
            now[0] += 2.0

    keeper = RunKeeper(Slow())  # type: ignore[arg-type]
    assert (keeper.due(stopped=False), keeper.due(stopped=True)) == (False, True)
    now[0] += keeping.LEAST_SECONDS
    assert keeper.due(stopped=False)
    keeper.keep(Checkpoint({}, {}))
    now[0] += 2.0 / keeping.SHARE - 0.1
    assert not keeper.due(stopped=False)
    now[0] += 0.2
    assert keeper.due(stopped=False)


def test_a_training_in_which_every_row_diverges_has_failed_in_words(store: JobStore) -> None:
    run = ended(store, store.submit("fit", spec_of(EXPERIMENT.changed(entries=(WILD,))), "ann").run)
    assert (run.state, run.failure) == (State.FAILED, Failure.DIVERGED)
    assert [event.kind for event in store.events(run.id)][-1] == "finished"


def test_a_training_is_cancelled_between_two_steps(store: JobStore) -> None:
    long = EXPERIMENT.changed(epochs=500, seeds=tuple(range(8)))
    run = store.submit("fit", spec_of(long), "ann").run
    deadline = time.monotonic() + 60.0
    between = Flag()
    while "stepped" not in {event.kind for event in store.events(run)}:
        assert time.monotonic() < deadline
        between.wait(0.02)
    store.cancel(run, "ann")
    assert ended(store, run).state is State.CANCELLED
    # It ended by itself: the worker was not killed, and is there for the next.
    assert [event.kind for event in store.events(run)][-1] == "finished"


@pytest.mark.parametrize(
    "changes",
    [{"dataset": {"key": "/etc/passwd", "settings": {}}}, {"epochs": 10**9}, {"seeds": []}, {}],
)
def test_what_is_no_experiment_is_refused_before_it_is_queued(
    store: JobStore, changes: dict[str, Any]
) -> None:
    spec = {**spec_of(EXPERIMENT), **changes} if changes else {"nothing": 1}
    with pytest.raises(JobRefusedError, match="cannot be used"):
        store.submit("fit", spec, "ann")


def test_a_data_set_that_is_not_there_is_told(store: JobStore) -> None:
    experiment = Experiment(
        dataset="cifar10", network="mlp", entries=(network_entry("adam"),), epochs=1
    )
    run = ended(store, store.submit("fit", spec_of(experiment), "ann").run)
    assert run.failure is Failure.REFUSED
    assert run.phrase is not None
    assert "{" not in run.phrase.told()
