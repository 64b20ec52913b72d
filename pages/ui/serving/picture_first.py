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

PLAYER = "downhill_player"
"""The component that draws the paths; see ``pages/player/component.py``."""


class SendsThePictureFirst:
    """Lets what follows a new picture wait, :data:`PAUSE_SECONDS` or until the tab asks for more.

    Args:
        app: what answers the requests.
        pause: in seconds.
    """

    def __init__(self, app: Server, pause: float = PAUSE_SECONDS) -> None:
        self._app = app
        self._pause = pause

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request or socket."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        asked, shown, drawing = asyncio.Event(), dict[str, str](), False

        async def asking() -> Message:
            message = await receive()
            asked.set()
            return message

        async def spaced(message: Message) -> None:
            nonlocal drawing
            if drawing:
                drawing = False
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(asked.wait(), self._pause)
            player, picture = _picture(message)
            if picture and shown.get(player) != picture:
                shown[player], drawing = picture, True
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
