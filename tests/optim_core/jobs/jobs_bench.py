"""A store of runs with what a test needs around it."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

import jobs_kinds

from optim_core.jobs import JobStore, Limits, Run, State
from optim_core.jobs.cluster.setting import cluster_supervisor
from optim_core.jobs.database import Database
from optim_core.jobs.folder import StoreFolder
from optim_core.jobs.supervisor import Supervisor

WORKER = (sys.executable, str(Path(__file__).with_name("jobs_worker.py")))
COURIER = (sys.executable, str(Path(__file__).with_name("jobs_courier.py")))
PATIENCE_SECONDS = 20.0


class Bench:
    """A store with what a test needs around it."""

    def __init__(self, path: Path, scheduler: str = "", limits: Limits | None = None) -> None:
        self.scheduler = scheduler
        self.folder = StoreFolder(path)
        self.store = JobStore(self.folder, jobs_kinds.KINDS, limits=limits)
        self.supervisors: list[Supervisor] = []

    def supervise(self, **settings: object) -> Supervisor:
        """A supervisor at work, ended with the test."""
        if self.scheduler:
            given = {"command": COURIER, **settings}
            supervisor = cluster_supervisor(self.folder, self.scheduler, **given)  # type: ignore[arg-type]
        else:
            given = {"slots": ("cpu",), "command": WORKER, **settings}
            supervisor = Supervisor(self.folder, **given)  # type: ignore[arg-type]
        supervisor.ensure()
        self.supervisors.append(supervisor)
        return supervisor

    def gate(self) -> str:
        """A file that is not there yet."""
        return str(self.folder.path / "gate")

    def submit(self, kind: str, visitor: str = "ann", **spec: object) -> str:
        return self.store.submit(kind, spec, visitor).run

    def eventually(self, holds: Callable[[], object], what: str = "") -> None:
        """Look until it holds; fail when it takes too long even for a busy machine."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        between = Event()
        while not holds():
            assert time.monotonic() < deadline, what or "it never came true"
            between.wait(0.01)

    def until(self, run: str, *states: State) -> Run:
        """The run, once it is in one of these states."""
        self.eventually(lambda: self.store.status(run).state in states, f"{states}")
        return self.store.status(run)

    def ended(self, run: str) -> Run:
        self.eventually(lambda: self.store.status(run).state.ended, "it never ended")
        return self.store.status(run)

    def began(self, run: str) -> int:
        """The process that works on the run, once it says so."""
        self.eventually(lambda: self.store.events(run), "it never began")
        return int(self.store.events(run)[0].body.get("process", 0))

    def steps(self, run: str) -> list[int]:
        """The steps that a run of chapters has written down and not taken back."""
        return [event.body["step"] for event in self.store.events(run) if event.kind == "step"]

    def worker_process(self) -> int:
        """The process of the only worker."""
        return int(self.look("SELECT process FROM worker"))

    def losses(self, run: str) -> int:
        """How many workers a run is held to have cost."""
        return int(self.look("SELECT losses FROM run WHERE id = ?", run))

    def look(self, query: str, *values: object) -> int:
        """The one number that answers a query."""
        database = Database(self.folder)
        ((answer,),) = database.read(query, *values)
        database.close()
        return int(answer)
