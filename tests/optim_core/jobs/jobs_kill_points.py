"""Kills workers and servers at random moments and looks for what is lost, stuck or doubled.

The tests do this a few times. For many: ``python tests/optim_core/jobs/jobs_kill_points.py 200``.
"""

import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from threading import Event

SERVER = Path(__file__).with_name("jobs_server.py")
STEPS = 12
PACE = 0.02
"""Seconds of a step: a run takes about a quarter of a second."""
PATIENCE_SECONDS = 60.0


def start_server(folder: Path) -> "subprocess.Popen[str]":
    """A server process on ``folder``."""
    return subprocess.Popen(
        [sys.executable, str(SERVER), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def until_it_leads(server: "subprocess.Popen[str]") -> None:
    """Wait until a server supervises."""
    assert server.stdout is not None
    assert server.stdout.readline() == "leads\n"


def kill(server: "subprocess.Popen[str]") -> None:
    """End a server as a power cut would, and close its pipes."""
    server.kill()
    server.communicate()


def kill_at_random(folder: Path, kills: int, choices: random.Random) -> list[str]:
    """Kill a worker or a server, time after time; what is wrong afterwards."""
    import jobs_kinds

    from optim_core.jobs.database import Database
    from optim_core.jobs.folder import StoreFolder
    from optim_core.jobs.store import JobStore, Limits

    store = JobStore(StoreFolder(folder), jobs_kinds.KINDS, limits=Limits(queue=3 * kills))
    database = Database(store.folder)
    server = start_server(folder)
    wrong: list[str] = []
    runs: list[str] = []
    pause = Event()
    for number in range(kills):
        # One that goes on after a kill and one that does not, of two visitors.
        spec = {"steps": STEPS, "number": number, "pace": PACE}
        runs.append(store.submit("chapters", spec, f"ann{number}").run)
        runs.append(store.submit("count", {"to": 40 + number}, f"bob{number}").run)
        pause.wait(choices.uniform(0.0, 0.6))
        workers = [row["process"] for row in database.read("SELECT process FROM worker")]
        if choices.random() < 0.5 and workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(workers[0], signal.SIGKILL)
        else:
            kill(server)
            server = start_server(folder)
    deadline = time.monotonic() + PATIENCE_SECONDS + kills
    while active := [run for run in runs if not store.status(run).state.ended]:
        if time.monotonic() > deadline:
            wrong += [f"stuck: {store.status(run)}" for run in active]
            break
        pause.wait(0.02)
    server.communicate()
    for run in runs:
        wrong += wrong_with(store, run)
    database.close()
    store.close()
    return wrong


def wrong_with(store: object, run: str) -> list[str]:
    """What is wrong with a run that has ended."""
    from optim_core.jobs import JobStore
    from optim_core.jobs.words import Failure, State

    assert isinstance(store, JobStore)
    status = store.status(run)
    excused = (Failure.CRASHED, Failure.INTERRUPTED)
    wrong = []
    if status.state is State.FAILED and status.failure not in excused:
        wrong.append(f"failed without cause: {status}")
    if status.state is State.CANCELLED:
        wrong.append(f"cancelled by nobody: {status}")
    if status.state is State.DONE:
        events = [event for event in store.events(run) if event.kind != "rewound"]
        expected = STEPS if status.kind == "chapters" else status.spec["to"]
        told = [event.body.get("step", event.body.get("number")) for event in events]
        if told != list(range(1, expected + 1)):
            wrong.append(f"events lost or doubled: {told}")
        total = store.result(run).get("total", 0.0)
        if status.kind == "chapters" and total != STEPS * (STEPS + 1) / 2:
            wrong.append(f"a wrong result: {total}")
    return wrong


if __name__ == "__main__":
    import jobs_without_torch

    jobs_without_torch.stand_in()
    seed = random.randrange(2**32)
    with tempfile.TemporaryDirectory() as temporary:
        found = kill_at_random(Path(temporary), int(sys.argv[1]), random.Random(seed))
    sys.stdout.write("\n".join([f"seed {seed}:", *(found or ["nothing wrong"]), ""]))
    sys.exit(bool(found))
