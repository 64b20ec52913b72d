"""Middleware: who may open a tab, and how fast a tab may ask.

A tab is one WebSocket, hence one session of Streamlit, which itself sets no limit. Where there is
no room a page says so in words and asks again by itself; a socket is refused.
"""

from __future__ import annotations

import asyncio
import html
import json
import logging
import time

from google.protobuf.message import DecodeError
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from optim_core.jobs.rates import Pace
from pages.ui.language import preferred
from pages.ui.serving.asgi import (
    Message,
    Receive,
    Send,
    Server,
    address_of,
    answer,
    header,
    own_path,
)
from pages.ui.serving.overview import PLACE
from pages.ui.serving.tabs import Tabs
from pages.ui.words import _, speaking

LOG = logging.getLogger("downhill.serving")

ASKED_AGAIN_SECONDS = 20

MESSAGES_A_SECOND = 20.0
"""What one tab may send for long. A slider speaks when it is let go, so people send one or two."""

MESSAGES_AT_ONCE = 60.0

WELL = "/_stcore/health"
"""Where everybody asks whether the server is well."""

LARGEST_ENDING = 256
"""Bytes of the message that says that a run of the script has ended: only small ones are read."""

ROOM = """<!doctype html><html lang="{language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="{seconds}">
<title>Downhill</title><style>body{{font:1.1rem/1.6 system-ui,sans-serif;max-width:34rem;
margin:18vh auto;padding:0 1.5rem}}:root{{color-scheme:light dark}}</style></head>
<body><h1>Downhill</h1><p>{sentence}</p></body></html>"""


class KeepsTheDoor:
    """Limits tabs, slows down those that flood us, and notes how long answers take.

    Args:
        app: what answers the requests.
        tabs: where they are counted.
    """

    def __init__(self, app: Server, tabs: Tabs) -> None:
        self._app = app
        self._tabs = tabs

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Let one request or socket in, or turn it away."""
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        elif _opens_a_page(scope) and not self._tabs.has_room(address_of(scope)):
            await self._turn_away(scope, send)
        elif _asks_for_a_socket(scope) and not self._tabs.has_room(address_of(scope)):
            await self._tell_to_wait(scope, send)
        else:
            await self._app(scope, receive, send)

    async def _socket(self, scope: Message, receive: Receive, send: Send) -> None:
        address = address_of(scope)
        if not self._tabs.open(address):
            LOG.warning("no room for a tab", extra={"tabs": self._tabs.told()["open"]})
            # Before it was accepted: the browser gets a 403, which no page can tell from any other
            # trouble; it asks whether the server is well and, while it is told no, shows the words.
            await receive()
            await send({"type": "websocket.close", "code": 1013})
            return
        pace = Pace(MESSAGES_A_SECOND, MESSAGES_AT_ONCE)
        waiting: list[float] = []

        async def slowly() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive":
                # Not reading is answer enough: what a tab sends too fast waits in the network.
                now = time.monotonic()
                pace.take(now)
                await asyncio.sleep(pace.seconds_until(now))
                waiting[:] = [time.perf_counter()]
            return message

        async def timing(message: Message) -> None:
            await send(message)
            if waiting and _ends_a_run(message):
                self._tabs.answered(time.perf_counter() - waiting.pop())

        try:
            await self._app(scope, slowly, timing)
        finally:
            self._tabs.close(address)

    async def _turn_away(self, scope: Message, send: Send) -> None:
        language = _language(scope)
        with speaking(language):
            sentence = _(
                "All seats are taken just now. This page looks again by itself every"
                " {seconds} seconds; please leave it open."
            ).format(seconds=ASKED_AGAIN_SECONDS)
        page = ROOM.format(
            language=language, seconds=ASKED_AGAIN_SECONDS, sentence=html.escape(sentence)
        )
        retry = (b"retry-after", str(ASKED_AGAIN_SECONDS).encode())
        await answer(send, 503, page, kind="text/html; charset=utf-8", headers=[retry])

    async def _tell_to_wait(self, scope: Message, send: Send) -> None:
        """Words for a page that has come, or was away, and finds its seat taken.

        Streamlit's page shows what it is answered here, and asks again by itself.
        """
        with speaking(_language(scope)):
            sentence = _(
                "All seats are taken just now. This page gets in by itself when one is free;"
                " please leave it open."
            )
        # It reads JSON alone.
        told = json.dumps(sentence, ensure_ascii=False)
        await answer(send, 503, told, kind="application/json")


def _opens_a_page(scope: Message) -> bool:
    """Whether a browser asks for a document, not for what belongs to one."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    if own_path(scope).endswith(f"/{PLACE}"):
        # Who looks after the server looks most when it is full.
        return False
    return header(scope, b"sec-fetch-dest") in ("document", "iframe") or (
        not header(scope, b"sec-fetch-dest") and header(scope, b"accept").startswith("text/html")
    )


def _asks_for_a_socket(scope: Message) -> bool:
    """Whether a page asks if the server is well, as it does before it opens its socket.

    Proxies and containers ask the same, and for them a full server is well. Browsers alone tell a
    language; which part of a page asks they tell only where the network is safe.
    """
    asked = scope["type"] == "http" and own_path(scope).endswith(WELL)
    return asked and bool(header(scope, b"accept-language"))


def _language(scope: Message) -> str:
    """The language of ours that a browser likes best."""
    return preferred(header(scope, b"accept-language").partition(",")[0])


def _ends_a_run(message: Message) -> bool:
    data = message.get("bytes") or b""
    if message["type"] != "websocket.send" or not 0 < len(data) <= LARGEST_ENDING:
        return False
    try:
        return ForwardMsg.FromString(data).WhichOneof("type") == "script_finished"
    except DecodeError:
        return False
