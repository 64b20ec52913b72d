"""Those who sit at the tabs: who trains something in the lab, and who plays next to them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from onlooker import Onlooker

from benchmarks.tabs import Tab
from optim_core.training import Experiment
from pages.ui.training.link_text import packed
from tests.pages.lab import SMALL

WORDED_SECONDS = 5.0
"""What has gone wrong is told by then: that is promised, and not a measure of speed."""

ENDLESS = SMALL.changed(epochs=500)


def browser(name: str) -> str:
    """The cookie of a browser."""
    return f"downhill_visitor={name:_<24}"


def lab(address: str, experiment: Experiment, name: str) -> Onlooker:
    """A tab of the training lab that has an experiment set up, in somebody's browser."""
    query = f"experiment={packed(experiment)}"
    return Onlooker(address, query=query, page="training", cookie=browser(name))


def trains(said: str) -> bool:
    return "steps a second" in said


def step_of(said: str) -> int:
    """The step that the page tells of, 0 for none."""
    found = re.search(r"step ([\d,]+) of", said)
    return int(found[1].replace(",", "")) if found else 0


def run_of(tab: Tab) -> str:
    """The run that the address of a tab names."""
    found = re.search(r"run=(\w+)", tab.query)
    assert found is not None
    return found[1]


@asynccontextmanager
async def playing(address: str) -> AsyncIterator[Tab]:
    """Somebody in the playground, who plays on all the while and never meets an error."""
    async with Tab(address) as tab:
        assert (await tab.open()).sound
        slider = next(key for key in tab.widgets if key.endswith("learning_rate.slider"))
        ended = asyncio.Event()

        async def play() -> None:
            number = 0
            while not ended.is_set():
                number += 1
                run = await tab.slide(slider, number)
                assert run.sound, run.errors
                await asyncio.sleep(0.3)

        playing_on = asyncio.create_task(play())
        try:
            yield tab
        finally:
            ended.set()
            await playing_on
