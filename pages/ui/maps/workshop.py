"""Where maps are computed: one thread beside the visits, and one result for equal requests.

The thread takes the stages of all requests in turn, the ones with the fewest stages behind them
first: a new visitor's coarse picture never waits for the fine one of another. A request at which
nobody looks any more is given up between two stages.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import torch

from optim_core.maps import MapRequest

LOG = logging.getLogger("downhill")

KEPT_BYTES = 200_000_000
"""Of finished results; those that were looked at longest ago go first."""

KEPT_SECONDS = 1800.0
PRESENT_SECONDS = 10.0
"""Whoever has not looked for so long has closed the tab."""

Result = TypeVar("Result")


@dataclass(frozen=True)
class Shown(Generic[Result]):
    """What there is of a request.

    Attributes:
        result: the latest; None before the first.
        done: whether it is the last.
        problem: what stopped the work, if anything did.
        seconds: of work so far.
    """

    result: Result | None
    done: bool
    problem: Exception | None = None
    seconds: float = 0.0


@dataclass
class _Job:
    stages: Iterator[Any]
    looked: float
    shown: Shown[Any] = field(default_factory=lambda: Shown(None, False))
    count: int = 0
    watchers: dict[str, float] = field(default_factory=dict)

    def wanted(self, now: float) -> bool:
        return any(last >= now - PRESENT_SECONDS for last in self.watchers.values())

    @property
    def nbytes(self) -> int:
        return 0 if self.shown.result is None else int(self.shown.result.nbytes)


class Workshop:
    """Computes requests in a thread of its own; every method may be called from any thread."""

    def __init__(self) -> None:
        self._jobs: dict[MapRequest, _Job] = {}
        self._change = threading.Condition()
        self._thread: threading.Thread | None = None

    def look(self, request: MapRequest, watcher: str, wait: float = 0.0) -> Shown[Any]:
        """What there is of ``request``, which is begun if it is not known.

        Args:
            request: what is wanted.
            watcher: who looks; what it looked at before is given up unless somebody else does.
            wait: seconds to wait at most for a first result.
        """
        now = time.monotonic()
        with self._change:
            self._leave(watcher, but=request)
            job = self._jobs.get(request)
            if job is None:
                job = self._jobs[request] = _Job(request.stages(), now)
            job.looked = job.watchers[watcher] = now
            self._tidy(now)
            self._start()
            self._change.notify_all()
            self._change.wait_for(
                lambda: job.shown.result is not None or job.shown.done, timeout=wait
            )
            return job.shown

    def leave(self, watcher: str) -> None:
        """``watcher`` looks at nothing any more."""
        with self._change:
            self._leave(watcher)

    def has(self, request: MapRequest) -> bool:
        """Whether ``request`` was asked for before, and is computed or being computed."""
        with self._change:
            return request in self._jobs

    def unfinished(self) -> int:
        """How many requests are being computed."""
        with self._change:
            return sum(not job.shown.done for job in self._jobs.values())

    def _leave(self, watcher: str, but: MapRequest | None = None) -> None:
        for request, job in list(self._jobs.items()):
            if request != but and job.watchers.pop(watcher, None) is not None:
                self._give_up(request, job, time.monotonic())

    def _give_up(self, request: MapRequest, job: _Job, now: float) -> None:
        if not job.shown.done and not job.wanted(now):
            del self._jobs[request]

    def _tidy(self, now: float) -> None:
        """Forget what nobody waits for and what is old, or too much."""
        for request, job in list(self._jobs.items()):
            self._give_up(request, job, now)
            if job.shown.done and job.looked < now - KEPT_SECONDS:
                del self._jobs[request]
        held = sum(job.nbytes for job in self._jobs.values())
        for request, job in sorted(self._jobs.items(), key=lambda pair: pair[1].looked):
            if held <= KEPT_BYTES:
                break
            if job.shown.done and job.looked < now:
                held -= job.nbytes
                del self._jobs[request]

    def _start(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._work, name="maps", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        # The number of threads belongs to the thread that sets it.
        torch.set_num_threads(1)
        while True:
            with self._change:
                self._change.wait_for(lambda: self._next() is not None)
                job = self._next()
            if job is not None:
                self._advance(job)

    def _next(self) -> _Job | None:
        now = time.monotonic()
        waiting = [job for job in self._jobs.values() if not job.shown.done and job.wanted(now)]
        return min(waiting, key=lambda job: job.count, default=None)

    def _advance(self, job: _Job) -> None:
        """One stage of ``job``."""
        began = time.perf_counter()
        before, problem, done = job.shown, None, False
        result = before.result
        try:
            result = next(job.stages)
            done = result.share >= 1
        except StopIteration:
            done = True
        except Exception as error:
            # Whatever it was must reach those who wait, not end the thread for all.
            if not isinstance(error, ValueError):
                LOG.exception("a map failed")
            problem, done = error, True
        seconds = before.seconds + time.perf_counter() - began
        with self._change:
            job.count += 1
            job.shown = Shown(result, done, problem, seconds)
            self._change.notify_all()
