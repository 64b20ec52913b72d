"""A courier: ``python -m optim_core.jobs.cluster.courier``. Sends run after run to a cluster.

It is started by the supervisor as a worker is, and takes runs from the same queue, but none while
the cluster has no place for it.
"""

from __future__ import annotations

import logging
import os
import secrets
import time
from collections.abc import Callable, Sequence

from optim_core.jobs.cluster.channel import QueueChannel
from optim_core.jobs.cluster.dask_side import Cluster
from optim_core.jobs.cluster.errand import Errand
from optim_core.jobs.cluster.hand import perform
from optim_core.jobs.cluster.setting import note_places, place_of
from optim_core.jobs.cluster.wire import Mailbox
from optim_core.jobs.failing import Explanation
from optim_core.jobs.folder import StoreFolder
from optim_core.jobs.ledger import Claim
from optim_core.jobs.minding import Leash, Minded
from optim_core.jobs.reporting import Reporter, json_text
from optim_core.jobs.settling import fail_waiting
from optim_core.jobs.words import CutOffError, Failure, JobFailedError
from optim_core.jobs.worker import Worker, options_of, serve_until_told

LOG = logging.getLogger("downhill.jobs")

LOOK_EVERY_SECONDS = 1.0
NO_PLACE_SECONDS = 60.0
"""A cluster that has had no place for so long fails the queue: nobody waits for ever."""

HandFunction = Callable[[str], None]


class Courier(Worker):
    """Has the runs done by a cluster, one after another.

    Args:
        folder: of the runs.
        slot: ``dask-0`` for the first place of the cluster, and so on.
        token: its name in the database.
        leash: to the server.
        cluster: does the runs.
        hand: the function that Dask calls on the other machine.
    """

    def __init__(
        self,
        folder: StoreFolder,
        slot: str,
        token: str,
        leash: Leash,
        cluster: Cluster,
        hand: HandFunction = perform,
    ) -> None:
        super().__init__(folder, slot, token, {}, leash)
        self._cluster = cluster
        self._hand = hand
        self._place = place_of(slot)
        self._places = 0
        self._had_place = time.monotonic()
        self._next_look = 0.0

    def may_claim(self) -> bool:
        """Whether the cluster has as many places as it takes for this one to be there."""
        now = time.monotonic()
        if now >= self._next_look:
            self._next_look = now + LOOK_EVERY_SECONDS
            places = self._cluster.places()
            if places != self._places and self._place == 0:
                note_places(self._folder, places)
            self._places = places
        if self._places:
            self._had_place = now
        elif now - self._had_place > NO_PLACE_SECONDS:
            LOG.error("the cluster has no worker with --resources DOWNHILL=1")
            fail_waiting(self._ledger.database, Failure.NO_WORKER)
            self._had_place = now
        return self._place < self._places

    def work(self, claim: Claim, reporter: Reporter, minded: Minded) -> str | None:
        """Send a run away and follow it."""
        if not self._folder.has_room():
            raise JobFailedError(Failure.DISK_FULL)
        box = f"downhill-{claim.run}-{secrets.token_hex(8)}"
        text = json_text({"kind": claim.kind, "spec": claim.spec, "box": box})
        last_event, _ = self._ledger.written(claim)
        channel = QueueChannel(self._cluster.client, out=f"{box}-down", into=f"{box}-up")
        task = self._cluster.send(self._hand, text, box)
        try:
            return Errand(Mailbox(channel), task, minded, last_event).follow()
        finally:
            task.forget()
            channel.close()

    def fit_for_another(self, failed: Explanation | None, cut_off: CutOffError | None) -> bool:
        """Whether the cluster is still there; what a job did wrong was not done here."""
        self._next_look = 0.0
        return cut_off is None or not cut_off.spent


def main(arguments: Sequence[str] | None = None, hand: HandFunction = perform) -> int:
    """Serve one place of a cluster for one folder; the exit code of the process."""
    options = options_of(
        "Has the runs of one folder done by a Dask cluster.", arguments, "--scheduler"
    )

    def courier(folder: StoreFolder, leash: Leash) -> Courier:
        cluster = Cluster(options.scheduler)
        return Courier(folder, options.slot, options.token, leash, cluster, hand)

    try:
        return serve_until_told(options, courier)
    except (OSError, CutOffError) as error:
        LOG.error("no cluster at %s: %s", options.scheduler, error)
        return 1


if __name__ == "__main__":
    code = main()
    logging.shutdown()
    os._exit(code)
