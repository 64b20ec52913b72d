"""What follows a new picture waits until that can be drawn, and not longer."""

import asyncio
import time

import pytest
from asgi_calls import get, page, scope_of
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from pages.ui.serving.picture_first import SendsThePictureFirst

FOREVER = 3600.0


def component(name: str, told: str) -> bytes:
    message = ForwardMsg(hash=told)
    message.delta.new_element.bidi_component.component_name = name
    return message.SerializeToString()


WIDGET = component("downhill_document", "w")


async def sent_of(messages, pause, *, asks_after=None, first_pause=None):
    """What a socket has been sent when its server stands still or is done."""
    sent, asked = [], asyncio.Event()

    async def app(scope, receive, send):
        listening = asyncio.create_task(receive())
        for data in messages:
            await send({"type": "websocket.send", "bytes": data})
        listening.cancel()

    async def receive():
        await asked.wait()
        return {"type": "websocket.receive", "bytes": b"again"}

    async def send(message):
        sent.append(message["bytes"])
        if len(sent) == asks_after:
            asked.set()

    first = pause if first_pause is None else first_pause
    served = SendsThePictureFirst(app, pause, first)(scope_of(type="websocket"), receive, send)
    task = asyncio.create_task(served)
    for _time in range(200):
        await asyncio.sleep(0)
    done = task.done()
    if not done:
        task.cancel()
    return sent, done


def test_what_follows_a_picture_waits():
    picture = component("downhill_player", "1")
    sent, done = asyncio.run(sent_of([WIDGET, picture, WIDGET, WIDGET], FOREVER))
    assert sent == [WIDGET, picture] and not done


def test_the_first_picture_has_a_pause_of_its_own():
    first, second = component("downhill_player", "1"), component("downhill_player", "2")
    messages = [first, WIDGET, second, WIDGET]
    sent, _done = asyncio.run(sent_of(messages, 0.0, first_pause=FOREVER))
    assert sent == [first]
    sent, _done = asyncio.run(sent_of(messages, FOREVER, first_pause=0.0))
    assert sent == [first, WIDGET, second]


def test_it_waits_no_longer_than_the_pause():
    messages = [component("downhill_player", "1"), WIDGET]

    async def whole():
        sent = []

        async def app(scope, receive, send):
            for data in messages:
                await send({"type": "websocket.send", "bytes": data})

        async def send(message):
            sent.append((message["bytes"], time.monotonic()))

        await SendsThePictureFirst(app, 0.02)(scope_of(type="websocket"), None, send)
        return sent

    (first, began), (second, went_on) = asyncio.run(whole())
    assert [first, second] == messages
    assert went_on - began >= 0.019


def test_a_tab_that_asks_again_is_answered_at_once():
    messages = [component("downhill_player", "1"), WIDGET, WIDGET]
    sent, done = asyncio.run(sent_of(messages, FOREVER, asks_after=1))
    assert sent == messages and done


@pytest.mark.parametrize(
    "messages",
    [
        [component("downhill_player_keys", "1"), WIDGET],
        [b"downhill_player is no message", WIDGET],
        [WIDGET, WIDGET],
    ],
)
def test_only_a_picture_is_waited_for(messages):
    sent, done = asyncio.run(sent_of(messages, FOREVER))
    assert sent == messages and done


def test_the_picture_that_is_there_already_is_not_waited_for():
    picture = component("downhill_player", "1")
    messages = [picture, WIDGET, picture, WIDGET]
    sent, done = asyncio.run(sent_of(messages, FOREVER, asks_after=1))
    assert sent == messages and done


def test_requests_pass():
    assert get(SendsThePictureFirst(page())).body == "page"


def test_a_tab_that_has_asked_before_is_not_one_that_opens():
    async def sent_after(asked):
        sent = []

        async def app(scope, receive, send):
            for _message in range(asked):
                await receive()
            for data in (component("downhill_player", "1"), WIDGET):
                await send({"type": "websocket.send", "bytes": data})

        async def receive():
            return {"type": "websocket.receive", "bytes": b"a change"}

        async def send(message):
            sent.append(message["bytes"])

        served = SendsThePictureFirst(app, 0.0, FOREVER)(scope_of(type="websocket"), receive, send)
        task = asyncio.create_task(served)
        for _time in range(200):
            await asyncio.sleep(0)
        task.cancel()
        return len(sent)

    assert asyncio.run(sent_after(1)) == 1
    assert asyncio.run(sent_after(2)) == 2
