"""What a page is promised of runs, held by the worker on this machine and by a Dask cluster alike.

The cluster has two workers, whose processes tests may kill.
"""

import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from jobs_bench import Bench

from optim_core.jobs import Failure, JobStore, Limits, Run, State
from optim_core.jobs.runs import REWOUND
from optim_core.jobs.tensor_files import pack, unpack

HERE = Path(__file__).parent


def start_cluster() -> tuple["subprocess.Popen[str]", str]:
    """A cluster of two workers, and the address of its scheduler."""
    cluster = subprocess.Popen(
        [sys.executable, str(HERE / "jobs_cluster.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        # Its workers, too, must find what the tests are made of.
        env={**os.environ, "PYTHONPATH": str(HERE)},
    )
    assert cluster.stdout is not None
    return cluster, cluster.stdout.readline().strip()


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """The address of the cluster of these tests."""
    cluster, address = start_cluster()
    yield address
    cluster.communicate()


class FreshBench(Bench):
    """A store on which no two requests are the same, and gates that nobody has opened."""

    _number = itertools.count()

    def submit(self, kind: str, visitor: str = "ann", **spec: object) -> str:
        return super().submit(kind, visitor, **spec, number=next(self._number))

    def gate(self) -> str:
        return str(self.folder.path / f"gate{next(self._number)}")


@pytest.fixture(scope="module", params=["local", "dask"])
def bench(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FreshBench]:
    """A store and its supervisor, the same for all tests of one place."""
    address = request.getfixturevalue("scheduler") if request.param == "dask" else ""
    folder = tmp_path_factory.mktemp(request.param)
    bench = FreshBench(folder, address, Limits(at_once=1000.0))
    bench.supervise()
    yield bench
    for supervisor in bench.supervisors:
        supervisor.stop()
    bench.store.close()


def gone(process: int) -> bool:
    """Whether a process of the same user has ended, and was buried."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False


def told(run: Run) -> str:
    """Why a run failed, in English."""
    assert run.phrase is not None
    return run.phrase.told()


def test_a_run_tells_of_itself_and_ends_with_its_result(bench: FreshBench) -> None:
    run = bench.submit("count", to=5)
    ended = bench.ended(run)
    assert (ended.state, ended.failure, ended.progress) == (State.DONE, None, 1.0)
    assert bench.store.result(run)["counted"] == 5
    assert bench.store.result(run)["by"] != os.getpid()
    events = bench.store.events(run)
    assert [(event.number, event.body["number"]) for event in events] == [
        (number, number) for number in range(1, 6)
    ]
    # To the bit, wherever it was computed.
    assert [event.arrays["root"].tobytes() for event in events] == [
        np.sqrt([float(number)]).tobytes() for number in range(1, 6)
    ]
    weights = bench.store.artifact(run, "weights")
    assert unpack(weights)["all"].tolist() == [0, 1, 2, 3, 4]
    assert weights == pack({"all": np.arange(5, dtype=np.float32)})


def test_large_things_arrive_whole(bench: FreshBench) -> None:
    # Larger than one message to or from a cluster may be; begun from a checkpoint of that size.
    gate = bench.gate()
    run = bench.submit("heavy", numbers=1_200_000, gate=gate)
    bench.eventually(lambda: any(event.kind == "waits" for event in bench.store.events(run)))
    bench.store.pause(run, "ann")
    bench.until(run, State.PAUSED)
    Path(gate).touch()
    bench.store.go_on(run, "ann")
    assert bench.ended(run).state is State.DONE
    expected = np.arange(1_200_000, dtype=np.float64)
    numbers = [event.number for event in bench.store.events(run) if event.kind == "large"]
    assert bench.store.arrays(run, numbers[0])["all"].tobytes() == expected.tobytes()
    assert bench.store.artifact(run, "weights") == pack({"all": 2 * expected})


def test_a_run_reads_another_one(bench: FreshBench) -> None:
    source = bench.submit("count", to=250)
    bench.ended(source)
    run = bench.submit("sum", of=source)
    assert bench.ended(run).state is State.DONE
    roots = float(sum(np.sqrt(float(number)) for number in range(1, 251)))
    assert bench.store.result(run) == {"roots": roots, "weights": 31125.0, "to": 250}
    lost = bench.ended(bench.submit("sum", of="0" * 32))
    assert (lost.state, lost.failure) == (State.FAILED, Failure.NO_SOURCE)


@pytest.mark.parametrize(
    ("how", "failure"),
    [
        ("diverged", Failure.DIVERGED),
        ("bug", Failure.ERROR),
        ("no result", Failure.ERROR),
        ("no json", Failure.ERROR),
    ],
)
def test_what_goes_wrong_is_told_in_words(bench: FreshBench, how: str, failure: Failure) -> None:
    run = bench.ended(bench.submit("spoil", how=how))
    assert (run.state, run.failure) == (State.FAILED, failure)
    assert "{" not in told(run)
    assert "secret" not in told(run)
    assert bench.ended(bench.submit("count", to=1)).state is State.DONE


def test_a_worker_out_of_memory_is_not_used_again(bench: FreshBench) -> None:
    run = bench.ended(bench.submit("spoil", how="cuda memory"))
    assert (run.state, run.failure) == (State.FAILED, Failure.OUT_OF_MEMORY)
    assert bench.ended(bench.submit("count", to=1)).state is State.DONE


def test_a_running_run_is_cancelled_and_the_next_begins(bench: FreshBench) -> None:
    run = bench.submit("wait")
    bench.began(run)
    bench.store.cancel(run, "ann")
    assert bench.ended(run).state is State.CANCELLED
    assert bench.ended(bench.submit("count", to=1)).state is State.DONE


def test_a_run_that_does_not_listen_is_cancelled_with_its_process(bench: FreshBench) -> None:
    run = bench.submit("deaf")
    process = bench.began(run)
    bench.store.cancel(run, "ann")
    assert bench.ended(run).state is State.CANCELLED
    bench.eventually(lambda: gone(process), "its process went on")
    assert bench.ended(bench.submit("count", to=1)).state is State.DONE


def test_the_time_limit_ends_a_run(bench: FreshBench) -> None:
    run = bench.ended(bench.submit("brief"))
    assert (run.state, run.failure) == (State.FAILED, Failure.TIME_LIMIT)
    assert "1 min" in told(run)


def test_pausing_frees_the_place_and_going_on_loses_no_step(bench: FreshBench) -> None:
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


def test_a_killed_worker_fails_its_run_alone_and_the_next_begins(bench: FreshBench) -> None:
    gates = [bench.gate() for _ in range(2)]
    victim, other = (bench.submit("wait", gate=gate) for gate in gates)
    process = bench.began(victim)
    if bench.scheduler:
        # Both workers of the cluster are at work when one of them dies.
        assert bench.began(other) != process
    os.kill(process, signal.SIGKILL)
    ended = bench.ended(victim)
    assert (ended.state, ended.failure) == (State.FAILED, Failure.CRASHED)
    assert told(ended).startswith("The process that trained it was ended from outside or crashed (")
    Path(gates[1]).touch()
    assert bench.ended(other).state is State.DONE
    assert bench.ended(bench.submit("count", to=1)).state is State.DONE


def test_a_run_with_checkpoints_goes_on_after_its_worker_was_killed(bench: FreshBench) -> None:
    spared = bench.gate()
    run = bench.submit("chapters", steps=8, die_at=5, spared=spared)
    bench.eventually(lambda: any(event.kind == REWOUND for event in bench.store.events(run)))
    Path(spared).touch()
    assert bench.ended(run).state is State.DONE
    assert bench.steps(run) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert bench.store.result(run) == {"total": 36.0}
    numbers = [event.number for event in bench.store.events(run)]
    assert numbers == sorted(set(numbers))


def test_a_run_that_costs_two_workers_their_life_has_failed(bench: FreshBench) -> None:
    run = bench.ended(bench.submit("chapters", steps=8, die_at=3))
    assert (run.state, run.failure) == (State.FAILED, Failure.CRASHED)


def test_visitors_take_turns(bench: FreshBench) -> None:
    bench.ended(bench.submit("count", "ann", to=1))
    gate = bench.gate()
    first = [bench.submit("wait", visitor, gate=gate) for visitor in ("eva", "dan")]
    for run in first if bench.scheduler else first[:1]:
        bench.began(run)
    runs = [bench.submit("count", "ann", to=number) for number in (1, 2)]
    runs.append(bench.submit("count", "fay", to=4))
    places = [bench.store.place_in_queue(run) for run in runs]
    assert places[2] < places[0] < places[1]
    Path(gate).touch()
    for run in [*first, *runs]:
        assert bench.ended(run).state is State.DONE


def test_a_server_that_starts_again_has_what_was_done_and_goes_on(bench: FreshBench) -> None:
    done = bench.submit("count", to=3)
    bench.ended(done)
    gate = bench.gate()
    chapters = bench.submit("chapters", steps=9, wait_at=5, gate=gate)
    waits = bench.submit("wait")
    bench.eventually(lambda: bench.steps(chapters) == [1, 2, 3, 4, 5])
    bench.supervisors[-1].stop()
    assert bench.store.status(chapters).state is State.QUEUED
    Path(gate).touch()
    bench.supervise()
    assert bench.ended(chapters).state is State.DONE
    assert bench.steps(chapters) == list(range(1, 10))
    assert bench.losses(chapters) == 0
    bench.store.cancel(waits, "ann")
    assert bench.ended(waits).state in (State.CANCELLED, State.FAILED)
    other = JobStore(bench.folder)
    assert other.status(done).state is State.DONE
    assert other.result(done)["counted"] == 3
    other.close()


def test_a_scheduler_that_dies_interrupts_what_cannot_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", "1s")
    cluster, address = start_cluster()
    bench = FreshBench(tmp_path, address)
    supervisor = bench.supervise()
    chapters = bench.submit("chapters", steps=6, wait_at=5, gate=bench.gate())
    bench.eventually(lambda: bench.steps(chapters) == [1, 2, 3, 4, 5])
    waits = bench.submit("wait", "bob")
    bench.began(waits)
    cluster.kill()
    cluster.communicate()
    ended = bench.ended(waits)
    assert (ended.state, ended.failure) == (State.FAILED, Failure.INTERRUPTED)
    assert bench.until(chapters, State.QUEUED).failure is None
    assert bench.steps(chapters) == [1, 2, 3, 4]
    assert bench.losses(chapters) == 0
    supervisor.stop()
    bench.store.close()
