"""How often runs may be begun, what a clock that jumps changes, and how many runs there are."""

import os
import subprocess
import sys
from pathlib import Path

import jobs_kinds
import pytest
from jobs_bench import Bench

from optim_core.jobs import Denial, JobRefusedError, JobStore, Limits, State, opening
from optim_core.jobs import store as stores
from optim_core.jobs.worker import LESS_URGENT
from optim_core.jobs.worker_process import Patience


def test_a_visitor_begins_so_many_runs_at_once_and_others_are_not_in_their_way(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(stores.time, "monotonic", lambda: now)
    limits = Limits(at_once=2.0, a_second=0.1)
    store = JobStore(bench.folder, jobs_kinds.KINDS, limits=limits)
    for number in (1, 2):
        run = store.submit("count", {"to": number}, "ann").run
        store.cancel(run, "ann")
    with pytest.raises(JobRefusedError, match="fits in 10 s") as caught:
        store.submit("count", {"to": 3}, "ann")
    assert caught.value.denial is Denial.TOO_FAST
    waiting = store.submit("count", {"to": 3}, "bob").run
    # Joining begins nothing.
    assert store.submit("count", {"to": 3}, "ann").run == waiting
    now += 10.0
    assert not store.submit("count", {"to": 4}, "ann").joined
    store.close()


def test_a_clock_that_jumps_changes_dates_and_nothing_else(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    dates = iter([2e9, 1e9, 3e9])
    monkeypatch.setattr(stores.time, "time", lambda: next(dates, 0.5e9))
    bench.supervise(patience=Patience(silent=5.0))
    held = bench.submit("wait", "ann", gate=bench.gate())
    bench.began(held)
    runs = [bench.submit("count", name, to=number) for number, name in enumerate(("bob", "cyd"), 1)]
    assert [bench.store.place_in_queue(run) for run in runs] == [1, 2]
    Path(bench.gate()).touch()
    for run in (held, *runs):
        assert bench.ended(run).state is State.DONE
    assert bench.losses(held) == 0


@pytest.mark.skipif(not hasattr(os, "nice"), reason="this system knows no niceness")
def test_a_worker_lets_the_server_go_first() -> None:
    script = "import os; from optim_core.jobs import worker as w; a = os.nice(0); w.give_way();"
    script += "print(os.nice(0) - a)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert 0 < int(done.stdout) <= LESS_URGENT


def test_runs_are_counted_by_their_state(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.store.cancel(bench.submit("count", to=1), "ann")
    bench.submit("count", to=2)
    counts = bench.store.counts()
    assert counts[State.CANCELLED] == counts[State.QUEUED] == 1
    assert sum(counts.values()) == 2
    monkeypatch.setattr(opening, "_OPENED", {})
    assert opening.runs_by_state() is None
    monkeypatch.setattr(opening, "_OPENED", {"": (bench.store, None)})
    told = opening.runs_by_state()
    assert told is not None
    assert (told["queued"], told["cancelled"], told["done"]) == (1, 1, 0)
