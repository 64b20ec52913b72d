"""One real server for all that is done to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from served import Served

from tests.browser.serving import serving


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("server")
    said, runs = folder / "said", folder / "runs"
    told = {"DOWNHILL_LOG": "json", "DOWNHILL_RUNS": str(runs), "DOWNHILL_DEVICES": "cpu"}
    with serving(environment=told, output=said) as (address, _process):
        yield Served(address, said, runs)
