"""Servers that stop, are killed, race or find damage: nothing is lost, stuck or doubled."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from jobs_bench import WORKER, Bench
from jobs_kill_points import SERVER, kill, kill_at_random, start_server, until_it_leads

from optim_core.jobs import Denial, Failure, JobRefusedError, JobStore, State
from optim_core.jobs.database import BUSY_SECONDS, Database
from optim_core.jobs.supervisor import Supervisor
from optim_core.jobs.worker_process import Patience


def gone(process: int) -> bool:
    """Whether a process that is no child of ours has ended (or waits to be buried)."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_a_stopped_server_loses_nothing(bench: Bench) -> None:
    first = bench.supervise()
    done = bench.submit("count", to=3)
    bench.ended(done)
    chapters = bench.submit("chapters", steps=9, wait_at=5, gate=bench.gate())
    waiting = bench.submit("count", to=4)
    bench.eventually(lambda: bench.steps(chapters) == [1, 2, 3, 4, 5])
    first.stop()
    assert bench.store.status(chapters).state is State.QUEUED
    assert bench.store.place_in_queue(chapters) == 1
    assert bench.store.place_in_queue(waiting) == 2
    Path(bench.gate()).touch()
    bench.supervise()
    assert bench.ended(chapters).state is State.DONE
    assert bench.steps(chapters) == list(range(1, 10))
    assert bench.losses(chapters) == 0
    assert bench.ended(waiting).state is State.DONE
    assert bench.store.status(done).state is State.DONE
    assert bench.store.result(done)["counted"] == 3


def test_what_cannot_go_on_is_told_to_be_interrupted(bench: Bench) -> None:
    first = bench.supervise()
    run = bench.submit("wait")
    bench.began(run)
    first.stop()
    ended = bench.store.status(run)
    assert (ended.state, ended.failure) == (State.FAILED, Failure.INTERRUPTED)


def test_a_killed_server_leaves_no_orphan_and_the_next_goes_on(bench: Bench) -> None:
    server = start_server(bench.folder.path)
    run = bench.submit("deaf")
    worker = bench.began(run)
    kill(server)
    bench.eventually(lambda: gone(worker), "the worker outlived its server")
    follower = bench.submit("count", to=2)
    bench.supervise()
    assert bench.ended(run).failure is Failure.INTERRUPTED
    assert bench.ended(follower).state is State.DONE


def test_one_of_two_servers_supervises_and_the_other_takes_over(bench: Bench) -> None:
    leader = start_server(bench.folder.path)
    until_it_leads(leader)
    other = start_server(bench.folder.path)
    run = bench.submit("wait")
    bench.began(run)
    kill(leader)
    until_it_leads(other)
    assert bench.ended(run).failure is Failure.INTERRUPTED
    assert bench.ended(bench.submit("count", to=1)).state is State.DONE
    other.communicate()
    assert other.returncode == 0


def test_two_supervisors_in_a_race_run_everything_once(bench: Bench) -> None:
    for _ in range(2):
        bench.supervise()
    runs = [bench.submit("count", f"visitor{number}", to=number) for number in range(8)]
    for number, run in enumerate(runs):
        assert bench.ended(run).state is State.DONE
        assert [event.body["number"] for event in bench.store.events(run)] == list(
            range(1, number + 1)
        )
    assert sum(supervisor.leads for supervisor in bench.supervisors) == 1


def test_a_worker_that_is_not_killed_with_its_server_is_ended(bench: Bench) -> None:
    # Stopped, it neither sees the end of its server nor leaves: the next server must end it.
    server = start_server(bench.folder.path)
    run = bench.submit("wait")
    worker = bench.began(run)
    os.kill(worker, signal.SIGSTOP)
    kill(server)
    bench.supervise(patience=Patience(stop=0.5))
    assert bench.ended(run).failure is Failure.INTERRUPTED
    bench.eventually(lambda: gone(worker))
    assert bench.ended(bench.submit("count", to=1)).state is State.DONE


def test_kills_at_random_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    assert kill_at_random(tmp_path, kills=5, choices=random.Random(4)) == []


def test_a_worker_that_cannot_start_is_told(bench: Bench) -> None:
    run = bench.submit("count", to=1)
    bench.supervise(
        command=(sys.executable, "-c", "raise SystemExit(7)"), patience=Patience(back_off=0.01)
    )
    assert bench.ended(run).failure is Failure.NO_WORKER


