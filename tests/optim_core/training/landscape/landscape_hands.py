"""A store of runs and the hands of a worker: jobs are done in this very process."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from optim_core.jobs import JobStore, State
from optim_core.jobs.database import Database
from optim_core.jobs.folder import StoreFolder
from optim_core.jobs.kinds import KINDS
from optim_core.jobs.ledger import Ledger
from optim_core.jobs.ledger_reporting import LedgerReporter
from optim_core.jobs.tensor_files import unpack
from optim_core.jobs.words import JobFailedError
from optim_core.training import Experiment, network_entry
from optim_core.training.landscape import Landscape, LandscapeRequest, landscape_of
from optim_core.training.landscape.kept import ARTIFACT

SMALL = Experiment(
    dataset="digits_8x8",
    dataset_settings={"examples": 96},
    network="mlp",
    network_settings={"width": 4, "depth": 1},
    entries=(network_entry("momentum"), network_entry("adam")),
    seeds=(0, 1),
    epochs=2,
    batch_size=32,
    record_every=2,
)


class Hands:
    """Does what is asked of a store, at once."""

    def __init__(self, path: Path) -> None:
        self.store = JobStore(StoreFolder(path))
        self.ledger = Ledger(Database(self.store.folder))

    def train(self, experiment: Experiment) -> str:
        """The id of a training that is done."""
        return self.done("fit", json.loads(experiment.to_json()))[0]

    def draw(self, request: LandscapeRequest) -> tuple[Landscape, dict[str, Any]]:
        """A picture that is done, and its result."""
        run, result = self.done("landscape", request.to_spec())
        return landscape_of(unpack(self.store.artifact(run, ARTIFACT))), result

    def done(self, kind: str, spec: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """A run that is done, and its result."""
        run = self.store.submit(kind, spec, "somebody").run
        result = self.work()
        assert result is not None
        return run, result

    def work(self, stop: Callable[[], bool] = lambda: False) -> dict[str, Any] | None:
        """Do the run whose turn it is; paused where it was stopped."""
        claim = self.ledger.claim("me")
        assert claim is not None
        kind = KINDS[claim.kind]
        assert kind.check is not None
        spec, reporter = kind.check()(claim.spec), LedgerReporter(self.ledger, claim, "cpu")
        reporter.goes_on = True
        try:
            result = kind.load()(spec, reporter, stop)
        except JobFailedError as error:
            self.ledger.finish(
                claim, State.FAILED, progress=0.0, seconds=1.0, failure=error.failure
            )
            raise
        text = None if result is None else json.dumps(result)
        state = State.PAUSED if result is None else State.DONE
        self.ledger.finish(claim, state, progress=1.0, seconds=1.0, result=text)
        return result
