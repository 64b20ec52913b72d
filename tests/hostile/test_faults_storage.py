"""A full disk, a held and a damaged list of runs, as pages tell them; who plays on sees nothing."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from disk import filled
from onlooker import Onlooker
from served import Served
from students import ENDLESS, WORDED_SECONDS, lab, playing, run_of, trains

from optim_core.jobs.database import Database
from optim_core.jobs.folder import StoreFolder
from tests.pages.lab import SMALL


def shrink_log(runs: Path) -> None:
    """Leave no room within the files of the database: what is written next needs more."""
    with closing(sqlite3.connect(runs / "runs.db", timeout=60)) as database:
        while database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            pass


def spoil(runs: Path) -> None:
    """Write nonsense over all of the database: what is in its log counts as much as the rest."""
    for name in ("runs.db-wal", "runs.db"):
        with (runs / name).open("r+b") as file:
            file.write(b"\xff" * (runs / name).stat().st_size)


def test_a_full_disk_is_told_and_with_room_it_works_again(plagued: Served) -> None:
    if not plagued.small:
        pytest.skip("this user may mount no disk to be filled")

    async def meet() -> None:
        async with (
            playing(plagued.address),
            lab(plagued.address, ENDLESS.changed(order_seed=1), "ann") as tab,
            lab(plagued.address, SMALL.changed(order_seed=2), "bob") as other,
        ):
            for one in (tab, other):
                assert (await one.open()).sound
            assert (await tab.press("train")).sound
            await tab.until(trains)
            shrink_log(plagued.runs)
            with filled(plagued.runs):
                await tab.until(lambda said: "The server's disk is full" in said, WORDED_SECONDS)
                # Looking on goes on, and so does asking, with an answer.
                assert (await other.press("train", WORDED_SECONDS)).sound
                assert "nothing can be started until space is free" in other.said
                assert (await other.rerun(WORDED_SECONDS)).sound
            assert (await other.press("train")).sound
            await other.until(lambda said: "**: done" in said)
            assert (await tab.press(f"run.{run_of(tab)}.again")).sound
            await tab.until(trains)
            await tab.press(f"run.{run_of(tab)}.cancel")
            await tab.until(lambda said: "cancelled" in said)
            assert not [*tab.traces, *other.traces]

    asyncio.run(meet())


def test_a_list_of_runs_that_is_held_is_told_to_all_who_ask_at_once(plagued: Served) -> None:
    holder = Database(StoreFolder(plagued.runs))

    async def meet() -> None:
        async with (
            playing(plagued.address),
            lab(plagued.address, SMALL.changed(order_seed=3), "ann") as ann,
            lab(plagued.address, SMALL.changed(order_seed=4), "bob") as bob,
            lab(plagued.address, SMALL.changed(order_seed=5), "cyd") as cyd,
        ):
            for tab in (ann, bob, cyd):
                assert (await tab.open()).sound

            async def press(tab: Onlooker, later: float) -> None:
                await asyncio.sleep(later)
                assert (await tab.press("train", WORDED_SECONDS)).sound
                assert "The list of runs is busy" in tab.said

            with holder.write():
                await asyncio.gather(press(ann, 0), press(bob, 0), press(cyd, 0.5))
            assert (await ann.press("train")).sound
            await ann.until(lambda said: "**: done" in said)
            assert not [*ann.traces, *bob.traces, *cyd.traces]

    asyncio.run(meet())
    holder.close()


def test_a_damaged_list_of_runs_is_told_and_a_new_one_begun(plagued: Served) -> None:
    async def meet() -> None:
        async with (
            playing(plagued.address),
            lab(plagued.address, ENDLESS.changed(order_seed=6), "ann") as tab,
        ):
            await tab.open()
            assert (await tab.press("train")).sound
            await tab.until(trains)
            spoil(plagued.runs)
            await tab.until(lambda said: "damaged and set aside" in said, WORDED_SECONDS)
            while "run=" not in tab.query:
                # Whoever meets the damage is told to try again.
                assert (await tab.press("train", WORDED_SECONDS)).sound
            await tab.until(trains)
            await tab.press(f"run.{run_of(tab)}.cancel")
            await tab.until(lambda said: "cancelled" in said)
            assert not tab.traces

    asyncio.run(meet())
    assert list(plagued.runs.glob("runs.db.damaged-1"))
