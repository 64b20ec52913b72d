from collections.abc import Iterator
from pathlib import Path

import pytest
from jobs_bench import Bench

from optim_core.jobs.database import Database
from optim_core.jobs.ledger import Ledger


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    for supervisor in bench.supervisors:
        supervisor.stop()
    bench.store.close()


@pytest.fixture
def ledger(bench: Bench) -> Iterator[Ledger]:
    """The worker's side of the same database."""
    database = Database(bench.folder)
    yield Ledger(database)
    database.close()
