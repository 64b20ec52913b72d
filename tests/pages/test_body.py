"""A change on the page draws the body alone, in the visitor's language and session."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.tabs import Run, Tab
from tests.browser.serving import served

ROOT = Path(__file__).parents[2]
RATE = "entry.1.learning_rate.slider"


class Listening(Tab):
    """A tab that keeps what the last run sent, by kind."""

    def __init__(self, address: str, query: str = "") -> None:
        super().__init__(address, query)
        self.kinds: set[str] = set()
        self.texts: list[str] = []

    def _take(self, message: ForwardMsg, run: Run) -> bool:
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.kinds, self.texts = set(), []
        self.kinds.add(kind or "")
        if kind == "delta":
            self.texts.append(message.delta.new_element.markdown.body)
            self.texts.append(message.delta.new_element.heading.body)
        return super()._take(message, run)


def cards(tab: Tab) -> set[str]:
    """The widgets of the line-up, in the sidebar."""
    return {key for key in tab.widgets if key.startswith("entry.")}


@pytest.fixture(scope="module")
def address():
    with served(ROOT / "app.py") as found:
        yield found


def test_a_slider_has_the_body_run_alone(address: str) -> None:
    async def move() -> None:
        async with Listening(address) as tab:
            assert (await tab.open()).status == ForwardMsg.FINISHED_SUCCESSFULLY
            assert {"navigation", "page_config_changed", "logo"} <= tab.kinds
            known = cards(tab)
            run = await tab.slide(RATE, 3)
            assert run.sound and run.status == ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY
            assert tab.kinds.isdisjoint({"navigation", "page_config_changed", "logo"})
            assert "momentum~learning_rate~" in tab.query
            # The sidebar's part was drawn too, and nothing that belongs to it was lost.
            assert cards(tab) == known
            # What comes later finds what was changed.
            query = tab.query
            assert (await tab.open()).status == ForwardMsg.FINISHED_SUCCESSFULLY
            assert tab.query == query

    asyncio.run(move())


def test_the_body_alone_speaks_the_visitors_language(address: str) -> None:
    async def move(query: str) -> list[str]:
        async with Listening(address, query) as tab:
            await tab.open()
            assert (await tab.slide(RATE, 3)).sound
            return tab.texts

    assert "Line-up" in asyncio.run(move("lang=en"))
    assert "陣容" in " ".join(asyncio.run(move("lang=zh-Hant")))


def test_two_changes_at_once_are_both_made(address: str) -> None:
    async def move() -> str:
        async with Tab(address) as tab:
            await tab.open()
            for key, option in ((RATE, 3), ("entry.2.learning_rate.slider", 5)):
                tab._states |= tab.moved(key, option)
                tab._touched = tab.id_of(key)
                await tab.send(tab.asking())
            while not (await tab.ended()).sound or tab.query.count("learning_rate~0.02~") > 1:
                pass
            return tab.query

    assert asyncio.run(move()).count("learning_rate~0.02~") == 1
