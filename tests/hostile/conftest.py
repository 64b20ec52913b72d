"""Real servers for all that is done to them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from disk import small_disk
from served import Served

from tests.browser.serving import serving

PLAGUES = Path(__file__).with_name("plagues")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One that must not have a single error to tell of in the end."""
    folder = tmp_path_factory.mktemp("server")
    said, runs = folder / "said", folder / "runs"
    told = {"DOWNHILL_LOG": "json", "DOWNHILL_RUNS": str(runs), "DOWNHILL_DEVICES": "cpu"}
    with serving(environment=told, output=said) as (address, _process):
        yield Served(address, said, runs)


@pytest.fixture(scope="session")
def plagued(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One whose disk, clock, database and workers have no peace."""
    folder = tmp_path_factory.mktemp("plagued")
    said, runs, plagues = folder / "said", folder / "runs", folder / "plagues"
    runs.mkdir()
    plagues.mkdir()
    paths = [str(PLAGUES), *filter(None, [os.environ.get("PYTHONPATH")])]
    told = {"DOWNHILL_RUNS": str(runs), "DOWNHILL_DEVICES": "cpu", "PLAGUES": str(plagues)}
    told["PYTHONPATH"] = os.pathsep.join(paths)
    with (
        small_disk(runs) as small,
        serving(environment=told, output=said) as (address, _process),
    ):
        yield Served(address, said, runs, plagues, small)
