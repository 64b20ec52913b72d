"""What a courier asks of Dask: places for runs, tasks, and the end of workers that are deaf."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable
from typing import Any

import dask
from dask.utils import parse_timedelta
from distributed import Client, Future

from optim_core.jobs.cluster.errand import cluster_gone

LOG = logging.getLogger("downhill.jobs")

RESOURCE = "DOWNHILL"
"""Only workers started with ``--resources DOWNHILL=1`` get runs, one at a time."""
GONE_SECONDS = 5.0
"""A scheduler that cannot be reached for so long is gone: a run waits to be told."""
TRIES = 6
"""Until a courier that has only started gives up."""
RESTART_SECONDS = 30.0


class Cluster:
    """The Dask cluster at an address.

    Raises:
        OSError: when there is none.
    """

    def __init__(self, scheduler: str) -> None:
        self.client = connected(scheduler)

    def places(self) -> int:
        """How many runs it can do at once.

        Raises:
            CutOffError: when it is gone.
        """
        self.check()
        try:
            workers: dict[str, Any] = dict(self.client.scheduler_info(n_workers=-1)["workers"])
        except Exception as error:
            raise cluster_gone() from error
        return sum(int(worker["resources"].get(RESOURCE, 0)) for worker in workers.values())

    def check(self) -> None:
        """Raise CutOffError when it is gone: what it did for this client is then lost, too."""
        if self.client.status != "running":
            raise cluster_gone()

    def send(self, hand: Callable[[str], None], text: str, key: str) -> DaskTask:
        """Let a worker do ``hand(text)``."""
        future = self.client.submit(
            hand, text, key=key, pure=False, retries=0, resources={RESOURCE: 1}
        )
        return DaskTask(self, future)

    def restart(self, worker: str) -> None:
        """End the process at an address; its nanny starts another. Does not wait for it."""

        def end() -> None:
            try:
                self.client.restart_workers(
                    [worker], timeout=RESTART_SECONDS, raise_for_error=False
                )
            except Exception:
                LOG.warning("the worker at %s cannot be restarted", worker, exc_info=True)

        threading.Thread(target=end, name="restart", daemon=True).start()

    def close(self) -> None:
        """Let go of it."""
        self.client.close()


def connected(scheduler: str) -> Client:
    """A client, once the scheduler is up.

    Raises:
        OSError: when it does not come up.
    """
    usual: float = parse_timedelta(dask.config.get("distributed.comm.timeouts.connect"))
    patience = min(usual, GONE_SECONDS)
    for _ in range(TRIES - 1):
        with contextlib.suppress(OSError):
            return Client(scheduler, timeout=patience, set_as_default=False)
    return Client(scheduler, timeout=patience, set_as_default=False)


class DaskTask:
    """A task on a worker of the cluster."""

    def __init__(self, cluster: Cluster, future: Future) -> None:
        self._cluster = cluster
        self._future = future

    def is_over(self) -> bool:
        """Whether it has ended, however it did."""
        self._cluster.check()
        return bool(self._future.status != "pending")

    def ending(self) -> str:
        """The name of the error that it ended with."""
        if self._future.status != "error":
            return str(self._future.status)
        error = self._future.exception(timeout=1.0)
        LOG.warning("a task of the cluster failed: %s", error)
        return type(error).__name__

    def restart(self, worker: str) -> None:
        """End the process at an address, and the task with it."""
        self.forget()
        self._cluster.restart(worker)

    def forget(self) -> None:
        """Nobody waits for it any more; Dask does not begin it again."""
        with contextlib.suppress(Exception):
            self._cluster.check()
            self._future.cancel()
