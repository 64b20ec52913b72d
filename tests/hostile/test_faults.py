"""What goes wrong between a browser and the server, with somebody else there who must not notice.

What goes wrong with workers, disks and databases is in ``tests/optim_core/jobs``.
"""

from __future__ import annotations

import asyncio
import json
import time
import urllib.error
import urllib.request

import pytest
import websockets
from served import Served

from benchmarks.tabs import Tab
from optim_core.jobs import JobStore, State
from optim_core.jobs.folder import StoreFolder
from pages.ui.training.link_text import packed
from tests.browser.serving import serving
from tests.pages.lab import SMALL

PATIENCE = 60.0


def slider_of(tab: Tab) -> str:
    return next(key for key in tab.widgets if key.endswith("learning_rate.slider"))


def test_a_storm_of_reruns_and_one_who_does_not_listen_leave_others_alone(server: Served) -> None:
    async def meet() -> None:
        async with (
            Tab(server.address) as storming,
            Tab(server.address) as silent,
            Tab(server.address) as bystander,
        ):
            for tab in (storming, silent, bystander):
                assert (await tab.open()).sound
            # Nobody reads what this one is sent: its socket fills up, then the server's queue.
            for _time in range(40):
                await silent.send(silent.asking())
            # 20 a second for three seconds, never waiting for an answer.
            for number in range(60):
                await storming.send(storming.asking(storming.moved(slider_of(storming), number)))
                if number % 20 == 10:
                    assert (await bystander.slide(slider_of(bystander), number)).sound
                await asyncio.sleep(0.05)
            assert (await storming.ended(PATIENCE)).sound
            assert (await bystander.slide(slider_of(bystander), 1)).sound
            assert (await storming.slide(slider_of(storming), 2)).sound
            silent.vanish()

    asyncio.run(meet())


def test_a_tab_that_lost_its_connection_finds_its_experiment_again(server: Served) -> None:
    async def meet() -> None:
        async with Tab(server.address) as before:
            await before.open()
            first = before.query
            assert (await before.slide(slider_of(before), 3)).sound
            assert before.query != first
        async with Tab(server.address, query=before.query, session=before.session) as after:
            assert (await after.open()).sound
            assert after.session == before.session
            assert after.query == before.query

    asyncio.run(meet())


def test_a_double_click_is_one_training_which_outlives_its_tab(server: Served) -> None:
    store = JobStore(StoreFolder(server.runs))
    query = f"experiment={packed(SMALL)}"

    async def press() -> None:
        async with Tab(server.address, query=query, page="training") as tab:
            assert (await tab.open()).sound
            pressed = tab.pressed("train")
            await tab.send(tab.asking(pressed))
            await tab.send(tab.asking(pressed))
            assert (await tab.ended(PATIENCE)).sound
            deadline = time.monotonic() + PATIENCE
            while not sum(store.counts().values()):
                assert time.monotonic() < deadline
                await asyncio.sleep(0.05)
        # The tab is gone; come back by another one while it runs, or after.
        async with Tab(server.address, query=query, page="training") as again:
            assert (await again.open()).sound

    asyncio.run(press())
    deadline = time.monotonic() + PATIENCE
    while store.counts()[State.DONE] < 1:
        assert time.monotonic() < deadline, store.counts()
        time.sleep(0.1)
    assert sum(store.counts().values()) == 1
    store.close()


def test_uvicorn_serves_it_too_and_the_door_closes_when_all_seats_are_taken() -> None:
    command = ["uvicorn", "app:app", "--host=127.0.0.1", "--port={port}", "--no-access-log"]
    environment = {"DOWNHILL_SOCKETS": "1", "DOWNHILL_OPERATOR_TOKEN": "a-token-of-some-length"}
    with serving(environment=environment, command=command) as (address, _process):

        async def meet() -> None:
            async with Tab(address) as tab:
                assert (await tab.open()).sound
                with pytest.raises(websockets.InvalidStatus):
                    await Tab(address).__aenter__()
                page = urllib.request.Request(f"{address}/", headers={"Accept": "text/html"})
                with pytest.raises(urllib.error.HTTPError) as full:
                    await asyncio.to_thread(urllib.request.urlopen, page, timeout=10)
                assert full.value.code == 503
                assert b"seats" in full.value.read()
                assert (await tab.slide(slider_of(tab), 2)).sound

        asyncio.run(meet())
        with urllib.request.urlopen(f"{address}/maps", timeout=10) as answer:
            assert "default-src 'self'" in answer.headers["content-security-policy"]
        with urllib.request.urlopen(f"{address}/_stcore/host-config", timeout=10) as answer:
            assert json.load(answer)["allowedOrigins"] == []  # it has read our settings
        told = {"Authorization": "Bearer a-token-of-some-length"}
        asked = urllib.request.Request(f"{address}/operator?format=json", headers=told)
        with urllib.request.urlopen(asked, timeout=10) as answer:
            figures = json.load(answer)
        assert (figures["tabs"]["opened"], figures["tabs"]["refused"]) == (1, 1)
        assert figures["wait_milliseconds"]["p50"] > 0
