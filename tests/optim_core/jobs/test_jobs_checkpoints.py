"""Checkpoints of runs: one at a time, none too many, and none for runs that have ended."""

import errno
import os
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from jobs_bench import Bench

from optim_core.jobs import Denial, Failure, JobRefusedError, State
from optim_core.jobs.ledger import Claim, Ledger
from optim_core.jobs.ledger_reporting import LedgerReporter
from optim_core.jobs.minding import Minded, StopReason
from optim_core.jobs.retention import DAY, Retention, sweep


def take(ledger: Ledger) -> tuple[Claim, LedgerReporter]:
    """The run whose turn it is, and its first step and checkpoint."""
    claim = ledger.claim("me")
    assert claim is not None
    reporter = LedgerReporter(ledger, claim, "cpu")
    reporter.event("step", {"step": 1})
    reporter.checkpoint({"step": 1}, {"total": np.zeros(100)})
    return claim, reporter


def files(bench: Bench, run: str) -> list[Path]:
    return bench.folder.checkpoints(run)


def paused(bench: Bench, ledger: Ledger, number: int) -> str:
    run = bench.submit("chapters", "ann", steps=number)
    claim, _ = take(ledger)
    bench.store.pause(run, "ann")
    assert ledger.finish(claim, State.PAUSED, progress=0.5, seconds=1.0) is State.PAUSED
    return run


def test_a_run_that_stops_to_be_paused_may_be_wanted_again_or_not_at_all(
    bench: Bench, ledger: Ledger
) -> None:
    run = bench.submit("chapters", "ann", steps=1)
    claim, reporter = take(ledger)
    reporter.event("step", {"step": 2})
    bench.store.pause(run, "ann")
    bench.store.go_on(run, "ann")
    assert ledger.finish(claim, State.PAUSED, progress=0.5, seconds=1.0) is State.QUEUED
    assert bench.steps(run) == [1]
    again = ledger.claim("me")
    assert again is not None
    assert LedgerReporter(ledger, again, "cpu").resume is not None
    bench.store.pause(run, "ann")
    bench.store.cancel(run, "ann")
    assert ledger.finish(again, State.PAUSED, progress=0.5, seconds=1.0) is State.CANCELLED


def test_the_job_knows_whether_its_run_goes_on_one_day(bench: Bench, ledger: Ledger) -> None:
    bench.submit("chapters", "ann", steps=1)
    claim, reporter = take(ledger)
    goes_on = set()
    for reason in StopReason:
        minded = Minded(claim, reporter, 0.0, threading.Event())
        minded.tell_to_stop(reason)
        if reporter.goes_on:
            goes_on.add(reason)
    assert goes_on == {StopReason.PAUSE, StopReason.LEAVING}


def test_going_on_needs_a_place_as_any_other_run(bench: Bench, ledger: Ledger) -> None:
    run = paused(bench, ledger, 1)
    others = [bench.submit("chapters", "ann", steps=number) for number in range(2, 6)]
    with pytest.raises(JobRefusedError) as caught:
        bench.store.go_on(run, "ann")
    assert caught.value.denial is Denial.TOO_MANY
    bench.store.cancel(others[0], "ann")
    bench.store.go_on(run, "ann")
    assert bench.store.place_in_queue(run) == 1


def test_only_the_last_checkpoint_is_kept_and_none_of_a_run_that_has_ended(
    bench: Bench, ledger: Ledger
) -> None:
    run = bench.submit("chapters", "ann", steps=1)
    claim, reporter = take(ledger)
    (first,) = files(bench, run)
    reporter.checkpoint({"step": 1}, {"total": np.ones(100)})
    (second,) = files(bench, run)
    assert first != second
    # What a worker leaves that is killed while it writes.
    torn = second.with_name(f".{second.name}.0123abcd")
    torn.touch()
    first.touch()
    sweep(ledger.database, Retention())
    assert len(files(bench, run)) == 3, "it is being worked on"
    bench.store.pause(run, "ann")
    ledger.finish(claim, State.PAUSED, progress=0.5, seconds=1.0)
    sweep(ledger.database, Retention())
    assert files(bench, run) == [second]
    bench.store.cancel(run, "ann")
    sweep(ledger.database, Retention())
    assert files(bench, run) == []


def test_the_worker_removes_what_a_run_leaves_that_is_done(bench: Bench) -> None:
    run = bench.submit("chapters", steps=4)
    bench.supervise()
    assert bench.ended(run).state is State.DONE
    bench.eventually(lambda: files(bench, run) == [])


def test_paused_runs_are_given_up_when_they_are_old_or_hold_too_much(
    bench: Bench, ledger: Ledger
) -> None:
    runs = [paused(bench, ledger, number) for number in range(4)]
    for place, run in enumerate(runs):
        (file,) = files(bench, run)
        when = time.time() - (90 * DAY if place == 0 else 100 - place)
        os.utime(file, (when, when))
    sweep(ledger.database, Retention())
    states = [bench.store.status(run).state for run in runs]
    assert states == [State.FAILED, State.PAUSED, State.PAUSED, State.PAUSED]
    gone = bench.store.status(runs[0])
    assert gone.failure is Failure.GIVEN_UP
    assert files(bench, runs[0]) == []
    (file,) = files(bench, runs[1])
    sweep(ledger.database, Retention(paused_bytes=2 * file.stat().st_size))
    states = [bench.store.status(run).state for run in runs[1:]]
    assert states == [State.FAILED, State.PAUSED, State.PAUSED]
    sweep(ledger.database, Retention(paused_bytes=0))
    assert bench.store.status(runs[3]).state is State.PAUSED
    assert bench.store.status(runs[2]).state is State.FAILED


def test_a_checkpoint_that_would_fill_the_disk_is_not_written(
    bench: Bench, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = bench.submit("chapters", "ann", steps=1)
    _, reporter = take(ledger)
    before = files(bench, run)
    monkeypatch.setattr(type(bench.folder), "free_bytes", lambda folder: (32 << 20) + 1000)
    with pytest.raises(OSError) as caught:
        reporter.checkpoint({"step": 2}, {"total": np.zeros(10_000)})
    assert caught.value.errno == errno.ENOSPC
    assert files(bench, run) == before


def test_a_checkpoint_of_no_use_is_forgotten_with_what_was_told(
    bench: Bench, ledger: Ledger
) -> None:
    run = bench.submit("chapters", "ann", steps=1)
    _, reporter = take(ledger)
    reporter.begin_anew()
    assert bench.steps(run) == []
    reporter.event("step", {"step": 1})
    assert bench.steps(run) == [1]
    assert [event.number for event in bench.store.events(run)] == [2, 3]
