"""The server around the pages."""

import asyncio
import gc
import json
import os
import socket
import subprocess
import sys
import threading

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import server


def test_the_collector_runs_while_the_server_lives_and_stops_with_it(monkeypatch):
    collected, generations = threading.Event(), []

    def collect(generation=2):
        generations.append(generation)
        if generation == 2:
            collected.set()

    monkeypatch.setattr(server, "COLLECT_EVERY_SECONDS", 0.001)
    monkeypatch.setattr(server, "warm", lambda: None)
    monkeypatch.setattr(server.gc, "collect", collect)
    before = set(threading.enumerate())

    async def live():
        async with server.lifespan(None):
            assert await asyncio.to_thread(collected.wait, 30)

    asyncio.run(live())
    assert generations[: server.ALL_EVERY] == [1] * (server.ALL_EVERY - 1) + [2]
    assert not [
        thread
        for thread in set(threading.enumerate()) - before
        if thread.is_alive() and thread.daemon
    ]


def test_warming_takes_what_is_imported_out_of_the_collectors_sight(monkeypatch):
    monkeypatch.setattr(server, "look_up_singly", lambda: None)
    monkeypatch.setattr(server, "finish_changes", lambda: None)
    monkeypatch.setattr(server, "drop_foreign_kinds", lambda: None)
    before = gc.get_threshold()
    gc.unfreeze()
    try:
        server.warm()
        assert gc.get_freeze_count() > 100_000
        assert gc.get_threshold() == server.YOUNG
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


def test_torch_starts_no_threads_for_a_rerun():
    asked = """
import threading
import app, torch
rerun = threading.Thread(target=lambda: print(torch.get_num_threads()))
rerun.start()
rerun.join()
"""
    environment = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}
    command = [sys.executable, "-c", asked]
    told = subprocess.run(command, cwd=server.OURS, env=environment, capture_output=True, text=True)
    assert told.stdout.split() == ["1"], told.stderr[-500:]


def test_connections_of_a_socket_that_names_no_protocol_send_at_once():
    with socket.socket(socket.AF_INET) as door, socket.socket(socket.AF_INET) as visitor:
        door.bind(("127.0.0.1", 0))
        door.listen(1)
        assert server.send_at_once() >= 1
        visitor.connect(door.getsockname())
        taken, _address = door.accept()
        with taken:
            assert taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


def test_an_error_in_which_nothing_of_ours_had_part_is_known():
    with pytest.raises(json.JSONDecodeError) as theirs:
        json.loads("{")
    assert server.is_ours(theirs.value)  # this file is in the trace
    theirs.value.__traceback__ = theirs.value.__traceback__.tb_next
    assert not server.is_ours(theirs.value)


def broken_page():
    from pages.ui.server import report

    try:
        raise RuntimeError("a secret of the server")
    except RuntimeError as error:
        report(error)


def test_a_visitor_reads_a_sentence_and_the_log_has_the_trace(caplog):
    app = AppTest.from_function(broken_page).run()
    (shown,) = app.error
    assert "secret" not in shown.value
    (logged,) = [record for record in caplog.records if record.name == "downhill"]
    assert "secret" in str(logged.exc_info[1])
    assert logged.args[0] in shown.value


def test_threads_share_two_places_for_their_memory():
    program = (
        "import ctypes, threading\n"
        "from pages.ui.server import ARENAS, share_arenas\n"
        "share_arenas()\n"
        "held, leave = threading.Barrier(9), threading.Event()\n"
        "def hold():\n"
        "    kept = [bytearray(50_000) for _ in range(40)]\n"
        "    held.wait(30)\n"
        "    leave.wait(30)\n"
        "for _ in range(8):\n"
        "    threading.Thread(target=hold).start()\n"
        "held.wait(30)\n"
        "libc = ctypes.CDLL('libc.so.6')\n"
        "libc.malloc_stats()\n"
        "leave.set()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    if "Arena 0" not in done.stderr:
        pytest.skip("another C library than glibc")
    arenas = [line for line in done.stderr.splitlines() if line.startswith("Arena ")]
    assert 1 <= len(arenas) <= server.ARENAS
