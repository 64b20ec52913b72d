"""What befalls a training that somebody looks at, with somebody else there who must not notice."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from onlooker import Onlooker
from served import Served, held
from students import ENDLESS, WORDED_SECONDS, browser, lab, playing, run_of, step_of, trains

from optim_core import Entry
from optim_core.jobs import JobStore, Run, State
from optim_core.jobs.folder import StoreFolder
from optim_core.jobs.runs import REWOUND
from tests.browser.serving import serving
from tests.pages.lab import SMALL

HOUR = 3600.0
BRIEF = SMALL.changed(epochs=60)
"""Half a minute and more where it is made slow, else a few seconds."""


def told(store: JobStore, run: str) -> tuple[Run, list[str]]:
    """A run, and the kinds of all it has told."""
    return store.status(run), [event.kind for event in store.events(run, limit=100_000)]


@pytest.fixture
def store(plagued: Served) -> Iterator[JobStore]:
    store = JobStore(StoreFolder(plagued.runs))
    yield store
    store.close()


def test_who_comes_back_in_mid_run_finds_it_going_on_and_starts_no_other(
    plagued: Served, store: JobStore
) -> None:
    before = sum(store.counts().values())

    async def meet(step: Path) -> str:
        step.write_text("slow")
        async with playing(plagued.address):
            async with lab(plagued.address, BRIEF, "ann") as tab:
                assert (await tab.open()).sound
                assert (await tab.press("train")).sound
                seen = step_of(await tab.until(trains))
                tab.vanish()
            run = run_of(tab)
            known = {"query": tab.query, "page": "training", "cookie": browser("ann")}
            while store.status(run).progress * BRIEF.steps <= seen:
                await asyncio.sleep(0.05)
            # The network is back, and so is the session.
            async with Onlooker(plagued.address, session=tab.session, **known) as back:
                with held(plagued.worker()):
                    assert (await back.open()).sound
                    assert back.session == tab.session
                    later = step_of(back.said)
                    assert later > seen
                    assert f"run.{run}.cancel" in back.widgets
                assert step_of(await back.until(lambda said: step_of(said) > later)) > later
                back.vanish()
            # The browser has been closed meanwhile: it has its cookie and an address.
            async with Onlooker(plagued.address, **known) as new:
                with held(plagued.worker()):
                    assert (await new.open()).sound
                    assert new.session != tab.session
                    assert step_of(new.said) > later
                    assert f"run.{run}.cancel" in new.widgets
                await new.send(new.asking(new.pressed("train")))
                assert (await new.ended()).sound
                assert run_of(new) == run
                assert "you have joined that run" in new.said
                step.unlink()
                assert "**: done" in await new.until(lambda said: "took" in said)
                assert not new.asks_again
                assert not [*tab.traces, *back.traces, *new.traces]
            return run

    with plagued.plague("step") as step:
        run, kinds = told(store, asyncio.run(meet(step)))
    assert run.state is State.DONE
    assert (kinds.count("started"), kinds.count(REWOUND)) == (1, 0)
    assert sum(store.counts().values()) == before + 1


def test_a_clock_that_jumps_ends_no_run_and_doubles_none(plagued: Served, store: JobStore) -> None:
    before = sum(store.counts().values())

    async def meet(clock: Path, step: Path) -> str:
        step.write_text("slow")
        experiment = BRIEF.changed(order_seed=1)
        async with playing(plagued.address), lab(plagued.address, experiment, "bob") as tab:
            await tab.open()
            assert (await tab.press("train")).sound
            seen = step_of(await tab.until(trains))
            # The last is more than any training may take.
            for hours in (1, -1, 0, 30):
                clock.write_text(str(hours * HOUR))
                said = await tab.until(lambda said, last=seen: step_of(said) > last)
                assert trains(said)
                seen = step_of(said)
            step.unlink()
            said = await tab.until(lambda said: "took" in said)
            # Nobody counts the hours as time it took.
            assert re.search(r"took [\d.]+ s", said)
            return run_of(tab)

    with plagued.plague("clock") as clock, plagued.plague("step") as step:
        run, kinds = told(store, asyncio.run(meet(clock, step)))
    assert run.state is State.DONE
    assert run.seconds < HOUR
    assert (kinds.count("started"), kinds.count(REWOUND)) == (1, 0)
    assert sum(store.counts().values()) == before + 1


def test_a_worker_that_is_held_or_killed_is_told_to_those_who_look_and_to_nobody_else(
    plagued: Served,
) -> None:
    async def meet() -> None:
        async with playing(plagued.address), lab(plagued.address, ENDLESS, "cyd") as tab:
            await tab.open()
            await tab.press("train")
            await tab.until(trains)
            with held(plagued.worker()):
                await tab.until(lambda said: "No news of this run" in said, WORDED_SECONDS)
            await tab.until(lambda said: "No news" not in said)
            os.kill(plagued.worker(), signal.SIGKILL)
            await tab.until(lambda said: "It was cut off" in said, WORDED_SECONDS)
            await tab.until(trains)
            await tab.press(f"run.{run_of(tab)}.cancel")
            await tab.until(lambda said: "cancelled" in said, WORDED_SECONDS)
            assert not tab.traces

    asyncio.run(meet())


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("memory", "needed more memory than there is"),
        ("device", "The graphics card reported an error"),
        ("bug", "Something went wrong on our side (report "),
    ],
)
def test_a_step_that_goes_wrong_is_told(plagued: Served, fault: str, words: str) -> None:
    async def meet(step: Path) -> None:
        async with playing(plagued.address), lab(plagued.address, ENDLESS, f"dan-{fault}") as tab:
            await tab.open()
            await tab.press("train")
            await tab.until(trains)
            step.write_text(fault)
            await tab.until(lambda said: words in said, WORDED_SECONDS)
            assert "**: failed" in tab.said
            assert "secret" not in tab.said
            assert not tab.traces

    with plagued.plague("step") as step:
        asyncio.run(meet(step))


def test_networks_that_all_diverge_are_told(plagued: Served) -> None:
    wild = Entry("sgd", {"learning_rate": 100.0, "weight_decay": 100.0})

    async def meet() -> None:
        experiment = SMALL.changed(entries=(wild,))
        async with playing(plagued.address), lab(plagued.address, experiment, "eve") as tab:
            await tab.open()
            await tab.press("train")
            await tab.until(lambda said: "Every network diverged" in said)
            assert not tab.traces

    asyncio.run(meet())


def test_a_server_that_was_killed_has_its_links_and_runs_again(tmp_path: Path) -> None:
    told = {"DOWNHILL_RUNS": str(tmp_path / "runs"), "DOWNHILL_DEVICES": "cpu"}

    async def train(address: str) -> tuple[str, str]:
        async with lab(address, SMALL, "ann") as one, lab(address, ENDLESS, "bob") as other:
            for tab in (one, other):
                await tab.open()
                assert (await tab.press("train")).sound
            await one.until(lambda said: "**: done" in said)
            await other.until(trains)
            return one.query, other.query

    async def come_back(address: str, done: str, cut_off: str) -> None:
        async with (
            playing(address),
            Onlooker(address, query=done, page="training") as stranger,
            Onlooker(address, query=cut_off, page="training", cookie=browser("bob")) as owner,
        ):
            # A link of a run that was done opens it for anybody.
            assert (await stranger.open()).sound
            assert "**: done" in stranger.said
            # One that ran waits for its turn, or goes on already: it could save where it was.
            assert (await owner.open()).sound
            assert re.search(r"\*\*: (waiting|training)", owner.said)
            await owner.until(trains)
            await owner.press(f"run.{run_of(owner)}.cancel")
            await owner.until(lambda said: "cancelled" in said)
            assert not [*stranger.traces, *owner.traces]

    with serving(environment=told) as (address, process):
        queries = asyncio.run(train(address))
        os.kill(process, signal.SIGKILL)
    with serving(environment=told) as (address, _process):
        asyncio.run(come_back(address, *queries))
