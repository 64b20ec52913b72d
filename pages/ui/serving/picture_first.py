"""Middleware: the picture before the widgets.

A rerun is some seventy messages, with the player's among the first. A browser that is busy with
those after it draws the picture last, although it has long had it. So they wait until it is drawn.
"""

from __future__ import annotations

import asyncio
import contextlib

from google.protobuf.message import DecodeError
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from pages.ui.serving.asgi import Message, Receive, Send, Server

PAUSE_SECONDS = 0.08
"""In it a slow machine too has handed the player its paths, drawn them and put them on screen."""

FIRST_PAUSE_SECONDS = 0.3
"""A page that opens has the player's files still to find: they are under way before the widgets."""

PLAYER = "downhill_player"
"""The component that draws the paths; see ``pages/player/component.py``."""


class SendsThePictureFirst:
    """Lets what follows a new picture wait, :data:`PAUSE_SECONDS` or until the tab asks for more.

    Args:
        app: what answers the requests.
        pause: in seconds.
        first_pause: that of the first picture on a socket, in seconds.
    """

    def __init__(
        self,
        app: Server,
        pause: float = PAUSE_SECONDS,
        first_pause: float = FIRST_PAUSE_SECONDS,
    ) -> None:
        self._app = app
        self._pause, self._first_pause = pause, first_pause

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request or socket."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        asked, shown, drawing = asyncio.Event(), dict[str, str](), 0.0
        heard = 0

        async def asking() -> Message:
            nonlocal heard
            message = await receive()
            heard += message["type"] == "websocket.receive"
            asked.set()
            return message

        async def spaced(message: Message) -> None:
            nonlocal drawing
            if drawing:
                pause, drawing = drawing, 0.0
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(asked.wait(), pause)
            player, picture = _picture(message)
            if picture and shown.get(player) != picture:
                # A tab that comes back, and asks for a change, has the files already.
                opens = not shown and heard <= 1
                drawing = self._first_pause if opens else self._pause
                shown[player] = picture
                asked.clear()
            await send(message)

        await self._app(scope, asking, spaced)


def _picture(message: Message) -> tuple[str, str]:
    """Whose picture is in ``message``, and what tells it from others; empty where there is none."""
    data = message.get("bytes") or b""
    if PLAYER.encode() not in data:
        return "", ""
    try:
        told = ForwardMsg.FromString(data)
    except DecodeError:
        return "", ""
    component = told.delta.new_element.bidi_component
    return (component.id, told.hash) if component.component_name == PLAYER else ("", "")
