"""Items through two queues that the scheduler of a Dask cluster keeps."""

from __future__ import annotations

import contextlib
from typing import Any

from distributed import Client, Queue

from optim_core.jobs.cluster.wire import MAX_WAITING, Item

PUT_SECONDS = 0.5


class QueueChannel:
    """One end; the other has ``out`` and ``into`` the other way round.

    Args:
        client: of the cluster.
        out, into: names of the queues.
    """

    def __init__(self, client: Client, *, out: str, into: str) -> None:
        self._client = client
        self._out = Queue(out, client=client, maxsize=MAX_WAITING)
        self._into = Queue(into, client=client, maxsize=MAX_WAITING)

    def put(self, item: Item) -> bool:
        """Send an item; False when there was no room for it."""
        self._check()
        try:
            self._out.put(list(item), timeout=PUT_SECONDS)
        except TimeoutError:
            return False
        return True

    def take(self) -> list[Any]:
        """What has come, without waiting."""
        self._check()
        return list(self._into.get(batch=True))

    def close(self) -> None:
        """Let go of the queues; they are gone once both ends have."""
        with contextlib.suppress(Exception):
            self._out.close()
            self._into.close()

    def _check(self) -> None:
        """Do not wait for a scheduler that has gone, as Dask would with every call."""
        if self._client.status != "running":
            raise ConnectionError("the scheduler of the cluster is gone")
