"""Real worker processes: runs that end well, fail in words, are cancelled, paused or killed."""

import os
import signal
import threading
from pathlib import Path

import numpy as np
import pytest
from jobs_bench import Bench

from optim_core.jobs import Failure, Run, State
from optim_core.jobs.runs import REWOUND
from optim_core.jobs.tensor_files import unpack
from optim_core.jobs.worker_process import Patience


def told(run: Run) -> str:
    """Why a run failed, in English."""
    assert run.phrase is not None
    return run.phrase.told()


def test_a_run_goes_from_the_queue_to_its_result(bench: Bench) -> None:
    run = bench.submit("count", to=5)
    assert bench.store.place_in_queue(run) == 1
    bench.supervise()
    ended = bench.ended(run)
    assert (ended.state, ended.failure, ended.progress) == (State.DONE, None, 1.0)
    result = bench.store.result(run)
    assert result["counted"] == 5
    assert result["by"] != os.getpid()
    events = bench.store.events(run, after=2)
    assert [event.number for event in events] == [3, 4, 5]
    assert events[1].arrays["root"].tolist() == [2.0]
    weights = unpack(bench.store.artifact(run, "weights"))["all"]
    assert weights.dtype == np.float32
    assert weights.tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("how", "failure"),
    [
        ("memory", Failure.OUT_OF_MEMORY),
        ("cuda memory", Failure.OUT_OF_MEMORY),
        ("cpu memory", Failure.OUT_OF_MEMORY),
        ("device", Failure.DEVICE),
        ("diverged", Failure.DIVERGED),
        ("full", Failure.DISK_FULL),
        ("quota", Failure.DISK_FULL),
        ("bug", Failure.ERROR),
        ("no result", Failure.ERROR),
        ("no json", Failure.ERROR),
        ("exit", Failure.ERROR),
        ("unheard of", Failure.ERROR),
        ("vanish", Failure.CRASHED),
    ],
)
def test_what_goes_wrong_is_told_in_words(
    failures: dict[str, Run], how: str, failure: Failure
) -> None:
    run = failures[how]
    assert (run.state, run.failure) == (State.FAILED, failure)
    assert "{" not in told(run)
    assert "secret" not in told(run)
    if how == "vanish":
        assert "exit code 3" in told(run)


@pytest.fixture(scope="module")
def failures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    """One run of each way to fail, and an innocent one after each: all by the same server."""
    bench = Bench(tmp_path_factory.mktemp("failures"))
    supervisor = bench.supervise(patience=Patience(back_off=0.01))
    hows = "memory|cuda memory|cpu memory|device|diverged|full|quota|bug|no result|no json|exit"
    ended = {}
    try:
        for number, how in enumerate([*hows.split("|"), "unheard of", "vanish"]):
            failing = bench.submit("spoil", how=how)
            innocent = bench.submit("count", to=number)
            ended[how] = bench.ended(failing)
            assert bench.ended(innocent).state is State.DONE
    finally:
        supervisor.stop()
        bench.store.close()
    return ended


def test_a_running_run_is_cancelled_and_the_next_begins(bench: Bench) -> None:
    bench.supervise()
    run = bench.submit("wait")
    worker = bench.began(run)
    next_run = bench.submit("count", to=1)
    bench.store.cancel(run, "ann")
    assert bench.ended(run).state is State.CANCELLED
    assert bench.ended(next_run).state is State.DONE
    assert bench.store.result(next_run)["by"] == worker


def test_a_run_that_does_not_listen_is_cancelled_with_its_worker(bench: Bench) -> None:
    bench.supervise()
    run = bench.submit("deaf")
    worker = bench.began(run)
    next_run = bench.submit("count", to=1)
    bench.store.cancel(run, "ann")
    assert bench.ended(run).state is State.CANCELLED
    assert bench.ended(next_run).state is State.DONE
    assert bench.store.result(next_run)["by"] != worker


@pytest.mark.parametrize("kind", ["brief", "deaf_brief"])
def test_the_time_limit_ends_a_run(bench: Bench, kind: str) -> None:
    bench.supervise(patience=Patience(over_time=0.3))
    run = bench.ended(bench.submit(kind))
    assert (run.state, run.failure) == (State.FAILED, Failure.TIME_LIMIT)
    assert "1 min" in told(run)


def test_a_killed_worker_fails_its_run_and_the_next_begins(bench: Bench) -> None:
    bench.supervise()
    run = bench.submit("wait")
    os.kill(bench.began(run), signal.SIGKILL)
    next_run = bench.submit("count", to=1)
    ended = bench.ended(run)
    assert (ended.state, ended.failure) == (State.FAILED, Failure.CRASHED)
    assert "SIGKILL" in told(ended)
    assert bench.ended(next_run).state is State.DONE


