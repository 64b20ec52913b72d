"""Frames of a WebSocket that no browser sends, against a real server with somebody else on it."""

from __future__ import annotations

import asyncio
import json
import random
import urllib.request

import websockets
from fuzzing import HOSTILE_TEXTS, count
from served import Served
from streamlit.proto.BackMsg_pb2 import BackMsg

from benchmarks.tabs import Tab

FULL = 10_000
FRAMES_A_TAB = 10


def frame(chance: random.Random, sound: bytes) -> bytes | str:
    """Something that might come over a socket."""
    kind = chance.randrange(8)
    if kind == 0:
        return chance.randbytes(chance.randint(0, 200))
    if kind == 1:
        broken = bytearray(sound)
        for _change in range(chance.randint(1, 20)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        return bytes(broken)
    if kind == 2:
        return sound[: chance.randrange(len(sound))]
    if kind == 3:
        return chance.choice(("text", "{}", "x" * 10_000))
    message = BackMsg.FromString(sound)
    if kind == 4:
        flags = ("clear_cache", "set_run_on_save", "stop_script", "debug_disconnect_websocket")
        flag = chance.choice((*flags, "debug_shutdown_runtime"))
        message = BackMsg()
        setattr(message, flag, chance.choice((True, False)))
        return message.SerializeToString()
    told = message.rerun_script
    if kind == 5:
        told.query_string = chance.choice(HOSTILE_TEXTS).encode("utf-8", "replace").decode()
        told.page_script_hash = chance.choice(("", "x", "0" * 32))
        told.fragment_id = chance.choice(("", "no such fragment"))
        return message.SerializeToString()
    for state in told.widget_states.widgets:
        _spoil(chance, state)
    for _extra in range(chance.randint(0, 5)):
        state = told.widget_states.widgets.add()
        state.id = chance.choice(("", "$$ID-0-entry.0.learning_rate.slider", "$$WIDGET", "x" * 999))
        _spoil(chance, state)
    return message.SerializeToString()


def _spoil(chance: random.Random, state: object) -> None:
    """Give the state of a widget a value that it never has."""
    text = chance.choice(HOSTILE_TEXTS).encode("utf-8", "replace").decode()
    kind = chance.randrange(6)
    if kind == 0:
        state.string_value = text  # type: ignore[attr-defined]
    elif kind == 1:
        state.double_value = chance.choice((float("nan"), 1e308, -1.0))  # type: ignore[attr-defined]
    elif kind == 2:
        state.string_array_value.data.extend([text] * chance.randint(0, 3))  # type: ignore[attr-defined]
    elif kind == 3:
        state.json_value = chance.choice(("{", "null", "[1]", '{"starts":[[1e999]]}', text))  # type: ignore[attr-defined]
    elif kind == 4:
        state.int_value = -(2**40)  # type: ignore[attr-defined]
    else:
        state.bytes_value = b"\xff" * 10  # type: ignore[attr-defined]


async def attack(address: str, frames: int) -> None:
    chance = random.Random(7)
    async with Tab(address) as bystander:
        assert (await bystander.open()).sound
        key = next(key for key in bystander.widgets if key.endswith("learning_rate.slider"))
        sent = 0
        while sent < frames:
            async with Tab(address) as tab:
                await tab.open()
                await tab.slide(key, chance.randrange(50))
                try:
                    for _frame in range(FRAMES_A_TAB):
                        sent += 1
                        await tab.send(frame(chance, tab.asking()))
                except websockets.ConnectionClosed:
                    continue  # what is no message at all ends the tab
            if sent % (10 * FRAMES_A_TAB) == 0:
                assert (await bystander.slide(key, chance.randrange(50))).sound
        assert (await bystander.slide(key, 3)).sound


def test_no_frame_harms_the_server_or_another_tab(server: Served) -> None:
    asyncio.run(attack(server.address, count(FULL)))
    with urllib.request.urlopen(f"{server.address}/_stcore/health", timeout=10) as answer:
        assert answer.status == 200
    lines = server.said.read_text(errors="replace").splitlines()
    events = [json.loads(line) for line in lines if line.startswith("{")]
    errors = [one for one in events if one["level"] == "error"]
    assert not errors, errors[0].get("trace", errors[0])
    assert {one["event"] for one in events} >= {"tab opened", "tab closed"}
