"""Who may open a tab, how fast a tab may ask, and how long answers took."""

import asyncio
import json

import pytest
from asgi_calls import get, page, scope_of
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from optim_core.jobs.rates import MOST_REMEMBERED, Pace, Paces
from pages.ui.serving import door
from pages.ui.serving.asgi import address_of
from pages.ui.serving.door import KeepsTheDoor
from pages.ui.serving.tabs import Tabs

BROWSER = {"Accept": "text/html,*/*", "Sec-Fetch-Dest": "document"}


def ended(status: int = ForwardMsg.FINISHED_SUCCESSFULLY) -> bytes:
    message = ForwardMsg(hash="1")
    message.script_finished = status
    return message.SerializeToString()


async def talk(server, incoming, client="192.0.2.1"):
    """What a socket that sends ``incoming`` is sent back."""
    left, sent = [{"type": "websocket.connect"}, *incoming], []

    async def receive():
        return left.pop(0) if left else {"type": "websocket.disconnect"}

    async def send(message):
        sent.append(message)

    await server(scope_of("/_stcore/stream", client=client, type="websocket"), receive, send)
    return sent


async def echo(scope, receive, send):
    """Accepts, and ends a run for each frame."""
    assert (await receive())["type"] == "websocket.connect"
    await send({"type": "websocket.accept"})
    while (await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "bytes": b"\x0a" * 5000})
        await send({"type": "websocket.send", "bytes": ended()})


FRAME = {"type": "websocket.receive", "bytes": b"x"}


def test_tabs_are_counted_in_all_and_from_each_address():
    tabs = Tabs(3, 2)
    assert [tabs.open("a") for _time in range(3)] == [True, True, False]
    assert tabs.open("b")
    assert not tabs.open("c")
    assert tabs.told() == {"open": 3, "peak": 3, "opened": 3, "refused": 2, "addresses": 2}
    tabs.close("a")
    assert tabs.open("c")
    for address in "abc":
        tabs.close(address)
    assert tabs.told()["open"] == tabs.told()["addresses"] == 0


def test_a_socket_is_refused_where_there_is_no_room_and_leaves_room_when_it_ends():
    tabs = Tabs(1, 1)
    guarded = KeepsTheDoor(echo, tabs)
    tabs.open("elsewhere")
    assert asyncio.run(talk(guarded, []))[0]["type"] == "websocket.close"
    tabs.close("elsewhere")
    assert asyncio.run(talk(guarded, []))[0]["type"] == "websocket.accept"
    assert tabs.told()["open"] == 0


def test_a_tab_that_breaks_leaves_room_too():
    async def broken(scope, receive, send):
        raise RuntimeError

    tabs = Tabs(1, 1)
    with pytest.raises(RuntimeError):
        asyncio.run(talk(KeepsTheDoor(broken, tabs), []))
    assert tabs.told()["open"] == 0


@pytest.mark.parametrize(("language", "word"), [("en", "seats"), ("zh-TW,zh;q=0.9", "座位")])
def test_a_page_says_in_words_that_there_is_no_room_and_asks_again(language, word):
    tabs = Tabs(1, 1)
    tabs.open("elsewhere")
    guarded = KeepsTheDoor(page(), tabs)
    answer = get(guarded, "/maps", {**BROWSER, "Accept-Language": language})
    assert answer.status == 503
    assert int(answer.headers["retry-after"]) == door.ASKED_AGAIN_SECONDS
    assert word in answer.body
    assert 'http-equiv="refresh"' in answer.body
    # What a tab that is there already loads is let through.
    assert get(guarded, "/static/a.js", {"Sec-Fetch-Dest": "script"}).status == 200
    assert get(guarded, "/_stcore/health").status == 200
    assert get(guarded, "/operator", BROWSER).status == 200


@pytest.mark.parametrize(("language", "word"), [("en", "seats"), ("zh-TW,zh;q=0.9", "座位")])
def test_a_page_that_is_there_without_a_seat_is_told_why_and_who_looks_after_us_is_not(
    language, word
):
    tabs = Tabs(1, 1)
    guarded = KeepsTheDoor(page(), tabs)
    asks = {"Accept": "*/*", "Accept-Language": language}
    assert get(guarded, "/base/_stcore/health", asks).status == 200
    tabs.open("elsewhere")
    told = get(guarded, "/base/_stcore/health", asks)
    assert (told.status, word in json.loads(told.body)) == (503, True)
    assert get(guarded, "/_stcore/health", {"Accept": "*/*", "User-Agent": "curl"}).status == 200


def test_the_time_until_a_run_has_ended_is_noted():
    tabs = Tabs(1, 1)
    assert tabs.waits(0.5) == [None]
    asyncio.run(talk(KeepsTheDoor(echo, tabs), [FRAME, FRAME]))
    (half,) = tabs.waits(0.5)
    assert 0 <= half < 60
    for seconds in range(100):
        tabs.answered(1000.0 + seconds)
    assert tabs.waits(0.95, 1.0)[1] == 1099.0


def test_a_tab_that_floods_is_read_no_faster_than_it_may_ask(monkeypatch):
    slept = []

    async def sleep(seconds):
        slept.append(seconds)

    monkeypatch.setattr(door.asyncio, "sleep", sleep)
    frames = int(door.MESSAGES_AT_ONCE) + 10
    asyncio.run(talk(KeepsTheDoor(echo, Tabs(1, 1)), [FRAME] * frames))
    assert not any(slept[: int(door.MESSAGES_AT_ONCE)])
    assert slept[-1] > 0


def test_a_bucket_gives_at_once_what_it_holds_and_then_what_comes_back():
    pace = Pace(a_second=2.0, at_once=3.0)
    for _time in range(3):
        assert pace.seconds_until(100.0, tokens=1.0) == 0
        pace.take(100.0)
    assert pace.seconds_until(100.0, tokens=1.0) == pytest.approx(0.5)
    assert pace.seconds_until(100.5, tokens=1.0) == 0
    assert pace.left(1e9) == 3.0


def test_a_clock_that_jumps_back_takes_nothing():
    pace = Pace(a_second=1.0, at_once=5.0)
    pace.take(1000.0, 2.0)
    assert pace.left(0.0) == 3.0
    assert pace.left(1.0) == 4.0


def test_buckets_are_apart_and_their_number_is_bounded():
    paces = Paces(a_second=1.0, at_once=1.0)
    paces.take("first", 0.0)
    assert paces.seconds_until("first", 0.0, tokens=1.0) == 1.0
    for number in range(MOST_REMEMBERED):
        assert paces.seconds_until(f"{number}", 0.0, tokens=1.0) == 0.0
    assert paces.seconds_until("first", 0.0, tokens=1.0) == 0.0


@pytest.mark.parametrize(
    ("client", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
    ],
)
def test_one_household_is_one_address(client, address):
    assert address_of(scope_of(client=client)) == address


def test_a_socket_of_the_system_has_no_address():
    assert address_of({**scope_of(), "client": None}) == ""
