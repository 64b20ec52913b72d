"""A widget hears no value of another kind."""

from __future__ import annotations

import asyncio
from pathlib import Path

from benchmarks.tabs import Tab
from tests.browser.serving import served

ROOT = Path(__file__).parents[2]


def test_a_value_of_another_kind_is_as_if_the_widget_had_not_been_touched() -> None:
    async def tell(address: str) -> None:
        async with Tab(address) as tab:
            assert (await tab.open()).sound
            key = next(key for key in tab.widgets if key.endswith("learning_rate.slider"))
            assert (await tab.slide(key, 3)).sound
            query = tab.query
            for kind, value in (("int_value", -1), ("string_value", "x"), ("json_value", "[")):
                assert (await tab.rerun(60, {tab.id_of(key): (kind, value)})).sound
            assert tab.query == query
            # The same slider still hears what is meant for it.
            assert (await tab.slide(key, 5)).sound
            assert tab.query != query

    with served(ROOT / "app.py") as address:
        asyncio.run(tell(address))
