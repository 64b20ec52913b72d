"""The server around the pages."""

import asyncio
import gc
import threading

from pages.ui import server


def test_the_collector_runs_while_the_server_lives_and_stops_with_it(monkeypatch):
    collected = threading.Event()
    monkeypatch.setattr(server, "COLLECT_EVERY_SECONDS", 0.001)
    monkeypatch.setattr(server, "warm", lambda: None)
    monkeypatch.setattr(server.gc, "collect", collected.set)
    before = set(threading.enumerate())

    async def live():
        async with server.lifespan(None):
            assert await asyncio.to_thread(collected.wait, 30)

    asyncio.run(live())
    assert not [
        thread
        for thread in set(threading.enumerate()) - before
        if thread.is_alive() and thread.daemon
    ]


def test_warming_takes_what_is_imported_out_of_the_collectors_sight():
    gc.unfreeze()
    try:
        server.warm()
        assert gc.get_freeze_count() > 100_000
    finally:
        gc.unfreeze()