def test_a_command_that_is_not_there_is_told(bench: Bench) -> None:
    run = bench.submit("count", to=1)
    bench.supervise(command=("/no/such/program",), patience=Patience(back_off=0.01))
    assert bench.ended(run).failure is Failure.NO_WORKER


def test_a_damaged_database_is_set_aside_and_a_new_one_begun(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = Bench(tmp_path)
    lost = before.submit("count", to=1)
    before.store.close()
    before.folder.database.write_bytes(b"not a database at all" * 400)
    after = Bench(tmp_path)
    supervisor = after.supervise()
    assert after.ended(after.submit("count", to=2)).state is State.DONE
    told = [record.getMessage() for record in caplog.records if record.name == "downhill.jobs"]
    assert ["runs.db is damaged" in sentence for sentence in told] == [True]
    assert list(tmp_path.glob("runs.db.damaged-1"))
    with pytest.raises(JobRefusedError, match="damaged and set aside") as caught:
        after.store.status(lost)
    assert (caught.value.denial, caught.value.is_of_no_run) == (Denial.SET_ASIDE, True)
    supervisor.stop()
    after.store.close()


def test_a_database_that_somebody_holds_for_long_ends_no_run(bench: Bench) -> None:
    bench.supervise(patience=Patience(silent=1.5))
    run = bench.submit("chapters", steps=9, wait_at=5, gate=bench.gate())
    bench.eventually(lambda: bench.steps(run) == [1, 2, 3, 4, 5])
    holder = Database(bench.folder)
    with holder.write():
        Path(bench.gate()).touch()
        time.sleep(1.5 * BUSY_SECONDS)
    holder.close()
    assert bench.ended(run).state is State.DONE
    assert bench.steps(run) == list(range(1, 10))
    assert bench.losses(run) == 0


def test_the_very_worker_of_the_app_starts_and_refuses_what_it_does_not_know(
    bench: Bench,
) -> None:
    # The kinds of this test are unknown to it: the run must end in words, by `python -m`.
    run = bench.submit("count", to=1)
    supervisor = Supervisor(bench.folder, slots=("cpu",))
    bench.supervisors.append(supervisor)
    supervisor.ensure()
    assert bench.ended(run).failure is Failure.UNKNOWN_KIND


def test_the_store_is_opened_once_and_ends_with_the_process(tmp_path: Path) -> None:
    script = """
import jobs_without_torch
jobs_without_torch.stand_in()
from optim_core.jobs import open_store
store = open_store()
assert open_store() is store
try:
    store.submit("nothing of the kind", {}, "ann")
except Exception as error:
    print(error)
print(store.folder.path)
"""
    folder = tmp_path / "a" / "b"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        env={**os.environ, "DOWNHILL_RUNS": str(folder), "PYTHONPATH": str(SERVER.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.splitlines(), done.stderr) == (
        ["There is no such kind of run.", str(folder.resolve())],
        "",
    )


def test_a_finished_run_is_read_by_another_process(bench: Bench) -> None:
    bench.supervise()
    run = bench.submit("count", to=2)
    bench.ended(run)
    other = JobStore(bench.folder)
    assert other.result(run)["counted"] == 2
    other.close()


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
def test_a_worker_heeds_the_signals_of_a_terminal(bench: Bench, signal_number: int) -> None:
    bench.supervise()
    run = bench.submit("chapters", steps=4, wait_at=3, gate=bench.gate())
    bench.eventually(lambda: bench.steps(run) == [1, 2, 3])
    worker = int(bench.worker_process())
    os.kill(worker, signal_number)
    if signal_number == signal.SIGTERM:
        bench.eventually(lambda: gone(worker))
    Path(bench.gate()).touch()
    assert bench.ended(run).state is State.DONE
    assert bench.steps(run) == [1, 2, 3, 4]
    assert bench.losses(run) == 0


@pytest.mark.parametrize("how", ["signal", "leash"])
def test_a_worker_that_is_told_to_leave_ends_in_order(bench: Bench, how: str) -> None:
    options = ["--folder", str(bench.folder.path), "--slot", "cpu", "--token", "t"]
    worker = subprocess.Popen([*WORKER, *options], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    bench.eventually(lambda: bench.look("SELECT count(*) FROM worker"))
    if how == "signal":
        worker.terminate()
        assert worker.wait() == 0
    # What is left of the pipes is closed, too; on a leash that is the end.
    _, errors = worker.communicate()
    assert (worker.returncode, errors) == (0, b"")
    assert bench.look("SELECT count(*) FROM worker") == 0