def test_a_worker_that_falls_silent_is_ended(bench: Bench) -> None:
    bench.supervise(patience=Patience(silent=1.5))
    run = bench.submit("wait")
    os.kill(bench.began(run), signal.SIGSTOP)
    ended = bench.ended(run)
    assert (ended.state, ended.failure) == (State.FAILED, Failure.STUCK)


def test_a_run_with_checkpoints_goes_on_after_its_worker_was_killed(bench: Bench) -> None:
    spared = bench.gate()
    run = bench.submit("chapters", steps=8, die_at=5, spared=spared)
    bench.supervise(patience=Patience(back_off=60.0))
    bench.eventually(lambda: any(event.kind == REWOUND for event in bench.store.events(run)))
    assert bench.store.status(run).state is State.QUEUED
    assert bench.steps(run) == [1, 2, 3, 4]
    Path(spared).touch()
    bench.supervisors[0].stop()
    bench.supervise()
    assert bench.ended(run).state is State.DONE
    assert bench.steps(run) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert bench.store.result(run) == {"total": 36.0}
    numbers = [event.number for event in bench.store.events(run)]
    assert numbers == sorted(set(numbers))


def test_a_run_that_kills_its_worker_twice_has_failed(bench: Bench) -> None:
    bench.supervise(patience=Patience(back_off=0.01))
    run = bench.submit("chapters", steps=8, die_at=3)
    ended = bench.ended(run)
    assert (ended.state, ended.failure) == (State.FAILED, Failure.CRASHED)
    assert sum(event.kind == REWOUND for event in bench.store.events(run)) == 1


def test_pausing_frees_the_worker_and_going_on_loses_no_step(bench: Bench) -> None:
    bench.supervise()
    run = bench.submit("chapters", steps=6, wait_at=3, gate=bench.gate())
    bench.eventually(lambda: bench.steps(run) == [1, 2, 3])
    bench.store.pause(run, "ann")
    assert bench.until(run, State.PAUSED).progress == pytest.approx(0.5)
    assert bench.ended(bench.submit("count", to=1)).state is State.DONE
    assert bench.store.status(run).state is State.PAUSED
    bench.store.go_on(run, "ann")
    assert bench.ended(run).state is State.DONE
    assert bench.steps(run) == [1, 2, 3, 4, 5, 6]
    assert bench.store.result(run) == {"total": 21.0}


def test_visitors_take_turns(bench: Bench) -> None:
    gate = bench.gate()
    bench.supervise()
    first = bench.submit("wait", "ann", gate=gate)
    bench.began(first)
    runs = [bench.submit("count", "ann", to=number) for number in (1, 2, 3)]
    runs.append(bench.submit("count", "bob", to=4))
    runs.append(bench.submit("count", "cyd", to=5))
    runs.append(bench.submit("count", "bob", to=6))
    places = [bench.store.place_in_queue(run) for run in runs]
    assert places == [3, 5, 6, 1, 2, 4]
    assert bench.store.place_in_queue(first) == 0
    Path(gate).touch()
    ended = [bench.ended(run).ended_at for run in runs]
    assert [sorted(ended).index(at) + 1 for at in ended] == places


def test_the_same_request_of_two_visitors_is_one_run(bench: Bench) -> None:
    bench.supervise()
    run = bench.submit("wait", "ann")
    worker = bench.began(run)
    joined = bench.store.submit("wait", {}, "bob")
    assert (joined.run, joined.joined) == (run, True)
    bench.store.cancel(run, "ann")
    kept = bench.store.status(run, "bob")
    assert (kept.state, kept.stopping, kept.wanted, kept.wanting) == (State.RUNNING, "", True, 1)
    assert not bench.store.status(run, "ann").wanted
    bench.store.cancel(run, "bob")
    assert bench.ended(run).state is State.CANCELLED
    again = bench.store.submit("wait", {}, "bob")
    assert not again.joined
    assert bench.began(again.run) == worker


def test_a_crash_does_not_count_against_a_run_that_only_followed(bench: Bench) -> None:
    # Eight visitors watch from threads of their own while workers die under their runs.
    bench.supervise(patience=Patience(back_off=0.01))
    ended: dict[str, State] = {}

    def visit(number: int) -> None:
        visitor = f"visitor{number}"
        spec = {"how": "vanish", "of": visitor} if number % 4 == 0 else {"to": number}
        run = bench.submit("spoil" if number % 4 == 0 else "count", visitor, **spec)
        ended[visitor] = bench.ended(run).state

    threads = [threading.Thread(target=visit, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    failed = {visitor for visitor, state in ended.items() if state is State.FAILED}
    assert failed == {"visitor0", "visitor4"}
    assert len(ended) == 8
